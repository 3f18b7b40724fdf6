"""An agency's machines that have keys of their own; the same verbs as REST has, over the same front door."""

from typing import Annotated, Any
from uuid import UUID

import orjson
import strawberry

from api.graphql.accounts import Asked, known, lasting
from api.graphql.nodes import ClientView
from core import access

_LASTS = Annotated[int, strawberry.argument(description="how many days it lasts, at most 366")]
_JWKS = Annotated[str | None, strawberry.argument(description="a JWKS (RFC 7517), as JSON text; or else `jwksUri`")]


@strawberry.type
class ClientQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="The machines of your agency that have keys of their own, newest first."
    )
    async def clients(self, info: Asked) -> list[ClientView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await access.clients(db, caller)


@strawberry.type
class ClientMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Register a machine with its public keys (RS384 or ES384), or with where it publishes them."
    )
    async def register_client(
        self, info: Asked, *, name: str, scopes: list[str], jwks: _JWKS = None, jwks_uri: str | None = None,
        days: _LASTS = 365,
    ) -> ClientView:  # fmt: skip
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.register_client(
                db, caller, name=name, scopes=scopes, jwks=_read(jwks), jwks_uri=jwks_uri,
                lasts=lasting(days), now=context.now,
            )  # fmt: skip

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Other public keys; those that are not among them open for a week more."
    )
    async def replace_client_keys(
        self, info: Asked, client_id: UUID, jwks: _JWKS = None, jwks_uri: str | None = None
    ) -> ClientView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.replace_client_keys(
                db, caller, client_id=client_id, jwks=_read(jwks), jwks_uri=jwks_uri, now=context.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="From this moment it gets no token, and those that it has open nothing."
    )
    async def end_client(self, info: Asked, client_id: UUID) -> ClientView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.end_client(db, caller, client_id=client_id, now=context.now)


def _read(jwks: str | None) -> Any:
    """What is no JSON is no set of keys either, and the front door says so."""
    try:
        return None if jwks is None else orjson.loads(jwks)
    except orjson.JSONDecodeError:
        return {}
