"""Who was told what of a person, when, on which basis."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from referrals.models import ReferralDisclosure
from referrals.views.shown import DisclosureView


async def disclosures(db: AsyncSession, referral_id: UUID) -> list[DisclosureView]:
    """Oldest first, as far as the transaction sees them; who the services are is the directory's to say."""
    rows = await db.scalars(
        select(ReferralDisclosure)
        .where(col(ReferralDisclosure.referral_id) == referral_id)
        .order_by(col(ReferralDisclosure.at), col(ReferralDisclosure.id))
    )
    return [
        DisclosureView(
            to_service_id=one.to_service_id, to_service="", fields=one.fields, basis=one.basis, notice=one.notice,
            at=one.at,
        )
        for one in rows
    ]  # fmt: skip
