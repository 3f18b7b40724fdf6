"""Which columns hold person data: each with its class and how long it is kept. One that is not listed fails the build.

Every domain lists its own columns beside its models; `tests/test_person_data.py` compares the lists with the tables.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Class(StrEnum):
    """What kind of person data it is."""

    identity = "identity"  # who somebody is
    contact = "contact"  # how they are reached
    credential = "credential"  # what proves that they are who they say
    conduct = "conduct"  # what they did here, and when


@dataclass(frozen=True, slots=True)
class Personal:
    """How one column is kept. `keep`: after the end of what the row stands for; None as long as the row is."""

    kind: Class
    keep: timedelta | None
    sealed: bool = False


# By table and column, as in "person.email".
Registry = Mapping[str, Personal | None]


def plain(table: str, columns: str) -> dict[str, None]:
    """Columns of that table, by name and apart by spaces, that say nothing of a person."""
    return {f"{table}.{column}": None for column in columns.split()}


def personal(
    table: str, columns: str, kind: Class, keep: timedelta | None, *, sealed: bool = False
) -> dict[str, Personal]:
    """Columns of that table that do."""
    return {f"{table}.{column}": Personal(kind, keep, sealed) for column in columns.split()}


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
