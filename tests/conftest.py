"""A real PostGIS for every test that wants one: one cluster, migrated once, and a clone of it for each worker."""

import asyncio
import fcntl
import gc
import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from psycopg.sql import SQL, Identifier
from pydantic import SecretStr

import directory
from api.app import create_app
from core import cluster, migrate
from core.db import Database
from core.security import SYSTEM
from core.settings import Settings
from tests.access.builders import RING
from tests.builders import NOON

_LONG = (
    "test_bench.py::test_a_small_run_of_everything_prints_every_line",
    "test_page.py::test_axe_finds_nothing[768", "test_page.py::test_axe_finds_nothing[1280-light",
    "test_page.py::test_axe_finds_nothing[320-dark",
    "test_resealing.py::test_nothing_that_is_known_of_a_person_stands_in_a_dump", "backup/test_verbs.py",
    "test_backup.py::test_a_backup_that_was_killed", "test_canaries.py::test_after_its_time",
)  # fmt: skip
Counted = Callable[[str, int], None]
PROJECT = Path(__file__).parents[1]
# What a test finds there already: areas and places that it added go by themselves.
_KEPT = {"alembic_version", "area", "area_part", "place", "spatial_ref_sys", "taxonomy", "taxonomy_term"}
_GROWN = 1_000_000  # bytes, of a table with what was deleted


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long and is held by shorter tests beside it: `script/test -m slow` has them."""
    for item in items:
        if any(part in item.nodeid for part in _LONG):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What was loaded stays for good: the collector need not walk through it all the while, as in a server."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted with `record_property`, summed over all of them: "matrix: verdicts", and how many."""
    counted = Counter[str]()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                counted.update({name: value for name, value in report.user_properties if isinstance(value, int)})
    if counted:
        terminalreporter.section("counts")
        for name, value in sorted(counted.items()):
            terminalreporter.write_line(f"{value:>8,} {name}")


@pytest.fixture
def counted(record_property: Callable[[str, object], None]) -> Counted:
    """Says how many of something a test went through; the end of the run shows the sums."""
    return record_property


@pytest.fixture(scope="session")
def server() -> Iterator[cluster.Database]:
    """The cluster of this account's test runs; it stays on disk, so that the next run starts sooner."""
    account = hashlib.sha256(f"{os.getuid()}{PROJECT}".encode()).hexdigest()[:12]
    home = Path(tempfile.gettempdir()) / f"doorlight-tests-{account}"
    home.mkdir(exist_ok=True)
    home.chmod(0o755)
    url = os.environ.get("DATABASE_URL")
    with cluster.open_database(home=home, database_url=url, say=lambda _: None, durable=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def template(server: cluster.Database) -> str:
    """The name of a migrated database with our vocabulary and outlines, made by whichever worker comes first."""
    with _alone("template"):
        name = f"doorlight_template_{_fingerprint()}"
        if not _exists(server, name):
            made = cluster.scratch(server, f"{name}_half")
            migrate.upgrade(made.owner_dsn)
            asyncio.run(_load(made.service_dsn))
            cluster.scratch(server, name, like=f"{name}_half")
            cluster.discard(server, f"{name}_half")
    return name


@pytest.fixture(scope="session")
def clone(server: cluster.Database, template: str) -> Iterator[cluster.Database]:
    """This worker's own database."""
    name = f"doorlight_test_{os.getpid()}"
    with _alone("clone"):  # a template may have one copier at a time
        made = cluster.scratch(server, name, like=template)
    yield made
    cluster.discard(server, name)


@pytest.fixture(scope="session")
async def opened(clone: cluster.Database) -> AsyncIterator[Database]:
    """This worker's database, open: what it has once compiled and prepared serves every test after."""
    one = Database(clone.service_dsn, pool_size=4)
    await one.open()
    yield one
    await one.close()


@pytest.fixture
def database(clone: cluster.Database, opened: Database) -> Iterator[Database]:
    """An open database with our vocabulary and outlines and nothing else in it; emptied afterwards."""
    yield opened
    _empty(clone)


@pytest.fixture
async def client(clone: cluster.Database, database: Database) -> AsyncIterator[AsyncClient]:
    """A caller of the whole application."""
    app = create_app(Settings(service_dsn=clone.service_dsn, pool_size=4, keys=SecretStr(RING.written()), rates="off"))
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        async with AsyncClient(transport=transport, base_url="http://doorlight.test") as caller:
            yield caller


def _empty(clone: cluster.Database) -> None:
    """Delete where there is something; to truncate every table takes a hundred times as long."""
    with cluster.roles.connect(clone.admin_dsn) as admin:
        tables = admin.execute(
            "SELECT relname::text, pg_relation_size(oid) > %s FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)",
            [_GROWN, list(_KEPT)],
        ).fetchall()
        there = [SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(one, Identifier(str(one))) for one, _ in tables]
        filled = admin.execute(SQL(" UNION ALL ").join(there)).fetchall()
        with admin.transaction():
            admin.execute("SET LOCAL session_replication_role = replica")  # no key and no trigger minds the order
            for (table,) in filled:
                admin.execute(SQL("DELETE FROM {}").format(Identifier(str(table))))
        if grown := [str(table) for table, has_grown in tables if has_grown]:
            admin.execute(f"TRUNCATE {', '.join(grown)} CASCADE")
        admin.execute("DELETE FROM area WHERE kind IN ('drawn', 'zip')")
        admin.execute("DELETE FROM place WHERE kind <> 'county'")


@contextmanager
def _alone(what: str) -> Iterator[None]:
    """One worker at a time."""
    lock = Path(tempfile.gettempdir()) / f"doorlight-tests-{os.getuid()}-{what}.lock"
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    """Changes when a migration, the vocabulary or an outline does, so that a template is never out of date."""
    ours = PROJECT / "directory"
    files = [
        *sorted((PROJECT / "alembic").rglob("*.py")),
        ours / "taxonomy" / "doorlight.json",
        ours / "service" / "outlines.py",
        *sorted((ours / "outlines").rglob("*.py")),
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12]


def _exists(server: cluster.Database, name: str) -> bool:
    with cluster.roles.connect(server.admin_dsn) as admin:
        return admin.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None


async def _load(dsn: str) -> None:
    opened = Database(dsn)
    async with opened.transaction() as db:
        await directory.load_vocabulary(db, SYSTEM, now=NOON)
        await directory.fill_outlines(db, SYSTEM, now=NOON)
    await opened.close()
