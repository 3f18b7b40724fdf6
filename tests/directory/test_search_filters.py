"""Each filter has three answers, and what one of them hides can be seen by one more question."""

from typing import Any

import pytest

from core.db import Database
from directory import AttributeIn, Level, SearchInput
from directory.errors import Contradiction
from directory.taxonomy import UnknownCode
from tests.builders import (
    DENVER,
    NOON,
    a_line,
    a_phone,
    a_site,
    a_way,
    confirmed,
    count,
    daily,
    hidden,
    names,
    nationwide,
    publish,
    says,
    search,
    speaks,
    square,
    stated,
)


@pytest.mark.parametrize(
    ("asked", "yes", "no", "reason"),
    [
        ({"must": ["WHEELCHAIR"]}, ("WHEELCHAIR",), (), "attribute"),
        ({"must_not": ["SOBRIETY_REQUIRED"]}, (), ("SOBRIETY_REQUIRED",), "attribute"),
        ({"from": "community"}, ("FROM.COMMUNITY",), (), "referral_source"),
        ({"from": "self"}, ("FROM.ANY",), (), "referral_source"),
        ({"arrive": "van"}, ("VAN_DROPOFF",), (), "arrival"),
        ({"arrive": "mobile"}, ("COMES_TO_YOU",), (), "arrival"),
    ],
)
async def test_stated_so_fits_stated_otherwise_is_counted_and_silence_is_asked(
    database: Database, asked: dict[str, Any], yes: tuple[str, ...], no: tuple[str, ...], reason: str
) -> None:
    refuses = ("FROM.SELF",) if "FROM.ANY" in yes else yes
    await publish(
        database,
        a_site("So", attributes=says(yes, no)),
        a_site("Otherwise", attributes=says(no, refuses)),
        a_site("Silent"),
    )
    answer = await search(database, **asked)
    assert (names(answer.fits), names(answer.might_fit), hidden(answer)) == (["So"], ["Silent"], {reason: 1})
    assert len(answer.might_fit[0].ask) == 1
    assert names((await search(database, **asked, hidden=reason)).ruled_out) == ["Otherwise"]


async def test_all_that_must_hold_must_hold_together(database: Database) -> None:
    await publish(
        database,
        a_site("Both", attributes=says(["WHEELCHAIR", "PETS"])),
        a_site("One", attributes=says(["WHEELCHAIR"])),
        a_site("One and not the other", attributes=says(["WHEELCHAIR"], ["PETS"])),
    )
    answer = await search(database, must=["WHEELCHAIR", "PETS"])
    assert (names(answer.fits), names(answer.might_fit)) == (["Both"], ["One"])
    assert hidden(answer) == {"attribute": 1}


def _both(code: str) -> tuple[AttributeIn, ...]:
    said = {"code": code, "source": "a call"}
    return tuple(AttributeIn.model_validate(said | {"answer": one, "value": one}) for one in ("yes", "no"))


async def test_what_is_answered_both_ways_is_not_stated(database: Database) -> None:
    await publish(database, a_site("Undecided", attributes=_both("PETS")))
    questions: list[dict[str, Any]] = [{"must": ["PETS"]}, {"must_not": ["PETS"]}]
    for asked in questions:
        answer = await search(database, **asked)
        assert (answer.fits, names(answer.might_fit), answer.hidden) == ([], ["Undecided"], [])
        assert answer.might_fit[0].ask
    assert {fact.answer for fact in answer.might_fit[0].attributes} == {"yes", "no"}


async def test_who_is_answered_both_ways_is_not_settled_by_anybody_being_taken(database: Database) -> None:
    await publish(database, a_site("Undecided", attributes=(*_both("FROM.SELF"), *says(["FROM.ANY"]))))
    asked: dict[str, Any] = {"from": "self"}
    answer = await search(database, **asked)
    assert (answer.fits, names(answer.might_fit), answer.hidden) == ([], ["Undecided"], [])
    assert names((await search(database, **asked | {"from": "family"})).fits) == ["Undecided"]


@pytest.mark.parametrize(
    "asked",
    [{"from": "self"}, {"from": "community"}, {"arrive": "walk_in"}, {"arrive": "van"}, {"arrive": "ems"}],
)
async def test_police_only_takes_nobody_else(database: Database, asked: dict[str, Any]) -> None:
    await publish(database, a_site("Police only", attributes=says(["POLICE_ONLY"]), disclosure=stated(Level.P1)))
    answer = await search(database, **asked)
    assert (answer.fits, answer.might_fit, sum(hidden(answer).values())) == ([], [], 1)


