"""Which known words a misspelt one was meant to be."""

from collections.abc import Iterable

SHORTEST = 4
_MOST = 3


def meant(asked: str, known: Iterable[str]) -> list[str]:
    """The nearest of the known words, when they are near enough; at most three, and only those equally near.

    Short words have many neighbours, so one of up to five letters keeps its first letter and may be one slip away,
    a longer one two, from nine letters three. A number is never taken for another.
    """
    if len(asked) < SHORTEST or any(letter.isdigit() for letter in asked):
        return []
    slips = 1 if len(asked) <= 5 else 2 if len(asked) <= 8 else 3  # noqa: PLR2004 - the rule, as said above
    near = [(distance, word) for word in known if (distance := _slips(asked, word, slips)) <= slips]
    near = [(distance, word) for distance, word in near if slips > 1 or word[0] == asked[0]]
    least = min((distance for distance, _ in near), default=0)
    return [word for distance, word in near if distance == least][:_MOST]


def _slips(one: str, other: str, enough: int) -> int:
    """How many letters are wrong, missing, too many or swapped with the next; more than `enough` is not counted on."""
    if abs(len(one) - len(other)) > enough:
        return enough + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, there in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > enough:
            return enough + 1
    return row[-1]
