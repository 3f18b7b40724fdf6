"""Who the person is, shown to those who may know; and that they were told, written down first."""

from collections.abc import Collection
from typing import LiteralString
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit, tenancy
from core.personal import shown
from core.secrets import Ring
from core.security import SYSTEM, Caller
from referrals.models import ReferralPerson
from referrals.personal import COLUMNS
from referrals.rows.load import Loaded
from referrals.rules.case import OVER, ConsentState
from referrals.rules.turn import Turn
from referrals.views.shown import GivenView, NoticeText, PersonView
from referrals.words import notices

FIELDS: tuple[LiteralString, ...] = ("name", "birth_date", "contact", "note")
_DISCLOSE = text(
    "INSERT INTO referral_disclosure (id, referral_id, agency_id, consent_id, offer_id, to_agency_id, to_service_id,"
    " fields, basis, notice, at) VALUES (:id, :referral, :agency, :consent, :offer, :to_agency, :to_service, :fields,"
    " 'consent', :notice, :at) ON CONFLICT (consent_id, offer_id) DO NOTHING"
)
# What a legal hold is on stays as long as other referrals' rows do.
_FORGET = text(
    "DELETE FROM referral_person AS p WHERE p.referral_id = :referral AND NOT EXISTS (SELECT FROM legal_hold AS h"
    " WHERE h.ended_at IS NULL AND h.person_id IS NULL AND h.agency_id = p.agency_id) RETURNING p.referral_id"
)


def hashed(ring: Ring, code: str) -> bytes:
    """The person's code, keyed: whoever has the row cannot make one up."""
    return ring.blind(f"referral code {''.join(code.split())}")


async def person_of(db: AsyncSession, caller: Caller, held: Loaded, *, ring: Ring) -> PersonView | None:
    """Who it is: to whoever refers; to the one that has them, what the person agreed to. None where nothing is to say.

    What is shown to a receiver is a disclosure, recorded with its basis and notice before it is shown.
    """
    case = held.case
    if caller.is_machine:
        return None  # what it may be told is for people
    if caller.agency_id == case.agency_id:
        return await _read(db, caller, held, FIELDS, "yours", ring=ring)
    offer = case.offers.get(case.winner or case.id)
    if offer is None or offer.agency_id != caller.agency_id:
        return None
    return await told(db, caller, held, ring=ring)


async def told(db: AsyncSession, caller: Caller, held: Loaded, *, ring: Ring) -> PersonView | None:
    """What the person agreed that the one who has them is told; that it was is recorded first. None: nothing."""
    agreed = _agreed_to_tell(held)
    if agreed is None:
        return None
    given = _given(held, agreed)
    return await _read(db, caller, held, agreed.fields, f"consent {agreed.id}", ring=ring, given=given)


async def told_aloud(db: AsyncSession, held: Loaded) -> None:
    """Whoever has them was told on the phone, by whoever refers: that is recorded like what is shown here."""
    agreed, row = _agreed_to_tell(held), await _row(db, held)
    if agreed is None or row is None:
        return
    there = [name for name in FIELDS if name in agreed.fields and getattr(row, name) is not None]
    if there:
        await _disclosed(db, held, there, _given(held, agreed).notice)


def _agreed_to_tell(held: Loaded) -> ConsentState | None:
    """What lets the one who has them be told."""
    case, agreed = held.case, held.case.agreed(held.now)
    offer = case.offers.get(case.winner or case.id)
    return agreed if agreed is not None and offer is not None and agreed.covers(offer.service_id) else None


def _given(held: Loaded, agreed: ConsentState) -> GivenView:
    """What goes with whatever is told: what for, until when, and the notice under which it was given."""
    row = next(one for one in held.consents if UUID(one["id"]) == agreed.id)
    return GivenView(
        how=row["how"], purpose=agreed.purpose, fields=sorted(agreed.fields), until=agreed.until, notice=row["notice"],
        notice_texts=[NoticeText(language=one, text=said) for one, said in notices(row["notice"]).items()],
    )  # fmt: skip


async def forget_person(db: AsyncSession, turn: Turn) -> None:
    """Who they are goes at once where it ended before they had agreed to anything. In the system's own name."""
    case = turn.case
    if case.status not in OVER or case.consents:
        return
    if await db.scalar(_FORGET, {"referral": case.id}) is not None:
        await audit.record(
            db, SYSTEM, act="purge", table="referral_person", row_id=case.id, columns=FIELDS, agency_id=case.agency_id,
            now=turn.now,
        )  # fmt: skip


async def _read(
    db: AsyncSession, caller: Caller, held: Loaded, fields: Collection[str], basis: str,
    *, ring: Ring, given: GivenView | None = None,
) -> PersonView | None:  # fmt: skip
    case = held.case
    row = await _row(db, held)
    there = [name for name in FIELDS if name in fields and row is not None and getattr(row, name) is not None]
    if row is None or not there:
        return None
    if given is not None:
        await _disclosed(db, held, there, given.notice)
    await audit.record(
        db, caller, act="read", table="referral_person", row_id=case.id, columns=there, agency_id=case.agency_id,
        now=held.now,
    )  # fmt: skip
    return PersonView(basis=basis, given=given, **{name: _opened(caller, row, name, ring) for name in there})


async def _row(db: AsyncSession, held: Loaded) -> ReferralPerson | None:
    return await db.scalar(select(ReferralPerson).where(col(ReferralPerson.referral_id) == held.case.id))


async def _disclosed(db: AsyncSession, held: Loaded, fields: list[LiteralString], notice: str) -> None:
    case, agreed = held.case, held.case.agreed(held.now)
    assert agreed is not None  # noqa: S101 - asked before
    assert case.winner is not None  # noqa: S101
    offer = case.offers[case.winner]
    async with tenancy.trusted(db):
        await db.execute(
            _DISCLOSE,
            {
                "id": uuid4(), "referral": case.id, "agency": case.agency_id, "consent": agreed.id, "offer": offer.id,
                "to_agency": offer.agency_id, "to_service": offer.service_id, "fields": fields, "notice": notice,
                "at": held.now,
            },
        )  # fmt: skip


def _opened(caller: Caller, row: ReferralPerson, name: LiteralString, ring: Ring) -> str:
    return shown(
        getattr(row, name), to=caller, registry=COLUMNS, ring=ring, row=row.referral_id,
        column=f"referral_person.{name}",
    )  # fmt: skip
