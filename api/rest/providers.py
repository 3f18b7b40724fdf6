"""`/api/v1/providers`: where people of an agency sign in with the agency's own accounts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response, status
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from api import providers as edge
from api.deps import Acting, Known, ring
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals
from api.who import acting_for, database
from core import access, clock

router = APIRouter(tags=["accounts"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_SIGNED_IN: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}


class ProviderIn(BaseModel):
    """A provider, and what it gave you when you registered Doorlight there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: Annotated[str, StringConstraints(max_length=2_000)] = Field(examples=["https://login.example.org"])
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=1_000)] = Field(examples=["doorlight"])
    client_secret: SecretStr | None = Field(default=None, max_length=1_000, description="kept sealed, never shown")
    domains: Annotated[list[str], Field(min_length=1, max_length=20, examples=[["example.org"]])]


@router.get("/providers", summary="Where people of your agency sign in, if not here", **_SIGNED_IN)
async def providers(asker: Known, db: Acting, response: Response) -> list[access.ProviderView]:
    """Newest first, ended ones too; never a secret."""
    response.headers.update(_PRIVATE)
    return await access.providers(db, asker)


@router.post(
    "/providers", summary="Let people sign in at your own provider", status_code=status.HTTP_201_CREATED, **_SIGNED_IN
)
async def make_provider(request: Request, asked: ProviderIn, asker: Known, response: Response) -> access.ProviderView:
    """It is looked up at once. Name `returns_to` of the answer, with our address before it, as redirect URI there."""
    response.headers.update(_PRIVATE)
    return await edge.make_provider(
        database(request), asker, agency_id=acting_for(asker), issuer=asked.issuer, client_id=asked.client_id,
        client_secret=asked.client_secret.get_secret_value() if asked.client_secret else None, domains=asked.domains,
        published=request.app.state.published, ring=ring(request), now=clock.now(),
    )  # fmt: skip


@router.post("/providers/{provider_id}/end", summary="End a provider", **_OF_ONE)
async def end_provider(provider_id: UUID, asker: Known, db: Acting) -> access.ProviderView:
    """From this moment nobody signs in by it, and whoever did is signed out."""
    return await access.end_provider(db, asker, provider_id=provider_id, now=clock.now())
