"""What a manager says of a no for which a code is not enough: sealed, apart from the log, and for managers alone."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, tenancy
from core.personal import shown
from core.secrets import Ring
from core.security import Caller
from referrals.errors import BadReferral
from referrals.models import Offer
from referrals.personal import COLUMNS, LEADS
from referrals.rows.load import Loaded
from referrals.rules.reasons import DECLINED
from referrals.views.said import DeclineIn

_COLUMN = "offer.note"
_NOTE = text("UPDATE offer SET note = :note WHERE id = :id")


def may_explain(said: DeclineIn, *, survivor: bool) -> None:
    """Whether it has the words that its reason asks for, and no others.

    Raises:
        BadReferral: words where a code is enough, or of a survivor; or none where it is not.
    """
    asks = DECLINED[said.reason].by_supervisor
    if said.note is not None and (survivor or not asks):
        raise BadReferral("A code is enough here: nothing is kept in words.", field="note")
    if asks and not survivor and said.note is None:
        raise BadReferral("Say in a few words what happened, for a manager of whoever refers them.", field="note")


async def explain(db: AsyncSession, caller: Caller, held: Loaded, *, offer_id: UUID, note: str, ring: Ring) -> None:
    """Keep it with the offer. In the system's own name."""
    await db.execute(_NOTE, {"id": offer_id, "note": ring.seal(note, row=offer_id, column=_COLUMN)})
    await audit.record(
        db, caller, act="write", table="offer", row_id=offer_id, columns=("note",), agency_id=held.case.agency_id,
        now=held.now,
    )  # fmt: skip


async def explained(db: AsyncSession, caller: Caller, held: Loaded, *, ring: Ring) -> dict[UUID, str]:
    """By offer, for managers and administrators of whoever refers; that they read it is written into the audit."""
    if caller.is_machine or caller.agency_id != held.case.agency_id or caller.roles.isdisjoint(LEADS):
        return {}
    async with tenancy.trusted(db):
        rows = (
            await db.execute(
                select(col(Offer.id), col(Offer.note)).where(
                    col(Offer.referral_id) == held.case.id, col(Offer.note).is_not(None)
                )
            )
        ).all()
    for own_id, _ in rows:
        await audit.record(
            db, caller, act="read", table="offer", row_id=own_id, columns=("note",), agency_id=held.case.agency_id,
            now=held.now,
        )  # fmt: skip
    return {
        own_id: shown(note, to=caller, registry=COLUMNS, ring=ring, row=own_id, column=_COLUMN)
        for own_id, note in rows
        if note is not None
    }
