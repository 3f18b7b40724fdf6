"""Sets of instants as sorted, disjoint, half-open pairs of integers."""

from collections.abc import Iterable

Pair = tuple[int, int]


def merge(pairs: Iterable[Pair], start: int, end: int) -> list[Pair]:
    """Clipped to [start, end); what overlaps or touches becomes one; empty pairs vanish."""
    merged: list[Pair] = []
    for opens, closes in sorted(pairs):
        low, high = max(opens, start), min(closes, end)
        if low >= high:
            continue
        if merged and low <= merged[-1][1]:
            if high > merged[-1][1]:
                merged[-1] = (merged[-1][0], high)
        else:
            merged.append((low, high))
    return merged


def without(pairs: list[Pair], holes: list[Pair]) -> list[Pair]:
    """What is in `pairs` and in none of `holes`; both sorted and disjoint."""
    if not holes:
        return pairs
    left: list[Pair] = []
    at = 0
    for low, high in pairs:
        while at < len(holes) and holes[at][1] <= low:
            at += 1
        rest, look = low, at
        while look < len(holes) and holes[look][0] < high:
            if rest < holes[look][0]:
                left.append((rest, holes[look][0]))
            rest = max(rest, holes[look][1])
            look += 1
        if rest < high:
            left.append((rest, high))
    return left
