"""Setting up an agency's own provider: it is looked at before anything is written."""

from asyncio import Semaphore
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core import access
from core.db import Database
from core.secrets import Ring
from core.security import Caller

# With an Idempotency-Key all that a request does is one transaction, which then waits for the provider. So few may
# wait at once that others find connections.
_LOOKING = Semaphore(2)


async def make_provider(
    database: Database,
    caller: Caller,
    *,
    agency_id: UUID,
    issuer: str,
    client_id: str,
    client_secret: str | None,
    domains: Sequence[str],
    published: access.Published,
    ring: Ring,
    now: datetime,
) -> access.ProviderView:
    """Let people of an agency sign in there.

    Raises:
        NotAllowed, BadAddress, BadProvider, NoSuchAgency: as `access.make_provider` says.
        ProviderUnreachable: it does not answer.
    """
    url = access.look_before_making(caller, issuer=issuer)
    if _LOOKING.locked():
        raise access.ProviderUnreachable("Other providers are being looked up. Try again in a moment.")
    async with _LOOKING:
        access.describe(await published.document(url, now=now), issuer, also=published.outgoing.way.also)
    async with database.transaction(caller) as db:
        return await access.make_provider(
            db, caller, agency_id=agency_id, issuer=issuer, client_id=client_id, client_secret=client_secret,
            domains=domains, ring=ring, now=now,
        )  # fmt: skip
