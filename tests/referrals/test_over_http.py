"""The rules, the requests and the rows agree: whatever is said, in whatever order, over HTTP on a real PostgreSQL."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import hypothesis.strategies as st
from httpx import ASGITransport, AsyncClient, Response
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from psycopg.rows import dict_row
from pydantic import SecretStr

from api.app import create_app
from api.jobs import referral_timers
from api.who import COOKIE
from core import access, clock
from core.cluster import Database as Cluster
from core.db import Database, driver_of
from core.errors import DoorlightError
from core.security import SYSTEM, Caller
from core.settings import Settings
from referrals.rows.codec import event_read
from referrals.rows.load import looked_at
from referrals.rules.case import Case, replayed
from referrals.rules.machines import CONSENT, OFFER, REFERRAL, Actor, Offer
from referrals.rules.turn import Turn
from referrals.rules.who import roles_in, speaks_as
from referrals.service.acts import ACTS, Spoken
from referrals.views import said
from tests.access.builders import RING
from tests.builders import NOON
from tests.conftest import _empty
from tests.referrals.builders import DatabaseClock, Provider, a_provider, a_responder

_WORDS: dict[str, dict[str, Any]] = {
    "consent": {"how": "written", "fields": ["name"], "police_told": True},
    "hand_off": {"person_present": True},
    "depart": {"eta": "2026-11-20T20:00:00Z"},
    "report": {"outcome": "served"},
    "return": {"reason": "not_eligible"},
    "close": {"outcome": "served"},
    "cancel": {"reason": "need_over"},
    "correct": {"reason": "made_twice"},
    "accept_if": {"asks": ["id"]},
}
_OF_OFFER_DECLINE = {"reason": "age"}
_KINDS = {kind.verb: kind for kind in said.OF_REFERRAL}
_OFFER_KINDS = {kind.verb: kind for kind in said.OF_OFFER}
# Rarely what ends it at once, so that passages go on.
_ONWARD = ["connect", "join", "hand_off", "depart", "arrive", "miss", "engage", "follow_up", "report", "acknowledge",
           "reassign", "return", "consent"]  # fmt: skip
_MOSTLY: Any = st.sampled_from([True, True, True, False])
_PLAIN = sorted(_KINDS.keys() - {"offer", "choose"})


@dataclass
class Town:
    """A running application, who asks it, and the clock of its database."""

    cluster: Cluster
    runner: asyncio.Runner
    database: Database
    client: AsyncClient
    callers: dict[str, Caller] = field(default_factory=dict)
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    providers: list[Provider] = field(default_factory=list)
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def do(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)


async def _open(cluster: Cluster, runner: asyncio.Runner) -> Town:
    stack = AsyncExitStack()
    database = Database(cluster.service_dsn, pool_size=2)
    await database.open()
    stack.push_async_callback(database.close)
    app = create_app(
        Settings(service_dsn=cluster.service_dsn, pool_size=2, keys=SecretStr(RING.written()), rates="off")
    )
    await stack.enter_async_context(app.router.lifespan_context(app))
    client = await stack.enter_async_context(
        AsyncClient(transport=ASGITransport(app, raise_app_exceptions=False), base_url="http://doorlight.test")
    )
    town = Town(cluster, runner, database, client, stack=stack)
    town.callers["rosa"] = await a_responder(database)
    for name, places in (("CSU", 1), ("Respite", 2), ("Uncounted", None)):
        provider = await a_provider(database, name, places=places)
        town.providers.append(provider)
        town.callers[name] = provider.staff
    for name, caller in town.callers.items():
        town.shown[name] = await _signed_in(database, caller)
    return town


async def _signed_in(database: Database, caller: Caller) -> dict[str, str]:
    assert caller.id is not None
    async with database.transaction(SYSTEM) as db:
        signed = await access.open_for(
            db, person_id=caller.id, agency_id=caller.agency_id, shared=False, now=clock.now()
        )
    return {"cookie": f"{COOKIE}={signed.token}", "sec-fetch-site": "same-origin"}


class OverHttp(RuleBasedStateMachine):
    """Three agencies say anything at any time; each answer is what the rules alone would have said."""

    town: Town
    steps = 0
    done: ClassVar[Counter[int]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[UUID] = []
        self.ended: set[UUID] = set()
        self.now = NOON
        self.clock = DatabaseClock(self.town.cluster.owner_dsn)
        self.clock.stands_at(self.now)

    def teardown(self) -> None:
        """The next begins with nothing asked and every place free."""
        self.town.do(_forgotten(self.town.database))

    def ask(self, who: str, path: str, body: dict[str, Any]) -> Response:
        type(self).steps += 1
        answer: Response = self.town.do(self.town.client.post(path, json=body, headers=self.town.shown[who]))
        assert answer.status_code < 500, answer.text
        return answer

    def case(self, referral_id: UUID) -> Case:
        """As the log makes it; the rows must say the same."""
        both: tuple[Case | None, Case] = self.town.do(_both(self.town.database, referral_id))
        made, stored = both
        assert made == stored
        if stored.status not in REFERRAL["cancel"].start:
            self.ended.add(referral_id)
        return stored

    def one(self, data: st.DataObject) -> UUID:
        """Mostly one that goes on: to meet only refusals proves little."""
        going = [one for one in self.ids if one not in self.ended]
        return data.draw(st.sampled_from(going if going and data.draw(_MOSTLY) else self.ids))

    @precondition(lambda self: len(self.ids) - len(self.ended) < 3)
    @rule(pattern=st.sampled_from(["cascade", "parallel", "choice"]), width=st.integers(1, 3))
    def create(self, pattern: str, width: int) -> None:
        body = {"kinds": ["SITE.SOBER"], "pattern": pattern, "width": width, "mode": "cold", "person": {"name": "Al"}}
        self.ids.append(UUID(self.ask("rosa", "/api/v1/referrals", body).json()["id"]))

    @initialize(pattern=st.sampled_from(["cascade", "parallel", "choice"]))
    def one_is_asked_for(self, pattern: str) -> None:
        self.create(pattern, 3)
        self.ask("rosa", f"/api/v1/referrals/{self.ids[0]}/consent", _WORDS["consent"])
        self.offer(self.ids[0], [0, 1, 2])

    def offer(self, referral_id: UUID, which: list[int]) -> None:
        ids = [str(self.town.providers[one].service_id) for one in which]
        self.ask("rosa", f"/api/v1/referrals/{referral_id}/offer", {"service_ids": ids})

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), which=st.lists(st.integers(0, 2), min_size=1, max_size=3, unique=True))
    def somebody_is_asked(self, data: st.DataObject, which: list[int]) -> None:
        referral_id = self.one(data)
        if self.case(referral_id).status not in REFERRAL["offer"].start and data.draw(_MOSTLY):
            self.answer(data=data, verb="see")
        else:
            self.offer(referral_id, which)

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), verb=st.sampled_from(_PLAIN), who=st.integers(0, 3))
    def say(self, data: st.DataObject, verb: str, who: int) -> None:
        referral_id = self.one(data)
        case = self.case(referral_id)
        fitting = [one for one in _ONWARD if case.status in REFERRAL[one].start]
        if fitting and data.draw(_MOSTLY):  # to meet only refusals proves little
            verb = data.draw(st.sampled_from(fitting))
        name = self.who_may(case, verb) if data.draw(_MOSTLY) else list(self.town.callers)[who]
        body = _WORDS.get(verb, {})
        answer = self.ask(name, f"/api/v1/referrals/{referral_id}/{verb}", body)
        self.compare(case, name, _KINDS[verb].model_validate(body), None, answer)

    def who_may(self, case: Case, verb: str) -> str:
        if verb in REFERRAL and Actor.receiver in REFERRAL[verb].by and case.winner is not None:
            agency = case.offers[case.winner].agency_id
            return next(name for name, one in self.town.callers.items() if one.agency_id == agency)
        return "rosa"

    @precondition(lambda self: self.ids)
    @rule(data=st.data(), verb=st.sampled_from(sorted(_OFFER_KINDS)))
    def answer(self, data: st.DataObject, verb: str) -> None:
        case = self.case(self.one(data))
        open_ = [one for one in _OFFER_KINDS if any(each.status in OFFER[one].start for each in case.offers.values())]
        if open_ and data.draw(_MOSTLY):
            verb = data.draw(st.sampled_from(open_))
        if not case.offers:
            return
        fitting = [one.id for one in case.offers.values() if one.status in OFFER[verb].start]
        offer = case.offers[data.draw(st.sampled_from(fitting or list(case.offers)))]
        mine = next(name for name, one in self.town.callers.items() if one.agency_id == offer.agency_id)
        name = "rosa" if verb in {"agree", "withdraw"} else mine
        body = _OF_OFFER_DECLINE if verb == "decline" else _WORDS.get(verb, {})
        answer = self.ask(name, f"/api/v1/offers/{offer.id}/{verb}", body)
        if offer.status is Offer.queued and name != "rosa":
            assert answer.status_code == 404
            return
        self.compare(case, name, _OFFER_KINDS[verb].model_validate(body), offer.id, answer)

    @precondition(lambda self: self.ids)
    @rule(data=st.data())
    def choose(self, data: st.DataObject) -> None:
        case = self.case(self.one(data))
        accepted = [one.id for one in case.offers.values() if one.status is Offer.accepted]
        if not accepted and data.draw(_MOSTLY):
            self.answer(data=data, verb="accept")
            return
        accepted = accepted or list(case.offers)
        if accepted:
            body = {"offer_id": str(data.draw(st.sampled_from(accepted)))}
            answer = self.ask("rosa", f"/api/v1/referrals/{case.id}/choose", body)
            self.compare(case, "rosa", said.ChooseIn.model_validate(body), None, answer)

    @rule(minutes=st.sampled_from([1, 8, 45]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.clock.stands_at(self.now)
        self.town.do(referral_timers(self.town.database, self.now))
        for referral_id in self.ids:
            self.case(referral_id)

    def compare(self, before: Case, name: str, what: said.Said, offer_id: UUID | None, answer: Response) -> None:
        """What came of it, and what the rules alone make of it: the same state, or the same refusal."""
        if answer.status_code == 404:  # not theirs to see: the matrix tries that
            return
        caller = self.town.callers[name]
        wanted: str
        try:
            wanted = _by_the_rules(before, caller, what, offer_id, self.now)
        except DoorlightError as refused:
            wanted = type(refused).__name__
        got = answer.json()
        found = got["status"] if answer.status_code == 200 else got["type"].rpartition("/")[2].replace("-", "")
        type(self).done[answer.status_code] += 1
        self.case(before.id)
        if found != "noplace":  # the rules do not count places
            assert found == (wanted if answer.status_code == 200 else wanted.lower()), (what, answer.text)

    @invariant()
    def no_place_is_promised_twice(self) -> None:
        over = self.town.do(_overbooked(self.town.database))
        assert over == []


def _by_the_rules(case: Case, caller: Caller, what: said.Said, offer_id: UUID | None, now: datetime) -> str:
    arrow = OFFER[what.verb] if offer_id else CONSENT["revoke"] if what.verb == "revoke" else REFERRAL[what.verb]
    roles = roles_in(caller, case, offer_id)
    by: Actor = speaks_as(what.verb, arrow.by, roles, for_person=what.passes_on, for_receiver=False)
    turn = Turn(case, by, now)
    ACTS[type(what)](turn, Spoken(caller, what, offer_id))
    return turn.case.status


async def _both(database: Database, referral_id: UUID) -> tuple[Case | None, Case]:
    async with database.transaction(SYSTEM) as db:
        held = await looked_at(db, referral_id)
        async with (await driver_of(db)).cursor(row_factory=dict_row) as cursor:
            await cursor.execute("SELECT * FROM referral_event WHERE referral_id = %s ORDER BY version", (referral_id,))
            return replayed([event_read(row) for row in await cursor.fetchall()]), held.case


async def _forgotten(database: Database) -> None:
    async with database.transaction(SYSTEM) as db:
        for statement in ("UPDATE capacity_unit SET hold_id = NULL, until = NULL", "DELETE FROM referral"):
            await (await driver_of(db)).execute(statement)


_OVER = """
SELECT p.id FROM capacity_pool AS p JOIN capacity_hold AS h ON h.pool_id = p.id
WHERE h.status IN ('confirmed', 'occupied') OR (h.status = 'held' AND h.timer_until > doorlight_now())
GROUP BY p.id HAVING count(*) > p.capacity + p.surge
"""


async def _overbooked(database: Database) -> list[Any]:
    async with database.transaction(SYSTEM) as db:
        return list(await (await (await driver_of(db)).execute(_OVER)).fetchall())


def test_whatever_is_said_over_http_the_rows_and_the_log_and_the_rules_agree(
    clone: Cluster, counted: Callable[[str, int], None]
) -> None:
    with asyncio.Runner() as runner:
        town = runner.run(_open(clone, runner))
        OverHttp.town = town
        try:
            run_state_machine_as_test(
                OverHttp,
                settings=settings(
                    max_examples=36,
                    stateful_step_count=50,
                    deadline=None,
                    database=None,
                    phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            DatabaseClock(clone.owner_dsn).runs()
            runner.run(town.stack.aclose())
            _empty(clone)
    assert OverHttp.done[200] > OverHttp.steps // 8, "to meet only refusals proves little"
    counted("referrals: of them done, and not refused", OverHttp.done[200])
    counted("referrals: steps through HTTP and PostgreSQL that the rules agree with", OverHttp.steps)
