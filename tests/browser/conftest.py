"""A real Chromium on a real server with the invented town in it; every visit is watched for what it must not do."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright

from api import starter
from core import clock, cluster
from core.db import Database
from tests.conftest import _alone
from tests.serving import serving

AXE = Path(__file__).parents[1] / "npm" / "node_modules" / "axe-core" / "axe.min.js"
Visit = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; `script/test` finds or fetches it."""
    path = os.environ.get("DOORLIGHT_CHROMIUM", "")
    if not Path(path).is_file():
        pytest.skip("no Chromium: run script/test, or set DOORLIGHT_CHROMIUM to one")
    if not AXE.is_file():
        pytest.skip("axe is missing: run script/test, which installs it from tests/npm/package-lock.json")
    return path


@pytest.fixture(scope="session")
def filled(chromium: str, server: cluster.Database, template: str) -> Iterator[cluster.Database]:
    """A database of its own, with the starter directory and the town."""
    with _alone("clone"):  # a template may have one copier at a time
        made = cluster.scratch(server, f"doorlight_browser_{os.getpid()}", like=template)
    asyncio.run(_fill(made.service_dsn))
    yield made
    cluster.discard(server, f"doorlight_browser_{os.getpid()}")


@pytest.fixture(scope="session")
def site(filled: cluster.Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the API, started as `doorlight serve` starts it."""
    home = str(tmp_path_factory.mktemp("home"))
    with serving(
        filled.service_dsn, DOORLIGHT_HOME=home, DOORLIGHT_OUTGOING_ALSO="127.0.0.0/8, ::1", DOORLIGHT_RATES="off"
    ) as (port, _):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium, args=["--disable-dev-shm-usage"])
        yield started
        await started.close()


@pytest.fixture
async def visit(browser: Browser, site: str) -> AsyncIterator[Visit]:
    """Opens a page in a fresh profile. Afterwards: it loaded from nowhere else, and the console is silent."""
    foreign: list[str] = []
    said: list[str] = []
    contexts = []

    def asked(request: Request) -> None:
        if urlsplit(request.url).scheme not in {"data", "blob"} and not request.url.startswith(site):
            foreign.append(request.url)

    def spoke(message: ConsoleMessage) -> None:
        # a refused search is a 422, which the browser reports though nothing is wrong
        of_others = message.location["url"].startswith("http") and not message.location["url"].startswith(site)
        if message.type in {"error", "warning"} and "422" not in message.text and not of_others:
            said.append(message.text)

    async def open_page(
        path: str = "/",
        *,
        width: int = 360,
        height: int = 740,
        elsewhere: bool = False,
        watch: str = "",
        silent: bool = True,
        **more: Any,
    ) -> Page:
        settings = {"locale": "en-US", "timezone_id": "America/Denver"} | more
        context = await browser.new_context(base_url=site, viewport={"width": width, "height": height}, **settings)
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = await context.new_page()
        if not elsewhere:
            page.on("request", asked)
        if watch:  # runs in each page, before its own scripts
            await page.add_init_script(watch)
        if silent:
            page.on("console", spoke)
        page.on("pageerror", lambda error: said.append(str(error)))
        await page.goto(path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert foreign == []
    assert said == []


async def _fill(dsn: str) -> None:
    database = Database(dsn)
    await database.open()
    await starter.load(database, demo=True, now=clock.now(), say=lambda _: None)
    await database.close()
