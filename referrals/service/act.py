"""Somebody says something of a referral or an offer: load and lock, ask the rules, keep what they recorded."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core import access, audit, failpoints, tenancy
from core.secrets import Ring
from core.security import Caller
from referrals.errors import BadReferral
from referrals.queries import allow, referral_of, seen
from referrals.rows.load import Loaded, locked
from referrals.rows.save import Beside, Speaker, save
from referrals.rules.machines import CONSENT, OFFER, REFERRAL, Actor
from referrals.rules.turn import Turn
from referrals.rules.who import roles_in, speaks_as
from referrals.service.acts import ACTS, Spoken
from referrals.service.after import follow
from referrals.service.candidates import offer_to
from referrals.service.explained import explain
from referrals.service.person import forget_person, told_aloud
from referrals.views.said import (
    AcceptIn,
    AcknowledgeIn,
    CloseIn,
    ConsentIn,
    DeclineIn,
    HandOffIn,
    OfferIn,
    ReassignIn,
    RevokeIn,
    Said,
)
from referrals.views.step import StepView, step
from referrals.words import NOTICE

_STOPS: dict[type[Said], failpoints.Name] = {
    AcceptIn: "accept.before_commit",
    HandOffIn: "hand_off.before_commit",
    CloseIn: "close.before_commit",
}


async def act(db: AsyncSession, caller: Caller, *, referral_id: UUID, said: Said, once: str | None = None) -> StepView:
    """Say something of a referral; where it stands then. `once`: the key of the request, for the log.

    Raises:
        NotAllowed, LacksScope: not of those who send and receive people. NoSuchReferral: not theirs, or none.
        NotYours, IllegalMove, TooLate, NoPlace, NoConsent, BadReferral: as they say, and what one may do instead.
    """
    allow(caller, "referrals.write")
    await seen(db, caller, referral_id)
    arrow = CONSENT["revoke"] if isinstance(said, RevokeIn) else REFERRAL[said.verb]
    return await _said(db, Speaker(caller, _channel(said), once), referral_id, said, arrow.by)


async def answer(
    db: AsyncSession, caller: Caller, *, offer_id: UUID, said: Said, ring: Ring, once: str | None = None
) -> StepView:
    """The same of an offer.

    Raises:
        NoSuchOffer: not theirs, or none. And what `act` raises.
    """
    allow(caller, "referrals.write")
    referral_id = await referral_of(db, caller, offer_id)
    return await _said(
        db, Speaker(caller, _channel(said), once), referral_id, said, OFFER[said.verb].by, offer_id=offer_id, ring=ring
    )


async def _said(
    db: AsyncSession, speaker: Speaker, referral_id: UUID, said: Said, by: frozenset[Actor],
    *, offer_id: UUID | None = None, ring: Ring | None = None,
) -> StepView:  # fmt: skip
    caller = speaker.caller
    if isinstance(said, AcknowledgeIn | ReassignIn) and said.person_id is not None:
        await _is_of_theirs(db, caller, said.person_id)
    async with tenancy.trusted(db):
        held = await locked(db, referral_id)
        roles = roles_in(caller, held.case, offer_id)
        as_whom = speaks_as(said.verb, by, roles, for_person=said.passes_on, for_receiver=said.on_the_phone)
        turn = await speak(db, speaker, held, said, as_whom, offer_id=offer_id)
        if isinstance(said, DeclineIn) and said.note is not None and offer_id is not None and ring is not None:
            await explain(db, caller, held, offer_id=offer_id, note=said.note, ring=ring)
    return step(turn.case, roles, caller.agency_id)


async def speak(
    db: AsyncSession, speaker: Speaker, held: Loaded, said: Said, by: Actor, *, offer_id: UUID | None = None
) -> Turn:
    """Say it as that side of it, whichever door they came by; what came of it is kept. In the system's own name.

    Raises:
        As `act` says.
    """
    turn = held.turn(by)
    if isinstance(said, OfferIn):
        await offer_to(db, speaker.caller, held, turn, said)
    else:
        ACTS[type(said)](turn, Spoken(speaker.caller, said, offer_id, held.row["survivor"], held.referrer_ended))
    await keep(db, held, turn, speaker, _beside(turn, said))
    if isinstance(said, HandOffIn) and said.by_phone:
        await told_aloud(db, held)
    if type(said) in _STOPS:
        await failpoints.reach(_STOPS[type(said)])
    return turn


async def keep(db: AsyncSession, held: Loaded, turn: Turn, speaker: Speaker, beside: Beside | None = None) -> None:
    """What the turn recorded, with all that follows from it, in the one transaction.

    Raises:
        NoPlace: there was none left.
    """
    if not turn.events:
        return
    pools = await save(db, held.case, turn, speaker, beside or Beside())
    await follow(db, turn, pools)
    await forget_person(db, turn)
    await audit.record(
        db, speaker.caller, act="write", table="referral", row_id=turn.case.id, columns=("status",),
        agency_id=turn.case.agency_id, now=turn.now,
    )  # fmt: skip


async def _is_of_theirs(db: AsyncSession, caller: Caller, person_id: UUID) -> None:
    if not await access.belongs(db, caller, person_id=person_id):
        raise BadReferral("Nobody of that id is in your agency.", field="person_id")


def _channel(said: Said) -> str:
    return "phone" if said.on_the_phone else "account"


def _beside(turn: Turn, said: Said) -> Beside:
    """How the person said what they agreed to; the rules need none of it."""
    if not isinstance(said, ConsentIn):
        return Beside()
    row = {"how": said.how, "language": said.language, "notice": NOTICE, "made_at": turn.now.isoformat()}
    return Beside(consents={event.subject_id: row for event in turn.events if event.verb == "propose"})