async def test_police_only_is_police_present_whatever_it_claims(database: Database) -> None:
    await publish(database, a_site("Police only", attributes=says(["POLICE_ONLY"]), disclosure=stated(Level.P0)))
    assert hidden(await search(database, police_max="P3")) == {"police": 1}
    assert (await search(database, police_max="P4", arrive="police")).fits[0].police.level == "P4"


@pytest.mark.parametrize(("who", "fits"), [("self", False), ("family", False), ("988", None), ("case", None)])
async def test_a_referral_that_is_required_keeps_out_who_refers_themselves(
    database: Database, who: str, fits: bool | None
) -> None:
    await publish(database, a_site("By referral", attributes=says(["REFERRAL_REQUIRED"])))
    asked: dict[str, Any] = {"from": who}
    answer = await search(database, **asked)
    assert answer.fits == []
    assert bool(answer.might_fit) is (fits is None)
    assert hidden(answer) == ({} if fits is None else {"referral_source": 1})


async def test_nothing_follows_from_the_kind_of_a_service(database: Database) -> None:
    await publish(database, a_site("Detox", kinds=("SITE.DETOX",)), a_site("Walk-in", kinds=("SITE.WALKIN",)))
    assert len((await search(database, arrive="walk_in")).might_fit) == 2
    assert len((await search(database, must=["INTOXICATED_OK"])).might_fit) == 2


@pytest.mark.parametrize(
    ("most", "fits", "out"), [("I0", ["I0"], 3), ("I1", ["I0", "I1"], 2), ("I3", ["I0", "I1", "I2", "I3"], 0)]
)
async def test_the_strictest_hold_that_is_acceptable(database: Database, most: str, fits: list[str], out: int) -> None:
    stated_so = [
        a_site(code, attributes=(AttributeIn(taxonomy="involuntary", code=code),)) for code in ("I0", "I1", "I2", "I3")
    ]
    not_stated = a_site("IU", attributes=(AttributeIn(taxonomy="involuntary", code="IU"),))
    await publish(database, *stated_so, not_stated, a_site("Silent"))
    answer = await search(database, involuntary_max=most)
    assert sorted(names(answer.fits)) == fits
    assert sorted(names(answer.might_fit)) == ["IU", "Silent"]
    assert hidden(answer) == ({"involuntary": out} if out else {})
    assert all("leave whenever" in one.ask[0] for one in answer.might_fit)


async def test_free_places_are_known_none_too_old_or_not_stated(database: Database) -> None:
    two, none, old = a_site("Two"), a_site("None"), a_site("Old")
    await publish(database, two, none, old, a_site("Silent"))
    await count(database, two, 2, as_of=NOON.replace(hour=18))
    await count(database, none, 0, as_of=NOON.replace(hour=18))
    await count(database, old, 9, as_of=NOON.replace(hour=17))
    answer = await search(database, free=2)
    assert names(answer.fits) == ["Two"]
    assert sorted(names(answer.might_fit)) == ["Old", "Silent"]
    assert hidden(answer) == {"full": 1}
    assert names((await search(database, free=2, hidden="full")).ruled_out) == ["None"]
    assert hidden(await search(database, free=3)) == {"full": 2}


async def test_spanish_by_phone_is_not_spanish_by_text(database: Database) -> None:
    by_phone = (a_phone(languages=("es",)), a_way("AP.TEXT", "text", number="303-555-0102", languages=("en",)))
    by_text = (a_phone(languages=("en",)), a_way("AP.TEXT", "text", number="303-555-0102", languages=("es-MX",)))
    await publish(database, a_line("By phone", access_points=by_phone), a_line("By text", access_points=by_text))
    assert names((await search(database, language="es", mode="text")).fits) == ["By text"]
    assert names((await search(database, language="es", mode="phone")).fits) == ["By phone"]
    assert len((await search(database, language="es")).fits) == 2
    assert names((await search(database, language="es", mode="text")).might_fit) == ["By phone"]


