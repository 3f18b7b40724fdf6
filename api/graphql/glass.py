"""Breaking the glass; the same verbs as REST has, over the same front door."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import Info

from api import glass
from api.claims import Writing
from api.graphql.accounts import known
from api.graphql.context import Context
from api.graphql.nodes import GlassView, MemberView
from core import access

Asked = Info[Context, None]
_MINUTES = Annotated[int, strawberry.argument(description="when it ends by itself, at most 60")]


@strawberry.type
class GlassQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Whenever your agency looked into another, or another into yours, newest first."
    )
    async def openings(self, info: Asked) -> list[GlassView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await access.openings(db, caller)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="The people of the agency whose glass you broke; the audit notes each, with the reason."
    )
    async def glass_people(self, info: Asked, break_glass_id: UUID) -> list[MemberView]:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.glass_people(
                db, caller, break_glass_id=break_glass_id, ring=context.keys.ring, now=context.now
            )


@strawberry.type
class GlassMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Look into another agency, in an emergency; its administrators are written to at once."
    )
    async def break_glass(self, info: Asked, agency_id: UUID, reason: str, minutes: _MINUTES = 30) -> GlassView:
        caller, context = known(info), info.context
        writing = Writing(context.labels.language, context.public_url, context.keys.ring)
        async with context.database.transaction(caller) as db:
            return await glass.break_glass(
                db, caller, agency_id=agency_id, reason=reason, minutes=minutes, writing=writing, now=context.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="End it before it ends by itself; either agency may."
    )
    async def end_glass(self, info: Asked, break_glass_id: UUID) -> GlassView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.end_glass(db, caller, break_glass_id=break_glass_id, now=context.now)
