"""Whom of an agency to tell, and how long things may wait; the same verbs as REST has."""

import strawberry
from strawberry import Info

from api.graphql.accounts import known
from api.graphql.context import Context
from api.graphql.referral_nodes import referrals

Asked = Info[Context, None]


@strawberry.type
class ContactQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Whom of your agency to tell when something waits, in their order."
    )
    async def contacts(self, info: Asked) -> list[referrals.ContactView]:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await referrals.contacts(db, caller, ring=context.keys.ring)

    @strawberry.field(description="How long things may wait in your agency.")  # type: ignore[untyped-decorator]
    async def clocks(self, info: Asked) -> list[referrals.ClockView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.clocks(db, caller)


@strawberry.type
class ContactMutation:
    @strawberry.mutation(description="Say whom to tell: these and no others.")  # type: ignore[untyped-decorator]
    async def set_contacts(self, info: Asked, contacts: list[referrals.ContactIn]) -> list[referrals.ContactView]:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await referrals.set_contacts(db, caller, given=contacts, ring=context.keys.ring)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Set clocks of your agency; what is not among them runs as it does everywhere."
    )
    async def set_clocks(self, info: Asked, clocks: list[referrals.ClockIn]) -> list[referrals.ClockView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.set_clocks(db, caller, given=clocks)
