"""Generated services, as the tables hold them and as search rows: the latter by the very code that writes real ones."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import count
from random import Random
from typing import Any
from unittest.mock import patch
from uuid import UUID

from directory.models import Location, Organization, Row, Service
from directory.rows import row as rows
from directory.rows import ways
from directory.rows.material import Material
from directory.rows.refresh import window_from
from directory.rules.freshness import check_every
from directory.rules.hours import Schedule, Spans
from directory.taxonomy import vocabulary
from tests.bench import said
from tests.bench.centres import Centre, draw, jitter
from tests.bench.patterns import PATTERNS, ROUND_THE_CLOCK

# Of all rows: lines have no place, and a share of places is known only to its ZIP area's middle.
_LINES = 0.01
_SHARED = 0.12
_DRAWN = 0.05
_BATCH = 2_000
_WEIGHTS = [pattern.weight for pattern in PATTERNS]

Values = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """Rows by table, and the search rows that follow from them."""

    tables: dict[str, list[Values]] = field(default_factory=lambda: defaultdict(list))
    search: list[Values] = field(default_factory=list)


def batches(many: int, *, now: datetime, seed: int = 1) -> Iterator[Batch]:
    """`many` search rows with all they hang on; the same ones for the same seed and time."""
    random = Random(seed)  # noqa: S311 - repeatable on purpose
    maker = _Maker(random, now)
    with _each_pattern_once():
        for start in range(0, many, _BATCH):
            yield maker.batch(min(_BATCH, many - start))


class _Maker:
    def __init__(self, random: Random, now: datetime) -> None:
        self.random = random
        self.now = now
        self.window = window_from(now)
        self.numbers = count(1)
        self.organization: Values = {}

    def batch(self, many: int) -> Batch:
        made = Batch()
        material = Material({}, {}, {}, defaultdict(list), defaultdict(list), defaultdict(lambda: defaultdict(list)))
        for centre in draw(self.random, many):
            self._service(made, material, centre)
        made.search = list(rows.every_row(material, self.window))
        return made

    def _service(self, made: Batch, material: Material, centre: Centre) -> None:
        random = self.random
        if not self.organization or random.random() < 1 / 3:  # three services an organization
            self.organization = _blank(Organization) | {
                "id": said.uuid(random),
                "changed_at": self.now,
                "name": f"{centre.city} {random.choice(('Hope', 'Haven', 'Bridge', 'Harbor', 'Commons'))} Center",
                "description": "",
                "invented": True,
            }
            made.tables["organization"].append(self.organization)
        material.organizations[self.organization["id"]] = self.organization
        placed = random.random() >= _LINES
        kind = said.kind_of_place(random) if placed else random.choice(said.LINE_KINDS)
        service = self._of(kind, centre)
        made.tables["service"].append(service)
        material.services[service["id"]] = service
        material.terms[service["id"]].append({"taxonomy": "kind", "code": kind, "answer": "yes", "value": None})
        self._says(material, service["id"])
        self._covers(made, material, service["id"], kind if placed else None, centre)
        if placed:
            self._place(made, material, service["id"], kind, centre)

    def _of(self, kind: str, centre: Centre) -> Values:
        random, now = self.random, self.now
        confirmed = None if random.random() < 0.3 else now - timedelta(days=random.randrange(400))
        return _blank(Service) | {
            "id": said.uuid(random),
            "changed_at": now,
            "organization_id": self.organization["id"],
            "name": f"{centre.city} {vocabulary('kind').label(kind, 'en')}",
            "description": said.description(random),
            "status": "active",
            "source_urls": [],
            "confirmed_at": confirmed,
            "check_due": confirmed and confirmed + check_every([kind]),
        }

    def _says(self, material: Material, service_id: UUID) -> None:
        random, children = self.random, material.children
        pattern = random.choices(PATTERNS, _WEIGHTS)[0]
        ways = said.ways(random, service_id)
        _put(children, "schedule", service_id, [*pattern.schedules])
        _put(children, "access_point", service_id, ways)
        _put(children, "language", service_id, [{"code": code} for code in said.languages(random)])
        _put(children, "disclosure", service_id, said.disclosures(random))
        if ways and random.random() < 0.05:  # its first number is answered at any hour
            _put(children, "schedule", ways[0]["id"], [ROUND_THE_CLOCK])

    def _covers(self, made: Batch, material: Material, service_id: UUID, kind: str | None, centre: Centre) -> None:
        """Lines and hidden places have an area, or a named one that nobody can draw; of the others some draw one."""
        random = self.random
        needed = kind is None or kind == "DV.SHELTER"
        chance = random.random()
        drawn = said.outline(round(centre.latitude), round(centre.longitude))
        extent_type, extent, geom = "geojson", "", drawn
        if not needed and chance >= _DRAWN:
            return
        if needed and chance < 0.1:
            extent_type, extent, geom = "country", "US", ""
        elif needed and chance < 0.4:
            extent_type, extent, geom = "state", f"US-{centre.state}", ""
        area = {
            "id": said.uuid(random),
            "changed_at": self.now,
            "service_id": service_id,
            "number": next(self.numbers),
            "extent": extent or None,
            "extent_type": extent_type,
            "geom": geom or None,
        }
        made.tables["service_area"].append(area)
        _put(material.children, "service_area", service_id, [area])

    def _place(self, made: Batch, material: Material, service_id: UUID, kind: str, centre: Centre) -> None:
        random = self.random
        hidden = kind == "DV.SHELTER"
        shared = random.random() < _SHARED
        point = (centre.latitude, centre.longitude) if shared else jitter(random, centre, 3 if centre.around > 1 else 6)
        place = _blank(Location) | {
            "id": said.uuid(random),
            "changed_at": self.now,
            "organization_id": self.organization["id"],
            "location_type": "physical",
            "confidential": hidden,
            "latitude": None if hidden else point[0],
            "longitude": None if hidden else point[1],
            "precision": "confidential" if hidden else "postcode" if shared else random.choice(("rooftop", "street")),
            "zone": centre.zone,
        }
        at = {
            "id": said.uuid(random),
            "changed_at": self.now,
            "service_id": service_id,
            "location_id": place["id"],
        }
        address = {
            "address_type": "physical",
            "address_1": f"{random.randrange(1, 9999)} Canary Street",
            "address_2": None,
            "city": centre.city,
            "state_province": centre.state,
            "postal_code": centre.zip_code,
        }
        made.tables["location"].append(place)
        made.tables["service_at_location"].append(at)
        material.places[place["id"]] = place
        material.at[service_id].append(at)
        if not hidden:
            _put(material.children, "address", place["id"], [address])


def _put(children: dict[str, Any], table: str, owner: UUID, said_of_it: list[Any]) -> None:
    children[table][owner].extend(said_of_it)


@lru_cache(maxsize=8)
def _blank(model: type[Row]) -> Values:
    return dict.fromkeys(model.model_fields)


@contextmanager
def _each_pattern_once() -> Iterator[None]:
    """Few patterns in few zones, on very many rows: worked out and written down once each."""
    work_out = ways.spans_of

    @cache
    def worked_out(schedules: tuple[Schedule, ...], window: int) -> Spans:
        return work_out(schedules, [], windows[window])

    def from_memory(schedules: Any, closures: Any, window: ways.Window) -> Spans:
        assert not closures
        windows[id(window)] = window
        return worked_out(tuple(schedules), id(window))

    windows: dict[int, ways.Window] = {}
    write = cache(rows._range)
    with (
        patch.object(ways, "spans_of", from_memory),
        patch.object(rows, "spans_of", from_memory),
        patch.object(rows, "_range", write),
    ):
        yield
