"""Where an agency's systems are told of its referrals; the same verbs as REST has, over the same front door."""

from uuid import UUID

import strawberry

from api.graphql.accounts import Asked, known
from api.graphql.referral_nodes import referrals


@strawberry.type
class WebhookQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Where your agency's systems are told, newest first."
    )
    async def webhooks(self, info: Asked) -> list[referrals.WebhookView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.webhooks(db, caller)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="The last hundred events that go or went there, newest first."
    )
    async def webhook_deliveries(self, info: Asked, webhook_id: UUID) -> list[referrals.DeliveryView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.deliveries(db, caller, webhook_id=webhook_id)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What your agency has not yet seen of its referrals; without `after`, only where to begin."
    )
    async def referral_feed(self, info: Asked, after: str | None = None) -> referrals.FeedView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.feed(db, caller, after=after)


@strawberry.type
class WebhookMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Have a system of yours told of what happens to your referrals. `secret` is shown this once."
    )
    async def make_webhook(self, info: Asked, url: str) -> referrals.WebhookSecret:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await referrals.make_webhook(db, caller, url=url, ring=context.keys.ring, way=context.outgoing)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Another secret; the one before signs beside it for a day."
    )
    async def rotate_webhook(self, info: Asked, webhook_id: UUID) -> referrals.WebhookSecret:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await referrals.rotate_webhook(db, caller, webhook_id=webhook_id, ring=context.keys.ring)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="From this moment nothing is sent there."
    )
    async def end_webhook(self, info: Asked, webhook_id: UUID) -> referrals.WebhookView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.end_webhook(db, caller, webhook_id=webhook_id)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Switch one on again that answered 410; what happened meanwhile comes by a replay."
    )
    async def enable_webhook(self, info: Asked, webhook_id: UUID) -> referrals.WebhookView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.enable_webhook(db, caller, webhook_id=webhook_id)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Send again what came after a cursor, each event under the id that it had before."
    )
    async def replay_webhook(self, info: Asked, webhook_id: UUID, after: str) -> referrals.ReplayView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.replay_webhook(db, caller, webhook_id=webhook_id, after=after)
