"""A case as it is stored, with what stands beside it: locked first, and read in a statement of its own.

Whoever waited for the lock must see what the other one left, and a statement sees what was there when it began. The
time comes with it, from the database, after the lock: every deadline is judged by that one clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import driver_of
from referrals.errors import NoSuchReferral
from referrals.rows.codec import timer
from referrals.rules.case import Accountable, Case, ConsentState, HoldState, Mode, OfferState, Pattern, Purpose
from referrals.rules.deadlines import Clock, Clocks, Stage, Urgency
from referrals.rules.machines import Actor, Consent, Hold, Offer, Referral
from referrals.rules.turn import Turn

_LOCK = "SELECT id FROM referral WHERE id = %s FOR UPDATE"
_LOAD = """
SELECT doorlight_now(), to_jsonb(r),
    (SELECT coalesce(jsonb_agg(to_jsonb(o)), '[]') FROM offer AS o WHERE o.referral_id = r.id),
    (SELECT coalesce(jsonb_agg(to_jsonb(h)), '[]') FROM capacity_hold AS h WHERE h.referral_id = r.id),
    (SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.made_at), '[]')
        FROM referral_consent AS c WHERE c.referral_id = r.id),
    (SELECT coalesce(jsonb_agg(to_jsonb(k)), '[]') FROM agency_clock AS k WHERE k.agency_id = r.agency_id),
    (SELECT coalesce(jsonb_object_agg(o.id, p.id), '{}') FROM offer AS o JOIN capacity_pool AS p
        ON p.service_id = o.service_id WHERE o.referral_id = r.id AND o.pool_id IS NULL),
    (SELECT a.ended_at IS NOT NULL FROM agency AS a WHERE a.id = r.agency_id)
FROM referral AS r
"""
_ONE = f"{_LOAD} WHERE r.id = %s"
_SEVERAL = f"{_LOAD} WHERE r.id = ANY(%s)"
_NOW = "SELECT doorlight_now()"
_CLOCKS = (
    "SELECT doorlight_now(), (SELECT coalesce(jsonb_agg(to_jsonb(k)), '[]') FROM agency_clock AS k"
    " WHERE k.agency_id = %s)"
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """`now`: by the database's clock. `row`: the referral's own columns, as JSON says them; `offers` likewise.

    `pools`: of offers that were made before their places were counted, where they are counted now.
    """

    case: Case
    now: datetime
    row: Json
    offers: list[Json]
    consents: list[Json]
    clocks: Clocks
    pools: dict[UUID, UUID]
    referrer_ended: bool

    def turn(self, by: Actor) -> Turn:
        """That actor's, on it as it stands."""
        return Turn(self.case, by, self.now, self.clocks, pools=self.pools)


async def locked(db: AsyncSession, referral_id: UUID) -> Loaded:
    """The case, for this transaction alone until it ends. In the system's own name.

    Raises:
        NoSuchReferral: there is none.
    """
    connection = await driver_of(db)
    async with connection.pipeline():  # one way there and back for both
        await connection.execute(_LOCK, (referral_id,))
        found = await connection.execute(_ONE, (referral_id,))
    return _loaded(await found.fetchone())


async def looked_at(db: AsyncSession, referral_id: UUID) -> Loaded:
    """The same, without keeping anybody from it."""
    found = await (await driver_of(db)).execute(_ONE, (referral_id,))
    return _loaded(await found.fetchone())


async def several(db: AsyncSession, referral_ids: Sequence[UUID]) -> list[Loaded]:
    """The same of several, in their order; those that there are not are left out."""
    found = await (await driver_of(db)).execute(_SEVERAL, (list(referral_ids),))
    every = {one.case.id: one for one in map(_loaded, await found.fetchall())}
    return [every[one] for one in referral_ids if one in every]


async def database_now(connection: AsyncConnection[Any]) -> datetime:
    """What time it is, by the clock that judges."""
    found = await (await connection.execute(_NOW)).fetchone()
    assert found is not None  # noqa: S101 - it has one row
    now: datetime = found[0]
    return now


