"""What `doorlight near` asks and prints: every filter, three groups, and a command for all that is left out."""

import inspect
import re
import shlex
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
import typer
from typer.testing import CliRunner

import directory
from api.cli import again, ask, told
from core import clock
from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM
from directory import AccessPointIn, AttributeIn, CapacityIn, Level, SearchInput
from tests.builders import NOON, a_line, a_phone, a_site, daily, publish, search, stated
from tests.cli.test_commands import doorlight

HERE = ("39.7392", "-104.9848")
# One example for every field; another field without one fails the first test below.
OPTIONS: dict[str, tuple[str, ...]] = {
    "within_m": ("--within-m", "9000"),
    "open": ("--open", "now"),
    "open_for_min": ("--open-for-min", "30"),
    "opens_within_min": ("--opens-within-min", "60"),
    "kind": ("--kind", "SITE.SOBER", "--kind", "LINE.WARM"),
    "from_": ("--from", "community"),
    "arrive": ("--arrive", "van"),
    "police_max": ("--police-max", "P1"),
    "involuntary_max": ("--involuntary-max", "I0"),
    "age": ("--age", "17"),
    "must": ("--must", "WHEELCHAIR", "--must", "PETS"),
    "must_not": ("--must-not", "SOBRIETY_REQUIRED"),
    "free": ("--free", "2"),
    "language": ("--language", "es"),
    "mode": ("--mode", "text", "--mode", "chat"),
    "q": ("--query", "a bed"),
    "hidden": ("--hidden", "police"),
    "limit": ("--limit", "5"),
    "cursor": ("--cursor", "abc"),
}


