"""The page of an agency: who is in it, whom to invite, and its machines' keys. What is made here is shown once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api import invitations, watch
from api.deps import ring
from api.problems import kind_of, status_of
from api.web.accounts import Asking
from api.web.render import chosen
from api.web.say import day
from api.web.visits import given as given_by
from api.web.visits import refused, shown, to
from api.who import acting_for, database
from core import access, clock
from core.errors import DoorlightError
from core.security import Caller, Role

router = APIRouter()
_KEY_LASTS = timedelta(days=90)
_LISTED = 20  # of ended keys nobody needs more


@router.get("/agency")
async def agency(request: Request, asker: Asking) -> Response:
    """What there is of it that this caller may see."""
    return await _agency(request, asker)


@router.post("/agency/invite")
async def invite(request: Request, asker: Asking) -> Response:
    """A letter to somebody; its link offers the role."""
    given = await given_by(request)
    if given is None or asker.id is None:
        return refused(request)
    email, role = given.get("email", ""), given.get("role", "")
    try:
        async with database(request).transaction(asker) as db:
            offered = await invitations.invite(
                db, asker, agency_id=acting_for(asker), email=email, role=_role(role),
                language=chosen(request).language, public_url=request.app.state.public_url, ring=ring(request),
                now=clock.now(),
            )  # fmt: skip
    except DoorlightError as error:
        return await _agency(request, asker, status=422, wrong=error, given={"email": email, "role": role})
    return await _agency(request, asker, invited=offered.email)


@router.post("/agency/people/{person_id}/end")
async def end_membership(request: Request, asker: Asking, person_id: UUID) -> Response:
    """One role of somebody, from this moment."""
    given = await given_by(request)
    if given is None or asker.id is None:
        return refused(request)
    try:
        async with database(request).transaction(asker) as db:
            await access.end_membership(
                db, asker, person_id=person_id, role=_role(given.get("role", "")), now=clock.now()
            )
    except DoorlightError as error:
        return await _agency(request, asker, status=422, wrong=error)
    return to("/agency")


@router.post("/agency/keys")
async def make_key(request: Request, asker: Asking) -> Response:
    """A key for a machine; its secret is on this page and nowhere else."""
    given = await given_by(request)
    if given is None or asker.id is None:
        return refused(request)
    scopes = [scope for scope in access.SCOPES if f"scope_{scope}" in given]
    try:
        async with database(request).transaction(asker) as db:
            made = await access.make_key(
                db, asker, name=given.get("name", ""), scopes=scopes, lasts=_KEY_LASTS, now=clock.now()
            )
    except DoorlightError as error:
        return await _agency(request, asker, status=422, wrong=error, given=given)
    return await _agency(request, asker, made=made)


@router.post("/agency/keys/{key_id}/{act}")
async def change_key(request: Request, asker: Asking, key_id: UUID, act: str) -> Response:
    """End a key, or make one that follows it."""
    if await given_by(request) is None or asker.id is None or act not in {"end", "rotate"}:
        return refused(request)
    try:
        async with database(request).transaction(asker) as db:
            if act == "rotate":
                made = await access.rotate_key(db, asker, key_id=key_id, now=clock.now())
            else:
                await access.end_key(db, asker, key_id=key_id, now=clock.now())
                made = None
    except DoorlightError as error:
        return await _agency(request, asker, status=422, wrong=error)
    return to("/agency") if made is None else await _agency(request, asker, made=made)


async def _agency(
    request: Request,
    asker: Caller,
    *,
    status: int = 200,
    wrong: DoorlightError | None = None,
    given: dict[str, str] | None = None,
    **told: Any,
) -> Response:
    if asker.id is None:
        return to("/sign-in")
    if wrong is not None:
        watch.refused(request, status=status_of(wrong), kind=kind_of(wrong))
    now = clock.now()
    async with database(request).transaction(asker) as db:
        me = await access.me(db, asker)
        people = await access.people(db, asker, ring=ring(request), now=now) if _may(asker, "see_people") else None
        keys = await access.keys(db, asker) if _may(asker, "see_keys") else None
    offered = [role for role in me.agency.roles if access.may_invite(asker.roles, role)] if me.agency else []
    standing = [key for key in keys or () if key.ended_at is None and now < key.ends_at]
    over = [key for key in keys or () if key not in standing][:_LISTED]
    once = {"invited": "", "made": None} | told
    return shown(
        request, "agency.html", status=status, note="" if wrong is None else f"wrong_{kind_of(wrong)}", day=day, me=me,
        people=people, offered=offered,
        keys=standing if keys is not None else None, over=over, scopes=access.SCOPES,
        may_end=_may(asker, "end_membership"), given={"role": "", "name": ""} | (given or {}), **once,
    )  # fmt: skip


def _may(asker: Caller, act: str) -> bool:
    return access.may(asker.roles, access.Act(act))


def _role(said: str) -> Role:
    """Raises BadRole where it is none."""
    try:
        return Role(said)
    except ValueError as error:
        raise access.BadRole("Choose a role.", role=said[:40]) from error
