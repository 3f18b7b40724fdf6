"""Send what is due. Sending is slow, so no lock is held meanwhile: whoever takes a letter up has it for the lease."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlmodel import col

from core import audit
from core.db import Database
from core.letters.errors import NotSent, Undelivered
from core.letters.models import Letter
from core.letters.personal import SAID
from core.letters.rules.tries import LEASE, TRIES, pause
from core.letters.views import Channel, Opened, Transport, Transports
from core.secrets import Keys, KeysUnusable, Ring, SealBroken
from core.security import SYSTEM

_log = structlog.get_logger()
_EMPTY: dict[str, Any] = {"address": None, "subject": None, "body": None}
_LONGEST_S = LEASE.total_seconds() / 5


async def send_due(database: Database, *, keys: Keys, transports: Transports, now: Callable[[], datetime]) -> int:
    """Send every letter that is due; how many were. Any number may do so at once: each letter is with one of them.

    A letter that does not get through is tried again after 1, 2, 4 ... minutes, at most 6 hours, 20 times in all; then
    its `failed` is `gave_up`. One that is refused for good is not tried again, and `failed` says why. Of what was sent
    only that it was is kept; of what failed, until it is purged, everything.

    Each letter is sent at least once, and nearly always no more: a process that is killed after the other side took a
    letter and before that is written down leaves it to be sent again, five minutes later, with the same Message-ID and
    Date. Mail systems show such a pair as one; a text message may arrive twice.

    `now`: asked anew for each letter, as sending a few may take longer than a lease.
    """
    sent, channels = 0, set(transports)
    while channels and (letter := await _taken(database, channels, now())) is not None:
        try:
            await _sent(letter, keys, transports[Channel(letter.channel)])
        except NotSent as problem:
            await _not_sent(database, letter, problem, now())
            if isinstance(problem, Undelivered) and problem.outage:
                channels.remove(Channel(letter.channel))  # one that waits for its time-out is enough
        else:
            await _note(database, letter, sent_at=now(), **_EMPTY)
            sent += 1
    return sent


async def _taken(database: Database, channels: Collection[Channel], now: datetime) -> Letter | None:
    """The letter that has waited longest, for the time of a lease ours."""
    waiting = (
        select(Letter)
        .where(
            col(Letter.sent_at).is_(None),
            col(Letter.failed).is_(None),
            col(Letter.due_at) <= now,
            col(Letter.channel).in_(channels),
        )
        .order_by(col(Letter.due_at), col(Letter.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    async with database.transaction(SYSTEM) as db:
        letter = await db.scalar(waiting)
        if letter is not None:
            letter.tries += 1
            letter.due_at = now + LEASE
            # written before anything of it is opened
            await audit.record(db, SYSTEM, act="send", table="letter", row_id=letter.id, columns=SAID, now=now)
        return letter


async def _sent(letter: Letter, keys: Keys, transport: Transport) -> None:
    if letter.tries > TRIES:  # whoever took it up before died over it, each time
        raise Undelivered("killed")
    try:
        opened = _opened(letter, keys.ring)
        async with asyncio.timeout(_LONGEST_S):
            await transport.send(opened)
    except NotSent:
        raise
    except KeysUnusable as error:
        raise Undelivered("no_keys", outage=True) from error
    except SealBroken as error:
        raise Undelivered("sealed") from error
    except TimeoutError as error:
        raise Undelivered("slow", outage=True) from error
    except Exception as error:  # noqa: BLE001 - its text may quote an address: it goes no further than here
        _log.error("letter", id=str(letter.id), error=type(error).__name__)
        raise Undelivered("error") from None


def _opened(letter: Letter, ring: Ring) -> Opened:
    def text(sealed: bytes | None, column: str) -> str:
        return "" if sealed is None else ring.open(sealed, row=letter.id, column=column)

    return Opened(
        id=letter.id, channel=Channel(letter.channel), language=letter.language, made_at=letter.made_at,
        to=text(letter.address, "letter.address"), subject=text(letter.subject, "letter.subject"),
        body=text(letter.body, "letter.body"),
    )  # fmt: skip


async def _not_sent(database: Database, letter: Letter, problem: NotSent, now: datetime) -> None:
    wait = pause(letter.tries) if isinstance(problem, Undelivered) else timedelta(0)
    failed = None if wait else ("gave_up" if wait is None else problem.why)
    _log.warning("letter", id=str(letter.id), kind=letter.kind, why=problem.why, tries=letter.tries, failed=failed)
    await _note(database, letter, due_at=now + (wait or timedelta(0)), failed=failed)


async def _note(database: Database, letter: Letter, **values: Any) -> None:
    """Write down what became of it. Who stopped for longer than the lease says only that it was sent: that is true."""
    ours = [] if "sent_at" in values else [col(Letter.tries) == letter.tries]
    async with database.transaction(SYSTEM) as db:
        await db.execute(
            update(Letter).where(col(Letter.id) == letter.id, col(Letter.sent_at).is_(None), *ours).values(**values)
        )
