"""Who is asking, and what they may be."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from uuid import UUID

from core.errors import Forbidden

# What a machine may be let do. Each verb that machines may use names the one it wants.
Scope = Literal[
    "directory.read", "directory.export", "capacity.write", "accounts.read", "referrals.read", "referrals.write"
]


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

    @property
    def is_machine(self) -> bool:
        """Whether it is a key, and not a person, that was shown."""
        return self.is_known and self.id is None


class LacksScope(Forbidden):
    """That key was not made for this."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(f"It needs a key with the scope {scope}. An administrator can make one.", scope=scope)


def within_scope(caller: Caller, scope: Scope) -> None:
    """Raises LacksScope where a machine asks for what its key was not made for; people have roles instead."""
    if caller.is_machine and scope not in caller.scopes:
        raise LacksScope(scope)


PUBLIC = Caller()
SYSTEM = Caller(roles=frozenset({Role.system}))
