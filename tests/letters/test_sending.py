"""Sending: once, however many do it; again when it did not get through, and not for ever."""

import asyncio
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
import structlog

from api.jobs import EVERY, JOBS
from core import clock, letters
from core.db import Database
from core.letters import Channel, Opened
from core.letters.errors import Refused, Undelivered
from core.letters.rules.tries import LEASE, TRIES, pause
from core.purging import purge
from core.secrets import Keys, new_ring
from core.security import SYSTEM
from core.settings import settings
from tests.access.builders import RING
from tests.builders import NOON
from tests.letters.builders import Sink, a_letter, send, stored

MINUTE = timedelta(minutes=1)


async def test_workers_that_send_at_once_send_each_letter_once(database: Database) -> None:
    posted = {await a_letter(database, to=f"{n}@example.org") for n in range(20)}
    sink = Sink()
    done = await asyncio.gather(*(send(database, {Channel.mail: sink}) for _ in range(4)))
    assert sum(done) == 20
    assert Counter(letter.id for letter in sink.taken) == Counter(posted)


async def test_a_letter_that_somebody_is_sending_is_left_to_them_for_the_lease(database: Database) -> None:
    letter = await a_letter(database)
    begun, go = asyncio.Event(), asyncio.Event()

    class Slow(Sink):
        async def send(self, letter: Opened) -> None:
            begun.set()
            await go.wait()
            await super().send(letter)

    slow, other = Slow(), Sink()
    sending = asyncio.create_task(send(database, {Channel.mail: slow}))
    await begun.wait()
    assert await send(database, {Channel.mail: other}, NOON + LEASE - MINUTE) == 0
    sending.cancel()  # it dies before it says whether it was sent
    await asyncio.gather(sending, return_exceptions=True)
    assert await send(database, {Channel.mail: other}, NOON + LEASE) == 1
    assert [one.id for one in other.taken] == [letter]


async def test_whoever_comes_back_after_the_lease_undoes_nothing(database: Database) -> None:
    letter = await a_letter(database)
    begun, go = asyncio.Event(), asyncio.Event()

    class Stopped(Sink):
        async def send(self, letter: Opened) -> None:  # noqa: ARG002
            begun.set()
            await go.wait()
            raise Refused("recipient")

    stopped = asyncio.create_task(send(database, {Channel.mail: Stopped()}))
    await begun.wait()
    later = Sink(raises=[Undelivered("unreachable")])
    assert await send(database, {Channel.mail: later}, NOON + LEASE) == 0
    go.set()
    await stopped
    assert (await stored(database, letter))["failed"] is None
    assert await send(database, {Channel.mail: later}, NOON + LEASE + 2 * MINUTE) == 1


async def test_a_letter_that_did_not_get_through_waits_longer_each_time_and_ends(database: Database) -> None:
    letter = await a_letter(database)
    now, tries = NOON, []
    while (row := await stored(database, letter))["failed"] is None:
        sink = Sink(raises=[Undelivered("recipient_later")])
        assert await send(database, {Channel.mail: Sink()}, row["due_at"] - timedelta(seconds=1)) == 0
        now = row["due_at"]
        tries.append(now - NOON)
        await send(database, {Channel.mail: sink}, now)
    assert tries[:5] == [0 * MINUTE, MINUTE, 3 * MINUTE, 7 * MINUTE, 15 * MINUTE]
    assert len(tries) == TRIES
    assert timedelta(days=2.5) < tries[-1] < timedelta(days=4)
    assert row["failed"] == "gave_up"
    assert RING.open(row["address"], row=letter, column="letter.address") == "ana@example.org"  # to be seen
    (rule,) = letters.PURGE
    for days, gone in ((29, 0), (31, 1)):
        async with database.transaction(SYSTEM) as db:
            assert await purge(db, rule, letters.COLUMNS, now=now + timedelta(days=days)) == gone
    row = await stored(database, letter)
    assert (row["address"], row["subject"], row["body"], row["failed"]) == (None, None, None, "gave_up")


def test_pauses_only_grow_and_end() -> None:
    pauses = [wait for wait in map(pause, range(1, 100)) if wait is not None]
    assert len(pauses) == TRIES - 1
    assert pauses == sorted(pauses)
    assert pause(10_000) is None


