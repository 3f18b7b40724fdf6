"""What an edge opens for a request: readers, transactions, the caller, the language of labels."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from api.who import asking, database, known
from core.db import Reader
from core.secrets import Keys, Ring
from core.security import Caller

LANGUAGES = ("en", "es")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language of labels; `fallback`: none of those asked for is ours."""

    language: str = LANGUAGES[0]
    fallback: bool = False

    @property
    def headers(self) -> dict[str, str]:
        """What an answer with labels says of them; it also holds what somebody looks for, so nobody keeps it."""
        return {"Content-Language": self.language, "Vary": "Accept-Language", "Cache-Control": "no-store"}


async def _write(request: Request) -> AsyncIterator[AsyncSession]:
    async with database(request).transaction() as db:
        yield db


async def _read(request: Request) -> AsyncIterator[Reader]:
    async with database(request).reading() as reader:
        yield reader


def ring(request: Request) -> Ring:
    """The keys for person data, as they are now."""
    held: Keys = request.app.state.keys
    return held.ring


def language(request: Request) -> str:
    """The language of labels: the best of ours by `Accept-Language`, else English."""
    return spoken(request.headers.get("accept-language", "")).language


def labelled(request: Request) -> Spoken:
    """The same, and whether English stands in for what was asked for."""
    return spoken(request.headers.get("accept-language", ""))


@lru_cache(maxsize=256)
def spoken(accept: str) -> Spoken:
    """`es-MX,es;q=0.9,en;q=0.8` -> Spanish; English in place of others when nothing of it is ours.

    No header and `*` ask for nothing in particular. What cannot be read is not looked at.
    """
    wanted: dict[str, float] = {}
    for part in accept.split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        name = tag.strip().lower().split("-")[0]
        if name:
            wanted[name] = max(quality, wanted.get(name, 0.0))
    if "*" in wanted:
        others = (name for name in LANGUAGES if name not in wanted)
        wanted |= dict.fromkeys(others, wanted.pop("*"))
    asked = sorted((name for name, quality in wanted.items() if quality > 0), key=lambda name: -wanted[name])
    ours = next((name for name in asked if name in LANGUAGES), None)
    return Spoken(ours or LANGUAGES[0], fallback=bool(asked) and ours is None)


async def _acting(request: Request, asker: "Asker") -> AsyncIterator[AsyncSession]:
    async with database(request).transaction(asker) as db:
        yield db


async def _looking(request: Request, asker: "Asker") -> AsyncIterator[AsyncSession]:
    async with database(request).transaction(asker, looking=True) as db:
        yield db


async def _labelled(request: Request) -> Spoken:
    return labelled(request)


# FastAPI would send a plain function to a thread on every request, hence the one above.
Read = Annotated[Reader, Depends(_read, scope="function")]
Write = Annotated[AsyncSession, Depends(_write, scope="function")]  # commit before the reply leaves
Asker = Annotated[Caller, Depends(asking)]
Known = Annotated[Caller, Depends(known)]
Acting = Annotated[AsyncSession, Depends(_acting, scope="function")]  # sees what the asker may see
Looking = Annotated[AsyncSession, Depends(_looking, scope="function")]  # the same, and writes nothing
Labels = Annotated[Spoken, Depends(_labelled)]
