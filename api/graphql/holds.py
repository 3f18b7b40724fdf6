"""Legal holds, with the verdicts of REST."""

from uuid import UUID

import strawberry

from api.graphql.accounts import Asked, known
from api.graphql.nodes import HoldView
from api.who import acting_for
from core import access


@strawberry.type
class HoldQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Legal holds of your agency, newest first, ended ones too."
    )
    async def holds(self, info: Asked) -> list[HoldView]:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.holds(db, caller, ring=context.keys.ring, now=context.now)


@strawberry.type
class HoldMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Nothing of your agency, or of one person in it, is purged until the hold is ended."
    )
    async def hold(self, info: Asked, reason: str, person_id: UUID | None = None) -> HoldView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.hold(
                db, caller, agency_id=acting_for(caller), person_id=person_id, reason=reason, ring=context.keys.ring,
                now=context.now,
            )  # fmt: skip

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="What it kept is purged when its time is over."
    )
    async def end_hold(self, info: Asked, hold_id: UUID) -> HoldView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.end_hold(db, caller, hold_id=hold_id, ring=context.keys.ring, now=context.now)
