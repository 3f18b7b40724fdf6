"""Which jobs there are and how often: wiring without logic. Each opens its own transactions."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from pydantic import SecretStr

import directory
import referrals
from api.purge import purge_all
from api.registry import COLUMNS
from core import audit, clock, letters
from core.db import Database, driver_of
from core.personal import sealed
from core.resealing import reseal as reseal_some
from core.security import SYSTEM
from core.settings import settings

_SEALED = sealed(COLUMNS)
_sending = asyncio.Lock()
_log = structlog.get_logger()


async def extend_hours(database: Database, _slot: datetime) -> int:
    """Work out hours further ahead, a batch a transaction, until all reach far enough."""
    total = 0
    skip: set[UUID] = set()
    while True:
        async with database.transaction() as db:
            done = await directory.extend_hours(db, SYSTEM, now=clock.now(), skip=skip)
        total += done
        if done == 0:
            return total


async def write_missing(database: Database, _slot: datetime) -> int:
    """Write search rows that are missing, a batch a transaction; how many services were looked after."""
    total = 0
    after: UUID | None = None
    while True:
        async with database.transaction() as db:
            done = await directory.write_missing(db, SYSTEM, now=clock.now(), after=after)
        if not done:
            return total
        total += len(done)
        after = done[-1]


async def mark_overdue(database: Database, _slot: datetime) -> int:
    """Mark what nobody confirmed in time."""
    async with database.transaction() as db:
        return await directory.mark_overdue(db, SYSTEM, now=clock.now())


async def count_words(database: Database, _slot: datetime) -> int:
    """Estimate how common each word is."""
    async with database.transaction() as db:
        return await directory.count_words(db, SYSTEM, now=clock.now())


async def seal_audit(database: Database, _slot: datetime) -> int:
    """Put what was added to the audit behind its chain, a batch a transaction."""
    total = 0
    while True:
        async with database.transaction(SYSTEM) as db:
            done = await audit.seal(await driver_of(db))
        total += done
        if done == 0:
            return total


async def reseal(database: Database, _slot: datetime) -> int:
    """Seal anew what an older key sealed, a batch a transaction."""
    total = 0
    while True:
        async with database.transaction(SYSTEM) as db:
            done = await reseal_some(await driver_of(db), columns=_SEALED, ring=settings().ring().ring)
        total += done
        if done == 0:
            return total


async def send_letters(database: Database, _slot: datetime) -> int:
    """Send what was written since, and what did not get through before; where an offer did not, the next is asked."""
    held = settings()
    sent = await letters.send_due(
        database,
        keys=held.ring(),
        transports=letters.transports_from(
            smtp_url=_shown(held.smtp_url),
            mail_from=held.mail_from,
            sms_url=_shown(held.sms_url),
            sms_from=held.sms_from,
            folder=held.letters_folder or held.home / "letters",
            way=held.outgoing(),
        ),
        now=clock.now,
    )
    await ask_others(database)
    return sent


async def ask_others(database: Database) -> None:
    """Where the message that asks somebody did not get through, ask the next."""
    async with database.transaction(SYSTEM) as db:
        offers = await referrals.on_their_way(db)
        lost = await letters.failed(db, letter_ids=offers.keys())
    for letter_id in lost:
        try:
            async with database.transaction(SYSTEM) as db:
                await referrals.undelivered(db, offer_id=offers[letter_id], letter_id=letter_id)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, the others are looked after
            _log.exception("an offer was not given up", offer=str(offers[letter_id]), error=type(error).__name__)


async def referral_outbox(database: Database, _slot: datetime) -> int:
    """Hand on what happened to referrals, a batch a transaction; how many events."""
    total, held = 0, settings()
    while True:
        async with database.transaction(SYSTEM) as db:
            done = await referrals.fan_out(db, ring=held.ring().ring, public_url=held.address)
        total += done
        if done == 0:
            return total


async def send_webhooks(database: Database, _slot: datetime) -> int:
    """Tell agencies' systems; how many were told. One run at a time in a process: it goes on while anything is due."""
    if _sending.locked():
        return 0
    held = settings()
    async with _sending:
        return await referrals.deliver_due(database, keys=held.ring(), way=held.outgoing(), source=held.address)


async def referral_timers(database: Database, _slot: datetime) -> int:
    """Do what time brings about, a referral a transaction; how many. One with which that fails holds up no other."""
    total, after = 0, UUID(int=0)
    while True:
        found: UUID | None = None
        try:
            async with database.transaction(SYSTEM) as db:
                found = await referrals.next_due(db, after=after)
                if found is not None:
                    await referrals.tick(db, referral_id=found)
                    total += 1
        except Exception as error:
            if found is None:
                raise
            _log.exception("a referral's clock failed", referral=str(found), error=type(error).__name__)
        if found is None:
            return total
        after = found


async def purge(database: Database, _slot: datetime) -> int:
    """Let go of what is kept no longer."""
    held = settings()
    done = await purge_all(database, folder=held.letters_folder or held.home / "letters", now=clock.now())
    return sum(one.gone for one in done)


def _shown(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None


JOBS = {
    "reseal": reseal,
    "seal_audit": seal_audit,
    "write_missing": write_missing,
    "extend_hours": extend_hours,
    "mark_overdue": mark_overdue,
    "count_words": count_words,
    "send_letters": send_letters,
    "referral_timers": referral_timers,
    "referral_outbox": referral_outbox,
    "send_webhooks": send_webhooks,
    "purge": purge,
}
EVERY = {
    "reseal": timedelta(hours=1),
    "seal_audit": timedelta(seconds=5),
    "write_missing": timedelta(hours=1),
    "extend_hours": timedelta(hours=1),
    "mark_overdue": timedelta(minutes=15),
    "count_words": timedelta(hours=1),
    "send_letters": timedelta(seconds=10),
    "referral_timers": timedelta(seconds=5),
    "referral_outbox": timedelta(seconds=5),
    "send_webhooks": timedelta(seconds=5),
    "purge": timedelta(hours=1),
}
