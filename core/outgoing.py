"""Every HTTP request that leaves us: to the open internet alone, by https, at the address that was looked at.

A name is resolved once; each of its addresses must be one that we ask, and the connection goes to one of these, so that
a name which says something else a moment later leads nowhere else. Nothing follows a redirect, and no proxy of the
environment is used.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any

import httpx
import orjson

from core.addresses import LOOPBACK, Address, Network, Target, UrlRefused, admit, target
from core.errors import Unavailable

TOTAL_S = 10.0
LARGEST = 1_000_000  # bytes

# The addresses of a host.
Resolve = Callable[[str, int], Awaitable[list[str]]]


class NotReached(Unavailable):
    """Another server did not answer as it should."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> Any:
        """The body.

        Raises:
            NotReached: it is no JSON.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise NotReached("The answer was to be JSON, and is not.") from None


async def resolved(host: str, port: int) -> list[str]:
    """What this machine's resolver says."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Outgoing:
    """The way out. `also`: networks beside the open internet, as an operator named them.

    `trusted`: whose certificates are believed, where that is not what this machine believes.
    """

    def __init__(
        self,
        *,
        also: Collection[Network] = (),
        trusted: ssl.SSLContext | None = None,
        resolve: Resolve = resolved,
        total_s: float = TOTAL_S,
        largest: int = LARGEST,
    ) -> None:
        self.also, self.resolve, self.total_s, self.largest = also, resolve, total_s, largest
        self._trusted = trusted

    def check(self, url: str) -> None:
        """Raises UrlRefused where that is never asked, as far as can be told without asking."""
        target(url, also=self.also)

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        content: bytes | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """One request with its whole answer, whatever its status. `content`: a body as it is, in place of a form.

        Raises:
            UrlRefused: we do not ask there. NotReached: nothing answered in time, or it said too much.
        """
        self.check(url)  # as it is written, before a library makes something else of it
        try:
            async with asyncio.timeout(self.total_s), self._client() as client:
                got = await client.request(method, url, headers=headers, data=form, content=content, auth=auth)
                return Answer(got.status_code, got.headers, got.content)
        except TimeoutError:
            raise NotReached("Another server did not answer in time.") from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise NotReached("Another server could not be reached.") from None

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=_Guarded(self), follow_redirects=False, trust_env=False, timeout=self.total_s
        )

    async def post_form(
        self,
        url: str,
        data: Mapping[str, str],
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> Answer:
        """Post a form; see `ask`. `auth`: name and password, for Basic."""
        return await self.ask("POST", url, headers=headers, form=data, auth=auth)


@lru_cache(maxsize=1)
def _believed() -> ssl.SSLContext:
    """Whose certificates this machine believes: read once, as reading it takes longer than many a request."""
    return httpx.create_ssl_context(trust_env=False)


class _Guarded(httpx.AsyncBaseTransport):
    """Looks at where a request is to go, and sends it to what it has looked at."""

    def __init__(self, rules: Outgoing) -> None:
        self._rules = rules
        # Kept connections would be shared by names that share an address, whoever's certificate was shown there.
        alone = httpx.Limits(max_keepalive_connections=0)
        self._inner = httpx.AsyncHTTPTransport(verify=rules._trusted or _believed(), trust_env=False, limits=alone)  # noqa: SLF001 - its own

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = target(str(request.url), also=self._rules.also)
        request.headers["Accept-Encoding"] = "identity"  # what is packed may be a thousand times as large
        lost: httpx.ConnectError | None = None
        for address in await self._addresses(asked):
            pinned = httpx.Request(
                request.method,
                request.url.copy_with(host=str(address)),
                headers=request.headers,  # with the name as its Host
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": asked.host},
            )
            try:
                answer = await self._inner.handle_async_request(pinned)
            except httpx.ConnectError as error:
                lost = error  # the next address of it may answer
                continue
            if answer.headers.get("content-encoding", "identity") != "identity":
                await answer.aclose()
                raise NotReached("Another server packed its answer though it was not to.")
            assert isinstance(answer.stream, httpx.AsyncByteStream)  # noqa: S101 - an asynchronous transport's
            answer.stream = _Counted(answer.stream, self._rules.largest)
            return answer
        raise lost or NotReached("That host has no address.")

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _addresses(self, asked: Target) -> list[Address]:
        if asked.address is not None:
            return [asked.address]
        try:
            found = await self._rules.resolve(asked.host, asked.port)
            addresses = [ip_address(one) for one in dict.fromkeys(found)]
        except (OSError, UnicodeError):
            raise NotReached("That host has no address.") from None
        except ValueError:
            raise UrlRefused("That is not on the open internet.") from None
        for address in addresses:
            admit(asked, address, self._rules.also)
        return addresses


class _Counted(httpx.AsyncByteStream):
    """A body that is given up where it becomes too long."""

    def __init__(self, inner: httpx.AsyncByteStream, most: int) -> None:
        self._inner, self._left = inner, most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._inner:
            self._left -= len(part)
            if self._left < 0:
                raise NotReached("Another server's answer is too long.")
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


__all__ = ["LOOPBACK", "Answer", "NotReached", "Outgoing", "Resolve", "UrlRefused"]
