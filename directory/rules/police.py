"""Police involvement: what is known is said, and the highest level on the way to help is the one that counts."""

from collections.abc import Iterable

# Not stated sorts and filters as "may call", and is never shown as anything else than not stated.
_RANK = {"P0": 0, "P1": 1, "P2": 2, "P3": 3, "PU": 3, "P4": 4, "P5": 5}
CORESPONSE = "MOBILE.CORESP"


def highest(levels: Iterable[str]) -> str:
    """The level of a whole path; PU beats a stated P3, because unknown must show. Nothing stated is PU."""
    return max(levels, key=lambda level: (_RANK[level], level == "PU"), default="PU")


def at_least(level: str, kinds: Iterable[str]) -> str:
    """The level of a service of these kinds: with co-response police are there, whatever is claimed."""
    if CORESPONSE in kinds and _RANK[level] < _RANK["P4"]:
        return "P4"
    return level
