"""Who is asking."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a caller may be. The access rules that use these come with accounts."""

    public = "public"
    steward = "steward"
    system = "system"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever stands behind a request, a job or a batch."""

    id: UUID | None = None
    agency_id: UUID | None = None
    roles: frozenset[Role] = field(default_factory=lambda: frozenset({Role.public}))


PUBLIC = Caller()
SYSTEM = Caller(roles=frozenset({Role.system}))
