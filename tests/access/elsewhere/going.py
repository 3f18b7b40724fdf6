"""There and back: what a browser does, with a test in the part of the person and of the provider's own page."""

import html
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from httpx import AsyncClient, Response
from sqlalchemy import text

from api.who import COOKIE
from core import access, clock
from core.db import Database
from core.security import SYSTEM
from tests.access.builders import RING
from tests.access.elsewhere.providers import Liar


async def a_provider(database: Database, agency: UUID, issuer: str, **more: Any) -> UUID:
    given = {"client_id": "doorlight", "client_secret": "se cret/+", "domains": ["example.org"]} | more
    async with database.transaction(SYSTEM) as db:
        made = await access.make_provider(
            db, SYSTEM, agency_id=agency, issuer=issuer, ring=RING, now=clock.now(), **given
        )
    return made.id


async def leave(browser: AsyncClient, provider: UUID, **given: str) -> dict[str, str]:
    """Set off; answers what goes along."""
    page = await browser.post(f"/sign-in/with/{provider}", data=given)
    assert page.status_code == 200, page.text
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.text)
    assert found is not None
    return dict(parse_qsl(urlsplit(html.unescape(found[1])).query))


async def back(browser: AsyncClient, provider: UUID, liar: Liar, asked: dict[str, str], **other: str) -> Response:
    said = {"state": asked["state"], "code": "a code", "iss": liar.issuer} | other
    return await browser.get(f"/sign-in/back/{provider}", params=said, headers={"sec-fetch-site": "cross-site"})


async def came(
    browser: AsyncClient, provider: UUID, liar: Liar, *, subject: str = "s1",
    email: str | None = "ana.responder@example.org", **claims: Any,
) -> Response:  # fmt: skip
    """There and back."""
    asked = await leave(browser, provider)
    liar.means(subject, email, asked["nonce"], **claims)
    return await back(browser, provider, liar, asked)


def is_in(answer: Response) -> bool:
    return answer.status_code == 303 and COOKIE in answer.headers.get("set-cookie", "")


async def count(database: Database, table: str) -> int:
    async with database.transaction(SYSTEM) as db:
        return int(await db.scalar(text(f"SELECT count(*) FROM {table}")) or 0)
