"""The answer as JSON that is written once, and as a view for whoever wants to look inside."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from directory.search.ask import COUNT, Question, lines_first
from directory.search.groups import groups
from directory.search.result import result
from directory.search.selected import Selection
from directory.search.walk import LINE, Pick, Walk
from directory.taxonomy import vocabulary
from directory.views.search import SearchAnswer

_GROUPS = ("place", "team", "line")
_LINES_FIRST = ("line", "place", "team")


@dataclass(frozen=True, slots=True)
class Answer:
    """A search's answer. REST sends `body` as it is; others read `view()`, which is the same thing parsed.

    Of an answer of which only a part was wanted, `body` is that part, and there is no view.
    """

    body: bytes

    def view(self) -> SearchAnswer:
        """The answer as typed values."""
        return SearchAnswer.model_validate_json(self.body)


def compose(asked: Question, found: Walk, *, fallback: bool, only: Selection | None = None) -> Answer:
    """Write the answer down, or what is wanted of it, with labels in the language of the question's shape."""
    order = _LINES_FIRST if lines_first(asked.ask) else _GROUPS
    lists = {
        "fits": _in_order(found.fits, order),
        "might_fit": _in_order(found.might_fit, order),
        "ruled_out": _in_order(found.ruled_out, order),
    }
    out = hidden(asked, found)
    around = {
        "asked_at": asked.now,
        "at": asked.at and asked.at.model_dump() | {"zone": asked.at.zone or found.zone},
        "labels": {"language": asked.shape.labels, "fallback": fallback},
        "hidden": out,
        "groups": groups(asked, lists["fits"], lists["might_fit"], found.counts),
        "next": found.next and found.next.cursor("fits"),
        "next_might_fit": found.next_might_fit and found.next_might_fit.cursor("might_fit"),
        "next_ruled_out": found.next_ruled_out and found.next_ruled_out.cursor("ruled_out"),
    }
    texts = {name: [result(asked, pick) for pick in picks] for name, picks in lists.items()}
    if only is not None:
        return Answer(only.written(around, texts))
    parts = [orjson.dumps(around)[:-1].decode()]
    for name, several in texts.items():
        parts.append(f',"{name}":[{",".join(several)}]')
    return Answer(("".join(parts) + "}").encode())


def hidden(asked: Question, found: Walk) -> list[dict[str, Any]]:
    """What was ruled out, by reason; `at_least` where not everything was looked at."""
    totals: Counter[str] = Counter()
    for (_, reason), count in found.counts.items():
        totals[reason] += count
    counts = {reason: (count, not found.looked_at_all) for reason, count in totals.items()}
    if found.elsewhere:
        reason = "not_covering" if asked.at else "no_position"
        already, _ = counts.get(reason, (0, False))
        counts[reason] = (already + found.elsewhere, not found.looked_at_all or found.elsewhere >= COUNT)
    return [
        {"reason": reason, "label": _hidden_labels(asked.shape.labels)[reason], "count": count, "at_least": at_least}
        for reason, (count, at_least) in sorted(counts.items())
    ]


def _in_order(picks: Iterable[Pick], order: tuple[str, ...]) -> list[Pick]:
    """By group, and within it covered before not; places by distance first, lines those for the whole area first."""

    def place(pick: Pick) -> tuple[int, bool, bool, float, str]:
        anchored = pick.walk != LINE
        return order.index(pick.group), not pick.covered, anchored == (pick.group == "line"), pick.key, pick.id

    return sorted(picks, key=place)


@lru_cache(maxsize=8)
def _hidden_labels(language: str) -> dict[str, str]:
    words = vocabulary("hidden")
    return {code: words.label(code, language) for code in words.terms}
