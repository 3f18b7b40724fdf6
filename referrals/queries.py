"""Reading referrals: one, an agency's inbox and its outbox."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import access
from core.security import Caller, Role, Scope, within_scope
from referrals.errors import NoSuchOffer, NoSuchReferral
from referrals.models import Offer, PoliceInvolvement, Referral, WebhookEndpoint
from referrals.personal import LEADS
from referrals.rules.case import LIVE_OFFER
from referrals.rules.machines import Offer as OfferStatus
from referrals.rules.who import CARES, SAID_YES

# An agency sees what it was asked as long as it may still answer, and whom it has taken.
SHOWN = tuple(sorted({*LIVE_OFFER, OfferStatus.accepted, OfferStatus.fulfilled} - {OfferStatus.queued}))


def allow(caller: Caller, scope: Scope) -> None:
    """Raises NotAllowed where the caller neither sends nor receives people, LacksScope where the key is not for it."""
    if caller.is_machine:
        within_scope(caller, scope)
    elif caller.roles.isdisjoint(CARES):
        raise access.NotAllowed("For those who send and receive people.")


def leads(caller: Caller) -> UUID:
    """The agency that they lead.

    Raises:
        NotAllowed: neither a manager nor an administrator of one.
    """
    if caller.roles.isdisjoint(LEADS) or caller.agency_id is None:
        raise access.NotAllowed("For managers and administrators of an agency.")
    return caller.agency_id


def visible_to(caller: Caller, of: type[Referral | Offer | PoliceInvolvement | WebhookEndpoint]) -> ColumnElement[bool]:
    """Which rows of these a caller may see; the only place that says so. No role sees all of them."""
    if Role.system in caller.roles:
        return true()
    if caller.agency_id is None:
        return false()
    if issubclass(of, WebhookEndpoint):
        return col(WebhookEndpoint.agency_id) == caller.agency_id
    asked = col(Offer.agency_id) == caller.agency_id
    if issubclass(of, Offer):
        return or_(col(Offer.referrer_id) == caller.agency_id, and_(asked, col(Offer.status) != OfferStatus.queued))
    if issubclass(of, PoliceInvolvement):
        mine = col(PoliceInvolvement.agency_id) == caller.agency_id
        of_one = col(Offer.referral_id) == col(PoliceInvolvement.referral_id)
        return or_(mine, exists().where(of_one, asked, col(Offer.status).in_(sorted(SAID_YES))))
    theirs = exists().where(col(Offer.referral_id) == col(Referral.id), asked, col(Offer.status).in_(SHOWN))
    return or_(col(Referral.agency_id) == caller.agency_id, theirs)


async def seen(db: AsyncSession, caller: Caller, referral_id: UUID) -> None:
    """Raises NoSuchReferral where there is none of that id that the caller sees."""
    found = await db.scalar(
        select(col(Referral.id)).where(visible_to(caller, Referral), col(Referral.id) == referral_id)
    )
    if found is None:
        raise NoSuchReferral("There is no referral of that id, or it is not yours.")


async def referral_of(db: AsyncSession, caller: Caller, offer_id: UUID) -> UUID:
    """The referral that an offer is of, where the caller sees the offer.

    Raises:
        NoSuchOffer: they see none of that id.
    """
    found = await db.scalar(select(col(Offer.referral_id)).where(visible_to(caller, Offer), col(Offer.id) == offer_id))
    if found is None:
        raise NoSuchOffer("There is no offer of that id, or it is not yours.")
    return found