async def test_a_way_in_that_is_listed_and_denied_is_there_and_its_attribute_is_asked_about(database: Database) -> None:
    text = a_way("AP.TEXT", "text", number="303-555-0102")
    await publish(database, a_line("Line", access_points=(text,), attributes=says((), ["TEXT"])))
    assert names((await search(database, mode="text")).fits) == ["Line"]
    questions: list[dict[str, Any]] = [{"must": ["TEXT"]}, {"must_not": ["TEXT"]}, {"mode": "text", "language": "es"}]
    for asked in questions:
        answer = await search(database, **asked)
        assert (answer.fits, names(answer.might_fit), answer.hidden) == ([], ["Line"], [])


async def test_what_one_way_speaks_says_nothing_of_a_way_that_states_none(database: Database) -> None:
    ways = (a_phone(languages=("es",)), a_way("AP.TEXT", "text", number="303-555-0102"))
    await publish(database, a_line("Line", access_points=ways))
    answer = await search(database, language="es", mode="text")
    assert (answer.fits, names(answer.might_fit)) == ([], ["Line"])
    assert names((await search(database, language="es", mode="phone")).fits) == ["Line"]


async def test_a_way_that_states_no_language_has_those_of_the_service(database: Database) -> None:
    ways = (a_phone(), a_way("AP.TEXT", "text", number="303-555-0102"))
    await publish(database, a_line("Line", access_points=ways, languages=speaks("es")))
    assert names((await search(database, language="es", mode="text")).fits) == ["Line"]


async def test_police_is_a_matter_of_the_way_that_is_taken(database: Database) -> None:
    chat = a_way("AP.CHAT", "chat", url="https://example.org", disclosure=stated(Level.P0))
    phone = a_phone(disclosure=stated(Level.P3))
    await publish(database, a_line("Line", access_points=(chat, phone)))
    assert names((await search(database, police_max="P0")).fits) == ["Line"]
    assert names((await search(database, police_max="P0", mode="chat")).fits) == ["Line"]
    assert hidden(await search(database, police_max="P0", mode="phone")) == {"police": 1}
    (line,) = (await search(database)).fits
    assert (line.police.level, {way.kind: way.police for way in line.access}) == (
        "P3",
        {"AP.CHAT": "P0", "AP.DIRECT": "P3"},
    )


async def test_911_beside_a_direct_line_does_not_make_the_direct_line_911(database: Database) -> None:
    emergency = a_way("AP.911", "phone", number="911")
    await publish(database, a_line("Line", access_points=(emergency, a_phone()), disclosure=stated(Level.P1)))
    (line,) = (await search(database, police_max="P1")).fits
    assert (line.police.level, {way.kind: way.police for way in line.access}) == (
        "P5",
        {"AP.911": "P5", "AP.DIRECT": "P1"},
    )


async def test_every_reason_can_be_seen_with_the_same_count(database: Database) -> None:
    full = a_site("Full", schedules=[daily()])
    elsewhere = square(31, -100, 1)
    await publish(
        database,
        *(a_site(f"Closed {n}", schedules=[daily(closes=1)]) for n in range(3)),
        *(a_line(f"Police {n}", schedules=(daily(),), disclosure=stated(Level.P3)) for n in range(2)),
        a_site("Old", schedules=[daily()], maximum_age=15),
        a_site("Pets", schedules=[daily()], attributes=says((), ["PETS"])),
        a_site("Walks", schedules=[daily()], attributes=says((), ["VAN_DROPOFF"])),
        a_site("Police only", schedules=[daily()], attributes=says(["FROM.POLICE"], ["FROM.SELF"])),
        a_site("Locked", schedules=[daily()], attributes=(AttributeIn(taxonomy="involuntary", code="I3"),)),
        a_site("Texan", service_areas=(elsewhere,)),
        a_line("Texan line", service_areas=(square(31, -100, 1),)),
        full,
    )
    await count(database, full, 0, as_of=NOON)
    asked: dict[str, Any] = {
        "open": "now", "police_max": "P2", "age": 16, "must": ["PETS"], "arrive": "van", "from": "self",
        "involuntary_max": "I0", "free": 1, "limit": 50,
    }  # fmt: skip
    answer = await search(database, **asked)
    assert hidden(answer) == {
        "closed": 3, "police": 2, "age": 1, "attribute": 1, "arrival": 1, "referral_source": 1, "involuntary": 1,
        "not_covering": 2, "full": 1,
    }  # fmt: skip
    assert not any(one.at_least for one in answer.hidden)
    for reason, many in hidden(answer).items():
        shown = await search(database, **asked, hidden=reason)
        assert len(shown.ruled_out) == many
        assert (shown.fits, shown.might_fit) == ([], [])


