"""Corrections that anybody proposes; the same verbs as REST has, over the same front door."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import Info

import directory
from api.graphql.accounts import known
from api.graphql.context import Context
from api.graphql.nodes import CorrectionIn, CorrectionTaken, CorrectionView

Asked = Info[Context, None]
_DECIDED = Annotated[bool, strawberry.argument(description="those that are decided, instead of those that wait")]


@strawberry.type
class CorrectionQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What is proposed: for a steward all, for a manager what the agency answers for, and one's own."
    )
    async def corrections(self, info: Asked, decided: _DECIDED = False) -> list[CorrectionView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await directory.corrections(db, caller, decided=decided)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="One of them; to a steward with how to reach whoever proposed it, which the audit notes."
    )
    async def correction(self, info: Asked, correction_id: UUID) -> CorrectionView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await directory.correction(
                db, caller, correction_id=correction_id, ring=context.keys.ring, now=context.now
            )


@strawberry.type
class CorrectionMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Say what of a listing is not right; nobody needs an account for it. A steward decides."
    )
    async def propose_correction(
        self,
        info: Asked,
        input: CorrectionIn,  # noqa: A002 - GraphQL's custom
    ) -> CorrectionTaken:
        context = info.context
        async with context.database.transaction(context.caller) as db:
            return await directory.propose_correction(
                db, context.caller, correction=input, ring=context.keys.ring, now=context.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Accept it, which writes what is plain text, or refuse it and say why; for stewards."
    )
    async def decide_correction(
        self, info: Asked, correction_id: UUID, accepted: bool, reason: str | None = None
    ) -> CorrectionView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await directory.decide_correction(
                db, caller, correction_id=correction_id, accepted=accepted, reason=reason, now=context.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Take back what you proposed; one that was decided stays as it is."
    )
    async def withdraw_correction(self, info: Asked, correction_id: UUID) -> CorrectionView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await directory.withdraw_correction(db, caller, correction_id=correction_id, now=context.now)
