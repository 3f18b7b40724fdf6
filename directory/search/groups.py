"""Places to go, teams that come, lines to call: each with something to do next, whatever was found."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from directory.rows.row import group_of
from directory.search.ask import Question
from directory.search.walk import Pick
from directory.taxonomy import vocabulary
from directory.views.search import FARTHEST

GROUPS = ("place", "team", "line")
# Reasons that somebody on the spot may do something about.
_WORTH_SEEING = frozenset({"closed", "closes_soon", "police", "full", "involuntary", "attribute", "arrival"})
_EVERYWHERE = "988"


def groups(
    asked: Question, fits: Sequence[Pick], might_fit: Sequence[Pick], ruled_out: Iterable[tuple[str, str]]
) -> list[dict[str, Any]]:
    """All three, in the order of the answer; there is always a step. `ruled_out`: groups and the reasons in each."""
    fitting, asking = Counter(pick.group for pick in fits), Counter(pick.group for pick in might_fit)
    wanted = {group_of((kind,), placed=True) for kind in asked.ask.kind} or set(GROUPS)
    worth_seeing = {group for group, reason in ruled_out if reason in _WORTH_SEEING}
    made = []
    for code in GROUPS:
        step = _step(asked, fitting[code], asking[code], code, seen=code in worth_seeing, asked_for=code in wanted)
        made.append({
            "code": code, "label": _label("group", code, asked.shape.labels),
            "fits": fitting[code], "might_fit": asking[code],
            "step": step, "step_label": _label("step", step, asked.shape.labels),
            "number": _EVERYWHERE if step == "call_988" else None,
        })  # fmt: skip
    return made


def _step(asked: Question, fits: int, might: int, group: str, *, seen: bool, asked_for: bool) -> str:
    if fits:
        return "reach"
    if might:
        return "ask"
    if group == "line" or not asked_for:
        return "call_988"
    if seen:
        return "show_hidden"
    return "widen" if asked.at is not None and asked.ask.within_m < FARTHEST else "call_988"


@lru_cache(maxsize=64)
def _label(taxonomy: str, code: str, language: str) -> str:
    return vocabulary(taxonomy).label(code, language)
