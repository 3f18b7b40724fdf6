"""Claiming a listing: an agency asks, shows that it controls what the listing publishes, or a steward decides."""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import access, audit, tenancy
from core.secrets import Ring
from core.security import SYSTEM, Caller
from directory.errors import (
    AlreadyClaimed,
    AskedTooOften,
    ClaimNotOpen,
    NoReason,
    NoSuchChoice,
    NoSuchClaim,
    NoSuchRow,
)
from directory.models import Claim, Organization
from directory.queries import allow, claim_views, visible_to
from directory.rules.claims import (
    ASKS,
    CLAIMS,
    DECIDES,
    ENDS,
    GOOD_FOR,
    STANDING,
    TRIES,
    WITHIN,
    State,
    Way,
    move,
    once_proven,
    stands,
    typed,
)
from directory.service.published import published
from directory.views.claims import ClaimChoice, ClaimOffer, ClaimView

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class ClaimLetter:
    """What whoever asked must not see: whom the letter goes to, and what answers it."""

    to: str = field(repr=False)
    code: str = field(repr=False)
    token: str = field(repr=False)


async def claim_choices(db: AsyncSession, caller: Caller, *, organization_id: UUID, ring: Ring) -> list[ClaimChoice]:
    """Where a letter could go that proves a claim: what the listing publishes, masked.

    Raises:
        NotAllowed: neither a manager nor an administrator of an agency. NoSuchRow: there is no such organization.
    """
    allow(caller, CLAIMS)
    await _listing(db, organization_id, lock=False)
    return [one.choice for one in await published(db, organization_id, ring=ring)]


async def ask_claim(
    db: AsyncSession, caller: Caller, *, organization_id: UUID, way: Way, choice: str | None, ring: Ring, now: datetime
) -> tuple[ClaimView, ClaimLetter | None]:
    """Say that a listing is the agency's own; and what to write, where a letter proves it.

    Raises:
        NotAllowed: neither a manager nor an administrator of an agency. NoSuchRow: there is no such organization.
        NoSuchChoice: nothing of that way is published by that id. AlreadyClaimed, AskedTooOften: as they say.
    """
    allow(caller, CLAIMS)
    if caller.agency_id is None:
        raise access.NotAllowed("You act for no agency at the moment.")
    await _listing(db, organization_id, lock=True)
    await _may_ask_again(db, caller, organization_id, now)
    own_id = uuid4()
    letter = await _letter(db, organization_id, way, choice, ring)
    row = Claim(
        id=own_id, organization_id=organization_id, agency_id=caller.agency_id, way=way,
        state=State.held if letter is None else State.asked, asked_by=caller.id, asked_at=now,
    )  # fmt: skip
    if letter is not None:
        row.code_hash, row.link_hash = _code_hash(ring, own_id, letter.code), _link_hash(ring, letter.token)
        row.ends_at = now + GOOD_FOR
    db.add(row)
    return await _noted(db, caller, row, now), letter


async def prove_claim(
    db: AsyncSession, caller: Caller, *, claim_id: UUID, code: str, ring: Ring, now: datetime
) -> ClaimView | None:
    """Answer the letter by its code; None where it is another one, which is counted and has to commit.

    Where another agency answers for the listing already, the claim is held for a steward.

    Raises:
        NoSuchClaim: the agency has none of that id. ClaimNotOpen: it was answered, ran out, or was tried too often.
    """
    allow(caller, CLAIMS)
    row = await _claim(db, caller, claim_id, now)
    if stands(State(row.state), row.ends_at, now) is not State.asked or row.code_hash is None:
        raise ClaimNotOpen("No letter of this claim waits for an answer.", now=row.state)
    if not hmac.compare_digest(_code_hash(ring, row.id, typed(code)), row.code_hash):
        row.tries += 1
        if row.tries >= TRIES:
            _close(row, State.ended, caller, "The code was tried too often.", now)
        return None
    return await _proven(db, caller, row, now)


async def look_at_claim(db: AsyncSession, *, token: str, ring: Ring, now: datetime) -> ClaimOffer:
    """What the link in a letter asks. Looking uses nothing up. In a transaction of the system's own, as the next.

    Raises:
        LinkUsedUp: it was answered, has run out, or never was.
    """
    row = await _by_link(db, token, ring, now, lock=False)
    (shown,) = await claim_views(db, SYSTEM, [row], now)
    return ClaimOffer(
        id=row.id, agency=shown.agency, organization=shown.organization, ends_at=row.ends_at or row.asked_at
    )


async def prove_claim_by_link(db: AsyncSession, *, token: str, ring: Ring, now: datetime) -> ClaimView:
    """Whoever reads what the listing publishes says yes; the link is used up.

    Raises:
        LinkUsedUp: somebody was faster, or it has run out.
    """
    return await _proven(db, SYSTEM, await _by_link(db, token, ring, now, lock=True), now)


async def decide_claim(
    db: AsyncSession, caller: Caller, *, claim_id: UUID, proven: bool, reason: str, now: datetime
) -> ClaimView:
    """A steward has found out whose listing it is.

    Raises:
        NotAllowed: no steward. NoSuchClaim, ClaimNotOpen, NoReason: as they say.
    """
    allow(caller, DECIDES)
    said = _reason(reason)
    row = await _claim(db, caller, claim_id, now)
    row.state = stands(State(row.state), row.ends_at, now)
    _close(row, State.proven if proven else State.refused, caller, said, now)
    return await _noted(db, caller, row, now)


