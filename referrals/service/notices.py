"""What people are told of an event: by letters, written in the transaction in which the outbox lets go of it."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from referrals.rules.webhooks import Told


async def tell(db: AsyncSession, events: Sequence[Told]) -> None:
    """Write the letters that these events call for, beside the webhooks; nobody is written to yet.

    In the system's own transaction, which holds the outbox's rows of these events: each event comes by exactly once
    in a transaction that is committed, at least once in all. In the order of their ids, which is that of the versions
    of each referral; events of one referral may come apart, in several calls. What raises here is tried again, and
    holds back every later event: a letter that cannot be written must not raise.
    """
