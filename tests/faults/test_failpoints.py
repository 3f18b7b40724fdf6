"""Places at which a process can be made to fail: by its environment alone, by their names alone, and in the end."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from api.failing import Failing
from core import failpoints
from core.failpoints import NAMES, BadFailpoints, FailpointReached, Name, read

REACH = "import asyncio; from core import failpoints; asyncio.run(failpoints.reach('timer.fired')); print('went on')"


def a_process(program: str, said: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != failpoints.VARIABLE}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment | ({failpoints.VARIABLE: said} if said is not None else {}),
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code", "told"),
    [(None, 0, "went on"), ("", 0, "went on"), ("close.before_commit=exit", 0, "went on"),
     ("timer.fired=exit@2", 0, "went on"), ("timer.fired=exit", failpoints.EXIT_CODE, ""),
     ("timer.fired=raise", 1, "FailpointReached: timer.fired"), ("timer.fire=exit", 1, "there is no timer.fire, but")],
)  # fmt: skip
def test_a_process_fails_where_its_environment_says(said: str | None, code: int, told: str) -> None:
    ended = a_process(REACH, said)
    assert ended.returncode == code
    assert told in ended.stdout + ended.stderr
    assert ("went on" in ended.stdout) == (code == 0)


def test_nothing_is_switched_on_after_the_start() -> None:
    later = f"import os; from core import failpoints; os.environ['{failpoints.VARIABLE}'] = 'timer.fired=exit'; {REACH}"
    assert a_process(later, None).stdout.endswith("went on\n")


def test_this_process_has_none_and_its_application_no_middleware() -> None:
    assert not failpoints.on()
    nowhere = "Settings(service_dsn='postgresql://u@/d?host=/nowhere')"
    shown = (
        f"from api.app import create_app as a; from core.settings import Settings; print(a({nowhere}).user_middleware)"
    )
    assert "Failing" not in a_process(shown, None).stdout
    assert "Failing" in a_process(shown, "timer.fired=exit").stdout


@pytest.mark.parametrize(
    ("said", "told"),
    [("timer.fired", "is not NAME=ACTION"), ("timer.fired=explode", "cannot explode, but block, delay, raise, exit"),
     ("timer.fired=delay", "takes an argument"), ("timer.fired=exit(1)", "takes no argument"),
     ("timer.fired=delay(soon)", "by seconds, not 'soon'"), ("timer.fired=exit@0", "is not NAME=ACTION"),
     ("timer.fired=block(/nowhere/at/all)", "which is no folder"), ("nothing=exit", "there is no nothing, but create"),
     ("timer.fired=exit;timer.fired=raise", "names timer.fired twice")],
)  # fmt: skip
def test_what_there_is_not_is_refused(said: str, told: str) -> None:
    with pytest.raises(BadFailpoints, match=told.replace("'", ".")):
        read(said)


def test_every_place_may_be_named_beside_the_others() -> None:
    said = " ; ".join(f"{name}=raise@{n}" for n, name in enumerate(NAMES, 1))
    assert [(point.name, point.only) for point in read(said).values()] == [(name, n) for n, name in enumerate(NAMES, 1)]
    assert len(NAMES) == 10


async def test_only_the_time_that_was_asked_for_fails() -> None:
    point = read("outbox.delivered=raise@3")["outbox.delivered"]
    await point.reach()
    await point.reach()
    with pytest.raises(FailpointReached):
        await point.reach()
    await point.reach()


async def test_who_is_blocked_goes_on_when_its_marker_or_the_gate_is_taken_away(tmp_path: Path) -> None:
    point = read(f"purge.before_commit=block({tmp_path})")["purge.before_commit"]
    await asyncio.wait_for(point.reach(), 1)
    gate = tmp_path / "purge.before_commit"
    gate.touch()
    standing = [asyncio.create_task(point.reach()) for _ in range(2)]
    await asyncio.sleep(0)
    marks = _marks(tmp_path)
    assert [mark.name for mark in marks] == [gate.name, *(f"{gate.name}.{os.getpid()}.{n}" for n in (2, 3))]
    marks[1].unlink()
    await asyncio.wait_for(standing[0], 5)
    assert not standing[1].done()
    gate.unlink()
    await asyncio.wait_for(standing[1], 5)
    assert _marks(tmp_path) == []


def _marks(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


async def test_nobody_is_blocked_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failpoints, "LONGEST_S", 0.1)
    point = read(f"purge.before_commit=block({tmp_path})")["purge.before_commit"]
    (tmp_path / "purge.before_commit").touch()
    with pytest.raises(FailpointReached, match="nobody took"):
        await point.reach()


@pytest.mark.parametrize(
    ("method", "path", "status", "reached"),
    [("POST", "/api/v1/referrals", 201, ["create.before_reply"]), ("POST", "/api/v1/referrals", 422, []),
     ("GET", "/api/v1/referrals", 200, []), ("POST", "/api/v1/offers/7/accept", 200, ["accept.before_reply"]),
     ("POST", "/api/v1/offers/7/accept", 409, []), ("POST", "/api/v1/offers/7/decline", 200, []),
     ("POST", "/api/v1/referrals/7/offer", 200, [])],
)  # fmt: skip
async def test_a_place_before_the_reply_is_reached_before_its_first_byte(
    monkeypatch: pytest.MonkeyPatch, method: str, path: str, status: int, reached: Sequence[str]
) -> None:
    happened: list[Any] = []

    async def reach(name: Name) -> None:
        happened.append(name)

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message: Message) -> None:
        happened.append(message["type"])

    async def receive() -> Message:
        return {"type": "http.request"}

    monkeypatch.setattr(failpoints, "reach", reach)
    await Failing(answer)({"type": "http", "method": method, "path": path}, receive, send)
    assert happened == [*reached, "http.response.start", "http.response.body"]