def asked(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> SearchInput:
    """The search that a command line comes to."""
    read: list[SearchInput] = []
    app = typer.Typer()
    app.callback()(lambda: None)
    ask.add_to(app)

    class Stop(Exception): ...

    def stop(_: Any) -> Any:
        raise Stop

    def keep(said: dict[str, object]) -> SearchInput:
        read.append(really(said))
        return read[-1]

    really = ask._read
    monkeypatch.setattr(ask, "_read", keep)
    monkeypatch.setattr(ask, "run", stop)
    CliRunner().invoke(app, ["near", *arguments])
    monkeypatch.undo()
    return read[0]


@pytest.mark.parametrize("field", sorted(SearchInput.model_fields.keys() - {"lat", "lon", "near"}))
def test_every_field_of_a_search_has_an_option(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    option = OPTIONS[field]
    search_for = asked(monkeypatch, *HERE, *option)
    values = [option[n + 1] for n in range(0, len(option), 2)]
    said = getattr(search_for, field)
    assert [str(one) for one in said] == values if isinstance(said, list) else str(said) == values[0]


@pytest.mark.parametrize("field", sorted(OPTIONS))
def test_the_command_to_ask_again_asks_the_same(monkeypatch: pytest.MonkeyPatch, field: str) -> None:
    once = asked(monkeypatch, "Denver, CO", *OPTIONS[field])
    written = again.command(once, "es", hidden=once.hidden, cursor=once.cursor)
    words = shlex.split(written)
    assert words[:2] == ["doorlight", "near"]
    assert words[-2:] == ["--labels", "es"]
    assert asked(monkeypatch, *words[2:]) == once


def test_a_point_west_and_south_is_asked_again_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    once = asked(monkeypatch, "-14.27", "-170.7")
    assert asked(monkeypatch, *shlex.split(again.command(once, "en"))[2:]) == once


def test_a_search_without_a_place_is_asked_again_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    once = asked(monkeypatch, "--kind", "LINE.WARM")
    assert (once.lat, once.lon, once.near) == (None, None, None)
    assert asked(monkeypatch, *shlex.split(again.command(once, "en"))[2:]) == once


async def answer(database: Database, capsys: pytest.CaptureFixture[str], **question: Any) -> str:
    """What is printed, each line without the spaces and rules of its table."""
    labels = question.pop("labels", "en")
    made = SearchInput(**({"lat": 39.7392, "lon": -104.9848} | question))
    asked = made.model_dump(exclude_unset=True, by_alias=True)
    told.tell(await search(database, labels=labels, **asked), made, labels)
    lines = (line.strip(" │┃━┏┳┓┡╇┩└┴┘├┼┤─") for line in capsys.readouterr().out.splitlines())
    return "\n".join(" | ".join(part.strip() for part in re.split("[│┃]", line)) for line in lines if line).replace(
        " |  | ", " | "
    )


async def test_each_group_says_what_to_do_next(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    await publish(
        database,
        a_site("Night house", schedules=[daily()], disclosure=stated(Level.P1)),
        a_site("Old claims", schedules=[daily()], disclosure=stated(Level.P0, date(2026, 1, 1))),
        a_site("Court house", schedules=[daily()], disclosure=stated(Level.P4)),
    )
    printed = await answer(database, capsys, open="now", police_max="P1")
    assert (
        printed
        == """\
Near 39.74, -104.98 (America/Denver)
Places to go
Fits
Service | Open | Police | Reach
Night house | Open | P1 Only with consent | 303-555-0101 Phone
Night house organization | Always open | 2026-10-01
Sobering centre | https://example.org/policy
about 10 m / 0.1 mi | nobody else has confirmed it
Not confirmed yet
Might fit — ask first
Service | Open | Police | Reach
Old claims | Open | P0 Never | 303-555-0101 Phone
Old claims organization | Always open | 2026-01-01
Sobering centre | https://example.org/policy
about 10 m / 0.1 mi | nobody else has confirmed it
Not confirmed yet | counts as P3
Ask: Do you ever call the police, or have them
sent, without the person's consent?
Next: Reach the first of these
Teams that come
Next: Look farther away
doorlight near 39.7392 -104.9848 --within-m 240000 --open now --police-max P1
Lines to call or text
Next: Call or text 988
Hidden: 1: Police may be involved
doorlight near 39.7392 -104.9848 --open now --police-max P1 --hidden police"""
    )


async def test_what_is_hidden_is_printed_with_its_police_level(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    await publish(database, a_site("Court house", schedules=[daily()], disclosure=stated(Level.P4)))
    printed = await answer(database, capsys, police_max="P1", hidden="police")
    assert "Left out\n" in printed
    assert "Court house | Open | P4 Police present" in printed
    assert "Next:" not in printed


async def test_hours_are_said_in_both_clocks_and_in_minutes(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    early = daily(time(0), 12 * 60 + 5, zone="America/Denver")
    await publish(database, a_line("Far line", schedules=(early,)))
    printed = await answer(database, capsys, lat=40.7128, lon=-74.006)
    assert "Open until Fri 12:05 MST" in printed
    assert "closes in 5 min" in printed
    assert "Fri 14:05 EST where you asked" in printed
    at_home = await answer(database, capsys)
    assert "where you asked" not in at_home


async def test_spanish_is_spanish_throughout_and_says_who_confirmed_and_when(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    early = daily(time(0), 12 * 60 + 5, zone="America/Denver")
    pets = AttributeIn(taxonomy="attribute", code="PETS")
    by_them = stated(Level.P0).model_copy(update={"confirmed_by": "Consejo de La Loma"})
    site = a_site("Casa", schedules=(early,), disclosure=by_them, attributes=(pets,), minimum_age=18)
    shut = a_site("Cerrada", schedules=[daily(time(1), 61)], disclosure=stated(Level.P1))
    await publish(database, site, shut, a_site("Duda", disclosure=stated(Level.P1), attributes=(pets,)))
    async with database.transaction() as db:
        await directory.confirm(db, SYSTEM, service_id=site.services[0].id, now=NOON)
    printed = await answer(database, capsys, labels="es", open="now", must=["PETS"])
    for said in (
        "Cerca de 39.74, -104.98", "Servicio | Horario | Policía | Contacto", "Abierto hasta el vie 12:05",
        "cierra en 5 min", "confirmado por Consejo de La", "Confirmado por una persona el", "20\u00a0nov\u00a02026",
        "De 18 años en adelante", "Mascotas: sí, según el propio", "303-555-0101 Teléfono",
        "Puede servir: pregunte antes", "Sin confirmar todavía", "nadie más lo ha confirmado", "Siguiente paso:",
        "Sin mostrar: 1: Cerrado",
    ):  # fmt: skip
        assert said in printed
    for english in (
        "Near",
        "Service",
        "until",
        "closes",
        "confirmed",
        "Ages",
        "yes",
        "Next",
        "Hidden",
        "Fits",
        "phone",
    ):
        assert not re.search(rf"\b{english}\b", printed), english


async def test_counts_of_free_places_have_an_age(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    def counted(ago: timedelta) -> CapacityIn:
        return CapacityIn(id=uuid4(), unit="bed", free=2, total=9, as_of=NOON - ago)

    await publish(
        database,
        a_site("New count", capacities=(counted(timedelta(minutes=12)),), minimum_age=18),
        a_site("Old count", capacities=(counted(timedelta(hours=3)),), minimum_age=12, maximum_age=17),
    )
    printed = await answer(database, capsys)
    assert "Bed: 2 of 9 free, 12 min ago\nAges 18 and over" in printed
    assert "Bed: free places unknown (the last count is 3 h old)\nAges 12 to 17" in printed


async def test_what_was_asked_for_is_shown_as_it_is_stated(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    said = (AttributeIn(taxonomy="attribute", code="PETS"), AttributeIn(taxonomy="attribute", code="FOOD"))
    await publish(database, a_site(attributes=said))
    printed = await answer(database, capsys, must=["PETS"])
    assert "Pets: yes, self-stated" in printed
    assert "Food" not in printed


async def test_a_way_with_more_police_on_it_says_so(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    ways = (a_phone(), AccessPointIn(id=uuid4(), kind="AP.NONEMERG", modes=("phone",), number="303-555-0199"))
    await publish(database, a_site(access_points=ways, disclosure=stated(Level.P0)))
    printed = await answer(database, capsys)
    result = (await search(database)).fits[0]
    assert {way.police for way in result.access} != {result.police.level}
    assert "P4 Police present" in printed
    assert "303-555-0101 Phone\n" in printed
    assert re.search("police: (never|only)", printed, re.IGNORECASE)


async def test_every_list_goes_on_with_the_command_that_is_printed(clone: Cluster, database: Database) -> None:
    sites = (a_site(f"House {n}", schedules=[daily()], disclosure=stated(Level.P4)) for n in range(3))
    await publish(database, *sites, *(a_site(f"Doubt {n}") for n in range(7)), now=clock.now())

    def walk(*arguments: str) -> list[str]:
        seen: list[str] = []
        command = ["doorlight", "near", *HERE, *arguments]
        for _ in range(5):
            done = doorlight(clone, *command[1:])
            assert done.returncode == 0, done.stderr
            seen += [
                line.split("│")[1].strip()
                for line in done.stdout.splitlines()
                if "│ House" in line or "│ Doubt" in line
            ]
            on = [line.strip() for line in done.stdout.splitlines() if "--cursor" in line]
            if not on:
                break
            command = shlex.split(on[-1])
        return sorted(name for name in seen if "organization" not in name)

    assert walk("--limit", "2", "--open", "now", "--police-max", "P3", "--hidden", "police") == [
        "House 0",
        "House 1",
        "House 2",
    ]
    assert walk("--limit", "4", "--open", "any") == sorted(
        [*(f"House {n}" for n in range(3)), *(f"Doubt {n}" for n in range(7))]
    )
    assert walk("--limit", "4", "--open", "now", "--police-max", "P3") == [f"Doubt {n}" for n in range(7)]


def test_an_option_that_is_misspelt_is_no_search(clone: Cluster, database: Database) -> None:
    done = doorlight(clone, "near", *HERE, "--polise-max", "P1")
    assert done.returncode == 1
    assert "--polise-max" in done.stderr


def test_the_command_takes_no_parameter_that_is_not_a_search(clone: Cluster) -> None:
    taken = {name.rstrip("_") for name in inspect.signature(ask.near).parameters}
    fields = {name.rstrip("_") for name in SearchInput.model_fields}
    assert taken - fields == {"place", "labels", "as_json", "query"}


async def test_a_door_that_is_shut_is_printed_beside_a_phone_that_is_answered(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    phone = a_phone(schedules=(daily(zone="UTC"),))
    await publish(database, a_site("House", schedules=[daily(time(18), 22 * 60)], access_points=(phone,)))
    printed = await answer(database, capsys)
    assert re.search(r"Open.*Door:.*Closed, opens Fri 18:00 MST", printed.replace("\n", " ")), printed
