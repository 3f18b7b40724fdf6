"""What is said beside the verbs of a referral: of police, of what a law bids; and the doors to an offer."""

from uuid import UUID

import strawberry
from strawberry import Info

from api import texts
from api.graphql.accounts import known
from api.graphql.context import Context
from api.graphql.referral_nodes import referrals

Asked = Info[Context, None]


@strawberry.type
class DoorMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="A link by which an offer is answered without an account, shown this once; a former one ends."
    )
    async def link_offer(self, info: Asked, offer_id: UUID) -> referrals.LinkMade:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await referrals.make_link(db, caller, offer_id=offer_id, ring=context.keys.ring)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Ask by text message: a code, by which that number alone may answer."
    )
    async def text_offer(
        self,
        info: Asked,
        offer_id: UUID,
        input: referrals.TextIn,  # noqa: A002 - GraphQL's custom
    ) -> referrals.TextView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await texts.ask(db, caller, offer_id=offer_id, said=input, ring=context.keys.ring)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Record that somebody asked police to come; nobody is called by it."
    )
    async def record_police(
        self,
        info: Asked,
        referral_id: UUID,
        input: referrals.PoliceIn,  # noqa: A002 - GraphQL's custom
    ) -> referrals.PoliceView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.ask_police(db, caller, referral_id=referral_id, said=input)

    @strawberry.mutation(description="What came of it.")  # type: ignore[untyped-decorator]
    async def record_police_outcome(
        self,
        info: Asked,
        involvement_id: UUID,
        input: referrals.CameIn,  # noqa: A002 - GraphQL's custom
    ) -> referrals.PoliceView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.police_came(db, caller, involvement_id=involvement_id, said=input)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Record a report that a law bids; nobody is told by it, and nothing of the referral waits for it."
    )
    async def record_mandated_report(
        self,
        info: Asked,
        referral_id: UUID,
        input: referrals.MandatedIn,  # noqa: A002 - GraphQL's custom
    ) -> referrals.MandatedView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.record_mandated(db, caller, referral_id=referral_id, said=input)
