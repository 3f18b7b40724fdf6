"""The command as a person types it: in a process of its own, on a database of its own."""

import json
import os
import shlex
import subprocess
import sys
from datetime import time

import pytest

from core import clock
from core.cluster import Database as Cluster
from core.db import Database
from tests.builders import a_line, a_site, daily, publish


def doorlight(clone: Cluster, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DOORLIGHT_SERVICE_DSN": clone.service_dsn, "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments], env=environment, capture_output=True, text=True, check=False
    )


async def test_near_prints_a_table(clone: Cluster, database: Database) -> None:
    await publish(database, a_site("Night house", schedules=[daily()]), now=clock.now())
    done = doorlight(clone, "near", "39.7392", "-104.9848", "--open", "now", "--kind", "SITE.SOBER")
    assert done.returncode == 0
    for said in ("Night house", "Sobering centre", "Always open", "Not stated", "303-555-0101", "Not confirmed yet"):
        assert said in done.stdout


async def test_json_is_the_rest_answer(clone: Cluster, database: Database) -> None:
    await publish(database, a_site("Night house", schedules=[daily()]), now=clock.now())
    done = doorlight(clone, "near", "39.7392", "-104.9848", "--json")
    assert [result["name"] for result in json.loads(done.stdout)["fits"]] == ["Night house"]


async def test_a_line_is_found_without_a_place(clone: Cluster, database: Database) -> None:
    await publish(database, a_line("Night line", schedules=(daily(),)), a_site("Night house"), now=clock.now())
    done = doorlight(clone, "near", "--kind", "LINE.CRISIS", "--kind", "SITE.SOBER")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("No place given")
    assert "Night line" in done.stdout
    assert "Night house" not in done.stdout
    lines = done.stdout.splitlines()
    assert "Hidden: 1: No place to measure from" in lines
    assert lines[-2:] == [
        "Say where, to find those near it:",
        "  doorlight near PLACE --kind LINE.CRISIS --kind SITE.SOBER",
    ]


async def test_what_is_hidden_is_seen_without_a_place_where_that_takes_none(clone: Cluster, database: Database) -> None:
    shut = daily(time(0), 1, zone="America/Denver")
    await publish(database, a_line("Shut line", schedules=(shut,)), now=clock.now())
    done = doorlight(clone, "near", "--open", "2026-12-01T20:00:00-07:00")
    last = done.stdout.splitlines()[-1].strip()
    assert last == "doorlight near --open 2026-12-01T20:00:00-07:00 --hidden closed"
    assert "Shut line" in doorlight(clone, *shlex.split(last)[1:]).stdout


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("near", "39.7", "-104.9", "--kind", "SITE.SOBBER"), 1, "Did you mean SITE.SOBER"),
        (("near", "99.7", "-104.9"), 1, "less than or equal to 90"),
        (("near", "39.7", "-104.9", "--open", "2026-11-20T23:40:00"), 1, "has no offset"),
        (("near", "Nowhere at all"), 1, "We know no place called"),
        (("near", "39.7", "-104.9", "--labels", "xx"), 2, "Labels come in"),
        (("nonsense",), 2, "No such command"),
        (("import", "/does/not/exist.json"), 1, "cannot be read"),
    ],
)
async def test_a_mistake_is_one_readable_line(
    clone: Cluster, database: Database, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = doorlight(clone, *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("verb", ["up", "serve", "work", "clock", "near", "import", "doctor", "schema"])
def test_every_verb_has_help(clone: Cluster, verb: str) -> None:
    done = doorlight(clone, verb, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


@pytest.mark.parametrize(("kind", "said"), [("openapi", '"/api/v1/search"'), ("graphql", "type SearchAnswer")])
def test_schema_prints_what_others_build_against(clone: Cluster, kind: str, said: str) -> None:
    assert said in doorlight(clone, "schema", kind).stdout


def test_an_api_worker_loads_neither_postal_data_nor_the_map_of_zones() -> None:
    loads = "import sys, api.cli.server; print([m for m in ('zipcodes', 'tzfpy', 'importers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
