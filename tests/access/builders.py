"""Agencies and the people in them, made by the front door."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import access, clock
from core.db import Database
from core.secrets import new_ring
from core.security import SYSTEM, Caller, Role
from tests.builders import NOON

RING = new_ring("2026-11")
PASSWORD = "a lantern beside the door"


@dataclass(frozen=True)
class Member:
    """Somebody who took an invitation up, as whom they act."""

    caller: Caller
    email: str


async def an_agency(database: Database, name: str = "Lamplight Responders", *roles: Role) -> UUID:
    async with database.transaction(SYSTEM) as db:
        made = await access.create_agency(db, SYSTEM, name=name, roles=roles or tuple(Role), now=NOON)
    return made.id


async def caller_by(database: Database, headers: Mapping[str, str]) -> Caller:
    """Whose cookie that is."""
    async with database.transaction(SYSTEM) as db:
        caller = await access.caller_of(db, token=headers["cookie"].partition("=")[2], now=clock.now())
    assert caller is not None
    return caller


async def invited(
    database: Database, agency: UUID, email: str, role: Role, *, by: Caller = SYSTEM, now: datetime = NOON
) -> str:
    async with database.transaction(by) as db:
        _, token = await access.invite(db, by, agency_id=agency, email=email, role=role, ring=RING, now=now)
    return token


async def a_member(
    database: Database, agency: UUID, role: Role = Role.responder, *, name: str = "Ana", password: str | None = None
) -> Member:
    email = f"{name.lower()}.{role}@example.org"
    token = await invited(database, agency, email, role)
    async with database.transaction(SYSTEM) as db:
        person, _ = await access.accept_invitation(db, token=token, name=name, ring=RING, now=NOON)
        if password is not None:
            await access.set_password(db, person_id=person, password=password, now=NOON)
    return Member(Caller(id=person, agency_id=agency, roles=frozenset({role})), email)
