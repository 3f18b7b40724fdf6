"""The verbs as an operator types them, each in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from core import cluster
from core.cluster import given
from core.db import Database
from core.secrets import make_file, read
from tests.access.builders import an_agency
from tests.backup.conftest import Make
from tests.letters.builders import a_letter


def doorlight(url: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"DATABASE_URL": url, "DOORLIGHT_HOME": str(home), "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments], env=environment, capture_output=True, text=True, check=False
    )


def _said(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_a_hold_is_made_shown_and_ended_and_a_purge_says_what_it_would_do(make: Make, tmp_path: Path) -> None:
    held = make("verbs")
    url = given.with_database(held.admin_dsn, cluster.dumps.name_of(held.owner_dsn))
    database = Database(held.service_dsn, pool_size=1)
    agency = await an_agency(database)
    await database.close()
    made = UUID(_said(doorlight(url, tmp_path, "hold", "add", "Court, 26-1187", "--agency", str(agency))).strip())
    assert "Court, 26-1187" in _said(doorlight(url, tmp_path, "hold", "list"))
    _said(doorlight(url, tmp_path, "hold", "end", str(made)))
    assert ", ended " in _said(doorlight(url, tmp_path, "hold", "list"))
    told = _said(doorlight(url, tmp_path, "purge", "--dry-run"))
    assert {"sign_in: 0", "audit_entry: 0", "letters in the folder: 0"} <= set(told.splitlines())
    assert _said(doorlight(url, tmp_path, "purge")) == told


async def test_a_backup_is_brought_back_and_its_letters_wait(
    make: Make, server: cluster.Database, tmp_path: Path
) -> None:
    held = make("verbs")
    name = cluster.dumps.name_of(held.owner_dsn)
    url, file = given.with_database(held.admin_dsn, name), tmp_path / "one.dump"
    make_file(tmp_path / "keys.json", "2026-11")
    database = Database(held.service_dsn, pool_size=1)
    letter = await a_letter(database, ring=read((tmp_path / "keys.json").read_text()))
    await database.close()
    assert "audit head 2:" in _said(doorlight(url, tmp_path, "backup", str(file)))
    again = doorlight(url, tmp_path, "backup", str(file))
    assert (again.returncode, "there already" in again.stderr) == (1, True)
    refused = doorlight(url, tmp_path, "restore", str(file))
    assert (refused.returncode, "empty one" in refused.stderr) == (1, True)
    cluster.scratch(server, f"{name}_empty")
    empty = given.with_database(held.admin_dsn, f"{name}_empty")
    done = doorlight(empty, tmp_path, "restore", str(file))
    assert "2 sealed entries of the audit hold" in _said(done)
    assert "1 letters are held back" in done.stderr
    assert _said(doorlight(empty, tmp_path, "letters", "list")).startswith(str(letter))
    assert doorlight(empty, tmp_path, "letters", "release").returncode == 1
    assert _said(doorlight(empty, tmp_path, "letters", "release", str(letter))) == "1 letters go out.\n"
    assert _said(doorlight(empty, tmp_path, "audit", "verify")).startswith("2 sealed entries hold; 2 wait")
