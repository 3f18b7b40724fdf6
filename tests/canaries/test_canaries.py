"""Over 200 texts, planted by the doors people use: none is in a dump, a file of the database, a log, a figure, or an
answer where it does not belong; and once all is over, what was sealed of them is gone too.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from httpx import AsyncClient
from psycopg.sql import SQL, Identifier

from api.backup import back_up
from api.purge import purge_all
from api.registry import COLUMNS
from core import clock, cluster
from core.db import Database
from tests.access.builders import RING
from tests.canaries.plant import OURS, Planted, plant
from tests.canaries.scan import hits, spellings
from tests.conftest import Counted, _alone
from tests.serving import serving

pytestmark = pytest.mark.security


@pytest.fixture
def own(server: cluster.Database, template: str) -> Iterator[cluster.Database]:
    """A database whose files hold nothing else."""
    name = f"doorlight_canaries_{os.getpid()}"
    with _alone("clone"):
        made = cluster.scratch(server, name, like=template)
    yield replace(made, admin_dsn=server.admin_dsn)
    cluster.discard(server, name)


def silent(_: str) -> None: ...


def test_the_scanner_finds_what_it_looks_for_however_it_is_spelled(tmp_path: Path) -> None:
    lying = tmp_path / "lying"
    lying.mkdir()
    every = list(spellings("kanari0123456789"))
    for n, spelled in enumerate(every):
        (lying / str(n)).write_bytes(os.urandom(1000) + spelled + os.urandom(1000))
    (lying / "none").write_bytes(os.urandom(100_000))
    assert len({hit.split(":")[0] for hit in hits(["kanari0123456789"], [lying], tmp_path=tmp_path)}) == len(every)


async def test_no_canary_is_where_it_does_not_belong(
    own: cluster.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, counted: Counted
) -> None:
    monkeypatch.setenv("DOORLIGHT_KEYS", RING.written())
    places = tmp_path / "places"
    places.mkdir()
    database = Database(own.service_dsn, pool_size=2)
    with serving(own.service_dsn, places / "log of the server", DOORLIGHT_LOG_LEVEL="debug", DOORLIGHT_RATES="off") as (
        port,
        _,
    ):
        async with AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            town = await plant(database, client)
            await _fail(client, town, places)
            await _look_around(client, town, places)
    await database.close()
    await back_up(own, places / "backup", now=clock.now(), say=silent)
    (places / "dump").write_bytes(_plain(places / "backup"))
    files = _files(own, places)
    found = hits(town.every, [places, *files], tmp_path=tmp_path)
    assert found == []
    for kind, each in town.canaries.items():
        counted(f"canaries that are nowhere they do not belong: {kind}", len(each))
    counted("places looked at for canaries", sum(1 for _ in places.iterdir()) + len(files))
    assert len(town.every) >= 200
    (places / "control").write_bytes((places / "dump").read_bytes() + town.every[0].encode())
    assert [hit.split(":")[0] for hit in hits(town.every, [places], tmp_path=tmp_path)] == [str(places / "control")]


async def _fail(client: AsyncClient, town: Planted, places: Path) -> None:
    """Whatever goes wrong is answered without what was sent."""
    said = [town.new("what was refused") for _ in range(16)]
    key = town.canaries["secrets of keys"][0]
    json = {"content-type": "application/json"}
    graphql = "mutation ($it: String!) { invite(email: $it, role: responder) { id } }"
    answers = [
        await client.post("/api/v1/invitations", json={"email": said[0], "role": "responder"}, headers=town.boss),
        await client.post(
            "/api/v1/invitations", json={"email": f"{said[1]}@example.org", "role": "x"}, headers=town.boss
        ),
        await client.post("/api/v1/invitations", json={"email": [said[2]], "role": "responder"}, headers=town.boss),
        await client.post("/api/v1/invitations", json={"email": said[3] * 20, "role": "responder"}, headers=town.boss),
        await client.post("/api/v1/invitations", content=f'{{"email": "{said[4]}"', headers=town.boss | json),
        await client.post("/api/v1/invitations", json={"email": f"{said[5]}@example.org", "role": "responder"}),
        await client.post("/api/v1/holds", json={"reason": said[6] * 30}, headers=town.boss),
        await client.get("/api/v1/me", headers={"authorization": f"Bearer {said[7]}"}),
        await client.get("/api/v1/me", headers={"authorization": f"Bearer {key}"}),
        await client.get("/api/v1/me", headers={"authorization": f"{said[8]} x"}),
        await client.get("/api/v1/me", headers={"cookie": f"__Host-doorlight={said[9]}"}),
        await client.get(f"/invitation/{said[10]}"),
        await client.post(f"/invitation/{said[11]}", data={"name": said[12], "password": said[12]}, headers=OURS),
        await client.post("/sign-in", data={"email": "a@example.org", "password": said[13]}, headers=OURS),
        await client.post("/graphql", json={"query": graphql, "variables": {"it": said[14]}}, headers=town.boss),
        await client.post("/graphql", json={"query": graphql, "variables": {"it": said[15]}}),
    ]
    client.cookies.clear()
    for n, answer in enumerate(answers):
        assert answer.status_code >= 400 or "errors" in answer.json(), n
        (places / f"refusal {n}").write_text(f"{answer.headers}\n{answer.text}")


async def _look_around(client: AsyncClient, town: Planted, places: Path) -> None:
    """What the public sees, and an administrator of another agency."""
    asked = {"query": "{ me { personId agencies { name } } people { name email } keys { name } holds { reason } }"}
    looks = {
        "metrics": await client.get("/metrics"),
        "search": await client.post("/api/v1/search", json={"lat": 39.7392, "lon": -104.9848, "limit": 50}),
        "page": await client.get("/?lat=39.7392&lon=-104.9848"),
        "openapi": await client.get("/openapi.json"),
        "another's graphql": await client.post("/graphql", json=asked, headers=town.stranger),
    }
    for path in ("me", "people", "keys", "holds"):
        looks[f"another's {path}"] = await client.get(f"/api/v1/{path}", headers=town.stranger)
    looks["another's account"] = await client.get("/account", headers=town.stranger)
    for name, answer in looks.items():
        assert answer.status_code == 200, name
        (places / name).write_text(f"{answer.headers}\n{answer.text}")
    assert "Safe house" in looks["search"].text
    assert "Stranger" in looks["another's people"].text


def _plain(file: Path) -> bytes:
    """A backup, unpacked."""
    server = cluster.server.find_server(silent)
    command = [str(server.programs / "pg_restore"), "--file=-", str(file)]
    return subprocess.run(command, env=server.environ(), capture_output=True, check=True).stdout


def _files(own: cluster.Database, places: Path) -> list[Path]:
    """The files of this very database, the log of its changes since, and what the server says."""
    with psycopg.connect(own.admin_dsn, autocommit=True) as admin:
        admin.execute("CHECKPOINT")
        row = admin.execute(
            "SELECT current_setting('data_directory'), oid::text FROM pg_database WHERE datname = %s",
            (cluster.dumps.name_of(own.owner_dsn),),
        ).fetchone()
    assert row is not None
    data = Path(row[0])
    begun = min(one.stat().st_ctime for one in places.iterdir())
    logged = [one for one in (data / "pg_wal").iterdir() if one.is_file() and one.stat().st_mtime >= begun]
    said = data.parent / "server.log"
    assert logged
    return [data / "base" / row[1], *logged, *([said] if said.exists() else [])]


async def test_after_its_time_nothing_of_it_is_left_in_the_database_or_a_fresh_backup(
    own: cluster.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is stored of a person is sealed, so what is looked for is each value as it lies there."""
    monkeypatch.setenv("DOORLIGHT_KEYS", RING.written())
    database = Database(own.service_dsn, pool_size=2)
    with serving(own.service_dsn, tmp_path / "log", DOORLIGHT_LOG_LEVEL="debug", DOORLIGHT_RATES="off") as (port, _):
        async with AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            await plant(database, client)
    with psycopg.connect(own.service_dsn, autocommit=True) as system:
        system.execute("SET doorlight.trusted = 'on'")
        for statement in (
            "UPDATE membership SET ended_at = now()",
            "UPDATE legal_hold SET ended_at = now()",
            "UPDATE letter SET failed = 'gave_up' WHERE sent_at IS NULL",
        ):
            system.execute(statement)
        lying = _values(system)
    assert {name.split(".")[0] for name, each in lying.items() if not each} <= _NOT_PLANTED
    await purge_all(database, folder=tmp_path / "letters", now=clock.now() + timedelta(days=7 * 365))
    await database.close()
    file = tmp_path / "backup"
    await back_up(own, file, now=clock.now(), say=silent)
    dump = _plain(file)
    left = {name for name, values in lying.items() if any(value in dump for value in values)}
    assert left == set()


# The audit goes by the database's own clock, which no test moves: tests/access/test_forgetting.py purges old entries.
# Ids and times of what was done stand there, too. Claims are planted with their own tests.
_ELSEWHERE = {"audit_entry", "claim"}


# What nobody in this test has: purged by the same rules, which `tests/access/test_purging.py` holds to the list.
_NOT_PLANTED = {
    "access_token", "break_glass", "correction", "identity_provider", "linked_identity", "oidc_flow", "kept_reply",
}  # fmt: skip


def _values(system: psycopg.Connection[Any]) -> dict[str, set[bytes]]:
    """Each value of person data that is stored, as a dump spells it."""
    found: dict[str, set[bytes]] = {}
    for name, kept in COLUMNS.items():
        table, column = name.split(".")
        if kept is None or kept.keep is None or table in _ELSEWHERE or column.endswith(("_id", "_by", "_at")):
            continue
        rows = system.execute(SQL("SELECT DISTINCT {}::text FROM {}").format(Identifier(column), Identifier(table)))
        found[name] = {row[0].encode() for row in rows if row[0] not in (None, "", "{}", "\\x")}
    return found
