"""A process is killed between what it committed and its answer; the same request gets that answer from the next."""

import sys
from contextlib import closing
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path

import orjson
import pytest
from sqlalchemy import text

from core.cluster import Database as Cluster
from core.db import Database
from core.security import SYSTEM, Role
from tests.access.builders import a_member, an_agency
from tests.access.test_matrix import _headers
from tests.serving import serving

pytestmark = pytest.mark.security

DYING = (sys.executable, str(Path(__file__).parent / "scripts" / "dying.py"))
ASKED = {
    "/api/v1/keys": {"name": "Board", "scopes": ["directory.read"]},
    "/graphql": {"query": 'mutation { makeKey(name: "Board", scopes: ["directory.read"]) { secret } }'},
}


def _post(port: int, path: str, headers: dict[str, str]) -> tuple[int, bytes, bool]:
    more = {"content-type": "application/json", "idempotency-key": "k1"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("POST", path, orjson.dumps(ASKED[path]), headers | more)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("path", ASKED)
async def test_what_was_committed_is_answered_after_a_kill(clone: Cluster, database: Database, path: str) -> None:
    boss = await a_member(database, await an_agency(database), Role.administrator)
    shown = await _headers(database, boss)
    with serving(clone.service_dsn, program=DYING) as (port, _), pytest.raises((RemoteDisconnected, ConnectionError)):
        _post(port, path, shown)
    async with database.transaction(SYSTEM) as db:
        (left,) = (await db.scalars(text("SELECT id FROM api_key"))).all()
    with serving(clone.service_dsn) as (port, _):
        first, second = _post(port, path, shown), _post(port, path, shown)
    assert first == second
    assert first[0] in {200, 201}
    assert first[2]
    assert str(left).replace("-", "") in first[1].decode().replace("-", "")
    async with database.transaction(SYSTEM) as db:
        assert await db.scalar(text("SELECT count(*) FROM api_key")) == 1
