"""Which agency answers for which listing; the same verbs as REST has, over the same front door."""

from uuid import UUID

import strawberry
from strawberry import Info

import directory
from api import claims
from api.graphql.accounts import known
from api.graphql.context import Context
from api.graphql.nodes import ClaimChoice, ClaimView, ClaimWay

Asked = Info[Context, None]


def _writing(context: Context) -> claims.Writing:
    return claims.Writing(context.labels.language, context.public_url, context.keys.ring)


@strawberry.type
class ClaimQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Which listings your agency has claimed; for a steward everybody's."
    )
    async def claims(self, info: Asked) -> list[ClaimView]:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await directory.claims(db, caller, now=context.now)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What a listing publishes, masked: to one of these a claim's letter can go."
    )
    async def claim_choices(self, info: Asked, organization_id: UUID) -> list[ClaimChoice]:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await directory.claim_choices(db, caller, organization_id=organization_id, ring=context.keys.ring)


@strawberry.type
class ClaimMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Claim a listing, by a letter to a choice that it publishes, or by asking the stewards."
    )
    async def ask_claim(
        self, info: Asked, organization_id: UUID, way: ClaimWay, choice: str | None = None
    ) -> ClaimView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await claims.ask(
                db, caller, organization_id=organization_id, way=way, choice=choice, writing=_writing(context),
                now=context.now,
            )  # fmt: skip

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Type the code of a claim's letter; five tries."
    )
    async def prove_claim(self, info: Asked, claim_id: UUID, code: str) -> ClaimView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            claim = await claims.prove(
                db, caller, claim_id=claim_id, code=code, writing=_writing(context), now=context.now
            )
        if claim is None:
            raise directory.WrongCode("Look at the letter once more. After five tries the claim ends.")
        return claim

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Decide on a claim, for stewards."
    )
    async def decide_claim(self, info: Asked, claim_id: UUID, proven: bool, reason: str) -> ClaimView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await directory.decide_claim(
                db, caller, claim_id=claim_id, proven=proven, reason=reason, now=context.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="End a claim: from this moment the agency answers for the listing no more."
    )
    async def end_claim(self, info: Asked, claim_id: UUID, reason: str | None = None) -> ClaimView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await directory.end_claim(db, caller, claim_id=claim_id, reason=reason, now=context.now)
