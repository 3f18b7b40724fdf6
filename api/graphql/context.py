"""What a resolver may use: openers, never an open session; two resolvers may run at once."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime

from strawberry.fastapi import BaseContext

from api.deps import Spoken
from api.news import News
from core.access import Published
from core.db import Database
from core.outgoing import Outgoing
from core.secrets import Keys
from core.security import Caller


@dataclass
class Context(BaseContext):
    database: Database
    caller: Caller
    labels: Spoken
    now: datetime
    keys: Keys
    public_url: str
    published: Published
    outgoing: Outgoing
    news: Callable[[str | None], AsyncGenerator[News]]
    once: str | None = None  # the key of the request, for logs

    def __post_init__(self) -> None:
        super().__init__()
