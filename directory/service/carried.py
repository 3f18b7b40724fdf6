"""What is known of police on a way in that goes with the address of a place: it is said of the service instead."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from directory.models import Disclosure
from directory.rules.police import most_exposed
from directory.rules.police_falls import below, counting

Claim = Mapping[str, Any]
_EXPOSURE = ("tracing", "recording")
_NOTHING: Claim = {
    "level": "PU",
    "source": None,
    "stated_on": None,
    "note": None,
    "confirmed_by": None,
} | dict.fromkeys(_EXPOSURE, "not_stated")


async def carry(db: AsyncSession, ways: Collection[Claim], *, now: datetime) -> None:
    """Say of services what is claimed of these ways in of theirs, where that is worse; before the ways go."""
    of = {way["id"]: way["service_id"] for way in ways if carries(way)}
    table = Disclosure.__table__  # type: ignore[attr-defined]
    theirs = or_(table.c.access_point_id.in_(of), table.c.service_id.in_(set(of.values())))
    found = [dict(row) for row in (await db.execute(select(table).where(theirs).order_by(table.c.id))).mappings()]
    own: dict[Any, Claim] = {}
    for row in found:
        own.setdefault(row["service_id"], row)
    for row in found:
        service_id = of.get(row["access_point_id"])
        if service_id is None:
            continue
        into = own.get(service_id)
        values = carried(into, row, on=now.date(), service_id=service_id)
        if values:
            kept = own[service_id] = {**(into or row), **values}
            await db.execute(update(table).where(table.c.id == kept["id"]).values(**values, changed_at=now))


def carries(way: Claim) -> bool:
    """Whether readers were shown this way in; what is for professionals is told to nobody else now either."""
    return bool(way["kind"] != "AP.PRO")


def carried(own: Claim | None, gone: Claim, *, on: date, service_id: Any) -> dict[str, Any]:
    """What changes in the claim of a service, or, where there is none, in the one that goes: so that it is its own.

    Its note is not kept, for it may say where the door is.
    """
    said = _NOTHING if own is None else own
    values = {name: most_exposed([said[name], gone[name]]) for name in _EXPOSURE}
    levels = [counting(one["level"], one["stated_on"], on) for one in (said, gone)]
    if below(*levels):
        values |= {name: gone[name] for name in ("level", "source", "stated_on")} | {"note": None, "confirmed_by": None}
    changed = {name: value for name, value in values.items() if said[name] != value}
    if own is None and changed:
        return {**_NOTHING, **changed, "service_id": service_id, "access_point_id": None}
    return changed
