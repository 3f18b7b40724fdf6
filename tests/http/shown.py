"""Rows that between them show every part of an answer: what is stated and what is not, open and shut, near and far."""

from datetime import date, time, timedelta
from uuid import uuid4

import directory
from core.db import Database
from core.security import SYSTEM
from directory import AttributeIn, CapacityIn, ClosureIn, Level, Owner
from directory.views.said import Answer
from tests.builders import DENVER, NOON, a_line, a_phone, a_site, daily, publish, service_of, speaks, square, stated

HERE = {"lat": DENVER[0], "lon": DENVER[1]}
# What a careless reader of JSON text would take for the end of a text, or for a key.
NASTY = (
    'A "name":"x","about":null,"police":{"level":"P0"}] house \\" \\\\ {[ñ…]} "access":[{"kind":"AP.988","open":{}}]'
)


async def several(database: Database) -> None:
    """Publish them."""
    stale = NOON - timedelta(days=1)
    shut = ClosureIn(id=uuid4(), starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=5))
    closed = a_site("Shut", at=(39.76, -104.97), schedules=[daily()], kinds=("SITE.RESPITE", "SITE.SOBER"))
    full = a_site(
        "Sober",
        schedules=[daily(time(6), 1380)],
        languages=speaks("es", "en"),
        disclosure=stated(Level.P1),
        description=NASTY,
        minimum_age=18,
        maximum_age=64.5,
        access_points=(
            a_phone(menu_path={"en": "press 2", "es": "oprima «2»"}, languages=("es",), answered_by=NASTY),
            a_phone("303-555-0102", schedules=(daily(time(9), 1020),), disclosure=stated(Level.P3)),
        ),
        attributes=(
            AttributeIn(code="WHEELCHAIR", source="https://example.org", stated_on=date(2026, 10, 2)),
            AttributeIn(code="SOBRIETY_REQUIRED", answer=Answer.no, value=NASTY),
            AttributeIn(code="FROM.COMMUNITY", source="call"),
        ),
        capacities=(
            CapacityIn(id=uuid4(), unit="bed", free=3, total=8, as_of=NOON - timedelta(minutes=20)),
            CapacityIn(id=uuid4(), unit="chair", free=1, as_of=stale, source="https://example.org/beds"),
        ),
    )
    await publish(
        database,
        full,
        a_site(NASTY, at=(39.75, -104.98), disclosure=stated(Level.P3), location={"precision": "postcode"}),
        closed,
        a_site("Closed by night", at=(39.77, -104.96), schedules=[daily(time(9), 600)]),
        a_site("Far", at=(40.2, -105.0), schedules=[daily()], disclosure=stated(Level.P4)),
        a_site("Team", at=(39.74, -104.99), kinds=("MOBILE.COMM",), service_areas=(square(39.7, -104.9, 0.5),)),
        a_line("Line", access_points=(a_phone(menu_path={"en": "press 2", "es": "oprima 2"}),), languages=speaks("es")),
        a_line("Open line", schedules=(daily(),)),
        a_line("Local line", service_areas=(square(39.7, -104.9, 0.5),)),
    )
    async with database.transaction() as db:
        await directory.close(db, SYSTEM, owner=Owner.service, owner_id=service_of(closed), closure=shut, now=NOON)
