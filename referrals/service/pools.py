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
from referrals.service.after import publish_figures, without_surplus
from referrals.views.pools import PoolIn, PoolView

_SETS = frozenset({Role.provider_staff, Role.provider_manager, Role.administrator, Role.system})
_SET = text(
    "INSERT INTO capacity_pool (id, service_id, agency_id, unit, capacity, surge, changed_at)"
    " VALUES (:id, :service, :agency, :unit, :capacity, :surge, :now) ON CONFLICT (service_id) DO UPDATE SET"
    " unit = excluded.unit, capacity = excluded.capacity, surge = excluded.surge, changed_at = excluded.changed_at,"
    " agency_id = excluded.agency_id RETURNING id"
)
# Before the pool itself, as whoever takes or frees a place does: so that nobody waits for somebody who waits for them.
_UNITS = text(
    "SELECT u.number FROM capacity_unit AS u JOIN capacity_pool AS p ON p.id = u.pool_id WHERE p.service_id = :service"
    " ORDER BY u.number FOR UPDATE OF u"
)
_MORE = text(
    "INSERT INTO capacity_unit (pool_id, number) SELECT :pool, n FROM generate_series(1, :many + (SELECT count(*)"
    " FROM capacity_unit WHERE pool_id = :pool)) AS n WHERE NOT EXISTS (SELECT FROM capacity_unit AS u"
    " WHERE u.pool_id = :pool AND u.number = n) ORDER BY n"
    " LIMIT greatest(0, :many - (SELECT count(*) FROM capacity_unit WHERE pool_id = :pool))"
)
# Nobody's place is taken away by a number: what is taken beyond it stays until they leave, and is then no more. It ends
# by what somebody says, or by the tick, and not by itself: nobody could take it away again from who takes it then.
_BEYOND = text(
    "UPDATE capacity_unit SET until = NULL WHERE pool_id = :pool AND until IS NOT NULL"
    " AND (SELECT count(*) FROM capacity_unit WHERE pool_id = :pool) > :many"
)
_TAKEN = text(
    "SELECT count(*) FROM capacity_unit WHERE pool_id = :pool AND hold_id IS NOT NULL"
    " AND (until IS NULL OR until > :now)"
)
# Whose referral is forgotten, as a survivor's soon is, leaves by the provider's word alone.
_FORGOTTEN = text(
    "UPDATE capacity_unit SET hold_id = NULL WHERE (pool_id, number) IN"
    " (SELECT u.pool_id, u.number FROM capacity_unit AS u WHERE u.pool_id = :pool AND u.hold_id IS NOT NULL"
    " AND u.until IS NULL AND NOT EXISTS (SELECT FROM capacity_hold AS h WHERE h.id = u.hold_id)"
    " ORDER BY u.number DESC LIMIT :many)"
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
        await db.execute(_UNITS, {"service": service_id})
        pool_id = await db.scalar(_SET, values)
        many = pool.capacity + pool.surge
        await db.execute(_MORE, {"pool": pool_id, "many": many})
        await without_surplus(await driver_of(db), [pool_id])
        await db.execute(_BEYOND, {"pool": pool_id, "many": many})
        if pool.taken is not None:
            before = await db.scalar(_TAKEN, {"pool": pool_id, "now": now}) or 0
            await db.execute(_FORGOTTEN, {"pool": pool_id, "many": max(0, before - pool.taken)})
        await publish_figures(db, now, [pool_id])
        await audit.record(
            db, caller, act="write", table="capacity_pool", row_id=pool_id, columns=("capacity", "surge"), now=now
        )
    return await _places(db, caller, service_id)


async def places(db: AsyncSession, caller: Caller, *, service_id: UUID) -> PoolView:
    """How many places of a service of one's own there are, and how many are free.

    Raises:
        NotAllowed, LacksScope: neither sends nor receives people. NoSuchPool: none of the caller's agency's.
    """
    allow(caller, "referrals.read")
    return await _places(db, caller, service_id)


async def _places(db: AsyncSession, caller: Caller, service_id: UUID) -> PoolView:
    found = await db.execute(_SHOW, {"service": service_id, "agency": caller.agency_id})
    row = found.first()
    if row is None:
        raise NoSuchPool("Your agency counts no places of a service of that id.")
    taken = row.units - row.free
    return PoolView(
        id=row.id, service_id=row.service_id, unit=row.unit, capacity=row.capacity, surge=row.surge, free=row.free,
        taken=taken, over=max(0, taken + row.free - row.capacity - row.surge), changed_at=row.changed_at,
    )  # fmt: skip
