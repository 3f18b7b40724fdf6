"""A link by which one offer is answered without an account: it only shows, until its holder says something.

What goes by a link is in transactions of the system's own: nobody is signed in, and the link is all that is known.
"""

import secrets
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import directory
from core import audit, tenancy
from core.secrets import Ring
from core.security import SYSTEM, Caller, Role
from referrals.errors import HasAccount, LinkOver, NotYours, TooLate
from referrals.queries import allow, referral_of
from referrals.rows.load import Loaded, locked, looked_at
from referrals.rows.save import Speaker
from referrals.rules.case import LIVE_OFFER, OVER, Case, Mode
from referrals.rules.machines import OFFER, REFERRAL, Actor, Offer, Referral, ways_on
from referrals.service.act import speak
from referrals.service.ground import ground
from referrals.service.person import told
from referrals.views.link import BY_LINK, BY_LINK_AFTER, LinkMade, LinkView
from referrals.views.said import Said
from referrals.views.step import timer_view

# Whoever holds it stands in for the provider's people, and for nobody else's.
_HOLDER = Caller(roles=frozenset({Role.provider_staff}))
_FIND = text("SELECT id, referral_id FROM offer WHERE link_hash = :hash")
_MAKE = text("UPDATE offer SET link_hash = :hash WHERE id = :id")
_OFFER_VERBS = frozenset(one.verb for one in BY_LINK)
_AFTER_VERBS = frozenset(one.verb for one in BY_LINK_AFTER)


async def make_link(db: AsyncSession, caller: Caller, *, offer_id: UUID, ring: Ring) -> LinkMade:
    """A new one, shown this once; a former one leads nowhere any more.

    Raises:
        NotAllowed, LacksScope: not of those who send people. NoSuchOffer: not theirs, or none.
        NotYours: they were asked, and did not ask. TooLate: the offer does not stand any more.
    """
    allow(caller, "referrals.write")
    referral_id = await referral_of(db, caller, offer_id)
    token = secrets.token_urlsafe(32)
    async with tenancy.trusted(db):
        held = await locked(db, referral_id)
        if Role.system not in caller.roles and caller.agency_id != held.case.agency_id:
            raise NotYours("make a link", Actor.receiver, [Actor.referrer])
        _standing(held.case, offer_id)
        await db.execute(_MAKE, {"id": offer_id, "hash": _hashed(ring, token)})
        await audit.record(
            db, caller, act="write", table="offer", row_id=offer_id, columns=("link_hash",), now=held.now
        )
    return LinkMade(offer_id=offer_id, path=f"/offers/{token}")


async def look_at_link(db: AsyncSession, *, token: str, ring: Ring) -> LinkView:
    """What is asked. It uses nothing up, and says nothing of who it is.

    Raises:
        LinkOver: it leads nowhere. TooLate: the offer does not stand any more.
    """
    offer_id, referral_id = await _of(db, token, ring)
    return await _view(db, await looked_at(db, referral_id), offer_id)


async def open_link(db: AsyncSession, *, token: str, ring: Ring) -> LinkView:
    """The same with what the person agreed to tell whoever has them; that they were told is recorded.

    Raises:
        LinkOver, TooLate: as `look_at_link` says.
    """
    offer_id, referral_id = await _of(db, token, ring)
    held = await locked(db, referral_id)
    _is_its_link(held, offer_id, token, ring)
    return await _view(db, held, offer_id, ring)


async def answer_link(db: AsyncSession, *, token: str, said: Said, ring: Ring) -> LinkView | None:
    """Say something of it: one of `BY_LINK`, and of `BY_LINK_AFTER` as long as they have the person.

    None: what they said ended it.

    Raises:
        HasAccount: that they have the person, whoever has an account says there, or whoever made the link could say it.
        LinkOver: it leads nowhere. TooLate, NoPlace, IllegalMove, NoConsent, BadReferral: as they say.
    """
    offer_id, referral_id = await _of(db, token, ring)
    held = await locked(db, referral_id)
    _is_its_link(held, offer_id, token, ring)
    _standing(held.case, offer_id)
    if not isinstance(said, BY_LINK) and held.case.offers[offer_id].agency_id is not None:
        raise HasAccount(state=held.case.offers[offer_id].status, may=sorted(_may(held.case, offer_id)))
    if not isinstance(said, BY_LINK) and held.case.winner != offer_id:
        raise TooLate("You do not have that person.", state=held.case.offers[offer_id].status, may=[])
    await speak(db, Speaker(_HOLDER, "link"), held, said, Actor.receiver, offer_id=offer_id)
    after = await looked_at(db, referral_id)
    return await _view(db, after, offer_id, ring) if _stands(after.case, offer_id) else None


def _hashed(ring: Ring, token: str) -> bytes:
    return ring.blind(f"offer link {token}")


async def _of(db: AsyncSession, token: str, ring: Ring) -> tuple[UUID, UUID]:
    row = (await db.execute(_FIND, {"hash": _hashed(ring, token)})).first()
    if row is None:
        raise LinkOver
    return row.id, row.referral_id


def _is_its_link(held: Loaded, offer_id: UUID, token: str, ring: Ring) -> None:
    """Raises LinkOver where another has taken its place, or it was taken back, while we waited for the lock."""
    (row,) = [one for one in held.offers if one["id"] == str(offer_id)]
    if row["link_hash"] != f"\\x{_hashed(ring, token).hex()}":
        raise LinkOver


def _stands(case: Case, offer_id: UUID) -> bool:
    """Whether it may be answered, or whoever answered it has the person or may yet be chosen."""
    one = case.offers[offer_id]
    if case.status in OVER:
        return False
    if one.status is Offer.fulfilled:
        return case.winner == offer_id
    return one.status is Offer.accepted or (one.status in LIVE_OFFER and one.status is not Offer.queued)


def _standing(case: Case, offer_id: UUID) -> None:
    if not _stands(case, offer_id):
        status = case.offers[offer_id].status
        raise TooLate(f"That offer is {status.replace('_', ' ')}.", state=status, may=[])


async def _view(db: AsyncSession, held: Loaded, offer_id: UUID, ring: Ring | None = None) -> LinkView:
    case, row, one = held.case, held.row, held.case.offers[offer_id]
    _standing(case, offer_id)
    if one.timer is not None and held.now >= one.timer.until:
        raise TooLate("That offer has expired.", state=Offer.expired, may=[])
    has = case.winner == offer_id
    known = await directory.answering(db, SYSTEM, service_ids=[one.service_id], now=held.now)
    around = await ground(db, row)
    return LinkView(
        status=one.status, stands=case.status, service=known[one.service_id].name,
        organization=known[one.service_id].organization, urgency=case.urgency, kinds=row["kinds"],
        age_band=row["age_band"], languages=row["languages"], access=row["access"], refuses=row["refuses"],
        area=around.name or None, zone=around.zone or "UTC", now=held.now,
        timer=timer_view(case.timer if has else one.timer), has=has,
        person=await told(db, _HOLDER, held, ring=ring) if has and ring is not None and one.agency_id is None else None,
        may=sorted(_may(case, offer_id)),
    )  # fmt: skip


def _may(case: Case, offer_id: UUID) -> set[str]:
    if case.winner != offer_id:
        return set(_OFFER_VERBS.intersection(ways_on(OFFER, case.offers[offer_id].status, Actor.receiver)))
    if case.offers[offer_id].agency_id is not None:
        return set()
    may = set(_AFTER_VERBS.intersection(ways_on(REFERRAL, case.status, Actor.receiver)))
    # a warm one is connected first
    return may - {"hand_off"} if case.status is Referral.matched and case.mode is Mode.warm else may
