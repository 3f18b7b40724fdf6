"""What an answer says of a row whatever the time is, written once in each language of labels."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from directory.rows.material import Material, Said
from directory.rows.ways import Way
from directory.taxonomy import vocabulary

# Stand where the answer fills in what depends on the time; JSON never holds them as they are. HOLE: hours of a way
# or of the door.
# LEVEL_HOLE, a level and a day: the police level that a low claim counts as, itself through that day and P3 after it.
HOLE, LEVEL_HOLE = "\x01", "\x02"
_LOW = frozenset({"P0", "P1", "P2"})
_ABOUT = 280


def written(shown: dict[str, Any], language: str) -> str:
    """The members of the result in that language, without the braces around them."""
    spoken = shown | {
        "police": _police(shown["police"], language),
        "attributes": [one | {"label": _label("attribute", one["code"], language)} for one in shown["attributes"]],
        "access": [_access(one, language) for one in shown["access"]],
    }
    text = orjson.dumps(spoken).decode()[1:-1]
    return text.replace(_quoted(HOLE), HOLE).replace(_quoted(LEVEL_HOLE)[:-1], '"' + LEVEL_HOLE)


def attributes(terms: Sequence[Said]) -> list[dict[str, Any]]:
    """What is stated of our own attributes, yes and no, with its date and whether anybody else stands for it."""
    ours = vocabulary("attribute").terms
    return [
        {
            "code": term["code"],
            "answer": term["answer"],
            "value": term["value"],
            "stated_on": term["stated_on"] and term["stated_on"].isoformat(),
            "confirmed": term["confirmed_by"] is not None,
        }
        for term in terms
        if term["taxonomy"] == "attribute" and term["code"] in ours
    ]


def access(way: Way, level: str, claim: Said | None, until: date | None) -> dict[str, Any]:
    """A way in, with the level on its own path, the claim that says so, and the day through which a low one holds."""
    return way.shown | {
        "modes": list(way.modes),
        "police": level,
        "police_source": claim and claim["source"],
        "police_stated_on": claim and claim["stated_on"] and claim["stated_on"].isoformat(),
        "until": until,
    }


def address(material: Material, place: Said) -> dict[str, Any] | None:
    """The street address of a public place."""
    rows = [row for row in material.of("address", place["id"]) if row["address_type"] == "physical"]
    if not rows and not place["name"]:
        return None
    row: Said = rows[0] if rows else {}
    street = ", ".join(line for line in (row.get("address_1"), row.get("address_2")) if line) or None
    return {
        "name": place["name"],
        "street": street,
        "city": row.get("city"),
        "state": row.get("state_province"),
        "postal_code": row.get("postal_code"),
    }


def shortened(text: str | None) -> str | None:
    """The beginning of a long text, ending with a whole word."""
    if text is None or len(text) <= _ABOUT:
        return text
    return text[:_ABOUT].rsplit(" ", 1)[0] + " …"


def _access(one: dict[str, Any], language: str) -> dict[str, Any]:
    menu, until = one["menu_path"], one["until"]
    return {name: value for name, value in one.items() if name != "until"} | {
        "label": _label("access_point", one["kind"], language),
        "menu_path": menu and (menu.get(language) or menu.get("en")),
        "police_label": _label("police", one["police"], language),
        "police_counts_as": _counts_as(one["police"], until),
        "open": HOLE,
    }


def _police(one: dict[str, Any], language: str) -> dict[str, Any]:
    said = {name: value for name, value in one.items() if name != "until"}
    return said | {
        "label": _label("police", one["level"], language),
        "counts_as": _counts_as(one["level"], one["until"]),
    }


def _counts_as(level: str, until: date | None) -> str:
    if level in _LOW and until is not None:
        return f"{LEVEL_HOLE}{level}{until.isoformat()}"
    return "P3" if level in {"PU", *_LOW} else level


def _quoted(text: str) -> str:
    return orjson.dumps(text).decode()


@lru_cache(maxsize=4096)
def _label(taxonomy: str, code: str, language: str) -> str:
    return vocabulary(taxonomy).label(code, language)
