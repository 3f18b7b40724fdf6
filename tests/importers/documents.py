"""Documents of our own with as little in them as they can have, and what is made of them without a database."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson

from directory import ListingIn
from importers import precision
from importers.batches import gather
from importers.ledger import Ledger
from importers.report import Finding, Outcome, Row
from importers.source import parse
from importers.spool import Spool

Json = dict[str, Any]


def an_id(name: str) -> str:
    """A UUID of that name."""
    return str(uuid5(NAMESPACE_URL, f"https://doorlight.example/tests/{name}"))


def a_place(which: str = "house", **more: Any) -> Json:
    return {
        "id": an_id(which),
        "location_type": "physical",
        "name": f"The {which}",
        "latitude": 39.7392,
        "longitude": -104.9848,
        "addresses": [
            {
                "id": an_id(f"{which} address"),
                "address_1": "12 Canary Street",
                "city": "Denver",
                "state_province": "CO",
                "postal_code": "80202",
                "country": "US",
                "address_type": "physical",
            }
        ],
    } | more


def a_schedule(name: str = "hours", **more: Any) -> Json:
    return {"id": an_id(name), "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00", "closes_at": "17:00"} | more


def a_service(name: str = "Night room", *, places: tuple[Json, ...] = (), **more: Any) -> Json:
    at = [{"id": an_id(f"{name} at {place['id']}"), "location": place} for place in places]
    said = {"id": an_id(name), "name": name, "status": "active", "service_at_locations": at}
    return said | more


def an_organization(*services: Json, name: str = "Neighbours", **more: Any) -> Json:
    return {"id": an_id(name), "name": name, "description": "Here.", "services": list(services)} | more


def a_facility(**more: Any) -> Json:
    return {
        "_irow": 1,
        "frid": "f1",
        "name1": "Valley Board",
        "name2": "Corner House",
        "street1": "12 Canary Street",
        "street2": "",
        "city": "Denver",
        "state": "CO",
        "zip": "80202",
        "phone": "303-555-0100",
        "intake1": None,
        "hotline1": None,
        "website": "http://valley.example",
        "latitude": "39.7392",
        "longitude": "-104.9848",
        "miles": 0.5,
        "typeFacility": "SA",
        "services": [{"f1": "Type of Care", "f2": "TC", "f3": "Substance use treatment"}],
    } | more


def locator(*facilities: Any) -> Json:
    return {"page": 1, "rows": list(facilities)}


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a document."""

    listings: list[ListingIn]
    rows: list[Row]

    @property
    def listing(self) -> ListingIn:
        (one,) = self.listings
        return one

    def findings(self, outcome: Outcome = Outcome.altered) -> list[Finding]:
        return [finding for row in self.rows for finding in row.findings if finding.outcome is outcome]

    def paths(self, outcome: Outcome = Outcome.altered) -> list[str]:
        return [finding.path for finding in self.findings(outcome)]


def made(document: Any, *, publisher: str = "tests", stated_on: date | None = None) -> Made:
    """Read a document as a file that holds it would be read."""
    ledger = Ledger(publisher)
    with Spool() as spool:
        reading = gather(parse(BytesIO(orjson.dumps(document)), "tests.json"), ledger, spool, stated_on)
        limits = precision.Limits.of(reading.seen)
        return Made([precision.cut(listing, rows, limits) for listing, rows in reading], ledger.rows)


def written(folder: Path, document: Any, name: str = "tests.json") -> Path:
    """A file that holds the document."""
    path = folder / name
    path.write_bytes(document if isinstance(document, bytes) else orjson.dumps(document))
    return path
