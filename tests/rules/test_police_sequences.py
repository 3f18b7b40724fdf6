"""Whatever one person changes, and in whatever order: no number at any place is shown with a lower level than before,
and no service.

What readers see is worked out here by the rules of the search, and not by those that say what falls.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import example, given
from hypothesis import strategies as st

from directory.rows.reach import oldest, paths, police
from directory.rows.ways import Way
from directory.rules.police import MAY_CALL, attribute_floor, floor, highest, path, rank
from directory.rules.police_falls import Picture, Stated, counting, picture, shifts

ON = date(2026, 11, 20)
PLACES = [uuid5(UUID(int=1), str(n)) for n in range(2)]
WAYS = [uuid5(UUID(int=0), str(n)) for n in range(3)]
# As they are written, and which one is meant.
NUMBERS = {"303-555-0101": "0101", "303-555-0102": "0102", "+1 303 555 0102": "0102", "911": "911", "9-1-1": "911"}
LEVELS = ("P0", "P1", "P2", "P3", "P4", "P5", "PU")
Claim = tuple[str, date]
claims = st.lists(
    st.tuples(st.sampled_from(LEVELS), st.sampled_from([ON, ON - timedelta(days=300)])), max_size=1
).map(tuple)  # fmt: skip


@dataclass(frozen=True)
class WayIn:
    """A way in to a service; without a place it is one everywhere."""

    kind: str
    number: str | None
    url: str | None
    place: UUID | None
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Listing:
    """What a service says; `phones` are numbers that stand in its list of phones alone."""

    claims: tuple[Claim, ...] = ()
    ways: tuple[tuple[UUID, WayIn], ...] = ()
    phones: frozenset[str] = frozenset()
    kinds: frozenset[str] = field(default_factory=frozenset)
    yes: frozenset[str] = field(default_factory=frozenset)


of_ways: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(["AP.DIRECT", "AP.TEXT", "AP.911", "AP.PRO"]),
    "number": st.sampled_from([None, *NUMBERS]),
    "url": st.sampled_from([None, "https://example.org/chat"]),
    "place": st.sampled_from([None, *PLACES]),
    "claims": claims,
}
of_services: dict[str, st.SearchStrategy[Any]] = {
    "claims": claims,
    "phones": st.frozensets(st.sampled_from([*NUMBERS])),
    "kinds": st.frozensets(st.sampled_from(["MOBILE.CORESP"])),
    "yes": st.frozensets(st.sampled_from(["POLICE_RUN"])),
}
ways = st.dictionaries(st.sampled_from(WAYS), st.builds(WayIn, **of_ways)).map(lambda by_id: tuple(by_id.items()))
listings = st.builds(Listing, ways=ways, **of_services)
# Which way in, none for the service, and what is said of it now; without that the way in goes.
Edit = tuple[UUID | None, Mapping[str, Any] | None]
edits: st.SearchStrategy[Edit] = st.one_of(
    st.tuples(st.sampled_from(WAYS), st.none() | st.fixed_dictionaries(of_ways)),
    st.tuples(st.sampled_from(WAYS), st.fixed_dictionaries({}, optional=of_ways)),
    st.tuples(st.none(), st.fixed_dictionaries({}, optional=of_services)),
)


def _edited(listing: Listing, edit: Edit) -> Listing:
    way_id, said = edit
    if way_id is None:
        return replace(listing, **(said or {}))
    others = {one: way for one, way in listing.ways if one != way_id}
    stored = dict(listing.ways).get(way_id)
    if said is not None and stored is not None:
        others[way_id] = replace(stored, **said)
    elif said is not None and said.keys() == of_ways.keys():
        others[way_id] = WayIn(**said)
    return replace(listing, ways=tuple(others.items()))


def _picture(listing: Listing) -> Picture:
    return picture(
        _counted(listing.claims),
        {
            way_id: Stated(way.kind, _counted(way.claims), way.number, way.url, way.place)
            for way_id, way in listing.ways
        },
        kinds=listing.kinds,
        yes=listing.yes,
    )


def _counted(said: Iterable[Claim]) -> list[str]:
    return [counting(level, on, ON) for level, on in said]


def _read(listing: Listing) -> dict[tuple[UUID, str], list[int]]:
    """By place and number, the ranks of all ways that readers are shown there."""
    found: dict[tuple[UUID, str], list[int]] = {}
    for place in PLACES:
        there = [way for _, way in listing.ways if way.place in {None, place}]
        for way in there:
            if way.kind != "AP.PRO":
                for written in (way.number, way.url):
                    if written is not None:
                        reached = (place, NUMBERS.get(written, written))
                        found.setdefault(reached, []).append(_rank(listing, way.claims, [way.kind]))
        known = {NUMBERS[way.number] for way in there if way.number is not None}
        for number in {NUMBERS[phone] for phone in listing.phones} - known:
            found.setdefault((place, number), []).append(_rank(listing, (), []))
    return found


def _rank(listing: Listing, own: tuple[Claim, ...], kinds: list[str]) -> int:
    levels = [one for one in (floor([*listing.kinds, *kinds]), attribute_floor(listing.yes)) if one]
    one = path([*listing.claims, *own], brought=highest(levels) if levels else None)
    return one.known if one.sure_until is not None and one.sure_until >= ON else max(MAY_CALL, one.known)


def _door(listing: Listing) -> int:
    return _rank(listing, (), [])


def _headlines(listing: Listing) -> dict[tuple[UUID | None, bool], int]:
    """By place, none for a line without one, and with and without its door: what the service as a whole counts as."""
    return {(place, door): _headline(listing, place, door=door) for place in (None, *PLACES) for door in (False, True)}


def _headline(listing: Listing, place: UUID | None, *, door: bool) -> int:
    there = [way for _, way in listing.ways if way.place in {None, place}]
    known = {NUMBERS[way.number] for way in there if way.number is not None}
    shown = [_way(way.kind, way.claims) for way in there if way.kind != "AP.PRO"]
    shown += [_way("AP.LOCAL", ()) for number in {NUMBERS[phone] for phone in listing.phones} - known]
    said = (_said(listing.claims), shown, [*listing.kinds], [*listing.yes])
    told, (*by_way, by_door) = police(*said, door=door), paths(*said)
    until = oldest(told["level"], by_way if by_way and not door else [*by_way, by_door])
    return rank(told["level"]) if until is not None and until >= ON else max(MAY_CALL, rank(told["level"]))


def _way(kind: str, own: tuple[Claim, ...]) -> Way:
    return Way({"kind": kind}, (), (), tuple(_said(own)))


def _said(said: tuple[Claim, ...]) -> list[dict[str, Any]]:
    unsaid = {"source": None, "note": None, "confirmed_by": None, "tracing": "not_stated", "recording": "not_stated"}
    return [{"level": level, "stated_on": on} | unsaid for level, on in said]


ONE_PROMISES = Listing(
    ways=((WAYS[0], WayIn("AP.DIRECT", "303-555-0101", None, None, (("P0", ON),))),), phones=frozenset({"303-555-0102"})
)


@example(ONE_PROMISES, [(None, {"phones": frozenset()})])
@given(listings, st.lists(edits, max_size=12))
def test_no_number_at_a_place_is_shown_lower_whatever_one_person_does(listing: Listing, steps: list[Edit]) -> None:
    """Lower than it was when it was last seen: leaving for a while washes nothing off."""
    seen = _read(listing)
    door = _door(listing)
    headlines = _headlines(listing)
    for step in steps:
        wanted = _edited(listing, step)
        down, _ = shifts(_picture(listing), _picture(wanted))
        if down:
            continue  # that waits for a second person
        listing = wanted
        for number, ranks in _read(listing).items():
            before = seen.get(number, [door])
            assert min(ranks) >= min(before), number
            assert max(ranks) >= max(before), number
            seen[number] = ranks
        assert _door(listing) >= door
        door = _door(listing)
        were, headlines = headlines, _headlines(listing)
        assert all(headlines[one] >= level for one, level in were.items())
