"""A new referral: a draft that somebody has in hand."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from core import access, audit, failpoints, tenancy
from core.db import driver_of
from core.secrets import Ring
from core.security import Caller
from referrals.errors import BadReferral
from referrals.models import ReferralPerson
from referrals.queries import allow
from referrals.rows.load import clocks_now
from referrals.rows.save import Beside, Speaker, save
from referrals.rules.acts import passage
from referrals.rules.machines import Actor
from referrals.rules.turn import Turn
from referrals.rules.who import roles_in
from referrals.service.person import hashed
from referrals.views.made import PersonIn, ReferralIn
from referrals.views.step import Made, step

_REOPENS = timedelta(days=30)
_ENDED = text("SELECT ended_at FROM referral WHERE id = :id AND agency_id = :agency_id")
_FIELDS = ("name", "birth_date", "contact", "note")


async def create(
    db: AsyncSession, caller: Caller, *, referral: ReferralIn, ring: Ring, once: str | None = None
) -> Made:
    """Begin to pass a person on. Nobody is asked before they have agreed.

    Raises:
        NotAllowed, LacksScope: not of those who send people. BadReferral: what is said contradicts itself.
    """
    allow(caller, "referrals.write")
    if caller.agency_id is None:
        raise access.NotAllowed("You act for no agency at the moment.")
    if referral.survivor and referral.person is not None:
        raise BadReferral("Of a survivor nothing is kept that says who they are.", field="person")
    if (referral.latitude is None) != (referral.longitude is None):
        raise BadReferral("Give both latitude and longitude, or neither.", field="latitude")
    code = secrets.token_urlsafe(15)
    async with tenancy.trusted(db):
        now, clocks = await clocks_now(await driver_of(db), caller.agency_id)
        if referral.follows is not None:
            await _may_follow(db, caller, referral, now)
        turn = passage.create(
            case_id=uuid4(), agency_id=caller.agency_id, urgency=referral.urgency, mode=referral.mode,
            pattern=referral.pattern, width=referral.width, on_duty=caller.id, by=Actor.referrer, now=now,
            clocks=clocks,
        )  # fmt: skip
        await save(db, None, turn, Speaker(caller, once=once), Beside(referral=_columns(caller, referral, code, ring)))
        if referral.person is not None:
            await _kept_apart(db, caller, turn, referral.person, ring)
        await audit.record(
            db, caller, act="write", table="referral", row_id=turn.case.id, columns=("made_by", "on_duty"), now=now
        )
    await failpoints.reach("create.before_commit")
    stands = step(turn.case, roles_in(caller, turn.case, None), caller.agency_id)
    return Made(**stands.model_dump(), code=code)


def _columns(caller: Caller, said: ReferralIn, code: str, ring: Ring) -> dict[str, Any]:
    # of a survivor about ten kilometres, of others about one
    digits = 1 if said.survivor else 2
    return {
        "made_by": caller.id and str(caller.id), "key_id": caller.key_id and str(caller.key_id),
        "survivor": said.survivor, "kinds": said.kinds, "age_band": said.age_band, "languages": said.languages,
        "access": said.access, "refuses": said.refuses,
        "latitude": None if said.latitude is None else round(said.latitude, digits),
        "longitude": None if said.longitude is None else round(said.longitude, digits),
        "code_hash": "\\x" + hashed(ring, code).hex(), "follows": said.follows and str(said.follows),
    }  # fmt: skip


async def _may_follow(db: AsyncSession, caller: Caller, said: ReferralIn, now: datetime) -> None:
    """Raises BadReferral where it is not one of the caller's agency's, still goes on, or ended too long ago."""
    ended: datetime | None = await db.scalar(_ENDED, {"id": said.follows, "agency_id": caller.agency_id})
    if ended is None or now - ended > _REOPENS:
        raise BadReferral("That is none of your agency's that ended no more than 30 days ago.", field="follows")


async def _kept_apart(db: AsyncSession, caller: Caller, turn: Turn, person: PersonIn, ring: Ring) -> None:
    row: dict[str, Any] = {"referral_id": turn.case.id, "agency_id": turn.case.agency_id, "survivor": False}
    for name in _FIELDS:
        value = getattr(person, name)
        row[name] = None if value is None else ring.seal(
            str(value), row=turn.case.id, column=f"referral_person.{name}"
        )  # fmt: skip
    await db.execute(insert(ReferralPerson.__table__).inline(), row)  # type: ignore[attr-defined]
    await audit.record(
        db, caller, act="write", table="referral_person", row_id=turn.case.id,
        columns=[name for name in _FIELDS if row[name] is not None], now=turn.now,
    )  # fmt: skip