async def clocks_now(connection: AsyncConnection[Any], agency_id: UUID) -> tuple[datetime, Clocks]:
    """What time it is, and how long that agency lets things wait."""
    found = await (await connection.execute(_CLOCKS, (agency_id,))).fetchone()
    assert found is not None  # noqa: S101 - it has one row
    return found[0], clocks_of(found[1])


def _loaded(found: tuple[Any, ...] | None) -> Loaded:
    if found is None:
        raise NoSuchReferral("There is no referral of that id, or it is not yours.")
    now, row, offers, holds, consents, clocks, pools, ended = found
    return Loaded(
        case_of(row, offers, holds, consents), now, row, offers, consents, clocks_of(clocks),
        {UUID(offer): UUID(pool) for offer, pool in pools.items()}, ended,
    )  # fmt: skip


def clocks_of(rows: list[Json]) -> Clocks:
    """What an agency has set; all else runs as it usually does."""
    found: dict[Clock, dict[Urgency, timedelta]] = {}
    for row in rows:
        found.setdefault(Clock(row["clock"]), {})[Urgency(row["urgency"])] = timedelta(seconds=row["lasts_s"])
    return found


def case_of(row: Json, offers: list[Json], holds: list[Json], consents: list[Json]) -> Case:
    """The value that these rows are."""
    over = row["accountable_agency_id"] is None and row["accountable_service_id"] is None
    return Case(
        id=UUID(row["id"]), agency_id=UUID(row["agency_id"]), urgency=Urgency(row["urgency"]), mode=Mode(row["mode"]),
        pattern=Pattern(row["pattern"]), width=row["width"], status=Referral(row["status"]), version=row["version"],
        accountable=None if over else Accountable(
            _id(row["accountable_agency_id"]), _id(row["accountable_service_id"])
        ),
        on_duty=_id(row["on_duty"]), winner=_id(row["winner"]), timer=_timer(row), stage=Stage(row["stage"]),
        escalations=row["escalations"], police_told=row["police_told"],
        handoff=None if row["handoff"] is None else Mode(row["handoff"]), disputed=row["disputed"],
        missed_by=None if row["missed_by"] is None else Actor(row["missed_by"]),
        reason=row["reason"],
        offers={one.id: one for one in sorted(map(_offer, offers), key=lambda each: each.place)},
        holds={one.id: one for one in map(_hold, holds)},
        consents={one.id: one for one in map(_consent, consents)},
    )  # fmt: skip


def _offer(row: Json) -> OfferState:
    return OfferState(
        id=UUID(row["id"]), service_id=UUID(row["service_id"]), agency_id=_id(row["agency_id"]),
        pool_id=_id(row["pool_id"]), place=row["place"], round=row["round"], status=Offer(row["status"]),
        timer=_timer(row), reason=row["reason"], position=row["position"],
        see_by=_at(row["see_by"]),
    )  # fmt: skip


def _hold(row: Json) -> HoldState:
    return HoldState(
        id=UUID(row["id"]), offer_id=UUID(row["offer_id"]), pool_id=UUID(row["pool_id"]), status=Hold(row["status"]),
        timer=_timer(row),
    )  # fmt: skip


def _consent(row: Json) -> ConsentState:
    return ConsentState(
        id=UUID(row["id"]), services=frozenset(map(UUID, row["services"])), fields=frozenset(row["fields"]),
        until=_at(row["until"]), may_contact=row["may_contact"], status=Consent(row["status"]),
        purpose=Purpose(row["purpose"]),
    )  # fmt: skip


def _timer(row: Json) -> Any:
    clock = row["timer_clock"]
    return timer(clock and Clock(clock), _at(row["timer_since"]), _at(row["timer_until"]))


def _id(said: str | None) -> UUID | None:
    return None if said is None else UUID(said)


def _at(said: str | None) -> datetime | None:
    return None if said is None else datetime.fromisoformat(said)
