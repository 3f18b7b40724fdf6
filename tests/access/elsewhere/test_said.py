"""What a whole process says in its log of people who come by a provider, and of those who do not get in."""

import json
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from core.cluster import Database as Cluster
from tests.access.builders import RING, Member
from tests.access.elsewhere.going import back, came, is_in, leave
from tests.access.elsewhere.providers import Liar
from tests.serving import serving

pytestmark = pytest.mark.security

OURS = "https://doorlight.test"


class _Behind(httpx.AsyncHTTPTransport):
    """As the proxy that ends TLS: what is asked of it goes on to that port."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        passed_on = httpx.Request(request.method, url, headers=request.headers, stream=request.stream)
        return await super().handle_async_request(passed_on)


async def test_who_came_by_a_provider_is_said_and_why_somebody_did_not(
    *, clone: Cluster, provider: UUID, liar: Liar, ana: Member, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("KEYS", RING.written()), ("OUTGOING_ALSO", "127.0.0.0/8, ::1"), ("PUBLIC_URL", OURS)):
        monkeypatch.setenv(f"DOORLIGHT_{name}", value)
    said = tmp_path / "said"
    headers = {"sec-fetch-site": "same-origin"}
    with serving(clone.service_dsn, said, DOORLIGHT_LOG_LEVEL="debug") as (port, _):
        async with httpx.AsyncClient(transport=_Behind(port), base_url=OURS, headers=headers) as browser:
            asked = await leave(browser, provider)
            liar.means("s1", ana.email, "another nonce")
            assert (await back(browser, provider, liar, asked)).status_code == 403
            asked = await leave(browser, provider)
            liar.means("s2", "stranger@example.org", asked["nonce"])
            assert (await back(browser, provider, liar, asked)).status_code == 403
            assert is_in(await came(browser, provider, liar))
    events = [json.loads(line) for line in said.read_text().splitlines() if line.startswith("{")]
    refused = [(event["route"], event["kind"], event["reason"]) for event in events if event["event"] == "refused"]
    where = "/sign-in/back/{provider_id}"
    assert refused == [(where, "unproven", "claims"), (where, "not-invited", None)]
    (signed,) = [event for event in events if event["event"] == "signed in"]
    assert (signed["by"], signed["person"]) == ("provider", str(ana.caller.id))
    for secret in (ana.email, "stranger@example.org", asked["nonce"], asked["state"]):
        assert secret not in said.read_text()
