"""Asked about a time to come: what is stated has to hold still by then. And pages keep to the time of the first."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.db import Database
from directory import Level
from tests.builders import (
    DENVER,
    NOON,
    a_site,
    confirmed,
    count,
    daily,
    names,
    publish,
    search,
    stated,
)

TONIGHT = (NOON + timedelta(hours=8)).isoformat()


async def test_beds_that_are_free_now_are_not_known_to_be_tonight(database: Database) -> None:
    house = a_site("House", schedules=[daily()])
    await publish(database, house)
    await count(database, house, 3, as_of=NOON)
    now, tonight = await search(database, open="now", free=1), await search(database, open=TONIGHT, free=1)
    assert (names(now.fits), now.fits[0].capacity[0].free) == (["House"], 3)
    (asked,) = tonight.might_fit
    assert (asked.capacity[0].free, asked.capacity[0].state) == (None, "expired")


async def test_nobody_is_ruled_out_tonight_for_being_full_now(database: Database) -> None:
    house = a_site("House", schedules=[daily()])
    await publish(database, house)
    await count(database, house, 0, as_of=NOON)
    assert names((await search(database, open=TONIGHT, free=1)).might_fit) == ["House"]


async def test_a_promise_that_is_old_by_then_counts_as_may_call(database: Database) -> None:
    almost = NOON.date() - timedelta(days=178)
    await publish(database, a_site("House", schedules=[daily()], disclosure=stated(Level.P1, almost)))
    now = await search(database, open="now", police_max="P1")
    later = await search(database, open=(NOON + timedelta(days=7)).isoformat(), police_max="P1")
    assert (names(now.fits), now.fits[0].police.counts_as) == (["House"], "P1")
    assert (names(later.might_fit), later.might_fit[0].police.counts_as) == (["House"], "P3")


async def test_a_time_that_is_past_judges_what_is_stated_as_of_now(database: Database) -> None:
    house = a_site("House", schedules=[daily()])
    await publish(database, house)
    await count(database, house, 3, as_of=NOON - timedelta(hours=3))
    answer = await search(database, open=(NOON - timedelta(hours=2)).isoformat(), free=1)
    assert names(answer.might_fit) == ["House"]


async def test_no_row_changes_its_place_between_two_pages(database: Database) -> None:
    """One goes stale meanwhile, which would put it behind another."""
    sites = [a_site(f"{n}", at=(DENVER[0] + 0.05 + n / 1000, DENVER[1])) for n in range(4)]
    await publish(database, *sites)
    await confirmed(database, sites[0], on=NOON - timedelta(days=1))
    await confirmed(database, *sites[1:], on=NOON)
    async with database.reading() as reader:
        found = await (await reader.execute("SELECT min(stale_at) FROM search_row")).fetchone()
    assert found is not None
    due = found[0]
    assert isinstance(due, datetime)
    answer = await search(database, now=due - timedelta(minutes=1), limit=1)
    seen = names(answer.fits)
    while answer.next is not None:
        answer = await search(database, now=due + timedelta(minutes=1), limit=1, cursor=answer.next)
        seen += names(answer.fits)
        assert len(seen) < 6
    assert seen == ["0", "1", "2", "3"]
    (first,) = (one for one in (await search(database, now=due + timedelta(minutes=1))).fits if one.name == "0")
    assert first.freshness == "stale", "what is shown is true of the hour all the same"


@pytest.mark.parametrize("offset", [-7, 0, 9])
async def test_the_day_on_which_a_claim_ages_is_the_same_in_every_zone(database: Database, offset: int) -> None:
    last = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    await publish(
        database, a_site("House", schedules=[daily()], disclosure=stated(Level.P1, last.date() - timedelta(days=180)))
    )
    there = last.astimezone(timezone(timedelta(hours=offset)))
    assert names((await search(database, open=there.isoformat(), police_max="P1")).fits) == ["House"]
    after = (there + timedelta(hours=1)).isoformat()
    assert names((await search(database, open=after, police_max="P1")).might_fit) == ["House"]
