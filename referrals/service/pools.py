"""The places of a service that are counted here, as its provider sets them."""

from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

import directory
from core import access, audit, tenancy
from core.db import driver_of
from core.security import Caller, Role, within_scope
from referrals.errors import NoSuchPool
from referrals.queries import allow
from referrals.rows.load import database_now
from referrals.service.after import publish_figures
from referrals.views.pools import PoolIn, PoolView

_SETS = frozenset({Role.provider_staff, Role.provider_manager, Role.administrator, Role.system})
_SET = text(
    "INSERT INTO capacity_pool (id, service_id, agency_id, unit, capacity, surge, changed_at)"
    " VALUES (:id, :service, :agency, :unit, :capacity, :surge, :now) ON CONFLICT (service_id) DO UPDATE SET"
    " unit = excluded.unit, capacity = excluded.capacity, surge = excluded.surge, changed_at = excluded.changed_at,"
    " agency_id = excluded.agency_id RETURNING id"
)
_MORE = text(
    "INSERT INTO capacity_unit (pool_id, number) SELECT :pool, n FROM generate_series(1, :many) AS n"
    " ON CONFLICT DO NOTHING"
)
# Nobody's place is taken away by a number: what is taken stays until they leave.
_FEWER = text(
    "DELETE FROM capacity_unit WHERE (pool_id, number) IN (SELECT pool_id, number FROM capacity_unit"
    " WHERE pool_id = :pool AND number > :many AND (hold_id IS NULL OR until <= doorlight_now())"
    " FOR UPDATE SKIP LOCKED)"  # one that somebody is just taking is taken, and they wait for what we have in hand
)
_TAKEN = text(
    "SELECT count(*) FROM capacity_unit WHERE pool_id = :pool AND hold_id IS NOT NULL"
    " AND (until IS NULL OR until > :now)"
)
# Whose referral is forgotten, as a survivor's soon is, leaves by the provider's word alone.
_FORGOTTEN = text(
    "UPDATE capacity_unit SET hold_id = NULL WHERE (pool_id, number) IN"
    " (SELECT u.pool_id, u.number FROM capacity_unit AS u"
    " WHERE u.pool_id = :pool AND u.hold_id IS NOT NULL AND NOT EXISTS (SELECT FROM capacity_hold AS h"
    " WHERE h.id = u.hold_id) ORDER BY u.number DESC LIMIT :many)"
)
_SHOW = text(
    "SELECT p.id, p.service_id, p.unit, p.capacity, p.surge, p.changed_at, count(u.number) FILTER (WHERE"
    " u.hold_id IS NULL OR u.until <= doorlight_now()) AS free, count(u.number) AS units FROM capacity_pool AS p"
    " LEFT JOIN capacity_unit AS u ON u.pool_id = p.id WHERE p.service_id = :service AND p.agency_id = :agency"
    " GROUP BY p.id"
)


async def set_places(db: AsyncSession, caller: Caller, *, service_id: UUID, pool: PoolIn) -> PoolView:
    """Count the places of a service here. What the directory shows is said anew in the same moment.

    Raises:
        NotAllowed: not of a provider. LacksScope: the key is not for it. NoSuchPool: the caller's agency does not
            answer for that service, or there is none.
    """
    if caller.is_machine:
        within_scope(caller, "capacity.write")
    elif caller.roles.isdisjoint(_SETS):
        raise access.NotAllowed("For those who answer for a provider's places.")
    async with tenancy.trusted(db):
        now = await database_now(await driver_of(db))
        known = await directory.answering(db, caller, service_ids=[service_id], now=now)
        agency = known[service_id].agency_id if service_id in known else None
        if agency is None or agency != caller.agency_id:
            raise NoSuchPool("Your agency answers for no service of that id.")
        values = {
            "id": uuid4(),
            "service": service_id,
            "agency": agency,
            "now": now,
            **pool.model_dump(exclude={"taken"}),
        }
        pool_id = await db.scalar(_SET, values)
        many = pool.capacity + pool.surge
        await db.execute(_MORE, {"pool": pool_id, "many": many})
        await db.execute(_FEWER, {"pool": pool_id, "many": many})
        if pool.taken is not None:
            before = await db.scalar(_TAKEN, {"pool": pool_id, "now": now}) or 0
            await db.execute(_FORGOTTEN, {"pool": pool_id, "many": max(0, before - pool.taken)})
        await publish_figures(db, now, [pool_id])
        await audit.record(
            db, caller, act="write", table="capacity_pool", row_id=pool_id, columns=("capacity", "surge"), now=now
        )
    return await places(db, caller, service_id=service_id)


async def places(db: AsyncSession, caller: Caller, *, service_id: UUID) -> PoolView:
    """How many places of a service of one's own there are, and how many are free.

    Raises:
        NotAllowed, LacksScope: neither sends nor receives people. NoSuchPool: none of the caller's agency's.
    """
    allow(caller, "referrals.read")
    found = await db.execute(_SHOW, {"service": service_id, "agency": caller.agency_id})
    row = found.first()
    if row is None:
        raise NoSuchPool("Your agency counts no places of a service of that id.")
    taken = row.units - row.free
    return PoolView(
        id=row.id, service_id=row.service_id, unit=row.unit, capacity=row.capacity, surge=row.surge, free=row.free,
        taken=taken, over=max(0, taken + row.free - row.capacity - row.surge), changed_at=row.changed_at,
    )  # fmt: skip
