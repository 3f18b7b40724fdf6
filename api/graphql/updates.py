"""What happens to an agency's referrals, as it happens."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

import strawberry

from api.graphql.accounts import Asked, known
from api.graphql.referral_nodes import referrals


@strawberry.type
class Subscription:
    """Over HTTP, as `text/event-stream`."""

    @strawberry.subscription(  # type: ignore[untyped-decorator]
        description="What happens to your referrals, each thing at least once; `after` an interruption, from a cursor."
    )
    async def referral_events(
        self, info: Asked, after: str | None = None
    ) -> AsyncGenerator[referrals.UpdateView, None]:
        known(info)
        async with aclosing(info.context.news(after)) as news:
            async for one in news:
                yield one.update
