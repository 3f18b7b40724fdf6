"""Where people of an agency sign in with its own accounts; the same verbs as REST has, over the same front door."""

from typing import Annotated
from uuid import UUID

import strawberry

from api import providers as edge
from api.graphql.accounts import Asked, known
from api.graphql.nodes import ProviderView
from api.who import acting_for
from core import access

_SECRET = Annotated[str | None, strawberry.argument(description="kept sealed; send it as a variable")]


@strawberry.type
class ProviderQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Where people of your agency sign in, if not here; newest first, never a secret."
    )
    async def providers(self, info: Asked) -> list[ProviderView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await access.providers(db, caller)


@strawberry.type
class ProviderMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Let people of your agency sign in at its own provider, which is looked up at once."
    )
    async def make_provider(
        self, info: Asked, *, issuer: str, client_id: str, domains: list[str], client_secret: _SECRET = None
    ) -> ProviderView:
        caller, context = known(info), info.context
        return await edge.make_provider(
            context.database, caller, agency_id=acting_for(caller), issuer=issuer, client_id=client_id,
            client_secret=client_secret, domains=domains, published=context.published, ring=context.keys.ring,
            now=context.now,
        )  # fmt: skip

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="From this moment nobody signs in by it, and whoever did is signed out."
    )
    async def end_provider(self, info: Asked, provider_id: UUID) -> ProviderView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.end_provider(db, caller, provider_id=provider_id, now=context.now)
