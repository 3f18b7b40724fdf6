"""The person's own door, by the code on their paper: they see where it stands, and their word is the last.

In transactions of the system's own: nobody is signed in, and the code is all that is known.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import directory
from core import access, audit
from core.secrets import Ring
from core.security import PUBLIC, SYSTEM
from directory import Answering
from referrals.errors import NoSuchCode
from referrals.rows.load import Loaded, locked, looked_at
from referrals.rows.save import Speaker
from referrals.rules.acts.asking import is_over
from referrals.rules.case import LIVE_OFFER, OVER
from referrals.rules.machines import REFERRAL, Actor, Offer, Referral, ways_on
from referrals.service.act import speak
from referrals.service.ground import ground
from referrals.service.mandated import mandated_told
from referrals.service.person import hashed
from referrals.service.police import police_of
from referrals.service.told import disclosures
from referrals.views.mine import OF_PERSON, AgreedView, AskedView, MineView
from referrals.views.said import Said
from referrals.views.step import timer_view

_FIND = text("SELECT id FROM referral WHERE code_hash = :hash")
_VERBS = frozenset(one.verb for one in OF_PERSON)
_SHOWN = frozenset({*LIVE_OFFER, Offer.accepted, Offer.fulfilled})


async def mine(db: AsyncSession, *, code: str, ring: Ring) -> MineView:
    """Where it stands. That it was looked at is written into the audit.

    Raises:
        NoSuchCode: it opens nothing.
    """
    return await _view(db, await looked_at(db, await _of(db, code, ring)))


async def say_mine(db: AsyncSession, *, code: str, said: Said, ring: Ring, once: str | None = None) -> MineView:
    """The person's own word; where it stands then. `said`: one of `OF_PERSON`.

    Raises:
        NoSuchCode: it opens nothing. IllegalMove, NoConsent: as they say.
    """
    held = await locked(db, await _of(db, code, ring))
    await speak(db, Speaker(PUBLIC, "code", once), held, said, Actor.person)
    return await _view(db, await looked_at(db, held.case.id))


async def _of(db: AsyncSession, code: str, ring: Ring) -> UUID:
    found: UUID | None = await db.scalar(_FIND, {"hash": hashed(ring, code)})
    if found is None:
        raise NoSuchCode
    return found


async def _view(db: AsyncSession, held: Loaded) -> MineView:
    case, row = held.case, held.row
    await audit.record(
        db, PUBLIC, act="read", table="referral", row_id=case.id, columns=("status",), agency_id=case.agency_id,
        now=held.now,
    )  # fmt: skip
    told = await disclosures(db, case.id)
    ids = {one.service_id for one in case.offers.values()} | {one.to_service_id for one in told}
    known = await directory.answering(db, SYSTEM, service_ids=ids, now=held.now)
    agreed = case.agreed(held.now)
    may = _VERBS.intersection(ways_on(REFERRAL, case.status, Actor.person)) | ({"revoke"} if agreed else set())
    if not _choices(held):
        may -= {"choose"}
    return MineView(
        status=case.status, reason=case.reason, language=_language(held), now=held.now,
        zone=(await ground(db, row)).zone or "UTC", made_at=row["made_at"], ended_at=row["ended_at"],
        answers=await _answers(db, held, known), next=_next(held),
        agreed=None if agreed is None else AgreedView(
            fields=sorted(agreed.fields), purpose=agreed.purpose, until=agreed.until
        ),
        told=[
            one.model_copy(update={"to_service": known[one.to_service_id].name})
            if one.to_service_id in known else one for one in told
        ],
        asked=await _asked(db, held, known), police=await police_of(db, case.id),
        mandated_reports=await mandated_told(db, case.id),
        may=sorted(set() if case.status in OVER else may),
    )  # fmt: skip


def _choices(held: Loaded) -> list[UUID]:
    """The offers that said yes, and whose place is still kept, while nobody has the person yet."""
    case = held.case
    if case.status is not Referral.offering:
        return []
    return [
        one.id for one in case.offers.values() if one.status is Offer.accepted
        and ((place := case.held_for(one.id)) is None or not is_over(place, held.now))
    ]  # fmt: skip


def _language(held: Loaded) -> str | None:
    """What they speak; else the language in which they agreed."""
    spoken = [*held.row["languages"], *(one["language"] for one in reversed(held.consents))]
    return spoken[0] if spoken else None


def _next(held: Loaded) -> Any:
    """What is waited for; while places are asked, the first of their answers; once some say yes, the person's own."""
    case = held.case
    yes = _choices(held)
    if yes:
        kept = [place.timer for one in yes if (place := case.held_for(one)) is not None and place.timer is not None]
        first = min(kept, key=lambda each: each.until, default=None)
        return timer_view(first or case.timer)
    ends = [one.timer for one in case.offers.values() if one.timer is not None]
    first = min(ends, key=lambda each: each.until, default=None)
    return timer_view(case.timer if first is None or case.status != "offering" else first)


async def _answers(db: AsyncSession, held: Loaded, known: Mapping[UUID, Answering]) -> str | None:
    answers = held.case.accountable
    if answers is None:
        return None
    if answers.service_id is not None:
        return known[answers.service_id].name if answers.service_id in known else None
    names = await access.names_of(db, SYSTEM, agency_ids=[held.case.agency_id])
    return names.get(held.case.agency_id)


async def _asked(db: AsyncSession, held: Loaded, known: Mapping[UUID, Answering]) -> list[AskedView]:
    case, yes = held.case, _choices(held)
    shown = [one for one in case.offers.values() if one.status in _SHOWN and one.service_id in known]
    police = await directory.police_said(
        db, SYSTEM, service_ids=[one.service_id for one in shown], now=held.now
    )  # fmt: skip
    return [
        AskedView(
            offer_id=one.id, service=known[one.service_id].name, organization=known[one.service_id].organization,
            status=one.status, has_you=one.id == case.winner, may_be_chosen=one.id in yes,
            police=police.get(one.service_id),
        )
        for one in shown
    ]  # fmt: skip
