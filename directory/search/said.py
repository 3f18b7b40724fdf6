"""What an answer says of hours: codes with their labels, as the JSON text that the statement puts together."""

from dataclasses import dataclass
from functools import lru_cache

import orjson

from directory.taxonomy import vocabulary

# Notes explain an unusual state; each belongs to one.
EXPLAINS = {
    "closure": "closed",
    "holiday_closed": "closed",
    "conditional": "call_first",
    "holiday_not_stated": "unknown",
    "times_not_stated": "unknown",
    "expired": "unknown",
    "not_yet": "unknown",
    "no_hours_stated": "unknown",
}
PLAIN = {
    "open": "within_hours",
    "closed": "outside_hours",
    "call_first": "conditional",
    "unknown": "no_hours_stated",
}


@dataclass(frozen=True, slots=True)
class Said:
    """For the templates: by state and by reason, the members that say it, as an SQL text."""

    states: dict[str, str]
    whys: dict[str, str]
    explains: dict[str, str]
    plain: dict[str, str]


@lru_cache(maxsize=8)
def said(language: str) -> Said:
    """In the language of labels."""
    states, whys = vocabulary("open"), vocabulary("why")
    return Said(
        states={code: _sql(f'{{"state":"{code}","label":{_quoted(states.label(code, language))}') for code in PLAIN},
        whys={
            code: _sql(f',"why":"{code}","why_label":{_quoted(whys.label(code, language))}')
            for code in ("round_the_clock", *EXPLAINS, *PLAIN.values())
        },
        explains=EXPLAINS,
        plain=PLAIN,
    )


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
