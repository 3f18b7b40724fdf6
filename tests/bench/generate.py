"""Generated services, as the tables hold them and as search rows: the latter by the very code that writes real ones."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

from directory.models import Location, Organization, Row, Service
from directory.rows.areas import Resolved
from directory.rows.material import Material
from directory.rows.refresh import window_from
from directory.rows.row import TEAMS, every_row
from directory.rules.freshness import check_every
from directory.taxonomy import vocabulary
from tests.bench import said
from tests.bench.centres import Centre, draw, jitter
from tests.bench.patterns import PATTERNS, ROUND_THE_CLOCK

# Of all rows: lines have no place, and a share of places is known only to its ZIP area's middle.
_LINES = 0.01
_SHARED = 0.12
_DRAWN = 0.05
# Of teams, those that say how far they travel; of lines, those for the nation; of lines and hidden places, those for a
# state.
_TRAVELS, _NATIONAL, _STATEWIDE = 0.8, 0.05, 0.35
# Ids far beyond those of the outlines that every database has.
_FIRST_DRAWN = 1_000_000
BATCH = 2_000
_WEIGHTS = [pattern.weight for pattern in PATTERNS]

Values = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """Rows by table, and the search rows that follow from them."""

    tables: dict[str, list[Values]] = field(default_factory=dict)
    search: list[Values] = field(default_factory=list)

    def put(self, table: str, row: Values) -> None:
        """Add a row to a table."""
        self.tables.setdefault(table, []).append(row)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which rows: the same plan makes the same ones, batch by batch.

    `outlines`: the ids of the areas that the database knows by key, such as `US` and `state:CO`.
    """

    now: datetime
    outlines: Mapping[str, int] = field(default_factory=dict)
    seed: int = 1

    def batch(self, number: int, many: int = BATCH) -> Batch:
        """The batch of that number, which depends on no other."""
        random = Random(f"{self.seed} {number}")  # noqa: S311 - repeatable on purpose
        return _Maker(random, self.now, self.outlines).batch(many)


def batches(plan: Plan, many: int) -> Iterator[Batch]:
    """So many rows, a batch at a time."""
    for start in range(0, many, BATCH):
        yield plan.batch(start // BATCH, min(BATCH, many - start))


class _Maker:
    def __init__(self, random: Random, now: datetime, outlines: Mapping[str, int]) -> None:
        self.random = random
        self.now = now
        self.window = window_from(now)
        self.outlines = outlines
        self.drawn: set[int] = set()
        self.organization: Values = {}

    def batch(self, many: int) -> Batch:
        made = Batch()
        areas: dict[UUID, Resolved] = {}
        material = Material(
            {}, {}, {}, defaultdict(list), defaultdict(list), defaultdict(lambda: defaultdict(list)), areas
        )
        for centre in draw(self.random, many):
            self._service(made, material, areas, centre)
        made.search = list(every_row(material, self.window))
        return made

    def _service(self, made: Batch, material: Material, areas: dict[UUID, Resolved], centre: Centre) -> None:
        random = self.random
        if not self.organization or random.random() < 1 / 3:  # three services an organization
            self.organization = _blank(Organization) | {
                "id": said.uuid(random),
                "changed_at": self.now,
                "name": f"{centre.city} {random.choice(('Hope', 'Haven', 'Bridge', 'Harbor', 'Commons'))} Center",
                "description": "",
                "invented": True,
            }
            made.put("organization", self.organization)
        material.organizations[self.organization["id"]] = self.organization
        placed = random.random() >= _LINES
        kind = said.kind_of_place(random) if placed else random.choice(said.LINE_KINDS)
        service = self._of(kind, centre)
        made.put("service", service)
        material.services[service["id"]] = service
        material.terms[service["id"]] += [said.term("kind", kind), *said.attributes(random, self.now.date())]
        self._says(material, service["id"])
        self._covers(made, material, areas, service["id"], kind if placed else None, centre)
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
            **said.ages(random),
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
        _put(children, "disclosure", service_id, said.disclosures(random, self.now.date()))
        _put(children, "capacity", service_id, said.capacities(random, self.now))
        if ways and random.random() < 0.05:  # its first number is answered at any hour
            _put(children, "schedule", ways[0]["id"], [ROUND_THE_CLOCK])

    def _covers(  # noqa: PLR0917
        self, made: Batch, material: Material, areas: dict[UUID, Resolved], service_id: UUID, kind: str | None,
        centre: Centre,
    ) -> None:  # fmt: skip
        """Teams travel so far; lines and hidden places have an area or a state, or nobody knows."""
        random = self.random
        needed = kind is None or kind == "DV.SHELTER"
        chance = random.random()
        extent_type, extent = "geojson", None
        if kind is not None and kind.startswith(TEAMS) and chance < _TRAVELS:
            extent_type = "radius"
            found = Resolved(ids=(), nation=False, radius_m=random.randrange(8_000, 80_001), unknown=False)
        elif kind is None and chance < _NATIONAL:
            extent_type, extent = "country", "US"
            found = Resolved(ids=(self.outlines.get("US", 0),), nation=True, radius_m=None, unknown=False)
        elif needed and chance < _STATEWIDE:
            extent_type, extent = "state", centre.state
            own = self.outlines.get(f"state:{centre.state}")
            found = Resolved(ids=(own,) if own else (), nation=False, radius_m=None, unknown=own is None)
        elif needed or chance < _DRAWN:
            found = Resolved(ids=(self._outline(made, centre),), nation=False, radius_m=None, unknown=False)
        else:
            return
        own_id = said.uuid(random)
        area = {
            "id": own_id,
            "changed_at": self.now,
            "service_id": service_id,
            "extent": extent,
            "extent_type": extent_type,
        }
        made.put("service_area", area)
        _put(material.children, "service_area", service_id, [area])
        areas[own_id] = found

    def _outline(self, made: Batch, centre: Centre) -> int:
        """The shared shape around a place, once a batch."""
        latitude, longitude = round(centre.latitude), round(centre.longitude)
        number = _FIRST_DRAWN + (latitude + 90) * 361 + longitude + 180
        if number not in self.drawn:
            self.drawn.add(number)
            made.put("area", {
                "id": number, "key": f"drawn:{number}", "kind": "drawn", "geom": said.outline(latitude, longitude),
            })  # fmt: skip
        return number

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
        made.put("location", place)
        made.put("service_at_location", at)
        material.places[place["id"]] = place
        material.at[service_id].append(at)
        if not hidden:
            _put(material.children, "address", place["id"], [address])


def _put(children: dict[str, Any], table: str, owner: UUID, said_of_it: list[Any]) -> None:
    children[table][owner].extend(said_of_it)


@lru_cache(maxsize=8)
def _blank(model: type[Row]) -> Values:
    return dict.fromkeys(model.model_fields)
