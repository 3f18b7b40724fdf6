"""Whatever is sent, by whomever: nothing breaks on our side, and what comes back is what the documents say.

The plain run takes a spread; `script/fuzz` takes 20,000 cases, or as many as it is told.
"""

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.graphql.schema import schema
from core.cluster import Database as Cluster
from core.settings import Settings
from tests.access.operations import EVERYBODY, Town
from tests.access.test_matrix import town
from tests.conftest import Counted
from tests.fuzz import drive
from tests.serving import serving

pytestmark = pytest.mark.security
__all__ = ["town"]

CASES = int(os.environ.get("DOORLIGHT_FUZZ_CASES", "700"))
SEED = int(os.environ.get("DOORLIGHT_FUZZ_SEED", "1"))


@pytest.fixture
def address(clone: Cluster, tmp_path: Path) -> Iterator[str]:
    with serving(clone.service_dsn, DOORLIGHT_HOME=str(tmp_path), DOORLIGHT_RATES="off") as (port, _):
        yield f"http://127.0.0.1:{port}"


async def test_nothing_that_is_sent_breaks_it_or_brings_what_is_not_documented(
    town: Town, address: str, capsys: pytest.CaptureFixture[str], counted: Counted
) -> None:
    described = create_app(Settings(service_dsn="postgresql://nobody@127.0.0.1:1/none")).openapi()
    tallies = [
        await asyncio.to_thread(drive.rest, address, described, town, cases=CASES * 3 // 4, start=SEED),
        await asyncio.to_thread(drive.graphql, address, schema._schema, town, cases=CASES // 4, start=SEED),
    ]
    every = drive.together(tallies)
    with capsys.disabled():
        sys.stdout.writelines(f"{line}\n" for line in ("", *every.lines()))
    counted("fuzz: cases, none broken and none undocumented", every.cases)
    assert every.wrong == {}
    assert every.cases >= CASES
    assert all(any(every.asked[who, status] for status in (200, 201, 202, 204)) for who in EVERYBODY)
