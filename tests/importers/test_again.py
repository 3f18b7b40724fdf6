"""The same file again keeps what people have stated in the meantime."""

from pathlib import Path
from uuid import UUID

import directory
import importers
from core.db import Database
from core.security import SYSTEM
from directory import Level
from tests.builders import NOON, search, stated
from tests.importers.documents import a_place, a_service, an_id, an_organization, written


async def test_a_stated_police_level_survives_a_file_that_does_not_mention_it(
    database: Database, tmp_path: Path
) -> None:
    source = written(tmp_path, an_organization(a_service(places=(a_place(),))))
    await importers.run(database, source=source, now=NOON)
    async with database.transaction() as db:
        service_id = UUID(an_id("Night room"))
        await directory.disclose(db, SYSTEM, service_id=service_id, disclosure=stated(Level.P4), now=NOON)
    before = (await search(database)).model_dump()
    again = await importers.run(database, source=source, now=NOON)
    assert not again.changed
    after = (await search(database)).model_dump()
    assert [result["police"]["level"] for result in (after["fits"] + after["might_fit"])] == ["P4"]
    assert after == before


async def test_a_file_that_says_there_is_no_disclosure_takes_it_back(database: Database, tmp_path: Path) -> None:
    said = {"level": "P4", "source": "https://example.org/policy", "stated_on": "2026-10-01"}
    for disclosure, level in ((said, "P4"), (None, "PU")):
        service = a_service(places=(a_place(),), disclosure=disclosure)
        await importers.run(database, source=written(tmp_path, an_organization(service)), now=NOON)
        answer = await search(database)
        assert [result.police.level for result in (*answer.fits, *answer.might_fit)] == [level]
