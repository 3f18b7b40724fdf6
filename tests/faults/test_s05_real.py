"""S5 with real processes: a decline for capacity, a silence, a worker that is killed meanwhile, and an acceptance."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient

import referrals
from core.db import Database
from core.security import Caller, Role
from directory import AttributeIn, Level
from tests.access.builders import Member, a_member, an_agency
from tests.access.test_matrix import _headers
from tests.builders import a_site, daily, stated
from tests.faults.stack import Stack, a_stack
from tests.referrals.builders import DatabaseClock, Provider, a_provider

BEGIN = datetime(2026, 9, 11, 4, 5, tzinfo=UTC)  # 21:05 in Eugene
EUGENE = (44.0521, -123.0868)
_NAME, _PHONE = "Alexandra Quill", "541-555-0142"


def _policy(code: str) -> tuple[AttributeIn, ...]:
    said = {"taxonomy": "involuntary", "code": code, "source": "https://example.org", "stated_on": "2026-09-01"}
    return (AttributeIn.model_validate(said),)


async def _house(database: Database, name: str, away: float, policy: str = "I0") -> Provider:
    site = a_site(
        name, at=(EUGENE[0] + away, EUGENE[1]), kinds=("SITE.CSU",), schedules=[daily()], attributes=_policy(policy),
        disclosure=stated(Level.P0, on=BEGIN.date()),
    )  # fmt: skip
    return await a_provider(database, name, site, now=BEGIN)


class Person:
    """Somebody signed in, who asks one of the processes."""

    def __init__(self, client: AsyncClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    async def says(self, path: str, body: dict[str, Any] | None = None, *, status: int = 200) -> Any:
        answer = await self.client.post(f"/api/v1/{path}", json=body or {}, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def sees(self, path: str) -> Any:
        answer = await self.client.get(f"/api/v1/{path}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def _until(what: Callable[[], Any], within_s: float) -> float:
    """How long it took until it was so."""
    begun = time.monotonic()
    while not await what():
        assert time.monotonic() - begun < within_s, "not within its time"
        await asyncio.sleep(0.05)
    return time.monotonic() - begun


async def _person(stack: Stack, database: Database, caller: Caller) -> Person:
    return Person(stack.clients[0], await _headers(database, Member(caller, "")))


@dataclass
class Evening:
    """Who takes part, and the clock of the database, which is set to each minute in turn."""

    stack: Stack
    clock: DatabaseClock
    rosa: Person
    houses: list[Provider]
    locked: Provider
    staff: list[Person]
    path: str = ""
    offers: list[str] = field(default_factory=list)

    def at(self, minutes: int) -> None:
        self.clock.stands_at(BEGIN + timedelta(minutes=minutes))

    async def stands(self) -> dict[str, str]:
        return {one["service"]: one["status"] for one in (await self.rosa.sees(self.path))["offers"]}


async def _an_evening(stack: Stack, database: Database) -> Evening:
    clock = DatabaseClock(stack.postgres.database.owner_dsn)
    clock.stands_at(BEGIN)
    team = await an_agency(database, "Cahoots")
    rosa = await _person(stack, database, (await a_member(database, team, name="Rosa")).caller)
    boss = (await a_member(database, team, Role.administrator, name="Boss")).caller
    async with database.transaction(boss) as db:
        ten = referrals.ClockIn(clock=referrals.Clock.answer, urgency=referrals.Urgency.urgent, lasts_s=600)
        await referrals.set_clocks(db, boss, given=[ten])
    houses = [await _house(database, name, away) for name, away in (("CSU-1", 0.01), ("CSU-2", 0.03), ("PR-3", 0.06))]
    locked = await _house(database, "CSU-4", 0.005, "I3")
    return Evening(stack, clock, rosa, houses, locked, [await _person(stack, database, one.staff) for one in houses])


async def _asked(evening: Evening) -> None:
    """21:05: the three that the person agreed to, nearest first, and no locked one."""
    rosa, services = evening.rosa, [str(one.service_id) for one in evening.houses]
    body = {
        "kinds": ["SITE.CSU"], "urgency": "urgent", "refuses": ["locked", "police"], "latitude": EUGENE[0],
        "longitude": EUGENE[1], "person": {"name": _NAME, "contact": _PHONE},
    }  # fmt: skip
    made = await rosa.says("referrals", body, status=201)
    evening.path = f"referrals/{made['id']}"
    agreed = {"how": "written", "fields": ["name", "contact"], "police_told": True, "services": services}
    await rosa.says(f"{evening.path}/consent", agreed)
    offers = (await rosa.says(f"{evening.path}/offer"))["offers"]
    assert [one["service_id"] for one in offers] == services
    assert str(evening.locked.service_id) not in services
    evening.offers = [one["id"] for one in offers]


async def _full(evening: Evening) -> None:
    """21:09: the first is full, which everybody sees at once, and the next is asked."""
    csu_1 = evening.staff[0]
    waiting = await csu_1.sees("referrals/inbox")
    assert len(waiting) == 1
    assert _NAME not in str(waiting)
    evening.at(4)
    await csu_1.says(f"offers/{evening.offers[0]}/decline", {"reason": "no_capacity"})
    assert await evening.stands() == {"CSU-1": "declined", "CSU-2": "sent", "PR-3": "queued"}
    stored = await evening.stack.rows("SELECT free FROM capacity WHERE service_id = %s", evening.houses[0].service_id)
    assert stored == [{"free": 0}]


async def _silence(evening: Evening) -> None:
    """21:15: a worker is killed, and another started; at 21:19 the second has not answered, and the third is asked."""
    evening.at(10)
    (worker,) = evening.stack.workers
    worker.kill()
    evening.at(13)
    worker.start()
    evening.at(14)

    async def third_is_asked() -> bool:
        return (await evening.stands())["PR-3"] == "sent"

    await _until(third_is_asked, within_s=15.0)
    evening.at(15)
    late = await evening.staff[1].says(f"offers/{evening.offers[1]}/accept", status=409)
    assert late["state"] == "expired"
    assert _NAME not in str(late)


async def _taken(evening: Evening) -> None:
    """21:22 accepted, 21:26 a call of three, 22:10 there."""
    pr_3, path = evening.staff[2], evening.path
    evening.at(17)
    assert (await pr_3.says(f"offers/{evening.offers[2]}/accept"))["status"] == "matched"
    evening.at(21)
    await pr_3.says(f"{path}/connect")
    handed = await pr_3.says(f"{path}/hand_off", {"person_present": True})
    answers = str(evening.houses[2].service_id)
    assert (handed["status"], handed["accountable_service_id"]) == ("handed_off", answers)
    await evening.rosa.says(f"{path}/depart", {"eta": (BEGIN + timedelta(minutes=50)).isoformat()})
    evening.at(65)
    await pr_3.says(f"{path}/arrive")
    assert (await pr_3.sees(path))["person"]["name"] == _NAME


async def _history(evening: Evening) -> None:
    whole = await evening.rosa.sees(evening.path)
    assert (whole["status"], whole["handoff"]) == ("arrived", "warm")
    expired = next(one for one in whole["history"] if one["verb"] == "expire")
    assert datetime.fromisoformat(expired["at"]) == BEGIN + timedelta(minutes=14)
    log = await evening.stack.rows("SELECT * FROM referral_event")
    assert not any(word in str(log) for word in (_NAME, _PHONE)), "nobody's name stands in what is counted"
    answered = await evening.stack.rows(
        "SELECT num_nonnulls(accountable_agency_id, accountable_service_id) AS n FROM referral"
    )
    assert answered == [{"n": 1}]


async def test_an_evening_in_eugene(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = Path(tmp_path_factory.mktemp("evening"))
    async with a_stack(folder, apis=1, workers=1, clocks=1) as stack, stack.database() as database:
        evening = await _an_evening(stack, database)
        for part in (_asked, _full, _silence, _taken, _history):
            await part(evening)