async def end_claim(
    db: AsyncSession, caller: Caller, *, claim_id: UUID, reason: str | None, now: datetime
) -> ClaimView:
    """The agency answers for the listing no more, or asks no more; one that is over stays as it was.

    Raises:
        NotAllowed: neither an administrator of the agency nor a steward. NoSuchClaim: there is none of that id.
    """
    allow(caller, ENDS)
    row = await _claim(db, caller, claim_id, now)
    if State(row.state) in STANDING:
        _close(row, State.ended, caller, _reason(reason) if reason else None, now)
    return await _noted(db, caller, row, now)


async def _listing(db: AsyncSession, organization_id: UUID, *, lock: bool) -> None:
    """Whoever claims a listing waits for whoever is at it: of two, one is first."""
    asked = select(col(Organization.id)).where(col(Organization.id) == organization_id)
    if await db.scalar(asked.with_for_update(key_share=True) if lock else asked) is None:
        raise NoSuchRow("organization", organization_id)


async def _may_ask_again(db: AsyncSession, caller: Caller, organization_id: UUID, now: datetime) -> None:
    mine = (
        visible_to(caller, Claim),
        col(Claim.agency_id) == caller.agency_id,
        col(Claim.organization_id) == organization_id,
    )
    standing = await db.scalar(select(Claim).where(*mine, col(Claim.state).in_(STANDING)).with_for_update())
    if standing is not None:
        if stands(State(standing.state), standing.ends_at, now) is not State.ended:
            raise AlreadyClaimed(f"That claim is {standing.state}. End it to ask anew.", claim_id=str(standing.id))
        standing.state = State.ended
        await db.flush()  # before the next takes its place
    recent = select(func.count()).select_from(Claim).where(*mine, col(Claim.asked_at) > now - WITHIN)
    if (await db.scalar(recent) or 0) >= ASKS:
        raise AskedTooOften(f"At most {ASKS} times in {WITHIN.days} days. Ask a steward of the directory.")


async def _letter(
    db: AsyncSession, organization_id: UUID, way: Way, choice: str | None, ring: Ring
) -> ClaimLetter | None:
    if way is Way.steward:
        return None
    for one in await published(db, organization_id, ring=ring):
        if one.choice.id == choice and one.choice.way is way:
            code = f"{secrets.randbelow(10**4):04}-{secrets.randbelow(10**4):04}"
            return ClaimLetter(to=one.to, code=code, token=secrets.token_urlsafe(32))
    raise NoSuchChoice("Choose one of those that `claim-choices` lists for this way.")


async def _claim(db: AsyncSession, caller: Caller, claim_id: UUID, now: datetime) -> Claim:
    """One that the caller sees, locked; and first the listing, as whoever asks does."""
    mine = (visible_to(caller, Claim), col(Claim.id) == claim_id)
    of = await db.scalar(select(col(Claim.organization_id)).where(*mine))
    if of is None:
        raise NoSuchClaim
    await _listing(db, of, lock=True)
    row = await db.scalar(select(Claim).where(*mine).with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NoSuchClaim
    return row


async def _by_link(db: AsyncSession, token: str, ring: Ring, now: datetime, *, lock: bool) -> Claim:
    mine = col(Claim.link_hash) == _link_hash(ring, token)
    row = await db.scalar(select(Claim).where(mine))
    if row is not None and lock:
        await _listing(db, row.organization_id, lock=True)
        row = await db.scalar(select(Claim).where(mine).with_for_update().execution_options(populate_existing=True))
    if row is None or stands(State(row.state), row.ends_at, now) is not State.asked:
        raise access.LinkUsedUp
    if not await access.names_of(db, SYSTEM, agency_ids=[row.agency_id]):
        raise access.LinkUsedUp  # the agency has ended
    return row


async def _proven(db: AsyncSession, caller: Caller, row: Claim, now: datetime) -> ClaimView:
    """The letter was answered."""
    theirs = select(col(Claim.id)).where(
        col(Claim.organization_id) == row.organization_id,
        col(Claim.agency_id) != row.agency_id,
        col(Claim.state) == State.proven,
    )
    # No agency writes of itself that it has proven a claim: the system does, which has seen the answer.
    async with tenancy.trusted(db):
        others = await db.scalar(theirs.limit(1)) is not None
        _close(row, once_proven(others=others), caller, None, now)
        await db.flush()
    return await _noted(db, caller, row, now)


def _close(row: Claim, to: State, caller: Caller, reason: str | None, now: datetime) -> None:
    row.state = move(State(row.state), to)
    row.decided_by, row.decided_at, row.reason = caller.id, now, reason
    row.code_hash = row.link_hash = None


async def _noted(db: AsyncSession, caller: Caller, row: Claim, now: datetime) -> ClaimView:
    await db.flush()
    await audit.record(
        db, caller, act="write", table="claim", row_id=row.id, columns=("state",), agency_id=row.agency_id, now=now
    )
    (shown,) = await claim_views(db, caller, [row], now)
    return shown


def _reason(said: str) -> str:
    reason = " ".join(said.split())
    if not 0 < len(reason) <= _LONGEST_REASON:
        raise NoReason(f"In at most {_LONGEST_REASON} characters.")
    return reason


def _code_hash(ring: Ring, claim_id: UUID, code: str) -> bytes:
    """Eight digits could all be tried by whoever has the row, so they are hashed with a key that the row lacks."""
    return ring.blind(f"claim code {claim_id} {typed(code)}")


def _link_hash(ring: Ring, token: str) -> bytes:
    """Keyed as well: whoever could write the row would else choose a token of their own and prove the claim by it."""
    return ring.blind(f"claim link {token}")
