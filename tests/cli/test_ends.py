"""Ending accounts from the command line, and what `doctor` says of letters that did not get through."""

import psycopg
import pytest

from api.cli.doctor import Finding, _contents
from core import access
from core.cluster import Database as Cluster
from core.db import Database
from core.letters import Channel
from core.letters.errors import Refused
from core.security import SYSTEM
from tests.access.builders import an_agency
from tests.cli.test_commands import doorlight
from tests.letters.builders import Sink, a_letter, send

pytestmark = pytest.mark.security


async def test_an_agency_is_ended_by_its_id(clone: Cluster, database: Database) -> None:
    agency = await an_agency(database, "Lamplight Responders")
    done = doorlight(clone, "agency", "end", str(agency))
    assert (done.returncode, done.stdout) == (0, "Lamplight Responders has ended.\n")
    async with database.transaction(SYSTEM) as db:
        assert await access.agencies(db, SYSTEM) == []
    again = doorlight(clone, "agency", "end", str(agency))
    assert (again.returncode, "no agency of that id" in again.stderr) == (1, True)


def test_an_account_that_there_is_not_cannot_be_ended(clone: Cluster, database: Database) -> None:
    done = doorlight(clone, "person", "end", "nobody@example.org")
    assert done.returncode == 1
    assert "Nobody of that address" in done.stderr


def _letters(clone: Cluster) -> Finding:
    with psycopg.connect(clone.owner_dsn) as owner:
        return next(one for one in _contents(owner) if one.what == "Letters")


async def test_doctor_counts_failed_letters_and_names_nobody(clone: Cluster, database: Database) -> None:
    assert _letters(clone) == Finding("Letters", True, "0 waiting, none failed", _letters(clone).fix)
    for _ in range(2):
        await a_letter(database)
    await send(database, {Channel.mail: Sink(raises=[Refused("recipient"), Refused("recipient")])})
    await a_letter(database)
    found = _letters(clone)
    assert (found.well, found.found) == (False, "1 waiting, 2 invitation (recipient) failed")
    assert found.fix == "See `Letters` in docs/operate.md."
