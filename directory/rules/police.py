"""Police involvement: what is known is said, and the highest level on the way to help is the one that counts."""

from collections.abc import Iterable

# Not stated sorts and filters as "may call", and is never shown as anything else than not stated.
_RANK = {"P0": 0, "P1": 1, "P2": 2, "P3": 3, "PU": 3, "P4": 4, "P5": 5}
# What something is says that police are there, whatever is claimed of it.
_FLOOR = {"MOBILE.CORESP": "P4", "AP.911": "P5", "AP.NONEMERG": "P4"}
# From best to worst for somebody who does not want to be found or recorded.
_EXPOSURE = ("none", "not_stated", "can", "does")


def highest(levels: Iterable[str]) -> str:
    """The level of a whole path; PU beats a stated P3, because unknown must show. Nothing stated is PU."""
    return max(levels, key=lambda level: (_RANK[level], level == "PU"), default="PU")


def floor(codes: Iterable[str]) -> str | None:
    """The level that kinds of service and of access points bring with them; None when they bring none."""
    brought = [_FLOOR[code] for code in codes if code in _FLOOR]
    return highest(brought) if brought else None


def above(level: str, other: str) -> bool:
    """Whether a level is higher than another."""
    return _RANK[level] > _RANK[other]


def most_exposed(answers: Iterable[str]) -> str:
    """Of what is said of tracing or recording along the way, the worst; nothing said is not stated."""
    return max(answers, key=_EXPOSURE.index, default="not_stated")
