"""One result as JSON text: what the statement has written, with the capacity and what to ask."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

import orjson

from directory.rows.shown import LEVEL_HOLE
from directory.rules.police import above
from directory.search.ask import Question
from directory.search.walk import Pick
from directory.taxonomy import vocabulary

_UNSURE = {"police": ("police", "PU"), "age": ("attribute", "AGE_LIMITS"), "free": ("capacity", "not_stated")}
# What they bring who bring somebody.
_BY_POLICE = "P4"
_OPEN = '"open":{"state":"'


def result(asked: Question, pick: Pick) -> str:
    """A JSON object."""
    text = _counted(pick.text, asked.as_of.date().isoformat()) if LEVEL_HOLE in pick.text else pick.text
    if asked.ask.arrive == "police":
        text = _with_police(text, asked.shape.labels)
    capacity = "[]" if pick.capacity is None else _capacity(asked, pick.capacity)
    ask = "[]" if pick.unsure is None else _asks(asked, pick)
    return f'{{{text},"capacity":{capacity},"ask":{ask}}}'


def _counted(text: str, today: str) -> str:
    """What each low police claim counts as today: itself, or after its day "may call"."""
    head, *pieces = text.split(LEVEL_HOLE)
    level, day = slice(0, 2), slice(2, 12)
    return head + "".join((one[level] if one[day] >= today else "P3") + one[day.stop :] for one in pieces)


def _with_police(text: str, language: str) -> str:
    """The level of the whole path of somebody whom police bring: whatever the place claims, they are on it."""
    told = orjson.loads(f"{{{text}}}")
    if above(_BY_POLICE, told["police"]["level"]):
        told["police"] |= {
            "level": _BY_POLICE, "label": vocabulary("police").label(_BY_POLICE, language), "counts_as": _BY_POLICE,
            "source": None, "stated_on": None, "note": None, "confirmed_by": None,
        }  # fmt: skip
    return orjson.dumps(told).decode()[1:-1]


def _capacity(asked: Question, stated: str) -> str:
    """Each count with its age; past its clock no number."""
    now, units = asked.now, vocabulary("unit")
    shown = []
    for one in orjson.loads(stated):
        as_of, current = datetime.fromisoformat(one["as_of"]), asked.as_of < datetime.fromisoformat(one["expires_at"])
        shown.append({
            "unit": one["unit"], "label": units.label(one["unit"], asked.shape.labels),
            "free": one["free"] if current else None, "total": one["total"], "as_of": as_of,
            "age_min": max(0, int((now - as_of).total_seconds() // 60)),
            "state": "stated" if current else "expired", "source": one["source"],
        })  # fmt: skip
    return orjson.dumps(shown).decode()


def _asks(asked: Question, pick: Pick) -> str:
    """What to say on the phone before relying on it."""
    questions = []
    if "open" in (pick.unsure or ()):
        at = pick.text.index(_OPEN) + len(_OPEN)
        state = pick.text[at : pick.text.index('"', at)]
        questions.append(("open", state if state in {"unknown", "call_first"} else "unknown"))
    if not pick.covered:
        questions.append(("coverage", "not_stated"))
    answered = frozenset(pick.answered or ())
    questions += [(one.taxonomy, one.code) for one in asked.filters.asks if answered.isdisjoint(one.yes)]
    questions += [_UNSURE[one] for one in pick.unsure or () if one != "open"]
    return f"[{','.join(_questions(dict.fromkeys(questions), asked.shape.labels))}]"


def _questions(asked: Iterable[tuple[str, str]], language: str) -> list[str]:
    return [_question(taxonomy, code, language) for taxonomy, code in asked]


@lru_cache(maxsize=512)
def _question(taxonomy: str, code: str, language: str) -> str:
    asks = vocabulary(taxonomy).terms[code].asks
    return orjson.dumps(asks.get(language) or asks["en"]).decode()
