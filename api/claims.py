"""Claims with their letters: both are written, or neither is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

import directory
from api.web.say import moment
from api.web.words import words
from core import access, letters
from core.secrets import Ring
from core.security import SYSTEM, Caller, Role
from directory import ClaimState, ClaimView, ClaimWay


@dataclass(frozen=True, slots=True)
class Writing:
    """What letters are written with."""

    language: str
    public_url: str
    ring: Ring


async def ask(
    db: AsyncSession,
    caller: Caller,
    *,
    organization_id: UUID,
    way: ClaimWay,
    choice: str | None,
    writing: Writing,
    now: datetime,
) -> ClaimView:
    """Claim a listing: by a letter to what it publishes, or by asking the stewards, who are told.

    Raises:
        As `directory.ask_claim` says.
    """
    claim, letter = await directory.ask_claim(
        db, caller, organization_id=organization_id, way=way, choice=choice, ring=writing.ring, now=now
    )
    if letter is None:
        await _tell_stewards(db, caller, claim, writing, now)
        return claim
    await letters.post(
        db,
        caller,
        kind=letters.Kind.claim,
        to=letter.to,
        channel=letters.Channel(way),
        language=writing.language,
        parts={
            "agency": claim.agency,
            "organization": claim.organization,
            "code": letter.code,
            "link": f"{writing.public_url}/claim/{letter.token}",
            "until": moment(claim.ends_at or now, zone="UTC", say=words(writing.language)),
        },
        ring=writing.ring,
        now=now,
    )
    return claim


async def prove(
    db: AsyncSession, caller: Caller, *, claim_id: UUID, code: str, writing: Writing, now: datetime
) -> ClaimView | None:
    """Answer the letter by its code; None where it is another, and the transaction has to commit that it was tried.

    Raises:
        As `directory.prove_claim` says.
    """
    claim = await directory.prove_claim(db, caller, claim_id=claim_id, code=code, ring=writing.ring, now=now)
    return None if claim is None else await _proven(db, caller, claim, writing, now)


async def prove_by_link(db: AsyncSession, *, token: str, writing: Writing, now: datetime) -> ClaimView:
    """Answer the letter by its link.

    Raises:
        LinkUsedUp: it leads nowhere any more.
    """
    claim = await directory.prove_claim_by_link(db, token=token, ring=writing.ring, now=now)
    return await _proven(db, SYSTEM, claim, writing, now)


async def _proven(db: AsyncSession, caller: Caller, claim: ClaimView, writing: Writing, now: datetime) -> ClaimView:
    if claim.state is ClaimState.held:
        await _tell_stewards(db, caller, claim, writing, now)
    return claim


async def _tell_stewards(db: AsyncSession, caller: Caller, claim: ClaimView, writing: Writing, now: datetime) -> None:
    parts = {"agency": claim.agency, "organization": claim.organization, "link": f"{writing.public_url}/account"}
    await access.tell(
        db, caller, role=Role.steward, agency_id=None, kind=letters.Kind.claim_held, parts=parts,
        language=writing.language, ring=writing.ring, now=now,
    )  # fmt: skip
