"""The private cluster, with real processes that start together, die in the middle and come back."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from core.cluster import CannotOpen, Database, discard, place, scratch

from .acting import Open, gone, script, server_of, silent

AS_ROOT = os.geteuid() == 0


def test_two_that_start_at_once_share_one_server_and_the_last_one_out_stops_it(home: Path) -> None:
    both = [script("opener.py", home), script("opener.py", home)]
    said = [one.stdout.readline().strip() for one in both if one.stdout]
    assert sorted(said) == ["joined", "started"]
    server = server_of(home)
    both[said.index("started")].communicate(timeout=20)
    assert not gone(server)
    both[said.index("joined")].communicate(timeout=20)
    assert gone(server)


def test_what_was_written_survives_a_kill_of_the_server(home: Path, opened: Open) -> None:
    with psycopg.connect(opened(home).owner_dsn) as db:
        db.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    os.kill(server_of(home), signal.SIGKILL)
    with psycopg.connect(opened(home).owner_dsn) as db:
        assert db.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_a_server_whose_holder_was_killed_is_taken_over_and_stopped_in_the_end(home: Path, opened: Open) -> None:
    holder = script("opener.py", home)
    assert holder.stdout
    holder.stdout.readline()
    server = server_of(home)
    holder.kill()
    holder.communicate()
    database = opened(home)
    assert not database.started
    assert server_of(home) == server
    database.stop()
    assert gone(server)


def test_a_lock_file_that_names_another_process_is_cleared_away(home: Path, opened: Open) -> None:
    opened(home).stop()
    where = place.choose(home, silent)
    stranger = subprocess.Popen(["sleep", "60"], **where.account.switch())
    try:
        left = where.data / "postmaster.pid"
        left.write_text(f"{stranger.pid}\n{where.data}\n1\n5432\n{where.folder}\n\n")
        os.chown(left, where.account.uid, where.account.gid)
        assert opened(home).started
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_crash_in_the_middle_of_making_it_leaves_nothing_that_looks_whole(home: Path, opened: Open) -> None:
    victim = script("opener.py", home)
    limit = time.monotonic() + 20
    while not list(home.glob("postgres/data.part-*/global/pg_control")):
        assert time.monotonic() < limit
        time.sleep(0.005)
    victim.kill()
    victim.communicate()
    assert not (home / "postgres/data").exists()
    assert opened(home).started
    assert not list(home.glob("postgres/data.part-*"))


def test_a_crash_after_making_it_is_finished_by_the_next_start(home: Path, opened: Open) -> None:
    victim = script("opener.py", home)
    limit = time.monotonic() + 20
    while not (home / "postgres/data/postmaster.pid").exists():
        assert time.monotonic() < limit
        time.sleep(0.005)
    victim.kill()
    victim.communicate()
    with psycopg.connect(opened(home).service_dsn) as db:
        assert db.execute("SELECT ST_SRID(ST_SetSRID(ST_Point(0, 0), 4326))").fetchone() == (4326,)


def test_a_path_too_long_for_a_socket_gets_a_short_one(home: Path, opened: Open) -> None:
    deep = home / ("d" * 60) / ("e" * 60)
    database = opened(deep)
    found = re.search(r"host=%2Ftmp%2F(doorlight-\w+)", database.service_dsn)
    assert found
    psycopg.connect(database.service_dsn).close()
    database.stop()
    Path("/tmp", found[1]).rmdir()  # noqa: S108


def test_nobody_reaches_it_over_the_network(shared: Database) -> None:
    with psycopg.connect(shared.owner_dsn) as db:
        assert db.execute("SHOW listen_addresses").fetchone() == ("",)
    with psycopg.connect(shared.admin_dsn) as db:
        folder = db.execute("SHOW data_directory").fetchone()
    pid = int((Path(str(folder and folder[0])) / "postmaster.pid").read_text().split()[0])
    ours = {str(fd.readlink()) for fd in Path(f"/proc/{pid}/fd").iterdir() if fd.is_symlink()}
    listening = {
        f"socket:[{fields[9]}]"
        for name in ("tcp", "tcp6")
        for fields in map(str.split, Path(f"/proc/net/{name}").read_text().splitlines()[1:])
        if fields[3] == "0A"
    }
    assert ours
    assert not ours & listening


def test_the_service_is_a_lesser_role(shared: Database) -> None:
    with psycopg.connect(shared.owner_dsn, autocommit=True) as db:
        db.execute("CREATE TABLE IF NOT EXISTS door (name text)")
        assert db.execute("SHOW is_superuser").fetchone() == ("off",)
    with psycopg.connect(shared.service_dsn, autocommit=True) as db:
        db.execute("INSERT INTO door VALUES ('a')")
        for forbidden in (
            "CREATE TABLE mine ()",
            "DROP TABLE door",
            "SET ROLE doorlight_owner",
            "TRUNCATE door",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(forbidden.encode())


def test_no_other_role_gets_in(shared: Database) -> None:
    with pytest.raises(psycopg.OperationalError, match="no pg_hba"):
        psycopg.connect(shared.owner_dsn.replace("doorlight_owner", "postgres"))


def test_a_copy_holds_what_the_original_holds_and_goes_when_told(shared: Database) -> None:
    original = scratch(shared, "original")
    with psycopg.connect(original.owner_dsn) as db:
        db.execute("CREATE TABLE kept AS SELECT 1 AS n")
    copy = scratch(shared, "copy", like="original")
    with psycopg.connect(copy.service_dsn) as db:
        assert db.execute("SELECT n FROM kept").fetchone() == (1,)
    discard(shared, "copy")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(copy.service_dsn)


def test_the_servers_libraries_do_not_reach_us(shared: Database) -> None:
    assert "LD_LIBRARY_PATH" not in os.environ
    assert "PROJ_DATA" not in os.environ


def test_data_of_a_version_that_is_not_here_says_so_in_one_line(home: Path, opened: Open) -> None:
    data = home / "postgres/data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotOpen, match="the data here was made by PostgreSQL 9") as refused:
        opened(home)
    assert "\n" not in str(refused.value)


@pytest.mark.skipif(not AS_ROOT, reason="only root has another user to become")
def test_as_root_the_server_runs_as_somebody_else(home: Path, opened: Open) -> None:
    opened(home)
    assert Path(f"/proc/{server_of(home)}").stat().st_uid != 0


@pytest.mark.skipif(not AS_ROOT, reason="only root has another user to become")
def test_as_root_a_home_out_of_reach_puts_the_data_where_the_user_can_go(home: Path, opened: Open) -> None:
    home.parent.chmod(0o700)
    database = opened(home)
    where = place.choose(home, silent)
    assert where.folder.parent == place.FOR_ROOT
    psycopg.connect(database.service_dsn).close()
    database.stop()
    subprocess.run(["rm", "-r", "--", str(where.folder)], check=True)


@pytest.mark.skipif(not AS_ROOT, reason="only root can become another user")
def test_another_user_of_the_machine_does_not_get_in(home: Path, opened: Open) -> None:
    opened(home)
    socket = place.choose(home, silent).folder / place.SOCKET
    knock = f"import socket; socket.socket(socket.AF_UNIX).connect({str(socket)!r})"
    answer = subprocess.run(
        ["/usr/bin/python3", "-c", knock], capture_output=True, text=True, check=False, user="daemon", cwd="/"
    )
    assert "PermissionError" in answer.stderr
