"""`/api/v1/clients`: an agency's machines that prove themselves with a key of their own."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response, status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.deps import Acting, Known
from api.once import OnceRoute
from api.problems import DOCUMENTED, refusals
from core import access, clock

router = APIRouter(tags=["accounts"], route_class=OnceRoute)
_PRIVATE = {"Cache-Control": "no-store"}
_SIGNED_IN: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403)}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}
_EXAMPLE = {"keys": [{"kty": "EC", "crv": "P-384", "kid": "2026-11", "alg": "ES384", "x": "...", "y": "..."}]}


class KeysIn(BaseModel):
    """Public keys, or where they are published; one of the two."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    jwks: dict[str, Any] | None = Field(default=None, description="a JWKS (RFC 7517)", examples=[_EXAMPLE])
    jwks_uri: Annotated[str, StringConstraints(max_length=2_000)] | None = None


class ClientIn(KeysIn):
    """A machine to register."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = Field(
        examples=["Dispatch system"]
    )
    scopes: Annotated[list[str], Field(min_length=1, max_length=10, examples=[["directory.read"]])]
    days: Annotated[int, Field(ge=1, le=access.LONGEST_KEY.days, description="how long it lasts")] = 365


@router.get("/clients", summary="The machines of your agency that have keys of their own", **_SIGNED_IN)
async def clients(asker: Known, db: Acting, response: Response) -> list[access.ClientView]:
    """Newest first, ended ones too, each with its public keys' ids and when it was last used."""
    response.headers.update(_PRIVATE)
    return await access.clients(db, asker)


@router.post("/clients", summary="Register a machine", status_code=status.HTTP_201_CREATED, **_SIGNED_IN)
async def register_client(asked: ClientIn, asker: Known, db: Acting, response: Response) -> access.ClientView:
    """It gets tokens at `/oauth/token` by what it signs with its own key (RS384 or ES384); send the public half."""
    response.headers.update(_PRIVATE)
    return await access.register_client(
        db, asker, name=asked.name, scopes=asked.scopes, jwks=asked.jwks, jwks_uri=asked.jwks_uri,
        lasts=timedelta(days=asked.days), now=clock.now(),
    )  # fmt: skip


@router.post("/clients/{client_id}/keys", summary="Replace a machine's public keys", **_OF_ONE)
async def replace_client_keys(client_id: UUID, asked: KeysIn, asker: Known, db: Acting) -> access.ClientView:
    """Keys that are not in the new set open for a week more, so that the machine can change over."""
    return await access.replace_client_keys(
        db, asker, client_id=client_id, jwks=asked.jwks, jwks_uri=asked.jwks_uri, now=clock.now()
    )


@router.post("/clients/{client_id}/end", summary="End a machine", **_OF_ONE)
async def end_client(client_id: UUID, asker: Known, db: Acting) -> access.ClientView:
    """From this moment it gets no token, and those that it has open nothing."""
    return await access.end_client(db, asker, client_id=client_id, now=clock.now())
