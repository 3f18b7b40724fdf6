"""Which columns hold person data: each with its class and how long it is kept. One that is not listed fails the build.

Every domain lists its own columns beside its models, and says how they are purged; `tests/access/test_nets.py` and
`tests/access/test_purging.py` compare the lists with the tables.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import LiteralString
from uuid import UUID

from core.errors import Forbidden
from core.secrets import Ring
from core.security import Caller, Role


class Class(StrEnum):
    """What kind of person data it is."""

    identity = "identity"  # who somebody is
    contact = "contact"  # how they are reached
    credential = "credential"  # what proves that they are who they say
    conduct = "conduct"  # what they did here, and when


@dataclass(frozen=True, slots=True)
class Personal:
    """How one column is kept. `keep`: after the end of what the row stands for; None as long as the row is.

    `shown_to`: of what is sealed, the roles that may be shown it of others. Whoever it is about needs none.
    """

    kind: Class
    keep: timedelta | None
    sealed: bool = False
    shown_to: frozenset[Role] = frozenset()


class NotShown(Forbidden):
    """That is shown to others than you."""


# By table and column, as in "person.email".
Registry = Mapping[str, Personal | None]
_NOBODY: LiteralString = "'{}'::uuid[]"


@dataclass(frozen=True, slots=True)
class Purge:
    """How a table lets go of person data, in SQL that speaks of its row as `t`.

    `ended`: when what the row stands for ended; null while it goes on. `blank`: what is put into which column once
    that is longer ago than the registry keeps it; without any the row is deleted. `agencies`, `people`: whose row it
    is, as arrays, for legal holds. `keep`: for what is no person data by itself, and is not kept for ever all the same.
    `elsewhere`: whose own code does it, where it takes more than that.
    """

    table: LiteralString
    ended: LiteralString
    blank: Mapping[LiteralString, LiteralString] = field(default_factory=dict)
    agencies: LiteralString = _NOBODY
    people: LiteralString = _NOBODY
    keep: timedelta | None = None
    elsewhere: str | None = None

    def columns(self, registry: Registry) -> dict[str, Personal]:
        """What of the registry it purges."""
        names = (f"{self.table}.{column}" for column in self.blank) if self.blank else registry
        found = {name: registry.get(name) for name in names if name.startswith(f"{self.table}.")}
        return {name: kept for name, kept in found.items() if kept is not None and kept.keep is not None}

    def kept(self, registry: Registry) -> timedelta:
        """How long after its end: as long as the longest kept of its columns."""
        spans = [one.keep for one in self.columns(registry).values() if one.keep is not None]
        if self.keep is not None:
            spans.append(self.keep)
        if not spans:
            raise ValueError(f"{self.table}: nothing of it is registered with a time to keep it")
        return max(spans)


def plain(table: str, columns: str) -> dict[str, None]:
    """Columns of that table, by name and apart by spaces, that say nothing of a person."""
    return {f"{table}.{column}": None for column in columns.split()}


def personal(
    table: str,
    columns: str,
    kind: Class,
    keep: timedelta | None,
    *,
    sealed: bool = False,
    shown_to: Collection[Role] = (),
) -> dict[str, Personal]:
    """Columns of that table that do."""
    return {f"{table}.{column}": Personal(kind, keep, sealed, frozenset(shown_to)) for column in columns.split()}


def shown(
    what: bytes, *, to: Caller, registry: Registry, ring: Ring, row: UUID, column: str, about: UUID | None = None
) -> str:
    """What is sealed in that column of that row, opened for the roles that its registry names, and for `about`.

    Acts have their own lists of roles. This one holds for each column, whichever way it is asked for.

    Raises:
        NotShown: no role of this caller is on the column's list.
    """
    kept = registry[column]
    if kept is None or (kept.shown_to.isdisjoint(to.roles) and (about is None or about != to.id)):
        raise NotShown("Ask an administrator of your agency.", column=column)
    return ring.open(what, row=row, column=column)


def sealed(registry: Registry) -> list[str]:
    """The columns of it that are sealed at rest, as in "person.name"."""
    return sorted(name for name, kept in registry.items() if kept is not None and kept.sealed)


def merged(registries: Iterable[Registry]) -> dict[str, Personal | None]:
    """All of them as one; a column belongs to one domain."""
    every: dict[str, Personal | None] = {}
    for registry in registries:
        twice = every.keys() & registry.keys()
        if twice:
            raise ValueError(f"registered twice: {', '.join(sorted(twice))}")
        every |= registry
    return every
