"""`doorlight up` around stand-ins for its processes: one start, one stop, and every way to die."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from core.cluster import Process, alive, process, recorded

from .acting import gone, script, server_of

Up = subprocess.Popen[str]


@pytest.fixture
def port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def running(home: Path, port: int) -> Iterator[Up]:
    up = script("upper.py", home, port)
    assert "Ready" in until(up, "Ready")
    yield up
    if up.poll() is None:
        up.terminate()
        up.communicate(timeout=30)


def until(up: Up, word: str) -> str:
    """What it says, up to the line with that word (or all, when it ends before)."""
    said = ""
    assert up.stdout
    for line in up.stdout:
        said += line
        if word in line:
            break
    return said


def children(home: Path) -> list[Process]:
    kept = json.loads((home / "run/children.json").read_text())
    return [one for one in map(recorded, kept) if one]


def all_end(processes: list[Process], within_s: float = 5.0) -> bool:
    limit = time.monotonic() + within_s
    while any(map(alive, processes)) and time.monotonic() < limit:
        time.sleep(0.05)
    return not any(map(alive, processes))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_every_process_it_started(running: Up, home: Path, number: signal.Signals) -> None:
    started, server = children(home), server_of(home)
    assert len(started) == 3
    running.send_signal(number)
    said, _ = running.communicate(timeout=30)
    assert said.splitlines()[-1] == "Stopped"
    assert running.returncode == 0
    assert not any(map(alive, started))
    assert gone(server)


def test_after_a_kill_of_it_the_children_end_and_the_next_start_joins_the_server(
    running: Up, home: Path, port: int
) -> None:
    started, server = children(home), server_of(home)
    running.kill()
    running.communicate()
    assert all_end(started)
    second = script("upper.py", home, port)
    said = until(second, "Ready")
    assert "Ready" in said
    assert "Loading" not in said
    assert "Renewing" in said
    assert server_of(home) == server
    second.terminate()
    second.communicate(timeout=30)
    assert gone(server)


def test_after_a_kill_of_everything_the_next_start_recovers(running: Up, home: Path, port: int) -> None:
    everything = [running.pid, server_of(home), *(one.pid for one in children(home))]
    for pid in everything:
        os.kill(pid, signal.SIGKILL)
    running.communicate()
    second = script("upper.py", home, port)
    assert "Ready" in until(second, "Ready")
    second.terminate()
    second.communicate(timeout=30)
    assert second.returncode == 0


def test_after_a_kill_of_its_processes_under_load_the_next_start_is_ready(home: Path, port: int) -> None:
    first = script("real.py", home, port)
    assert "Ready" in until(first, "Ready")
    started, server = children(home), server_of(home)
    with ThreadPoolExecutor(4) as pool:
        served = [pool.submit(_searches_until_lost, port) for _ in range(4)]
        time.sleep(1)
        for pid in (first.pid, *(one.pid for one in started)):
            os.kill(pid, signal.SIGKILL)
        answered = [one.result(timeout=10) for one in served]
    first.communicate()
    assert min(answered) > 0
    assert not gone(server)
    second = script("real.py", home, port)
    assert "Ready" in until(second, "Ready")
    assert _search(port) == HTTPStatus.OK
    second.terminate()
    second.communicate(timeout=30)
    assert second.returncode == 0
    assert gone(server)


def _search(port: int) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", "/api/v1/search?lat=39.7392&lon=-104.9848")
        return connection.getresponse().status


def _searches_until_lost(port: int) -> int:
    """How many searches were answered before the server was gone."""
    answered = 0
    with suppress(OSError, HTTPException):
        while True:
            assert _search(port) == HTTPStatus.OK
            answered += 1
    return answered


def test_what_a_killed_start_left_running_is_ended_by_the_next(home: Path, port: int, running: Up) -> None:
    running.terminate()
    running.communicate(timeout=30)
    left = subprocess.Popen(["sleep", "60"])
    stranger = subprocess.Popen(["sleep", "60"])
    ours = process(left.pid)
    assert ours
    not_ours = Process(stranger.pid, "another boot:1")
    (home / "run/children.json").write_text(json.dumps([ours.as_json(), not_ours.as_json()]))
    second = script("upper.py", home, port)
    until(second, "Ready")
    assert left.wait(timeout=5) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()
    second.terminate()
    second.communicate(timeout=30)


def test_when_one_process_ends_it_says_so_and_stops_the_rest(running: Up, home: Path) -> None:
    started, server = children(home), server_of(home)
    os.kill(started[1].pid, signal.SIGKILL)
    said, _ = running.communicate(timeout=30)
    assert running.returncode == 1
    assert "`doorlight work` ended with exit code -9" in said
    assert all_end(started)
    assert gone(server)


def test_a_second_one_in_the_same_home_is_refused_in_one_line(running: Up, home: Path, port: int) -> None:
    said, _ = script("upper.py", home, port).communicate(timeout=20)
    assert said.count("\n") == 1
    assert f"already runs in {home} (process {running.pid})" in said


def test_a_port_in_use_is_refused_in_one_line(home: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        up = script("upper.py", home, port)
        said, _ = up.communicate(timeout=20)
    assert up.returncode == 1
    assert said == f"doorlight: port {port} is in use: set PORT to a free one\n"
