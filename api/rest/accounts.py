"""`/api/v1/me`, `/people`, `/invitations`, `/keys`: an agency's own accounts, for who is signed in."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api import invitations
from api.deps import Acting, Known, labelled, ring
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals
from api.who import acting_for
from core import access, clock
from core.security import Role

router = APIRouter(tags=["accounts"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_SIGNED_IN: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_CONFLICTS: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404, 409)}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}


class Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InvitationIn(Input):
    """Whom to invite, and as what."""

    email: Annotated[str, StringConstraints(max_length=254)] = Field(examples=["ana@example.org"])
    role: Role = Field(examples=["responder"])


class KeyIn(Input):
    """A key for a machine."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = Field(
        examples=["Availability board"]
    )
    scopes: Annotated[list[str], Field(min_length=1, max_length=10, examples=[["directory.read"]])]
    days: Annotated[int, Field(ge=1, le=access.LONGEST_KEY.days, description="how long it lasts")] = 90


class EndIn(Input):
    """Which role to take away; all of them without one."""

    role: Role | None = None


@router.get("/me", summary="Who you are, and for whom you act", **_SIGNED_IN)
async def me(asker: Known, db: Acting, response: Response) -> access.MeView:
    """The signed-in person or machine, their agency and roles, and the other agencies they could act for."""
    response.headers.update(_PRIVATE)
    return await access.me(db, asker)


@router.get("/people", summary="Everybody in your agency", **_SIGNED_IN)
async def people(request: Request, asker: Known, db: Acting, response: Response) -> list[access.MemberView]:
    """By name, with their roles. For administrators and managers; that it was read is written into the audit."""
    response.headers.update(_PRIVATE)
    return await access.people(db, asker, ring=ring(request), now=clock.now())


@router.post(
    "/people/{person_id}/end", summary="Take a role away", status_code=status.HTTP_204_NO_CONTENT, **_CONFLICTS
)
async def end_membership(person_id: UUID, asked: EndIn, asker: Known, db: Acting) -> None:
    """From this moment they hold it no more, also where they are signed in."""
    await access.end_membership(db, asker, person_id=person_id, role=asked.role, now=clock.now())


@router.post("/invitations", summary="Invite somebody", status_code=status.HTTP_201_CREATED, **_CONFLICTS)
async def invite(
    request: Request, asked: InvitationIn, asker: Known, db: Acting, response: Response
) -> access.InvitationView:
    """Into your agency, by a letter in your language. Its link is good once, for a week, and in no answer."""
    response.headers.update(_PRIVATE)
    return await invitations.invite(
        db, asker, agency_id=acting_for(asker), email=asked.email, role=asked.role, language=labelled(request).language,
        public_url=request.app.state.public_url, ring=ring(request), now=clock.now(),
    )  # fmt: skip


@router.get("/keys", summary="The keys of your agency's machines", **_SIGNED_IN)
async def keys(asker: Known, db: Acting, response: Response) -> list[access.KeyView]:
    """Newest first, ended ones too, each with when it was last used; never the secrets."""
    response.headers.update(_PRIVATE)
    return await access.keys(db, asker)


@router.post("/keys", summary="Make a key", status_code=status.HTTP_201_CREATED, **_SIGNED_IN)
async def make_key(asked: KeyIn, asker: Known, db: Acting, response: Response) -> access.Made:
    """Send its secret as `Authorization: Bearer SECRET`.

    It is in this answer alone, and for a day in what the same Idempotency-Key is answered.
    """
    response.headers.update(_PRIVATE)
    return await access.make_key(
        db, asker, name=asked.name, scopes=asked.scopes, lasts=timedelta(days=asked.days), now=clock.now()
    )


@router.post("/keys/{key_id}/rotate", summary="Make a key to follow", status_code=status.HTTP_201_CREATED, **_OF_ONE)
async def rotate_key(key_id: UUID, asker: Known, db: Acting, response: Response) -> access.Made:
    """With the same scopes and as long-lived. The old one opens for a week more, so that machines can change over."""
    response.headers.update(_PRIVATE)
    return await access.rotate_key(db, asker, key_id=key_id, now=clock.now())


@router.post("/keys/{key_id}/end", summary="End a key", **_OF_ONE)
async def end_key(key_id: UUID, asker: Known, db: Acting) -> access.KeyView:
    """From this moment it opens nothing."""
    return await access.end_key(db, asker, key_id=key_id, now=clock.now())
