"""Who is asking, and what they may be."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a caller may be. All but the first and last are held in an agency."""

    public = "public"
    responder = "responder"  # brings or sends people
    call_taker = "call_taker"  # 988, warm line, 911
    provider_staff = "provider_staff"
    provider_manager = "provider_manager"
    steward = "steward"  # of the directory
    reviewer = "reviewer"  # of the community: confirms what organisations say of themselves
    evaluator = "evaluator"  # aggregates only
    administrator = "administrator"  # of an agency: its people and keys
    police = "police"  # reads the public directory, less those who opted out
    system = "system"


# What a person may be given; nobody is made the public or the system.
GIVEN = tuple(role for role in Role if role not in {Role.public, Role.system})


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever stands behind a request, a job or a batch. `id` is a person; a machine has a key instead."""

    id: UUID | None = None
    agency_id: UUID | None = None
    roles: frozenset[Role] = field(default_factory=lambda: frozenset({Role.public}))
    key_id: UUID | None = None
    scopes: frozenset[str] = frozenset()
    # Vouched for by an agency's own provider, and so only ever acting for that agency.
    provider_id: UUID | None = None
    shared: bool = False  # at a computer that others use

    @property
    def is_known(self) -> bool:
        """Whether somebody signed in, or a machine showed its key."""
        return self.id is not None or self.key_id is not None


PUBLIC = Caller()
SYSTEM = Caller(roles=frozenset({Role.system}))