async def test_what_is_hidden_can_be_seen_without_a_position_too(database: Database) -> None:
    await publish(database, a_line("Shut", schedules=(daily(closes=1, zone="UTC"),)))
    assert hidden(await search(database, nowhere=True, open="now")) == {"closed": 1}
    assert names((await search(database, nowhere=True, open="now", hidden="closed")).ruled_out) == ["Shut"]


@pytest.mark.parametrize("reason", ["no_position", "not_covering"])
async def test_what_is_elsewhere_cannot_be_seen_from_nowhere(database: Database, reason: str) -> None:
    with pytest.raises(Contradiction, match="say where you are"):
        await search(database, nowhere=True, hidden=reason)


async def test_not_stated_is_no_policy_to_ask_for(database: Database) -> None:
    with pytest.raises(Contradiction, match="I0 to I3"):
        await search(database, involuntary_max="IU")


async def test_every_group_has_a_step_whatever_is_found(database: Database) -> None:
    nothing = await search(database)
    assert [(one.code, one.step) for one in nothing.groups] == [
        ("place", "widen"),
        ("team", "widen"),
        ("line", "call_988"),
    ]
    await publish(
        database,
        a_site("Site"),
        a_line("Team", kinds=("MOBILE.CLIN",), service_areas=()),
        a_line("Line", schedules=(daily(closes=1, zone="UTC"),)),
    )
    assert [one.step for one in (await search(database)).groups] == ["reach", "ask", "reach"]
    assert [one.step for one in (await search(database, open="now")).groups] == ["ask", "ask", "call_988"]
    only_closed = await search(database, open="now", kind=["LINE.CRISIS"])
    assert [one.step for one in only_closed.groups] == ["call_988", "call_988", "call_988"], "no place is a line"
    no_team = await search(database, police_max="P0")
    assert [one.step for one in no_team.groups][:2] == ["ask", "ask"]


async def test_a_team_with_an_office_comes_to_whom_its_area_holds(database: Database) -> None:
    await publish(
        database,
        a_site("Everywhere", kinds=("MOBILE.CLIN",), service_areas=(nationwide(),)),
        a_site("Silent", kinds=("MOBILE.CLIN",)),
    )
    answer = await search(database, kind=["MOBILE.CLIN"])
    assert (names(answer.fits), names(answer.might_fit)) == (["Everywhere"], ["Silent"])
    assert {one.group for one in [*answer.fits, *answer.might_fit]} == {"team"}


async def test_of_two_as_near_the_one_confirmed_lately_comes_first(database: Database) -> None:
    old, lately = a_site("Old"), a_site("Lately", at=(39.7393, -104.9848))
    await publish(database, old, lately, a_site("Far", at=(39.9, -104.9848)))
    await confirmed(database, lately)
    assert names((await search(database, lat=39.70, lon=-104.9848)).fits) == ["Lately", "Old", "Far"]


@pytest.mark.parametrize(
    "asked",
    [{"must": ["WHEELCHIAR"]}, {"from": "communty"}, {"arrive": "vna"}, {"involuntary_max": "I9"}, {"hidden": "polcie"},
     {"mode": ["texxt"]}, {"police_max": "P9"}, {"kind": ["SITE.SOBR"]}, {"must_not": ["X"]}],
)  # fmt: skip
async def test_a_code_that_is_not_ours_is_refused_with_the_nearest(database: Database, asked: dict[str, Any]) -> None:
    with pytest.raises(UnknownCode, match="Did you mean"):
        await search(database, **asked)


@pytest.mark.parametrize("asked", [{"police_max": "PU"}, {"arrive": "police", "police_max": "P3"}])
async def test_parts_that_cannot_both_hold_are_refused(database: Database, asked: dict[str, Any]) -> None:
    with pytest.raises(Contradiction):
        await search(database, **asked)


def test_a_question_is_written_as_it_is_read() -> None:
    asked = SearchInput.model_validate({"from": "self", "mode": "text"})
    assert (asked.from_, asked.mode) == ("self", ["text"])


async def test_teams_are_found_among_places_when_both_are_asked_for(database: Database) -> None:
    await publish(database, a_site("House"), a_site("Team", kinds=("MOBILE.VOL",), service_areas=(square(*DENVER, 1),)))
    answer = await search(database, kind=["SITE.SOBER", "MOBILE.VOL"])
    assert sorted(names(answer.fits)) == ["House", "Team"]
