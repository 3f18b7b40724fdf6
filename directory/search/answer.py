"""The answer, as JSON that is written once, and as a view for whoever wants to look inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from directory.search.ask import Question
from directory.search.sql import COUNT
from directory.search.walk import Pick, Walk
from directory.taxonomy import vocabulary
from directory.views.search import SearchAnswer

# Metres are shown no finer than the place is known.
_ROUNDED_TO = {"rooftop": 10, "street": 50, "block": 100, "postcode": 1_000, "area": 5_000, "not_stated": 100}


@dataclass(frozen=True, slots=True)
class Answer:
    """A search's answer. REST sends `body` as it is; others read `view()`, which is the same thing parsed."""

    body: bytes

    def view(self) -> SearchAnswer:
        """The answer as typed values."""
        return SearchAnswer.model_validate_json(self.body)


def compose(asked: Question, found: Walk, *, labels: str) -> Answer:
    """Write the answer down, with labels in that language (`en` or `es`)."""
    write = _Writer(asked, labels)
    answer = {
        "asked_at": asked.now,
        "at": asked.at.model_dump() if asked.at else None,
        "fits": [write.result(pick) for pick in found.fits],
        "might_fit": [write.result(pick) for pick in found.might_fit],
        "hidden": write.hidden(found),
        "next": found.next and found.next.cursor("fits"),
        "next_might_fit": found.next_might_fit and found.next_might_fit.cursor("might_fit"),
    }
    return Answer(orjson.dumps(answer))


@lru_cache(maxsize=64)
def _labels(taxonomy: str, language: str) -> dict[str, str]:
    words = vocabulary(taxonomy)
    return {code: words.label(code, language) for code in words.terms}


class _Writer:
    """Turns rows into results in one language."""

    def __init__(self, asked: Question, labels: str) -> None:
        self.asked = asked
        self.labels = labels
        self.asks_open = asked.shape.asks_open

    def result(self, pick: Pick) -> dict[str, Any]:
        row_id, service_id, location_id, name, organization, organization_id, invented, about, address = pick.shown[:9]
        kinds, level, police, access, languages, zone, precision, confirmed_on, freshness = pick.shown[9:18]
        notes, hours, ways, state = pick.shown[18:]
        opening = self.opening(hours, zone, notes)
        each = [self.access(way, ways[n] if ways else None, opening, zone) for n, way in enumerate(access)]
        return {
            "id": row_id,
            "service_id": service_id,
            "location_id": location_id,
            "name": name,
            "organization": organization,
            "organization_id": organization_id,
            "invented": invented,
            "about": about,
            "address": address and orjson.Fragment(address),
            "kinds": orjson.Fragment(kinds),
            "open": opening,
            "distance": self.distance(pick, precision),
            "police": _with_label(police, self.label("police", level)),
            "access": each,
            "languages": orjson.Fragment(languages),
            "confirmed_on": confirmed_on,
            "freshness": freshness,
            "ask": self.ask(pick, state, languages, access) if pick.list == "might_fit" else [],
        }

    def opening(self, hours: Sequence[Any], zone: str | None, notes: str | None) -> dict[str, Any]:
        """`hours` is [state, until, opens_at, far] as the database read them off the stored intervals."""
        state, until, opens_at, far = hours
        why = "round_the_clock" if state == "open" and until is None and far else _why(state, notes, self.asked.time)
        return {
            "state": state,
            "label": self.label("open", state),
            "until": until,
            "opens_at": opens_at,
            "zone": zone,
            "why": why,
            "why_label": self.label("why", why),
        }

    def access(
        self, way: dict[str, Any], hours: Sequence[Any] | None, opening: dict[str, Any], zone: str | None
    ) -> dict[str, Any]:
        menu = way["menu_path"]
        return way | {
            "label": self.label("access_point", way["kind"]),
            "menu_path": menu and (menu.get(self.labels) or menu.get("en")),
            "open": opening if hours is None else self.opening(hours, zone, None),
        }

    def distance(self, pick: Pick, precision: str) -> dict[str, Any]:
        step = _ROUNDED_TO.get(precision)
        placeless = pick.stage == self.asked.parameters["line_stage"]
        metres = None if placeless or step is None else max(step, round(pick.key / step) * step)
        return {"metres": metres, "precision": precision}

    def ask(self, pick: Pick, state: str, languages: str, access: list[dict[str, Any]]) -> list[str]:
        """What to say on the phone before relying on it; `state` is the one the filter went by."""
        ask = self.asked.ask
        questions = []
        if self.asks_open and state in {"unknown", "call_first"}:
            questions.append(("open", state))
        if not pick.covered:
            questions.append(("coverage", "not_stated"))
        if ask.language is not None and not _speaks(languages, ask.language):
            questions.append(("attribute", "STAFF_LANGUAGE"))
        if ask.mode is not None and not any(ask.mode in way["modes"] for way in access):
            questions.append(("mode", ask.mode))
        return [self.question(taxonomy, code) for taxonomy, code in questions]

    def hidden(self, found: Walk) -> list[dict[str, Any]]:
        reasons = [(reason, count, not found.looked_at_all) for reason, count in found.ruled_out.items()]
        if found.elsewhere:
            reason = "not_covering" if self.asked.at else "no_position"
            already = next((n for r, n, _ in reasons if r == reason), 0)
            reasons = [r for r in reasons if r[0] != reason]
            at_least = found.elsewhere >= COUNT or (already > 0 and not found.looked_at_all)
            reasons.append((reason, already + found.elsewhere, at_least))
        return [
            {"reason": reason, "label": self.label("hidden", reason), "count": count, "at_least": at_least}
            for reason, count, at_least in sorted(reasons)
        ]

    def label(self, taxonomy: str, code: str) -> str:
        return _labels(taxonomy, self.labels).get(code, code)

    def question(self, taxonomy: str, code: str) -> str:
        asks = vocabulary(taxonomy).terms[code].asks
        return asks.get(self.labels) or asks["en"]


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


def _speaks(languages: str, asked: str) -> bool:
    codes = orjson.loads(languages)
    return asked in codes or any(code.partition("-")[0] == asked for code in codes)


def _with_label(written: str, label: str) -> orjson.Fragment:
    """One more member in an object that is written already: it is read for nothing else on the way out."""
    return orjson.Fragment(written.encode().rstrip()[:-1] + b',"label":' + orjson.dumps(label) + b"}")


def _why(state: str, notes: str | None, time: datetime) -> str:
    for start, end, why, _ in orjson.loads(notes) if notes and state != "open" else ():
        if _EXPLAINS.get(why) == state and datetime.fromisoformat(start) <= time < datetime.fromisoformat(end):
            return str(why)
    return _PLAIN[state]
