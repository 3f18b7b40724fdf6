"""Agencies and who is in them: made by whoever runs Doorlight, filled by invitation."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core import audit
from core.access.errors import (
    AlreadyMember,
    BadAddress,
    BadRole,
    LastAdministrator,
    LinkUsedUp,
    NoSuchAgency,
    NoSuchPerson,
    NotAllowed,
)
from core.access.models import Agency, Invitation, LocalAccount, Membership, Person, SignIn
from core.access.queries import allow, visible_to
from core.access.rules.roles import Act, may_invite
from core.access.rules.tokens import drawn, hashed
from core.access.service.unlinking import unlink
from core.access.views import AgencyView, InvitationView
from core.secrets import Ring
from core.security import GIVEN, PUBLIC, Caller, Role

_GOOD_FOR = timedelta(days=7)
# Enough to catch a slip of the finger; whether it exists, the letter finds out.
_ADDRESS = re.compile(r"[^@\s,;<>\"\x00-\x1f\x7f]+@[^@\s,;<>\"\x00-\x1f\x7f]+\.[^@\s,;<>\"\x00-\x1f\x7f.]+")
_LONGEST = 254


async def create_agency(
    db: AsyncSession,
    caller: Caller,
    *,
    name: str,
    roles: Sequence[Role],
    organization_id: UUID | None = None,
    now: datetime,
) -> AgencyView:
    """A new agency whose people may be given these roles; an administrator may always be."""
    if Role.system not in caller.roles:
        raise NotAllowed("Agencies are made by whoever runs Doorlight: `doorlight agency create`.")
    given: list[str] = [role for role in GIVEN if role in {*roles, Role.administrator}]
    agency = Agency(name=name, roles=given, organization_id=organization_id, made_at=now)
    db.add(agency)
    await db.flush()
    return AgencyView.model_validate(agency, from_attributes=True)


async def agencies(db: AsyncSession, caller: Caller) -> list[AgencyView]:
    """Every agency, for whoever runs Doorlight."""
    if Role.system not in caller.roles:
        raise NotAllowed("Only whoever runs Doorlight sees every agency.")
    rows = await db.scalars(select(Agency).where(col(Agency.ended_at).is_(None)).order_by(col(Agency.name)))
    return [AgencyView.model_validate(row, from_attributes=True) for row in rows]


async def invite(
    db: AsyncSession, caller: Caller, *, agency_id: UUID, email: str, role: Role, ring: Ring, now: datetime
) -> tuple[InvitationView, str]:
    """Offer a role; answers the offer, and the secret that its link ends with, which is kept nowhere.

    Raises:
        NotAllowed: this caller may not give that role there.
        BadAddress, BadRole, NoSuchAgency, AlreadyMember: as they say.
    """
    allow(caller, Act.invite)
    agency = await _agency(db, caller, agency_id)
    if role not in agency.roles:
        offered = ", ".join(agency.roles)
        raise BadRole(f"People of {agency.name} can be: {offered}.", role=role.value)
    if not may_invite(caller.roles, role):
        raise NotAllowed(f"Ask an administrator of {agency.name} to invite somebody as {role.value}.", act="invite")
    address = checked(email)
    blind = ring.blind(address)
    if await _holds(db, agency_id, blind, role):
        raise AlreadyMember("Nothing needs to be sent: they have this role already.", role=role.value)
    secret, own_id = drawn(), uuid4()
    db.add(
        Invitation(
            id=own_id, agency_id=agency_id, role=role, email=ring.seal(address, row=own_id, column="invitation.email"),
            email_blind=blind, token_hash=hashed(secret), made_by=caller.id, made_at=now, ends_at=now + _GOOD_FOR,
        )
    )  # fmt: skip
    await audit.record(
        db, caller, act="write", table="invitation", row_id=own_id, columns=("email",), agency_id=agency_id, now=now
    )
    view = InvitationView(
        id=own_id, agency=agency.name, role=role, email=address, ends_at=now + _GOOD_FOR, has_account=False
    )
    return view, secret


async def look_at_invitation(db: AsyncSession, *, token: str, ring: Ring, now: datetime) -> InvitationView:
    """What a link offers. Looking uses nothing up.

    Raises:
        LinkUsedUp: it was used, has run out, or never was.
    """
    row = await _open_invitation(db, token, now, lock=False)
    await audit.record(
        db, PUBLIC, act="read", table="invitation", row_id=row.id, columns=("email",), agency_id=row.agency_id, now=now
    )
    agency = await db.get(Agency, row.agency_id)
    if agency is None or agency.ended_at is not None:
        raise LinkUsedUp
    email = ring.open(row.email, row=row.id, column="invitation.email")
    known = await db.scalar(
        select(col(LocalAccount.person_id))
        .join(Person, col(Person.id) == col(LocalAccount.person_id))
        .where(col(Person.email_blind) == row.email_blind)
    )
    return InvitationView(
        id=row.id, agency=agency.name, role=Role(row.role), email=email, ends_at=row.ends_at,
        has_account=known is not None,
    )  # fmt: skip


async def accept_invitation(db: AsyncSession, *, token: str, name: str, ring: Ring, now: datetime) -> tuple[UUID, UUID]:
    """Take the role on, and use the link up: the person and the agency. A person known by that address stays the same.

    Raises:
        LinkUsedUp: somebody was faster, it has run out, or the agency or that person's account has ended.
    """
    row = await _open_invitation(db, token, now, lock=True)
    agency = await db.get(Agency, row.agency_id)
    if agency is None or agency.ended_at is not None:
        raise LinkUsedUp
    row.used_at = now
    person = await db.scalar(select(Person).where(col(Person.email_blind) == row.email_blind).with_for_update())
    if person is not None and person.ended_at is not None:
        raise LinkUsedUp  # whoever runs Doorlight ended it; no agency opens it again
    if person is None:
        own_id = uuid4()
        email = ring.open(row.email, row=row.id, column="invitation.email")
        person = Person(
            id=own_id, name=ring.seal(name, row=own_id, column="person.name"),
            email=ring.seal(email, row=own_id, column="person.email"), email_blind=row.email_blind, made_at=now,
        )  # fmt: skip
        db.add(person)
        await db.flush()  # the membership points to it
    if not await _holds(db, row.agency_id, row.email_blind, Role(row.role)):
        db.add(Membership(agency_id=row.agency_id, person_id=person.id, role=row.role, made_at=now))
    by = Caller(id=person.id, agency_id=row.agency_id)
    await audit.record(db, by, act="write", table="person", row_id=person.id, columns=("name", "email"), now=now)
    return person.id, row.agency_id


async def end_membership(
    db: AsyncSession, caller: Caller, *, person_id: UUID, role: Role | None, now: datetime
) -> None:
    """Take a role away, or all of them (`role` None), from somebody in the caller's agency; it holds from this moment.

    Raises:
        NoSuchPerson: nobody of that id holds such a role there.
        NotAllowed: not an administrator.
        LastAdministrator: nobody would be left to invite another.
    """
    allow(caller, Act.end_membership)
    # One at a time: two administrators that send each other away must not both succeed.
    await db.execute(select(col(Agency.id)).where(col(Agency.id) == caller.agency_id).with_for_update())
    standing = (
        update(Membership)
        .where(
            visible_to(caller, Membership),
            col(Membership.person_id) == person_id,
            col(Membership.ended_at).is_(None),
            *([col(Membership.role) == role] if role else []),
        )
        .values(ended_at=now)
        .returning(col(Membership.id))
    )
    ended = (await db.scalars(standing)).all()
    if not ended:
        raise NoSuchPerson("Nobody of that id holds such a role in your agency.")
    if Role.system not in caller.roles and not await _has_administrator(db, caller):
        raise LastAdministrator("Invite another administrator first; nobody else could.")
    await audit.record(db, caller, act="write", table="membership", row_id=person_id, columns=("role",), now=now)
    await unlink(db, caller, person_id=person_id)


async def end_agency(db: AsyncSession, caller: Caller, *, agency_id: UUID, now: datetime) -> AgencyView:
    """From this moment nobody acts for it, neither person nor machine; its rows stay, for what was done under it.

    Raises:
        NotAllowed: not whoever runs Doorlight. NoSuchAgency: none of that id that has not ended.
    """
    if Role.system not in caller.roles:
        raise NotAllowed("Agencies are ended by whoever runs Doorlight: `doorlight agency end`.")
    agency = await _agency(db, caller, agency_id)
    agency.ended_at = now
    await audit.record(db, caller, act="end", table="agency", row_id=agency_id, agency_id=agency_id, now=now)
    return AgencyView.model_validate(agency, from_attributes=True)


async def end_person(db: AsyncSession, caller: Caller, *, email: str, ring: Ring, now: datetime) -> UUID:
    """From this moment that account opens nothing: their sign-ins and roles end, and no invitation opens it again.

    Raises:
        NotAllowed: not whoever runs Doorlight. NoSuchPerson: no account of that address that has not ended.
    """
    if Role.system not in caller.roles:
        raise NotAllowed("Accounts are ended by whoever runs Doorlight: `doorlight person end`.")
    known = select(Person).where(col(Person.email_blind) == ring.blind(email), col(Person.ended_at).is_(None))
    person = await db.scalar(known.with_for_update())
    if person is None:
        raise NoSuchPerson("Nobody of that address has an account that has not ended.")
    person.ended_at = now
    for of in (Membership, SignIn):
        theirs = update(of).where(col(of.person_id) == person.id, col(of.ended_at).is_(None))
        await db.execute(theirs.values(ended_at=now))
    await audit.record(db, caller, act="end", table="person", row_id=person.id, now=now)
    return person.id


async def sign_out_everywhere(db: AsyncSession, caller: Caller, *, now: datetime) -> int:
    """End every sign-in of the caller, this one too; how many. Who came by a provider ends those by it.

    In a transaction of the system's own.
    """
    ended = await db.scalars(
        update(SignIn)
        .where(
            col(SignIn.person_id) == caller.id,
            col(SignIn.ended_at).is_(None),
            *([col(SignIn.provider_id) == caller.provider_id] if caller.provider_id else []),
        )
        .values(ended_at=now)
        .returning(col(SignIn.id))
    )
    await audit.record(db, caller, act="sign_out", table="sign_in", row_id=caller.id, columns=("ended_at",), now=now)
    return len(ended.all())


async def sign_everybody_out(db: AsyncSession, caller: Caller, *, now: datetime) -> int:
    """End every sign-in there is, for whoever runs Doorlight; how many."""
    if Role.system not in caller.roles:
        raise NotAllowed("Only whoever runs Doorlight signs everybody out.")
    ended = update(SignIn).where(col(SignIn.ended_at).is_(None)).values(ended_at=now).returning(col(SignIn.id))
    await audit.record(db, caller, act="sign_out", table="sign_in", row_id=None, columns=("ended_at",), now=now)
    return len((await db.scalars(ended)).all())


def checked(email: str) -> str:
    """An address as it can be written to.

    Raises:
        BadAddress: it is none.
    """
    address = email.strip()
    if len(address) > _LONGEST or not _ADDRESS.fullmatch(address):
        raise BadAddress("Write an e-mail address such as ana@example.org.")
    return address


async def _agency(db: AsyncSession, caller: Caller, agency_id: UUID) -> Agency:
    """One that the caller acts for; any, for the system."""
    if Role.system not in caller.roles and agency_id != caller.agency_id:
        raise NoSuchAgency("There is no agency of that id that you act for.")
    agency = await db.get(Agency, agency_id)
    if agency is None or agency.ended_at is not None:
        raise NoSuchAgency("There is no agency of that id that you act for.")
    return agency


async def _has_administrator(db: AsyncSession, caller: Caller) -> bool:
    standing = select(col(Membership.id)).where(
        visible_to(caller, Membership), col(Membership.role) == Role.administrator, col(Membership.ended_at).is_(None)
    )
    return await db.scalar(standing.limit(1)) is not None


async def _holds(db: AsyncSession, agency_id: UUID, blind: bytes, role: Role) -> bool:
    found = await db.scalar(
        select(col(Membership.id))
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(
            col(Person.email_blind) == blind,
            col(Membership.agency_id) == agency_id,
            col(Membership.role) == role,
            col(Membership.ended_at).is_(None),
        )
    )
    return found is not None


async def _open_invitation(db: AsyncSession, token: str, now: datetime, *, lock: bool) -> Invitation:
    asked = select(Invitation).where(col(Invitation.token_hash) == hashed(token))
    row = await db.scalar(asked.with_for_update() if lock else asked)
    if row is None or row.used_at is not None or now >= row.ends_at:
        raise LinkUsedUp
    return row
