"""Acceptances as the product does them: rules, log, outbox, audit, the directory's figure, row by row security."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import referrals
from core.db import Database, driver_of
from core.errors import DoorlightError
from core.security import SYSTEM, Caller
from referrals.rows.load import database_now
from referrals.rows.save import Beside, Speaker, save
from referrals.rules.acts import asking, passage
from referrals.rules.case import ConsentState, Mode, Pattern
from referrals.rules.deadlines import Urgency
from referrals.rules.machines import Actor
from referrals.views import said
from tests.access.builders import RING
from tests.referrals.builders import Provider, a_provider


@dataclass(frozen=True)
class Asked:
    """An offer that waits, and who may accept it."""

    offer_id: UUID
    staff: Caller


async def houses(database: Database, many: int, *, places: int | None) -> list[Provider]:
    return [await a_provider(database, f"House {uuid4().hex[:6]} {n}", places=places) for n in range(many)]


async def pool_of(database: Database, provider: Provider) -> UUID | None:
    async with database.transaction(SYSTEM) as db:
        found = await (await driver_of(db)).execute(
            "SELECT id FROM capacity_pool WHERE service_id = %s", (provider.service_id,)
        )
        row = await found.fetchone()
        return None if row is None else row[0]


async def asked(database: Database, rosa: Caller, providers: list[Provider], many: int) -> list[Asked]:
    """So many referrals, each offered to one of them in turn; made by the rules, a hundred a transaction."""
    pools = {one.service_id: await pool_of(database, one) for one in providers}
    made: list[Asked] = []
    while len(made) < many:
        async with database.transaction(SYSTEM) as db:
            now = await database_now(await driver_of(db))
            for _ in range(min(100, many - len(made))):
                house = providers[len(made) % len(providers)]
                made.append(await _one(db, rosa, house, pools[house.service_id], now))
    return made


async def _one(db: Any, rosa: Caller, house: Provider, pool_id: UUID | None, now: Any) -> Asked:
    assert rosa.agency_id is not None
    turn = passage.create(
        case_id=uuid4(), agency_id=rosa.agency_id, urgency=Urgency.routine, mode=Mode.cold, pattern=Pattern.cascade,
        width=1, on_duty=rosa.id, by=Actor.referrer, now=now,
    )  # fmt: skip
    passage.consent(turn, ConsentState(uuid4(), frozenset(), frozenset(), None), police_told=True)
    offer_id = uuid4()
    asking.offer(turn, [asking.Candidate(offer_id, house.service_id, house.staff.agency_id, pool_id)])
    spoken = {"how": "anonymous", "language": "en", "notice": "1", "may_contact": False, "made_at": now.isoformat()}
    beside = Beside(referral={"kinds": ["SITE.SOBER"]}, consents=dict.fromkeys(turn.case.consents, spoken))
    await save(db, None, turn, Speaker(SYSTEM), beside)
    return Asked(offer_id, house.staff)


async def accepted(database: Database, several: list[Asked], clients: int) -> tuple[float, int]:
    """All of them accepted by so many at once: how many a second, and how many had their place."""
    waiting, done = list(several), 0

    async def go() -> None:
        nonlocal done
        while waiting:
            one = waiting.pop()
            try:
                async with database.transaction(one.staff) as db:
                    await referrals.answer(db, one.staff, offer_id=one.offer_id, said=said.AcceptIn(), ring=RING)
            except DoorlightError:
                continue
            done += 1

    begun = time.perf_counter()
    await asyncio.gather(*(go() for _ in range(clients)))
    return len(several) / (time.perf_counter() - begun), done
