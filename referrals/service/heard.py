"""An offer that is asked by text message, and answered by one or on the keypad of a phone.

A code is six digits long, and so is good from the number alone that it was sent to, for five tries, while the offer
stands. Neither the code nor the number is kept: both are found again by keyed hashes.
"""

import secrets
from uuid import UUID, uuid5

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit, tenancy
from core.secrets import Ring
from core.security import PUBLIC, Caller
from referrals.errors import IllegalMove, NoConsent, NoPlace, NotYours, TooLate
from referrals.queries import allow, referral_of
from referrals.rows.load import locked
from referrals.rows.save import Speaker
from referrals.rules.acts.asking import standing
from referrals.rules.machines import Actor
from referrals.rules.replies import CODE, TRIES, Reply
from referrals.service.act import speak
from referrals.service.ground import ground
from referrals.views.heard import Answered, Heard, Outcome, TextAsked, TextIn
from referrals.views.said import AcceptIn, DeclineIn

_MESSAGES = UUID("5f0c9a52-6d5e-4c53-9a0b-0d1f6f1f8f10")  # makes ids of the gateway's own
_ASK = text(
    "INSERT INTO offer_text (offer_id, referral_id, agency_id, number_blind, code_hash, language, tries, made_at)"
    " VALUES (:offer, :referral, :agency, :number, :code, :language, 0, :now) ON CONFLICT (offer_id) DO UPDATE SET"
    " number_blind = excluded.number_blind, code_hash = excluded.code_hash, language = excluded.language, tries = 0,"
    " made_at = excluded.made_at, letter_id = NULL"
)
_TAKEN = text("SELECT 1 FROM offer_text WHERE code_hash = :code")
_FIRST = text(
    "INSERT INTO gateway_message (id, at) VALUES (:id, doorlight_now()) ON CONFLICT (id) DO NOTHING RETURNING id"
)
_FIND = text("SELECT offer_id, referral_id, language FROM offer_text WHERE code_hash = :code AND tries < :most")
_TRIED = text("UPDATE offer_text SET tries = tries + 1 WHERE number_blind = :number")


async def ask_by_text(db: AsyncSession, caller: Caller, *, offer_id: UUID, said: TextIn, ring: Ring) -> TextAsked:
    """A new code for that number; a former one of the offer is good for nothing any more.

    Raises:
        NotAllowed, LacksScope: not of those who send people. NoSuchOffer: not theirs, or none.
        NotYours: they were asked, and did not ask. TooLate: the offer does not stand any more.
    """
    allow(caller, "referrals.write")
    referral_id = await referral_of(db, caller, offer_id)
    async with tenancy.trusted(db):
        held = await locked(db, referral_id)
        if caller.agency_id != held.case.agency_id:
            raise NotYours("ask by text", Actor.receiver, [Actor.referrer])
        one = standing(held.turn(Actor.referrer), offer_id)
        if one.timer is None:
            raise TooLate("They are asked later, when those before them have answered.", state=one.status, may=[])
        code = await _new(db, said.to, ring)
        await db.execute(
            _ASK,
            {
                "offer": offer_id, "referral": referral_id, "agency": held.case.agency_id,
                "number": _number(ring, said.to), "code": _code(ring, said.to, code), "language": said.language,
                "now": held.now,
            },
        )  # fmt: skip
        await audit.record(
            db, caller, act="write", table="offer_text", row_id=offer_id, columns=("number_blind", "code_hash"),
            now=held.now,
        )  # fmt: skip
        zone = (await ground(db, held.row)).zone or "UTC"
    return TextAsked(offer_id=offer_id, until=one.timer.until, zone=zone, now=held.now, code=code)


async def hear(db: AsyncSession, *, message: Heard, ring: Ring) -> Answered:
    """Do what a signed message says, once. In a transaction of the system's own, which commits whatever comes of it.

    Of a wrong code, another's number and an offer that nobody was asked for by text there is one answer.
    """
    reply = message.reply
    spoken = (reply and reply.language) or "en"
    if not await db.scalar(_FIRST, {"id": uuid5(_MESSAGES, message.id)}):
        return Answered(outcome=Outcome.again, language=spoken)
    if reply is None:
        return Answered(outcome=Outcome.unreadable, language=spoken)
    found = (await db.execute(_FIND, {"code": _code(ring, message.number, reply.code), "most": TRIES})).first()
    if found is None:
        await db.execute(_TRIED, {"number": _number(ring, message.number)})
        return Answered(outcome=Outcome.unknown, language=spoken)
    outcome = await _done(db, message.channel, reply, found.offer_id, found.referral_id)
    return Answered(outcome=outcome, language=reply.language or found.language)


async def _done(db: AsyncSession, channel: str, reply: Reply, offer_id: UUID, referral_id: UUID) -> Outcome:
    said = AcceptIn() if reply.yes else DeclineIn(reason=reply.reason)
    try:
        async with db.begin_nested():  # that it was heard stays, whatever comes of it
            held = await locked(db, referral_id)
            await speak(db, Speaker(PUBLIC, channel), held, said, Actor.receiver, offer_id=offer_id)
    except NoPlace:
        return Outcome.full
    except (TooLate, IllegalMove, NoConsent):
        return Outcome.late
    return Outcome.accepted if reply.yes else Outcome.declined


async def _new(db: AsyncSession, to: str, ring: Ring) -> str:
    while True:
        code = f"{secrets.randbelow(10**CODE):0{CODE}}"
        if not await db.scalar(_TAKEN, {"code": _code(ring, to, code)}):
            return code


def _number(ring: Ring, number: str) -> bytes:
    return ring.blind(f"offer number {number}")


def _code(ring: Ring, number: str, code: str) -> bytes:
    return ring.blind(f"offer code {number} {code}")
