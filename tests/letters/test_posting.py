"""A letter is written beside its act: with it or not at all, sealed, and not to be seen again by whoever caused it."""

import psycopg
import pytest
from sqlalchemy import text

from core import letters
from core.cluster import Database as Cluster
from core.db import Database
from core.letters import BadRecipient, Channel, Kind, TooLong
from core.letters.personal import COLUMNS
from core.security import PUBLIC, SYSTEM, Caller
from tests.access.builders import RING, a_member, an_agency
from tests.builders import NOON
from tests.letters.builders import LINK, PARTS, Sink, a_letter, send, stored
from tests.stored import everything


async def test_an_act_that_is_rolled_back_sends_nothing(database: Database) -> None:
    sink = Sink()
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the act fails after its letter
        async with database.transaction(PUBLIC) as db:
            await letters.post(
                db, PUBLIC, kind=Kind.invitation, to="ana@example.org", channel=Channel.mail, language="en",
                parts=PARTS, ring=RING, now=NOON,
            )  # fmt: skip
            raise ZeroDivisionError
    assert await send(database, {Channel.mail: sink}) == 0
    assert sink.taken == []


@pytest.mark.parametrize("channel", Channel)
async def test_nothing_of_it_can_be_read_where_it_waits_and_nothing_is_left_once_it_was_sent(
    database: Database, clone: Cluster, channel: Channel
) -> None:
    letter = await a_letter(database, channel=channel)
    secrets = ("ana@example.org", "13035550101", "Lamplight", LINK, LINK[-20:])
    waiting = str(everything(clone)["letter"])
    assert str(letter) in waiting
    assert not [secret for secret in secrets if secret in waiting]
    assert await send(database, {channel: Sink()}) == 1
    row = await stored(database, letter)
    assert [row[name] for name in ("address", "subject", "body", "failed")] == [None] * 4
    assert row["sent_at"] == NOON
    assert not [secret for secret in secrets if secret in str(everything(clone))]


async def test_what_is_registered_as_sealed_is_sealed(database: Database) -> None:
    letter = await a_letter(database)
    row = await stored(database, letter)
    sealed = [name.removeprefix("letter.") for name, kept in COLUMNS.items() if kept is not None and kept.sealed]
    assert sorted(sealed) == ["address", "body", "subject"]
    assert all(RING.open(row[column], row=letter, column=f"letter.{column}") for column in sealed)


async def test_anybody_may_cause_a_letter_and_nobody_but_the_system_sees_or_changes_it(database: Database) -> None:
    await a_letter(database)
    ana = (await a_member(database, await an_agency(database))).caller
    for caller in (None, PUBLIC, ana, Caller(id=ana.id)):
        async with database.transaction(caller) as db:
            assert await db.scalar(text("SELECT count(*) FROM letter")) == 0
            for act in ("UPDATE letter SET due_at = now()", "DELETE FROM letter"):
                assert (await db.execute(text(f"{act} RETURNING id"))).all() == []
    async with database.transaction(SYSTEM) as db:
        assert await db.scalar(text("SELECT count(*) FROM letter")) == 1


async def test_a_letter_names_no_channel_that_there_is_not(clone: Cluster, database: Database) -> None:
    insert = (
        "INSERT INTO letter (id, channel, kind, language, made_at, due_at, tries)"
        " VALUES (gen_random_uuid(), 'pigeon', 'invitation', 'en', now(), now(), 0)"
    )
    with psycopg.connect(clone.service_dsn) as service, pytest.raises(psycopg.errors.CheckViolation):
        service.execute(insert)


@pytest.mark.parametrize(
    ("channel", "to"),
    [(Channel.mail, "ana@example.org\nBcc: all@example.org"), (Channel.mail, "+13035550101"),
     (Channel.text, "ana@example.org"), (Channel.text, "911")],
)  # fmt: skip
async def test_what_cannot_be_written_to_is_refused_without_quoting_it(
    database: Database, channel: Channel, to: str
) -> None:
    with pytest.raises(BadRecipient) as refused:
        await a_letter(database, to=to, channel=channel)
    assert to not in str(refused.value)


async def test_a_link_is_never_cut_to_fit(database: Database) -> None:
    with pytest.raises(TooLong):
        await a_letter(database, channel=Channel.text, link=LINK + "x" * 300)


async def test_a_language_that_letters_do_not_speak_is_english(database: Database) -> None:
    assert (await stored(database, await a_letter(database, language="tlh")))["language"] == "en"
