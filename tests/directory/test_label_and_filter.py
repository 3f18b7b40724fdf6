"""What the database says of a moment is what the rules say, and the filter goes by the label."""

import random
from contextlib import suppress
from datetime import date, time, timedelta
from uuid import uuid4

from core.db import Database
from directory import ListingIn, ScheduleIn
from directory.errors import BadSchedule
from directory.rows.hours import hours
from directory.rules.hours import status
from tests.builders import NOON, a_site, publish, search

_ZONES = ("America/Denver", "America/New_York", "America/Phoenix", "Pacific/Honolulu")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def _some_hours(draw: random.Random) -> ScheduleIn:
    return ScheduleIn(
        id=uuid4(),
        freq="WEEKLY",
        byday=tuple(draw.sample(_DAYS, draw.randint(1, 7))),
        zone=draw.choice(_ZONES),
        opens_at=draw.choice([None, time(0), time(draw.randint(1, 23), draw.choice([0, 30]))]),
        closes_at=draw.choice([None, 1440, draw.randint(1, 1438)]),
        condition=draw.choice([None, None, None, "when volunteers are on"]),
        holidays=draw.choice(["not_stated", "open", "closed"]),
        valid_to=draw.choice([None, None, (NOON + timedelta(days=3)).date()]),
    )


def _a_site_with(draw: random.Random, name: str) -> tuple[ListingIn, list[ScheduleIn]]:
    while True:
        schedules = [_some_hours(draw) for _ in range(draw.randint(0, 3))]
        with suppress(BadSchedule):  # hours that contradict themselves are refused; draw others
            for each in schedules:
                hours(each.model_dump(), zone=each.zone or "UTC")
            return a_site(name, schedules=schedules, access_points=()), schedules


async def test_label_filter_and_rules_agree(database: Database) -> None:
    draw = random.Random(20261120)  # noqa: S311 - the same sites on every run
    sites = {str(n): _a_site_with(draw, str(n)) for n in range(40)}
    await publish(database, *(site for site, _ in sites.values()))
    for _ in range(25):
        at = NOON + timedelta(minutes=draw.randint(0, 13 * 24 * 60))
        said = {
            name: status(
                [hours(each.model_dump(), zone=each.zone or "UTC") for each in schedules],
                at,
                zone="America/Denver",
                holidays={date(2026, 11, 26): "Thanksgiving"},
            )
            for name, (_, schedules) in sites.items()
        }
        filtered = await search(database, open=at.isoformat(), limit=100)
        shown = {result.name: result for result in [*filtered.fits, *filtered.might_fit]}
        for name, expected in said.items():
            if expected.state == "closed":
                assert name not in shown
                continue
            assert str(shown[name].open.state) == str(expected.state)
            assert (shown[name] in filtered.fits) == (expected.state == "open")
            if expected.state == "open" and expected.until is not None:
                assert shown[name].open.until == expected.until
        assert sum(hidden.count for hidden in filtered.hidden) == sum(e.state == "closed" for e in said.values())
