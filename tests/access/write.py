"""One thing that is tried with a table, in straight SQL."""

from dataclasses import dataclass

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Write:
    """`own`: who may where the row is of the agency that they act for; `foreign`: where it is another's."""

    name: str
    sql: str
    own: frozenset[str] = NOBODY
    foreign: frozenset[str] = NOBODY

    def __str__(self) -> str:
        return self.name
