"""Which role is shown what of others: the registry's list for each column, and what every read of the API answers."""

from collections import defaultdict
from typing import cast
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response
from psycopg.sql import SQL, Identifier

from api.registry import COLUMNS
from core.cluster import Database as Cluster
from core.cluster.roles import connect
from core.personal import NotShown, Personal, sealed, shown
from core.security import GIVEN, Caller, Role
from core.tables import Table
from tests.access.builders import RING
from tests.access.operations import EVERYBODY, FIELDS, MATRIX, Town
from tests.access.test_matrix import _ask, _prepared, town  # noqa: F401 - a fixture
from tests.conftest import Counted

pytestmark = pytest.mark.security

LISTS = {name: cast("Personal", COLUMNS[name]).shown_to for name in sealed(COLUMNS)}


@pytest.mark.parametrize("column", LISTS)
def test_a_column_opens_for_the_roles_on_its_list(column: str) -> None:
    row = uuid4()
    what = RING.seal("who it is", row=row, column=column)
    opens = set()
    for role in Role:
        try:
            asker = Caller(id=uuid4(), roles=frozenset({role}))
            assert shown(what, to=asker, registry=COLUMNS, ring=RING, row=row, column=column) == "who it is"
            opens.add(role)
        except NotShown:
            pass
    assert opens == LISTS[column]


@pytest.mark.parametrize("column", LISTS)
def test_and_for_whom_it_is_about_alone(column: str) -> None:
    row, ana = uuid4(), Caller(id=uuid4(), roles=frozenset({Role.evaluator}))
    what = RING.seal("who it is", row=row, column=column)
    assert shown(what, to=ana, registry=COLUMNS, ring=RING, row=row, column=column, about=ana.id) == "who it is"
    for about in (None, uuid4()):
        with pytest.raises(NotShown):
            shown(what, to=ana, registry=COLUMNS, ring=RING, row=row, column=column, about=about)
    with pytest.raises(NotShown):
        shown(what, to=Caller(), registry=COLUMNS, ring=RING, row=row, column=column)


def test_what_proves_who_somebody_is_and_what_letters_say_is_on_nobodys_list() -> None:
    nobodys = {name for name, roles in LISTS.items() if not roles}
    assert {"local_account.totp", "letter.body", "letter.address", "kept_reply.reply"} <= nobodys


def _stored(clone: Cluster) -> dict[str, set[str]]:
    """By column, every text that is sealed in the database."""
    found: dict[str, set[str]] = {}
    with connect(clone.admin_dsn) as admin:
        for where in LISTS:
            table, column = where.split(".")
            (key,) = Table.metadata.tables[table].primary_key.columns
            statement = SQL("SELECT {}, {} FROM {} WHERE length({}) > 0").format(
                Identifier(key.name), Identifier(column), Identifier(table), Identifier(column)
            )
            rows = cast("list[tuple[UUID, bytes]]", admin.execute(statement).fetchall())
            found[where] = {RING.open(what, row=row, column=where) for row, what in rows}
    return found


async def _reads(client: AsyncClient, town: Town, who: str) -> list[tuple[str, object, Response]]:  # noqa: F811
    """What that caller is answered, whatever may be read by REST or GraphQL."""
    said: list[tuple[str, object, Response]] = [
        (who, key, await _ask(client, town, who, key, "own")) for key in MATRIX if key[0] == "GET"
    ]
    for (kind, name), row in FIELDS.items():
        if row is not None and kind == "query":
            query = row[0] % await _prepared(client, town, MATRIX[row[1]], who, "own")
            asked = await client.post("/graphql", json={"query": query}, headers=town.shown[who])
            said.append((who, name, asked))
    return said


async def test_no_answer_shows_a_role_what_is_not_on_its_list(
    client: AsyncClient,
    clone: Cluster,
    town: Town,  # noqa: F811 - the fixture
    counted: Counted,
) -> None:
    said = [one for who in EVERYBODY for one in await _reads(client, town, who)]
    holding: dict[str, set[str]] = defaultdict(set)  # an address may stand in an invitation and with a person
    for column, texts in _stored(clone).items():
        for text in texts:
            holding[text].add(column)
    seen: dict[str, set[str]] = defaultdict(set)
    wrong: list[object] = []
    for who, asked, answer in said:
        for text, columns in holding.items():
            if text in answer.text and f"own{who}" not in text:
                allowing = {column for column in columns if who in LISTS[column]}
                wrong += [] if allowing else [(columns, who, asked, text)]
                for column in allowing:
                    seen[column].add(who)
    counted("fields: answers looked at for what is not for that role", len(said))
    assert wrong == []
    # and no list is longer than what is used
    assert seen == {name: roles & set(GIVEN) for name, roles in LISTS.items() if roles & set(GIVEN)}