async def test_what_is_refused_for_good_is_not_tried_again(database: Database) -> None:
    letter = await a_letter(database)
    with structlog.testing.capture_logs() as said:
        await send(database, {Channel.mail: Sink(raises=[Refused("recipient")])})
    row = await stored(database, letter)
    assert (row["failed"], row["tries"], row["sent_at"]) == ("recipient", 1, None)
    assert await send(database, {Channel.mail: Sink()}, NOON + timedelta(days=1)) == 0
    assert [one["why"] for one in said] == ["recipient"]
    assert "ana@example.org" not in str(said)


async def test_one_that_does_not_get_through_holds_no_other_up(database: Database) -> None:
    letters = [await a_letter(database, to=f"{n}@example.org", now=NOON + n * MINUTE) for n in range(3)]
    sink = Sink(raises=[Undelivered("recipient_later"), Refused("recipient")])
    assert await send(database, {Channel.mail: sink}, NOON + 5 * MINUTE) == 1
    assert [one.id for one in sink.taken] == letters[2:]


async def test_a_server_that_is_away_is_asked_once_a_run_and_the_other_channel_goes_on(database: Database) -> None:
    mails = [await a_letter(database) for _ in range(3)]
    await a_letter(database, channel=Channel.text)
    away, texts = Sink(raises=[Undelivered("unreachable", outage=True)] * 5), Sink()
    assert await send(database, {Channel.mail: away, Channel.text: texts}) == 1
    assert len(away.raises) == 4
    assert sorted([(await stored(database, mail))["tries"] for mail in mails]) == [0, 0, 1]


async def test_an_error_that_nobody_foresaw_is_not_quoted_and_the_letter_tried_again(database: Database) -> None:
    letter = await a_letter(database)
    with structlog.testing.capture_logs() as said:
        await send(database, {Channel.mail: Sink(raises=[ValueError("ana@example.org is odd")])})
    assert "ana@" not in str(said)
    assert "ValueError" in str(said)
    assert (await stored(database, letter))["failed"] is None
    assert await send(database, {Channel.mail: Sink()}, NOON + MINUTE) == 1


async def test_a_letter_that_kills_whoever_takes_it_up_ends_too(database: Database) -> None:
    letter = await a_letter(database)

    class Killed(Sink):
        async def send(self, letter: Opened) -> None:  # noqa: ARG002
            raise asyncio.CancelledError

    for n in range(TRIES):
        with pytest.raises(asyncio.CancelledError):
            await send(database, {Channel.mail: Killed()}, NOON + n * LEASE)
    assert await send(database, {Channel.mail: Sink()}, NOON + TRIES * LEASE) == 0
    assert (await stored(database, letter))["failed"] == "gave_up"


async def test_letters_wait_for_their_keys(database: Database, tmp_path: Path) -> None:
    letter = await a_letter(database)
    sink = Sink()
    missing, foreign = Keys(path=tmp_path / "keys.json"), Keys(text=new_ring("other").written())
    assert await send(database, {Channel.mail: sink}, keys=missing) == 0
    assert await send(database, {Channel.mail: sink}, NOON + MINUTE, keys=foreign) == 0
    assert (await stored(database, letter))["failed"] is None
    assert await send(database, {Channel.mail: sink}, NOON + 3 * MINUTE) == 1


async def test_a_letter_that_was_sealed_before_a_rotation_can_be_sent_after_it(database: Database) -> None:
    await a_letter(database)
    sink = Sink()
    assert await send(database, {Channel.mail: sink}, keys=Keys(text=RING.with_key("2026-12").written())) == 1
    assert sink.taken[0].to == "ana@example.org"


async def test_the_job_sends_every_ten_seconds_into_the_folder_of_its_home(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_letter(database)
    monkeypatch.setenv("DOORLIGHT_HOME", str(tmp_path))
    monkeypatch.setenv("DOORLIGHT_KEYS", RING.written())
    settings.cache_clear()
    try:
        assert await JOBS["send_letters"](database, clock.now()) == 1
        assert await JOBS["send_letters"](database, clock.now()) == 0
    finally:
        settings.cache_clear()
    assert [file.suffix for file in (tmp_path / "letters").iterdir()] == [".eml"]
    assert EVERY["send_letters"] == timedelta(seconds=10)
