"""The one way out to addresses that an administrator names: providers, and where machines publish their keys.

Over TLS, to no other place than asked, not for long, and never for more than a document of this kind can hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import anyio
import httpx
import orjson

from core.access.errors import BadAddress, ProviderRefused, ProviderUnreachable
from core.access.rules.addresses import address, is_loopback

_PATIENCE_S = 8.0
_LARGEST = 256_000  # bytes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`loopback`: providers on this machine may be asked, for tests and for trying it out."""

    loopback: bool = False

    async def get_json(self, url: str, *, bearer: str | None = None) -> Any:
        """What stands there.

        Raises:
            BadAddress: it may not be asked. ProviderUnreachable: it does not answer, or not with JSON.
        """
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return await self._asked("GET", url, headers, None)

    async def post_form(self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str]) -> Any:
        """What it answers to a form; see `get_json`."""
        return await self._asked("POST", url, headers, dict(fields))

    async def _asked(self, method: str, url: str, headers: Mapping[str, str], fields: dict[str, str] | None) -> Any:
        parts = address(url)
        if is_loopback(parts.hostname or "") and not self.loopback:
            raise BadAddress("That address is this machine itself: DOORLIGHT_OUTGOING_LOOPBACK=yes allows it.")
        try:
            with anyio.fail_after(_PATIENCE_S):
                body = await self._body(method, url, {"Accept": "application/json", **headers}, fields)
            return orjson.loads(body)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, orjson.JSONDecodeError):
            raise ProviderUnreachable(f"{parts.hostname} does not answer as it should. Try again later.") from None

    async def _body(self, method: str, url: str, headers: Mapping[str, str], fields: dict[str, str] | None) -> bytes:
        async with (
            httpx.AsyncClient(timeout=_PATIENCE_S, trust_env=False, follow_redirects=False) as client,
            client.stream(method, url, headers=dict(headers), data=fields) as answer,
        ):
            if answer.is_client_error:
                raise ProviderRefused(f"{urlsplit(url).hostname} does not give what it was asked for.")
            if not answer.is_success:
                raise httpx.HTTPError("refused")
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > _LARGEST:
                    raise httpx.HTTPError("too large")
            return body
