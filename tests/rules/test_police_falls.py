"""When a police level falls: by what counts, whichever part of a service says so."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.police import MAY_CALL, highest, path, rank
from directory.rules.police_falls import Picture, Shift, Stated, counting, lowest, picture, shifts, worst

ON = date(2026, 11, 20)
LEVELS = ("P0", "P1", "P2", "P3", "P4", "P5", "PU")
WAYS = [uuid5(UUID(int=0), str(n)) for n in range(3)]
Claim = tuple[str, date | None]
claims = st.lists(st.tuples(st.sampled_from(LEVELS), st.none() | st.dates(ON - timedelta(days=400), ON)), max_size=2)
kinds = st.sampled_from(["AP.DIRECT", "AP.TEXT", "AP.911", "AP.NONEMERG"])
ways = st.dictionaries(st.sampled_from(WAYS), st.tuples(kinds, claims), max_size=3)
services = st.fixed_dictionaries(
    {
        "claims": claims,
        "ways": ways,
        "kinds": st.sets(st.sampled_from(["SITE.SOBER", "MOBILE.CORESP"])),
        "yes": st.sets(st.sampled_from(["POLICE_RUN", "POLICE_ONLY", "FREE"])),
    }
)


def _picture(said: Mapping[str, object]) -> Picture:
    of_service, by_way = said["claims"], said["ways"]
    assert isinstance(of_service, list)
    assert isinstance(by_way, dict)
    return picture(
        _counted(of_service),
        {way: Stated(kind, _counted(own), number=str(way)) for way, (kind, own) in by_way.items()},
        kinds=said["kinds"],  # type: ignore[arg-type]
        yes=said["yes"],  # type: ignore[arg-type]
    )


def _counted(said: Collection[Claim]) -> list[str]:
    return [counting(level, on, ON) for level, on in said]


@given(services)
def test_what_does_not_change_neither_falls_nor_rises(said: dict[str, object]) -> None:
    assert shifts(_picture(said), _picture(said)) == ([], [])


@given(services, st.sampled_from(WAYS))
def test_taking_a_claim_a_mark_or_a_way_in_away_never_lets_another_part_pass_for_better(
    said: dict[str, object], way: UUID
) -> None:
    """Whatever is lower afterwards is found: nothing falls unseen."""
    before = _picture(said)
    for less in _less(said, way):
        after = _picture(less)
        down, _ = shifts(before, after)
        lower = {one for one, way in after.ways.items() if _below(way.level, before.ways[one].level)}
        assert lower <= {shift.where for shift in down}
        assert (None in {shift.where for shift in down}) == (
            _below(after.overall, before.overall) or _below(after.door, before.door)
        )


def _less(said: dict[str, object], way: UUID) -> list[dict[str, object]]:
    by_way = said["ways"]
    assert isinstance(by_way, dict)
    bare = {one: (kind, []) if one == way else (kind, own) for one, (kind, own) in by_way.items()}
    without = {one: each for one, each in by_way.items() if one != way}
    return [said | {"claims": []}, said | {"yes": set()}, said | {"kinds": set()}, said | {"ways": bare},
            said | {"ways": without}]  # fmt: skip


def _below(level: str, other: str) -> bool:
    return worst([level, other]) != level


@given(services, services)
def test_what_no_fall_was_found_in_is_shown_no_lower_on_any_way_that_stays(
    one: dict[str, object], other: dict[str, object]
) -> None:
    """The guard agrees with what the search shows and filters by."""
    down, _ = shifts(_picture(one), _picture(other))
    if down:
        return
    before, after = one["ways"], other["ways"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    for way in before.keys() & after.keys():
        assert _shown(other, after[way]) >= _shown(one, before[way])


def _shown(said: Mapping[str, object], way: tuple[str, list[Claim]]) -> int:
    """What a path counts as in a search, by the rules of the search."""
    kind, own = way
    of_service = said["claims"]
    assert isinstance(of_service, list)
    brought = {"MOBILE.CORESP": "P4", "POLICE_RUN": "P4", "POLICE_ONLY": "P4", "AP.911": "P5", "AP.NONEMERG": "P4"}
    codes = [*said["kinds"], *said["yes"], kind]  # type: ignore[misc]
    levels = [brought[code] for code in codes if code in brought]
    found = path([*of_service, *own], brought=highest(levels) if levels else None)
    sure = found.sure_until is not None and found.sure_until >= ON
    return found.known if sure else max(MAY_CALL, found.known)


@given(st.sampled_from(LEVELS), st.sampled_from(LEVELS))
def test_a_claim_that_ranks_lower_is_a_fall(before: str, after: str) -> None:
    one = picture([before], {}, kinds=(), yes=())
    other = picture([after], {}, kinds=(), yes=())
    down, up = shifts(one, other)
    if rank(after) < rank(before):
        assert down
    if rank(after) > rank(before):
        assert up
        assert not down


@pytest.mark.parametrize(("before", "after", "falls"), [("P3", "PU", True), ("PU", "P3", False), ("P4", "PU", True)])
def test_taking_a_stated_level_back_is_a_fall_and_stating_it_is_none(before: str, after: str, *, falls: bool) -> None:
    pictures = [picture([level], {}, kinds=(), yes=()) for level in (before, after)]
    assert bool(shifts(*pictures)[0]) is falls


@given(st.sampled_from(["P0", "P1", "P2"]), st.integers(0, 400))
def test_a_promise_counts_for_half_a_year(level: str, days: int) -> None:
    counts = counting(level, ON - timedelta(days=days), ON)
    assert counts == (level if days <= 180 else "PU")


@pytest.mark.parametrize("level", ["P0", "P1", "P2"])
def test_a_promise_without_a_date_counts_for_nothing(level: str) -> None:
    assert counting(level, None, ON) == "PU"


def test_a_way_that_comes_back_under_another_id_has_not_lost_its_level() -> None:
    one, anew, other = uuid4(), uuid4(), uuid4()
    loud = Stated("AP.911", number="911")
    before = picture(["P0"], {one: Stated("AP.LOCAL", ["P4"], number="1"), other: loud}, kinds=(), yes=())
    after = picture(["P0"], {anew: Stated("AP.LOCAL", number="2"), other: loud}, kinds=(), yes=())
    down, up = shifts(before, after)
    assert down == [Shift(anew, "P4", "P0"), Shift(one, "P4", "P0")]
    assert up == []


def _ways(*ways: Stated) -> Picture:
    return picture(["P0"], {WAYS[n]: way for n, way in enumerate(ways)}, kinds=(), yes=())


LOUD = Stated("AP.911", number="911")
HERE, THERE = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(Stated("AP.DIRECT", ["P4"], "1"), None, id="it goes, and its number may be a phone's"),
        pytest.param(Stated("AP.DIRECT", ["P4"], "1"), Stated("AP.DIRECT", ["P4"], "2"), id="another number"),
        pytest.param(
            Stated("AP.DIRECT", ["P4"], "1", place=HERE), Stated("AP.DIRECT", ["P4"], "1", place=THERE), id="elsewhere"
        ),
        pytest.param(Stated("AP.DIRECT", ["P4"], "1"), Stated("AP.DIRECT", ["P4"], "1", place=HERE), id="here only"),
        pytest.param(Stated("AP.DIRECT", ["P4"], "1"), Stated("AP.PRO", ["P4"], "1"), id="for professionals only"),
    ],
)
def test_what_leaves_its_number_or_its_place_is_louder_than_what_is_said_there_then(
    before: Stated, after: Stated | None
) -> None:
    others = () if after is None else (after,)
    assert Shift(WAYS[1], "P4", "P0") in shifts(_ways(LOUD, before), _ways(LOUD, *others))[0]


def test_a_way_that_stays_is_held_against_what_leaves_its_number() -> None:
    """Not stated counts as may call; the promise of another way by that number is no answer to it."""
    low, silent = Stated("AP.TEXT", ["P0"], "1"), Stated("AP.DIRECT", (), "1")
    before, after = (picture([], dict(zip(WAYS, ways, strict=False)), kinds=(), yes=())
                     for ways in ((low, LOUD, silent), (low, LOUD)))  # fmt: skip
    assert shifts(before, after) == ([Shift(WAYS[0], "PU", "P0")], [])


def test_a_way_that_stays_does_not_take_a_louder_ones_number_by_itself() -> None:
    low, high = Stated("AP.DIRECT", ["P0"], "1"), Stated("AP.DIRECT", ["P4"], "2")
    down, _ = shifts(_ways(low, high, LOUD), _ways(Stated("AP.DIRECT", ["P0"], "2"), high, LOUD))
    assert down == [Shift(WAYS[0], "P4", "P0")]


def test_what_a_number_is_written_twice_for_may_go_once() -> None:
    high = Stated("AP.DIRECT", ["P4"], "1")
    assert shifts(_ways(LOUD, high, high), _ways(LOUD, high)) == ([], [])


def test_a_place_more_is_no_fall() -> None:
    here = Stated("AP.DIRECT", ["P4"], "1", place=HERE)
    assert shifts(_ways(here), _ways(Stated("AP.DIRECT", ["P4"], "1")))[0] == []


def test_the_lowest_of_what_falls_is_what_is_proposed() -> None:
    falls = [Shift(None, "P4", "P3"), Shift(WAYS[0], "P3", "P1"), Shift(WAYS[1], "P5", "P1")]
    assert lowest(falls) == falls[2]
