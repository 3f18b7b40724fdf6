"""One result as JSON text: what is stored ready, and what depends on the time, put into its places.

Twenty of these make an answer, so nothing is built that is not sent: parts are texts, and labels are quoted once.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from directory.rows.shown import HOLE
from directory.search.ask import Question
from directory.search.walk import Pick
from directory.taxonomy import vocabulary

# Notes explain an unusual state; each belongs to one.
_EXPLAINS = {
    "closure": "closed",
    "holiday_closed": "closed",
    "conditional": "call_first",
    "holiday_not_stated": "unknown",
    "times_not_stated": "unknown",
    "expired": "unknown",
    "not_yet": "unknown",
    "no_hours_stated": "unknown",
}
_PLAIN = {
    "open": "within_hours",
    "closed": "outside_hours",
    "call_first": "conditional",
    "unknown": "no_hours_stated",
}
_UNSURE = {"police": ("police", "PU"), "age": ("attribute", "AGE_LIMITS"), "free": ("capacity", "not_stated")}
_LOW = frozenset({"P0", "P1", "P2"})


Hours = tuple[Any, Any, Any, Any]  # state, until, opens at, far: read off the stored intervals by the database


class Shown(NamedTuple):
    """What the statement says of a row, in its order."""

    id: str
    group: str
    text: str
    address: str | None
    precision: str
    step: int
    zone: str | None
    confirmed_on: date | None
    freshness: str
    capacity: str | None
    level: str
    level_until: date | None
    notes: str | None
    state: str
    until: datetime | None
    opens_at: datetime | None
    far: bool
    ways: Sequence[Hours] | None
    unsure: Sequence[str] | None
    answered: Sequence[int]

    @property
    def hours(self) -> Hours:
        """Its own."""
        return self[13:17]


class Writer:
    """Turns rows into results in one language."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        self.labels = asked.shape.labels
        self.open_labels = _quoted("open", self.labels)
        self.why_labels = _quoted("why", self.labels)

    def result(self, pick: Pick) -> str:
        """A JSON object."""
        row = Shown(*pick.shown)
        opening = self._opening(row.hours, row.zone, row.notes)
        head, rest, *tail = row.text.split(HOLE)
        ways = [opening] * len(tail)
        if row.ways is not None:
            ways = [self._opening(way, row.zone, None) for way in row.ways[: len(tail)]]
        parts = [head, self.counts_as(row), rest]
        for way, piece in zip(ways, tail, strict=True):
            parts += (way, piece)
        return (
            f'{{"id":"{row.id}","open":{opening},'
            f'"distance":{{"metres":{self.metres(pick, row)},"precision":"{row.precision}"}},'
            f'"address":{row.address or "null"},"confirmed_on":{self.day(row.confirmed_on)},'
            f'"freshness":"{row.freshness}","capacity":{self.capacity(row)},"ask":{self.asks(pick, row)},'
            f"{''.join(parts)}}}"
        )

    def _opening(self, hours: Hours, zone: str | None, notes: str | None) -> str:
        state, until, opens_at, _ = hours
        why = self.why(hours, notes)
        return (
            f'{{"state":"{state}","label":{self.open_labels[state]},"until":{self.instant(until)},'
            f'"opens_at":{self.instant(opens_at)},"closes_in_min":{self.closes_in(hours)},'
            f'"opens_in_min":{self.minutes(opens_at)},"zone":{self.text(zone)},'
            f'"why":"{why}","why_label":{self.why_labels[why]}}}'
        )

    def why(self, hours: Hours, notes: str | None) -> str:
        """A code of the taxonomy `why`."""
        state, until, _, far = hours
        return "round_the_clock" if state == "open" and until is None and far else _why(state, notes, self.asked.time)

    def closes_in(self, hours: Hours) -> str:
        """Minutes until it closes, where it is open."""
        return self.minutes(hours[1]) if hours[0] == "open" else "null"

    def minutes(self, at: datetime | str | None) -> str:
        """Whole minutes until then, begun ones counted."""
        if at is None:
            return "null"
        then = datetime.fromisoformat(at) if isinstance(at, str) else at
        return str(int(-(-(then - self.asked.time).total_seconds() // 60)))

    @staticmethod
    def instant(at: datetime | str | None) -> str:
        """A time, which some rows of the database hold as text."""
        if at is None:
            return "null"
        return f'"{at if isinstance(at, str) else at.isoformat()}"'

    @staticmethod
    def text(said: str | None) -> str:
        """Quoted."""
        return _text(said)

    @staticmethod
    def day(on: date | None) -> str:
        """A date."""
        return "null" if on is None else f'"{on.isoformat()}"'

    @staticmethod
    def metres(pick: Pick, row: Shown) -> str:
        """Rounded up to what is known of the place, so nothing seems nearer."""
        return "null" if pick.metres is None else str(-(-max(int(pick.metres), 1) // row.step) * row.step)

    def counts_as(self, row: Shown) -> str:
        """The police level it filters as."""
        aged = row.level_until is None or row.level_until < self.asked.now.date()
        return '"P3"' if row.level == "PU" or (row.level in _LOW and aged) else f'"{row.level}"'

    def capacity(self, row: Shown) -> str:
        """Each count with its age; past its clock no number."""
        if row.capacity is None:
            return "[]"
        now, units = self.asked.now, vocabulary("unit")
        shown = []
        for one in orjson.loads(row.capacity):
            as_of, current = datetime.fromisoformat(one["as_of"]), now < datetime.fromisoformat(one["expires_at"])
            shown.append({
                "unit": one["unit"], "label": units.label(one["unit"], self.labels),
                "free": one["free"] if current else None, "total": one["total"], "as_of": as_of,
                "age_min": max(0, int((now - as_of).total_seconds() // 60)),
                "state": "stated" if current else "expired", "source": one["source"],
            })  # fmt: skip
        return orjson.dumps(shown).decode()

    def asks(self, pick: Pick, row: Shown) -> str:
        """What to say on the phone before relying on it."""
        if row.unsure is None:
            return "[]"
        questions = []
        if "open" in row.unsure:
            questions.append(("open", row.state if row.state in {"unknown", "call_first"} else "unknown"))
        if not pick.covered:
            questions.append(("coverage", "not_stated"))
        said = set(row.answered)
        questions += [(one.taxonomy, one.code) for one in self.asked.filters.asks if said.isdisjoint(one.yes)]
        questions += [_UNSURE[one] for one in row.unsure if one != "open"]
        return orjson.dumps([_question(*one, self.labels) for one in dict.fromkeys(questions)]).decode()


def writer(asked: Question) -> Writer:
    """What writes the results of one answer."""
    return Writer(asked)


@lru_cache(maxsize=512)
def _text(said: str | None) -> str:
    return orjson.dumps(said).decode()


@lru_cache(maxsize=32)
def _quoted(taxonomy: str, language: str) -> dict[str, str]:
    words = vocabulary(taxonomy)
    return {code: orjson.dumps(words.label(code, language)).decode() for code in words.terms}


@lru_cache(maxsize=512)
def _question(taxonomy: str, code: str, language: str) -> str:
    asks = vocabulary(taxonomy).terms[code].asks
    return str(asks.get(language) or asks["en"])


def _why(state: str, notes: str | None, time: datetime) -> str:
    for start, end, why, _ in orjson.loads(notes) if notes and state != "open" else ():
        if _EXPLAINS.get(why) == state and datetime.fromisoformat(start) <= time < datetime.fromisoformat(end):
            return str(why)
    return _PLAIN[state]
