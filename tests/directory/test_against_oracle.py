"""Random services and random questions: the search and plain Python agree on every one of them."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from core.cluster import Database as Cluster
from core.db import Database
from directory import AccessPointIn, AttributeIn, DisclosureIn, ListingIn, ScheduleIn
from tests.builders import (
    DENVER,
    NOON,
    a_line,
    a_site,
    an_area,
    count,
    daily,
    hidden,
    names,
    publish,
    says,
    search,
    speaks,
    square,
)
from tests.directory.oracle import TODAY, Claim, Known, WayIn, expected

ATTRIBUTES = (
    "AGE_LIMITS", "FREE", "WHEELCHAIR", "SUICIDAL_OK", "TEXT", "POLICE_ONLY", "POLICE_RUN", "REFERRAL_REQUIRED",
    "FROM.ANY", "FROM.SELF", "FROM.COMMUNITY", "FROM.POLICE", "VAN_DROPOFF", "WALK_IN",
)  # fmt: skip
HOLDS = ("I0", "I1", "I2", "I3")
HOURS = ("open", "closed", "unknown", "call_first")
KINDS = {True: ("SITE.SOBER", "SITE.CSU", "MOBILE.PEER"), False: ("LINE.CRISIS", "LINE.WARM")}
AREAS: dict[bool, list[str | int]] = {
    True: ["none", "none", "here", "there", 20_000, 40_000],
    False: ["none", "here", "here", "there"],
}
WORDS = ("lantern", "harbour", "meadow", "orchard")
LONG_AGO = date(2025, 1, 1)


def a_claim(dice: Random) -> Claim | None:
    level = dice.choice([None, None, "P0", "P1", "P2", "P3", "P4"])
    return (
        None if level is None else Claim(level, dice.choice([date(2026, 10, 1), TODAY - timedelta(days=180), LONG_AGO]))
    )


def some_ways(dice: Random) -> tuple[WayIn, ...]:
    modes = dice.choice([("phone",), ("phone", "text"), ("phone", "text"), ("text",)])
    own_hours = len(modes) > 1 and dice.random() < 0.4
    own_claims = dice.random() < 0.4
    return tuple(
        WayIn(
            mode,
            languages=tuple(dice.sample(("en", "es", "vi"), dice.choice([0, 0, 1, 2]))),
            hours=dice.choice(HOURS[:2]) if own_hours else None,
            claim=a_claim(dice) if own_claims else None,
        )
        for mode in modes
    )


def a_service(dice: Random, name: str) -> Known:
    placed = dice.random() < 0.6
    ways = some_ways(dice)
    said = [(dice.choice(ATTRIBUTES), dice.choice(["yes", "no"])) for _ in range(dice.randrange(6))]
    if any(way.mode == "text" for way in ways):
        said = [(code, answer) for code, answer in said if code != "TEXT"]
    return Known(
        name=name,
        kind=dice.choice(KINDS[placed]),
        metres=dice.choice([500, 4_000, 12_000, 30_000, 60_000]) if placed else None,
        area=dice.choice(AREAS[placed]),
        hours=dice.choice(HOURS),
        ways=ways,
        claim=a_claim(dice),
        languages=tuple(dice.sample(("en", "es"), dice.randrange(3))),
        ages=dice.choice([(None, None), (None, None), (12, 24), (18, None), (None, 17)]),
        said=tuple(dict.fromkeys(said)),
        hold=dice.choice([None, *HOLDS]),
        free=dice.choice([None, None, 0, 1, 4]),
        counted_lately=dice.random() < 0.6,
        about=" ".join(dice.sample(WORDS, 2)),
    )


def a_question(dice: Random) -> dict[str, Any]:
    every: dict[str, Any] = {
        "kind": [dice.choice(KINDS[dice.random() < 0.5])],
        "from": dice.choice(["self", "family", "community", "police", "988"]),
        "arrive": dice.choice(["walk_in", "van", "ems"]),
        "police_max": dice.choice(["P0", "P1", "P2", "P3", "P4"]),
        "involuntary_max": dice.choice(HOLDS),
        "age": dice.choice([11, 12, 16, 18, 30]),
        "must": dice.sample(ATTRIBUTES, dice.choice([1, 1, 2])),
        "must_not": dice.sample(ATTRIBUTES, 1),
        "mode": dice.choice([["phone"], ["text"], ["phone", "text"], ["chat"]]),
        "language": dice.choice(["en", "es", "vi"]),
        "free": dice.choice([1, 2]),
        "open": "now",
        "q": dice.choice(WORDS),
    }
    asked = dice.sample(sorted(every), dice.choice([0, 1, 1, 2, 2, 3, 4]))
    return {"within_m": dice.choice([20_000, 80_000]), "limit": 100} | {name: every[name] for name in asked}


def schedules(hours: str | None) -> list[ScheduleIn]:
    made = {
        "open": lambda: [daily()],
        "closed": lambda: [daily(time(20), 1320, zone="America/Denver")],
        "call_first": lambda: [daily(condition="when volunteers are on")],
    }
    return made[hours]() if hours in made else []


def disclosed(claim: Claim | None) -> DisclosureIn | None:
    if claim is None:
        return None
    return DisclosureIn.model_validate(
        {"id": uuid4(), "level": claim.level, "source": "https://example.org", "stated_on": claim.on}
    )


def a_way_in(way: WayIn) -> AccessPointIn:
    return AccessPointIn(
        id=uuid4(), kind="AP.TEXT" if way.mode == "text" else "AP.DIRECT", modes=(way.mode,), number="303-555-0101",
        languages=way.languages, schedules=tuple(schedules(way.hours)), disclosure=disclosed(way.claim),
    )  # fmt: skip


def a_listing(known: Known) -> ListingIn:
    attributes: tuple[AttributeIn, ...] = says(
        [code for code, answer in known.said if answer == "yes" and (code, "no") not in known.said],
        [code for code, answer in known.said if answer == "no" and (code, "yes") not in known.said],
    )
    both = {code for code, answer in known.said if answer == "yes" and (code, "no") in known.said}
    for answer in ("yes", "no"):
        attributes += tuple(
            AttributeIn.model_validate({"code": code, "answer": answer, "value": answer, "source": "a call"})
            for code in sorted(both)
        )
    if known.hold:
        attributes += (AttributeIn(taxonomy="involuntary", code=known.hold),)
    areas = {"none": (), "here": (square(*DENVER, 0.5),), "there": (square(31, -100, 1),)}
    area = (an_area("radius", f"{known.area} m"),) if isinstance(known.area, int) else areas[known.area]
    least, most = known.ages
    said: dict[str, Any] = {
        "kinds": (known.kind,), "service_areas": area, "access_points": tuple(map(a_way_in, known.ways)),
        "schedules": tuple(schedules(known.hours)), "disclosure": disclosed(known.claim),
        "languages": speaks(*known.languages), "minimum_age": least, "maximum_age": most, "attributes": attributes,
        "description": known.about,
    }  # fmt: skip
    if known.metres is None:
        return a_line(known.name, **said)
    return a_site(known.name, at=(DENVER[0] + known.metres / 111_030, DENVER[1]), **said)


async def published(database: Database, known: Sequence[Known]) -> None:
    listings = [a_listing(one) for one in known]
    await publish(database, *listings)
    for one, listing in zip(known, listings, strict=True):
        if one.free is not None:
            age = timedelta(minutes=30) if one.counted_lately else timedelta(hours=3)
            await count(database, listing, one.free, as_of=NOON - age)


@pytest.mark.parametrize("seed", range(4))
async def test_search_agrees_with_plain_python(database: Database, clone: Cluster, seed: int) -> None:
    dice = Random(seed)  # noqa: S311 - the same questions every time
    known = [a_service(dice, f"Service {n:02}") for n in range(60)]
    await published(database, known)
    if seed % 2:  # only where rows have been counted can words be rare, which are looked for in another way
        with psycopg.connect(clone.owner_dsn, autocommit=True) as owner:
            owner.execute("ANALYZE search_row")
    for _ in range(100):
        ask = a_question(dice)
        answer = await search(database, **ask)
        should = expected(known, ask)
        assert not any(one.at_least for one in answer.hidden), ask
        assert set(names(answer.fits)) == should.fits, ask
        assert set(names(answer.might_fit)) == should.might_fit, ask
        assert hidden(answer) == should.hidden, ask
        assert all(one.ask for one in answer.might_fit), ask
        assert not any(one.ask for one in answer.fits), ask
        assert all(group.step for group in answer.groups), ask
        for reason, many in should.hidden.items():
            shown = await search(database, **ask, hidden=reason)
            assert len(shown.ruled_out) == many, (ask, reason)
