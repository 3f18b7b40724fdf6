"""Nearest hours win, and each way in has its own."""

import pytest

from directory.rules.hours import (
    Applies,
    Closure,
    Schedule,
    State,
    WayIn,
    Why,
    for_ways_in,
    nearest,
    spans,
    status_from,
    unite,
)

from .hours_builders import DENVER, WORKDAYS, at, day, hours, over

DAY_START, DAY_END = at("2026-11-20 00:00"), at("2026-11-21 00:00")


@pytest.mark.parametrize(
    ("mode", "at_site", "service", "location", "goes_by"),
    [
        ("phone", ["09-12 phone"], ["10-12 phone"], ["11-12 phone"], ["09-12 phone"]),
        ("phone", ["09-12 service"], ["10-12 phone"], [], ["10-12 phone"]),
        ("phone", [], ["10-12 service"], ["11-12 service"], ["10-12 service"]),
        ("phone", [], [], ["11-12 service"], ["11-12 service"]),
        ("phone", ["09-12 office"], ["10-12 intake"], [], []),
        ("phone", ["09-12 office"], ["10-12 service"], [], ["10-12 service"]),
        ("phone", ["09-12 door"], [], [], []),
        ("text", ["09-12 phone"], [], [], []),
        ("door", ["09-12 service"], [], ["11-12 door"], ["09-12 service"]),
        ("door", ["09-12 service", "08-12 door"], [], [], ["08-12 door"]),
        ("door", [], [], ["11-12 door"], ["11-12 door"]),
        ("door", ["09-12 phone"], ["10-12 door"], [], ["10-12 door"]),
        ("phone", ["09-12 phone", "13-15 phone"], [], [], ["09-12 phone", "13-15 phone"]),
        ("phone", [], [], [], []),
    ],
)
def test_which_hours_a_way_in_goes_by(
    mode: str, at_site: list[str], service: list[str], location: list[str], goes_by: list[str]
) -> None:
    levels = [[_line(text) for text in level] for level in (at_site, service, location)]
    assert list(nearest(Applies(mode), levels=levels)) == [_line(text) for text in goes_by]


def _line(text: str) -> Schedule:
    span, applies_to = text.split()
    opens, closes = span.split("-")
    return hours(f"{opens}:00-{closes}:00", applies_to=Applies(applies_to))


def test_a_way_ins_own_hours_are_nearest() -> None:
    own, general = _line("09-12 service"), _line("10-12 phone")
    assert nearest(Applies.phone, own=[own], levels=[[general]]) == (own,)
    assert nearest(Applies.phone, own=[_line("09-12 office")], levels=[[general]]) == (general,)


def test_a_nearest_line_that_ran_out_is_not_filled_from_farther_away() -> None:
    old, general = hours("09:00-17:00", valid_to=day("2025-01-01")), hours("09:00-17:00")
    assert over(nearest(Applies.door, levels=[[old], [general]]), "2026-11-20").open == ()


def test_a_24_hour_line_with_an_office_from_nine_to_five_is_open_by_phone_at_night() -> None:
    """ "9-5 Monday-Friday (Administrative); Open 24-Hours (Hotline)", asked at 03:00."""
    service = [
        hours("09:00-17:00", *WORKDAYS, applies_to=Applies.office),
        hours("00:00-23:59", applies_to=Applies.phone),
    ]
    ways = for_ways_in(
        [WayIn(Applies.door), WayIn(Applies.phone)], levels=[[], service, []], start=DAY_START, end=DAY_END
    )
    night = at("2026-11-20 03:00")
    states = {mode: status_from(each, night, zone=DENVER).state for mode, each in ways.by_mode.items()}
    assert states == {Applies.door: State.unknown, Applies.phone: State.open}
    assert status_from(ways.any, night, zone=DENVER).state is State.open


def test_phone_hours_are_not_site_hours() -> None:
    service = [hours("09:00-17:00"), hours("08:00-22:00", applies_to=Applies.phone)]
    ways = for_ways_in([WayIn(Applies.door), WayIn(Applies.phone)], levels=[service], start=DAY_START, end=DAY_END)
    evening = at("2026-11-20 21:00")
    assert status_from(ways.by_mode[Applies.door], evening, zone=DENVER).state is State.closed
    assert status_from(ways.by_mode[Applies.phone], evening, zone=DENVER).state is State.open


def test_any_way_in_open_is_open_then_call_first_then_unknown() -> None:
    own = {
        Applies.door: hours("09:00-12:00"),
        Applies.phone: hours("08:00-14:00", condition="leave a message"),
        Applies.text: hours(None, "SA"),
        Applies.chat: hours(None, "FR"),
    }
    ways = for_ways_in([WayIn(mode, (each,)) for mode, each in own.items()], levels=[], start=DAY_START, end=DAY_END)
    wanted = {
        "10:00": State.open,
        "08:30": State.call_first,
        "13:00": State.call_first,
        "20:00": State.unknown,
    }
    for wall, expected in wanted.items():
        assert status_from(ways.any, at(f"2026-11-20 {wall}"), zone=DENVER).state is expected
    assert status_from(ways.any, at("2026-11-20 13:00"), zone=DENVER).detail == "leave a message"


def test_two_numbers_of_one_mode_are_one_way() -> None:
    ways = for_ways_in(
        [WayIn(Applies.phone, (hours("09:00-12:00"),)), WayIn(Applies.phone, (hours("12:00-15:00"),))],
        levels=[],
        start=DAY_START,
        end=DAY_END,
    )
    assert ways.by_mode[Applies.phone].open == ((at("2026-11-20 09:00"), at("2026-11-20 15:00")),)


def test_a_closure_of_the_door_leaves_the_phone_open() -> None:
    flood = Closure(starts=DAY_START, ends=None, reason="flood", applies_to=Applies.door)
    everything = Closure(starts=at("2026-11-20 12:00"), ends=None, reason="paused")
    ways = for_ways_in(
        [WayIn(Applies.door), WayIn(Applies.phone)],
        levels=[[hours("00:00-24:00")]],
        closures=[flood, everything],
        start=DAY_START,
        end=DAY_END,
    )
    assert ways.by_mode[Applies.door].open == ()
    assert ways.by_mode[Applies.phone].open == ((DAY_START, at("2026-11-20 12:00")),)
    assert status_from(ways.any, at("2026-11-20 13:00"), zone=DENVER).why is Why.closure


def test_without_a_way_in_nothing_is_known_but_a_closure() -> None:
    pause = Closure(starts=at("2026-11-20 12:00"), ends=None)
    ways = for_ways_in([], levels=[[hours("09:00-17:00")]], closures=[pause], start=DAY_START, end=DAY_END)
    assert (ways.by_mode, ways.any.open) == ({}, ())
    assert ways.any.unknown == ((DAY_START, at("2026-11-20 12:00")),)


@pytest.mark.parametrize("mode", [Applies.service, Applies.intake, Applies.office])
def test_not_everything_with_hours_is_a_way_in(mode: Applies) -> None:
    with pytest.raises(ValueError, match="no way in"):
        WayIn(mode)


def test_only_one_and_the_same_window_can_be_united() -> None:
    one = spans([], start=DAY_START, end=DAY_END)
    two = spans([], start=DAY_START, end=at("2026-11-22 00:00"))
    for several in ([], [one, two]):
        with pytest.raises(ValueError, match="one and the same window"):
            unite(several)
