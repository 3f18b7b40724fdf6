"""S3. El Paso, Sunday evening: somebody who speaks Spanish and does not use a voice call looks for help."""

from datetime import UTC, datetime, time
from typing import Any

import pytest

from core.db import Database
from directory import OpenState, SearchAnswer
from tests.builders import a_line, a_way, an_area, daily, hidden, names, publish, says, search, speaks

EVENING = datetime(2026, 12, 7, 2, 15, tzinfo=UTC)  # Sunday 19:15 in El Paso
ASKED: dict[str, Any] = {
    "lat": 31.7619,
    "lon": -106.4850,
    "mode": ["tty", "relay", "text", "chat"],
    "language": "es",
    "open": "now",
}
NUMBER = "915-555-0101"
BY_TTY = "¿Tienen un número TTY que alguien atienda?"
SPANISH = "¿Hay alguien del personal que hable el idioma de la persona en este momento?"


@pytest.fixture
async def lines(database: Database) -> Database:
    voice = a_way("AP.DIRECT", "phone", number=NUMBER, languages=("es",))
    tty = a_way("AP.TTY", "tty", number=NUMBER, languages=("en",))
    text = a_way("AP.TEXT", "text", number=NUMBER, languages=("es",))
    chat = a_way("AP.CHAT", "chat", url="https://example.org/chat", languages=("es",))
    relay = a_way("AP.DIRECT", "phone", "relay", number=NUMBER, languages=("es", "en"))
    both = a_way("AP.TTY", "tty", number=NUMBER, languages=("es",))
    until_eight = daily(time(9), 1200, zone="America/Chicago")
    await publish(
        database,
        a_line("A", access_points=(voice,), schedules=(daily(),), service_areas=(an_area("state", "TX"),)),
        a_line("B", access_points=(tty,), schedules=(daily(),)),
        a_line("C", access_points=(text, chat), schedules=(daily(),)),
        a_line("D", access_points=(relay,), schedules=(daily(),), service_areas=(an_area("state", "TX"),)),
        a_line("E", access_points=(both,), schedules=(until_eight,), service_areas=(an_area("state", "TX"),)),
        a_line(
            "Interpreter", access_points=(a_way("AP.TTY", "tty", number=NUMBER),), schedules=(daily(),),
            languages=speaks("en"), attributes=says(["INTERPRETER"]),
        ),
        now=EVENING,
    )  # fmt: skip
    return database


async def asked(database: Database, labels: str = "es", **more: Any) -> SearchAnswer:
    return await search(database, now=EVENING, labels=labels, **(ASKED | more))


async def test_those_reached_without_voice_in_spanish_fit(lines: Database) -> None:
    assert sorted(names((await asked(lines)).fits)) == ["C", "D"]


async def test_those_that_offer_a_part_say_what_to_ask(lines: Database) -> None:
    might = {result.name: result.ask for result in (await asked(lines)).might_fit}
    assert might.keys() == {"A", "B", "Interpreter"}
    assert might["B"] == [SPANISH]
    assert BY_TTY in might["A"]
    assert len(might["A"]) == 5  # each of the ways that were asked for, and the language on it


async def test_an_interpreter_on_request_is_not_staff_that_speak_it(lines: Database) -> None:
    result = next(one for one in (await asked(lines)).might_fit if one.name == "Interpreter")
    assert result.ask == [SPANISH]
    assert [one.code for one in result.attributes] == ["INTERPRETER"]


async def test_hours_are_those_of_the_line_wherever_it_is_called_from(lines: Database) -> None:
    answer = await asked(lines)
    assert hidden(answer) == {"closed": 1}
    austin = (await asked(lines, hidden="closed")).ruled_out[0]
    assert (austin.name, austin.open.state, austin.open.zone) == ("E", OpenState.closed, "America/Chicago")
    assert austin.open.opens_at == datetime(2026, 12, 7, 15, tzinfo=UTC)


async def test_everything_that_is_said_is_said_in_spanish(lines: Database) -> None:
    answer = await asked(lines)
    assert (answer.labels.language, answer.labels.fallback) == ("es", False)
    assert [group.label for group in answer.groups] == [
        "Lugares a donde ir",
        "Equipos que van",
        "Líneas para llamar o escribir",
    ]
    assert [(one.reason, one.label) for one in answer.hidden] == [("closed", "Cerrado a esa hora")]
    for result in answer.fits:
        assert (result.open.label, result.police.label) == ("Abierto", "No indicado")
        assert all(way.open.label == "Abierto" for way in result.access)


async def test_what_is_missing_is_the_same_in_english(lines: Database) -> None:
    spanish, english = await asked(lines), await asked(lines, labels="en")
    assert names(spanish.might_fit) == names(english.might_fit)
    assert [len(one.ask) for one in spanish.might_fit] == [len(one.ask) for one in english.might_fit]


async def test_nobody_is_asked_for_papers(lines: Database) -> None:
    answer = await asked(lines)
    said = " ".join(question for one in answer.might_fit for question in one.ask).lower()
    assert "migra" not in said
