"""What a machine may do is what its key was made for: every verb that machines may use names a scope, and wants it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient

from core import access, clock
from core.db import Database
from core.security import Role, Scope
from tests.access.builders import a_member, an_agency
from tests.access.operations import FIELDS, MACHINE, MATRIX, PUBLIC

pytestmark = pytest.mark.security

WANTED = {key: row for key, row in MATRIX.items() if row.scope is not None}


async def _key(database: Database, scopes: Sequence[Scope]) -> dict[str, str]:
    boss = await a_member(database, await an_agency(database), Role.administrator, name="Bea")
    async with database.transaction(boss.caller) as db:
        made = await access.make_key(db, boss.caller, name="K", scopes=scopes, lasts=timedelta(days=1), now=clock.now())
    return {"authorization": f"Bearer {made.secret}"}


def test_what_machines_may_do_and_not_everybody_wants_a_scope() -> None:
    for_machines = {key for key, row in MATRIX.items() if MACHINE in row.who and PUBLIC not in row.who}
    assert for_machines - WANTED.keys() == set()


@pytest.mark.parametrize("scope", sorted({row.scope for row in WANTED.values() if row.scope}))
async def test_a_key_with_every_scope_but_that_one_is_refused_by_name(
    client: AsyncClient, database: Database, scope: Scope
) -> None:
    lacking = await _key(database, [one for one in access.SCOPES if one != scope])
    for (method, path), row in WANTED.items():
        if row.scope != scope:
            continue
        ids: defaultdict[str, UUID] = defaultdict(uuid4)
        body = row.body(ids) if callable(row.body) else row.body
        answer = await client.request(method, path.format_map(ids), json=body, headers=lacking | row.headers)
        assert (answer.status_code, answer.json()["type"], answer.json()["scope"]) == (
            403, "/problems/lacks-scope", scope,
        )  # fmt: skip
        for query, key in filter(None, FIELDS.values()):
            if key == (method, path):
                told = (await client.post("/graphql", json={"query": query % ids}, headers=lacking)).json()
                assert told["errors"][0]["extensions"]["scope"] == scope


async def test_a_key_that_may_not_search_does_not_by_graphql(client: AsyncClient, database: Database) -> None:
    lacking = await _key(database, ["accounts.read"])
    for query in ("{ search(input: {}) { next } }", "{ services(input: {}) { edges { cursor } } }"):
        told = (await client.post("/graphql", json={"query": query}, headers=lacking)).json()
        assert told["errors"][0]["extensions"]["type"] == "/problems/lacks-scope"


async def test_people_and_who_shows_nothing_need_no_scope(client: AsyncClient, database: Database) -> None:
    assert (await client.get("/api/v1/search")).status_code == 200
    boss = await a_member(database, await an_agency(database), Role.administrator, name="Bea")
    async with database.transaction(boss.caller) as db:
        assert (await access.me(db, boss.caller)).person_id == boss.caller.id
