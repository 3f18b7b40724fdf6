"""Somebody on a page of ours, an agency with a person in it, and its provider, which says what a test wants."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from api.app import create_app
from core.cluster import Database as Cluster
from core.db import Database
from core.settings import Settings
from tests.access.builders import RING, Member, a_member, an_agency
from tests.access.elsewhere.going import a_provider
from tests.access.elsewhere.providers import Liar, a_liar


@pytest.fixture
async def browser(clone: Cluster, database: Database) -> AsyncIterator[AsyncClient]:
    """Somebody on a page of ours, over TLS; providers on this machine may be asked."""
    settings = Settings(
        service_dsn=clone.service_dsn, pool_size=4, keys=SecretStr(RING.written()), rates="off",
        outgoing_also="127.0.0.0/8, ::1",
        public_url="https://doorlight.test",
    )  # fmt: skip
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = ASGITransport(app, raise_app_exceptions=False)
        headers = {"sec-fetch-site": "same-origin"}
        async with AsyncClient(transport=transport, base_url="https://doorlight.test", headers=headers) as caller:
            yield caller


@pytest.fixture
async def liar() -> AsyncIterator[Liar]:
    async with a_liar() as made:
        yield made


@pytest.fixture
async def agency(database: Database) -> UUID:
    return await an_agency(database)


@pytest.fixture
async def ana(database: Database, agency: UUID) -> Member:
    """Ana, whose address is ana.responder@example.org."""
    return await a_member(database, agency)


@pytest.fixture
async def provider(database: Database, agency: UUID, liar: Liar) -> UUID:
    return await a_provider(database, agency, liar.issuer)
