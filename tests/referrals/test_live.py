"""What happens to a referral is heard at once, from any process, by those whom it concerns, and nothing is left out."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack

import pytest
from httpx import AsyncClient

import referrals
from core.cluster import Database as Cluster
from core.db import Database
from referrals.views import said
from tests.access.builders import RING
from tests.referrals.builders import a_provider, a_responder, agreed, answers, created, offered, says
from tests.referrals.listeners import Stream, cookie_of, listening
from tests.serving import serving

_ELSEWHERE = f"{1 << 62}:{1 << 62}:"


@pytest.fixture(scope="module")
def ports(clone: Cluster) -> Iterator[tuple[int, int]]:
    """Two API processes on one database."""
    with ExitStack() as both:
        yield tuple(both.enter_context(serving(clone.service_dsn, DOORLIGHT_RATES="off"))[0] for _ in range(2))  # type: ignore[misc]


async def _next_of(stream: Stream, referral: object) -> dict[str, object]:
    heard = await stream.until("referral")
    assert heard.data["referral_id"] == str(referral)
    return dict(heard.data)


async def test_a_change_in_one_process_is_heard_in_the_other(database: Database, ports: tuple[int, int]) -> None:
    rosa = await a_responder(database)
    shown = await cookie_of(database, rosa)
    async with listening(ports[1], shown) as stream:
        assert (stream.status, stream.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")
        assert (await stream.until("ready")).id
        assert stream.retry_ms is not None
        assert 1_000 <= stream.retry_ms < 4_000
        async with AsyncClient(base_url=f"http://127.0.0.1:{ports[0]}", headers=shown) as client:
            made = await client.post("/api/v1/referrals", json={"kinds": ["SITE.SOBER"]})
        heard = await _next_of(stream, made.json()["id"])
    assert heard.keys() == {"event", "referral_id", "version", "of", "verb", "to", "at"}
    assert (heard["verb"], heard["to"], heard["version"]) == ("create", "draft", 1)


async def test_each_agency_hears_what_concerns_it_and_no_other(database: Database, ports: tuple[int, int]) -> None:
    rosa, otto = await a_responder(database), await a_responder(database, "Otto")
    haven, harbor = await a_provider(database, "Haven"), await a_provider(database, "Harbor")
    people = {"rosa": rosa, "otto": otto, "haven": haven.staff, "harbor": harbor.staff}
    heard: dict[str, set[tuple[str, str]]] = {name: set() for name in people}
    async with AsyncExitStack() as all_of_them:
        streams = {}
        for name, caller in people.items():
            streams[name] = await all_of_them.enter_async_context(
                listening(ports[0], await cookie_of(database, caller))
            )  # fmt: skip
            await streams[name].until("ready")
        step = await offered(database, rosa, haven)
        await answers(database, haven.staff, step.offers[0].id, said.AcceptIn())
        last = {name: await created(database, caller) for name, caller in people.items()}
        for name, stream in streams.items():
            while (one := (await stream.until("referral")).data)["referral_id"] != str(last[name].id):
                assert one["referral_id"] == str(step.id)
                heard[name].add((one["of"], one["verb"]))
    assert heard["otto"] == heard["harbor"] == set()
    assert heard["rosa"] >= {("referral", "create"), ("consent", "give"), ("offer", "accept")} | heard["haven"]
    assert ("offer", "accept") in heard["haven"]
    assert {of for of, _ in heard["haven"]} & {"consent"} == set()


async def test_what_was_missed_comes_first_after_an_interruption(database: Database, ports: tuple[int, int]) -> None:
    rosa = await a_responder(database)
    shown = await cookie_of(database, rosa)
    async with listening(ports[0], shown) as stream:
        await stream.until("ready")
        await created(database, rosa)
        await stream.until("referral")
        last = stream.last
    missed = await created(database, rosa)
    async with listening(ports[1], shown, after=last) as stream:
        await _next_of(stream, missed.id)
        later = await created(database, rosa)
        await _next_of(stream, later.id)


async def test_what_commits_late_is_not_left_out(database: Database, ports: tuple[int, int]) -> None:
    rosa = await a_responder(database)
    shown = await cookie_of(database, rosa)
    async with listening(ports[0], shown) as stream:
        await stream.until("ready")
        async with database.transaction(rosa) as db:
            late = await referrals.create(db, rosa, referral=referrals.ReferralIn(kinds=["SITE.SOBER"]), ring=RING)
            early = await created(database, rosa)
            await _next_of(stream, early.id)
            last = stream.last
        await _next_of(stream, late.id)
    async with listening(ports[1], shown, after=last) as again:
        await _next_of(again, late.id)


async def test_a_cursor_of_another_database_is_answered_by_a_reset(database: Database, ports: tuple[int, int]) -> None:
    shown = await cookie_of(database, await a_responder(database))
    for cursor in (_ELSEWHERE, "no cursor"):
        async with listening(ports[0], shown, after=cursor) as stream:
            assert (await stream.until("reset")).id
            assert await stream.next() is None


async def test_nobody_listens_who_is_not_of_those_who_care(database: Database, ports: tuple[int, int]) -> None:
    async with listening(ports[0], {}) as stream:
        assert stream.status == 401


async def test_a_subscription_hears_the_same(database: Database, ports: tuple[int, int]) -> None:
    rosa = await a_responder(database)
    shown = await cookie_of(database, rosa) | {"accept": "text/event-stream"}
    query = "subscription { referralEvents { kind cursor events { referralId verb } } }"
    async with listening(ports[0], shown, path="/graphql", body=json.dumps({"query": query})) as stream:
        assert stream.status == 200
        ready = (await stream.until("next")).data["data"]["referralEvents"]
        assert (ready["kind"], ready["events"]) == ("ready", [])
        made = await created(database, rosa)
        heard = (await stream.until("next")).data["data"]["referralEvents"]
        assert heard["events"] == [{"referralId": str(made.id), "verb": "create"}]
        assert heard["cursor"]


async def test_a_subscription_of_nobody_known_is_told_so_and_ends(database: Database, ports: tuple[int, int]) -> None:
    query = "subscription { referralEvents { kind } }"
    asked = {"accept": "text/event-stream"}
    async with listening(ports[0], asked, path="/graphql", body=json.dumps({"query": query})) as stream:
        told = await stream.until("next")
        assert told.data["errors"][0]["extensions"]["type"] == "/problems/not-signed-in"
        assert (await stream.until("complete")).data is None


async def test_a_subscription_that_takes_no_events_is_refused(client: AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "subscription { referralEvents { kind } }"})
    assert answer.status_code == 406


async def test_streams_end_when_the_process_is_asked_to_stop(clone: Cluster, database: Database) -> None:
    shown = await cookie_of(database, await a_responder(database))
    with serving(clone.service_dsn) as (port, pid):
        async with listening(port, shown) as stream:
            await stream.until("ready")
            os.kill(pid, signal.SIGTERM)
            assert await stream.next() is None


async def test_what_one_act_brought_about_comes_with_the_cursor_on_the_last_of_it(
    database: Database, ports: tuple[int, int]
) -> None:
    rosa = await a_responder(database)
    async with listening(ports[0], await cookie_of(database, rosa)) as stream:
        await stream.until("ready")
        made = await created(database, rosa)
        await _next_of(stream, made.id)
        await says(database, rosa, made.id, agreed("name"))
        heard = [await stream.until("referral")]
        while heard[-1].id is None:
            heard.append(await stream.until("referral"))
    assert len(heard) > 1
    assert [one.id is None for one in heard] == [True] * (len(heard) - 1) + [False]
