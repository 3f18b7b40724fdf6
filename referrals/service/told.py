"""Who was told what of a person, when, on which basis."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

import directory
from core import audit
from core.db import driver_of
from core.paging import BadCursor, pack, unpack
from core.security import Caller
from referrals.models import ReferralConsent, ReferralDisclosure
from referrals.queries import leads
from referrals.rows.load import database_now
from referrals.views.shown import DisclosureView
from referrals.views.told import AgreedScope, DisclosedIn, DisclosedPage, DisclosedView

_LIST = "disclosures"
_WHEN, _ID = col(ReferralDisclosure.at), col(ReferralDisclosure.id)


async def disclosures(db: AsyncSession, referral_id: UUID) -> list[DisclosureView]:
    """Oldest first, as far as the transaction sees them; who the services are is the directory's to say."""
    rows = await db.scalars(
        select(ReferralDisclosure).where(col(ReferralDisclosure.referral_id) == referral_id).order_by(_WHEN, _ID)
    )
    return [
        DisclosureView(
            to_service_id=one.to_service_id, to_service="", fields=one.fields, basis=one.basis, notice=one.notice,
            at=one.at,
        )
        for one in rows
    ]  # fmt: skip


async def disclosed(db: AsyncSession, caller: Caller, *, asked: DisclosedIn) -> DisclosedPage:
    """All that was told of whom the caller's agency refers, page by page.

    Raises:
        NotAllowed: neither a manager nor an administrator. BadCursor: that is none of ours.
    """
    agency = leads(caller)
    mine = [col(ReferralDisclosure.agency_id) == agency]
    mine += [] if asked.since is None else [asked.since <= _WHEN]
    mine += [] if asked.until is None else [asked.until > _WHEN]
    mine += [] if asked.cursor is None else [tuple_(_WHEN, _ID) > _position(asked.cursor)]
    now = await database_now(await driver_of(db))
    await audit.record(
        db, caller, act="read", table="referral_disclosure", row_id=None, columns=("fields",), now=now
    )  # fmt: skip
    found = (
        await db.execute(
            select(ReferralDisclosure, ReferralConsent)
            .join(ReferralConsent, col(ReferralConsent.id) == col(ReferralDisclosure.consent_id))
            .where(*mine)
            .order_by(_WHEN, _ID)
            .limit(asked.limit + 1)
        )
    ).all()
    page = found[: asked.limit]
    ids = {told.to_service_id for told, _ in page}
    known = await directory.answering(db, caller, service_ids=ids, now=now) if ids else {}
    last = page[-1][0] if len(found) > asked.limit else None
    return DisclosedPage(
        disclosures=[
            DisclosedView(
                **told.model_dump(exclude={"consent_id", "offer_id", "agency_id"}),
                to_service=known[told.to_service_id].name if told.to_service_id in known else "",
                consent=AgreedScope.model_validate(given, from_attributes=True),
            )
            for told, given in page
        ],
        next=None if last is None else pack(_LIST, last.at.isoformat(), str(last.id)),
    )


def _position(cursor: str) -> tuple[datetime, UUID]:
    _, (at, row_id) = unpack(cursor, {_LIST: (str, str)})
    try:
        when, found = datetime.fromisoformat(str(at)), UUID(str(row_id))
    except ValueError as error:
        raise BadCursor from error
    if when.tzinfo is None:
        raise BadCursor
    return when, found
