"""What a row of the matrix says, and the two agencies that it is tried on."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from core.access.rules.roles import Act, may
from core.db import Database
from core.security import GIVEN, Caller, Role, Scope

PUBLIC, MACHINE = "public", "machine"
EVERYBODY = (PUBLIC, MACHINE, *GIVEN)
Key = tuple[str, str]
# A query, and the key of the REST operation that comes to the same verdict.
Field = tuple[str, Key]


@dataclass(frozen=True)
class Operation:
    """How one asks, and who may. `of`: which thing its path names, as the parameter is called.

    `anywhere`: of these, who may whoever's thing it is, such as stewards.

    `foreign`: what comes of it for another's thing; 403 where that it exists is public, else what a missing one brings.
    `scope`: what a machine's key must be for. Every operation that a machine may use, and the public may not, has one.
    `silent`: why it writes nothing into the audit, where it is not the public's and does not.
    `own`: what comes of it for one's own, where that does not simply work. `version_of`: the path at which a steward
    reads the version that a change has to name. `before`: puts in place what is used up by it.
    """

    body: dict[str, Any] | Callable[[Mapping[str, UUID]], dict[str, Any]] | None = None
    of: str | None = None
    who: Collection[str] = EVERYBODY
    anywhere: Collection[str] = ()
    works: int = 200
    foreign: int = 404
    headers: dict[str, str] = field(default_factory=dict)
    scope: Scope | None = None
    silent: str = ""
    own: int | None = None
    version_of: str | None = None
    before: "Callable[[Town, str], Awaitable[None]] | None" = None


@dataclass
class Town:
    """Two agencies with the same in each. `ids`: by path parameter, then own, foreign or missing.

    `callers`: an administrator of each; `shown`: what each kind of caller of the own agency sends along; `secrets`:
    what must never be seen from it of the other; `held`: by who asks and path parameter, what is theirs in person.
    """

    database: Database
    agencies: dict[str, UUID] = field(default_factory=dict)
    callers: dict[str, Caller] = field(default_factory=dict)
    ids: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    held: dict[str, dict[str, UUID]] = field(default_factory=dict)

    def named(self, who: str, target: str) -> dict[str, UUID]:
        """The things that a path names, by its parameters."""
        return {name: each[target] for name, each in self.ids.items()} | (
            self.held.get(who, {}) if target == "own" else {}
        )


KNOWN = tuple(who for who in EVERYBODY if who != PUBLIC)


def allowed(act: Act) -> tuple[str, ...]:
    """Who may do that in the agency they act for."""
    return tuple(role for role in GIVEN if may([Role(role)], act))
