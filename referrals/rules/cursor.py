"""How far a reader of events has come, as what the database could see then: nothing that commits late is skipped.

A cursor is the text of a snapshot, `xmin:xmax:those under way`; within a long answer `from~to~id`: all that came into
sight between the two, as far as that event.
"""

from dataclasses import dataclass
from typing import Self

PATTERN = r"^[0-9:,~]*$"  # of what it is written with
_LARGEST = 1 << 63
_MANY = 10_000  # characters: a busy server has some hundred transactions under way


class NoCursor(ValueError):
    """That text is none."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A snapshot: which transactions were over when it was taken."""

    low: int
    high: int
    under_way: frozenset[int]

    @classmethod
    def of(cls, said: str) -> Self:
        """Raises NoCursor where the database would not take it either."""
        parts = said.split(":")
        if len(parts) != 3:  # noqa: PLR2004 - as it is written
            raise NoCursor
        low, high = _number(parts[0]), _number(parts[1])
        under_way = [_number(one) for one in parts[2].split(",")] if parts[2] else []
        if not 0 < low <= high or under_way != sorted(set(under_way)) or any(not low <= n < high for n in under_way):
            raise NoCursor
        return cls(low, high, frozenset(under_way))

    def has(self, xid: int) -> bool:
        """Whether what that transaction did was seen."""
        return xid < self.low or (xid < self.high and xid not in self.under_way)

    def __str__(self) -> str:
        return f"{self.low}:{self.high}:{','.join(map(str, sorted(self.under_way)))}"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on. `to`, `after`: in the middle of what lies between two snapshots."""

    since: Seen
    to: Seen | None = None
    after: int = 0

    @classmethod
    def of(cls, said: str) -> Self:
        """Raises NoCursor."""
        if len(said) > _MANY:
            raise NoCursor
        match said.split("~"):
            case [since]:
                return cls(Seen.of(since))
            case [since, to, after]:
                return cls(Seen.of(since), Seen.of(to), _number(after))
            case _:
                raise NoCursor

    @property
    def high(self) -> int:
        """The first transaction that it cannot know of."""
        return self.since.high if self.to is None else max(self.since.high, self.to.high)

    def __str__(self) -> str:
        return str(self.since) if self.to is None else f"{self.since}~{self.to}~{self.after}"


def _number(said: str) -> int:
    if not (said.isascii() and said.isdigit()) or len(said) > len(str(_LARGEST)) or int(said) >= _LARGEST:
        raise NoCursor
    return int(said)
