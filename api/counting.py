"""Count a request against its quotas: by where it comes from at once, and by who asks as soon as that is known.

Nothing that is counted by is logged or measured; a key's and an address's quota live in this process's memory alone.
"""

from collections.abc import Iterable

import structlog
from starlette.types import Scope

from api.classes import STRICT, quota_of, shown
from core.peers import Source
from core.rates import Left, Rates, TooManyRequests
from core.security import Caller

_log = structlog.get_logger()
_LEFT, _WHERE = "doorlight.left", "doorlight.where"
# The prefix binds it to this very host, to TLS (or this machine itself), and to every path.
COOKIE = "__Host-doorlight"
_COOKIE = COOKIE.encode() + b"="


class Counting:
    """What is counted in this process; `rates` is None where nothing is."""

    def __init__(self, rates: Rates | None, source: Source, *, proxied: bool = False) -> None:
        """`proxied`: proxies were named, or it was said that none was."""
        self._rates, self._source, self._proxied = rates, source, proxied

    async def arrived(self, scope: Scope) -> None:
        """Count it for the address it comes from.

        Raises:
            TooManyRequests: there were too many from there.
        """
        quota = None if self._rates is None else quota_of(scope["method"], scope["path"])
        if quota is None:
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        client = scope["client"]
        forwarded = _header(headers, b"x-forwarded-for")
        if forwarded and not self._proxied:
            self._proxied = True
            _log.warning("a proxy stands in front and is not named", setting="DOORLIGHT_TRUSTED_PROXIES")
        where = self._source(client[0] if client else None, forwarded)
        scope[_WHERE] = quota, where
        if any(name == b"authorization" or (name == b"cookie" and _COOKIE in value) for name, value in headers):
            quota = shown(quota)
        await self._take(scope, quota, where)

    async def known(self, scope: Scope, caller: Caller) -> None:
        """Count it for who asks, who showed that they are; of nobody known, for the address as of the public.

        Raises:
            TooManyRequests: they asked too often.
        """
        if _WHERE not in scope:
            return
        quota, where = scope[_WHERE]
        if caller.is_known:
            await self._take(scope, "known", str(caller.key_id or caller.id))
        elif quota not in STRICT:
            await self._take(scope, quota, where)

    async def changing(self, scope: Scope, caller: Caller) -> None:
        """Count what turned out to change something for the address it comes from, unless who asks is known.

        Raises:
            TooManyRequests: there were too many from there.
        """
        if _WHERE in scope and not caller.is_known:
            await self._take(scope, "writing", scope[_WHERE][1])

    async def refused(self, scope: Scope) -> None:
        """Count a key that opens nothing for the address that tried it.

        Raises:
            TooManyRequests: many were tried from there.
        """
        if _WHERE in scope:
            await self._take(scope, "refused", scope[_WHERE][1])

    async def _take(self, scope: Scope, quota: str, who: str) -> None:
        assert self._rates is not None  # noqa: S101 - what was not counted on arrival is not here
        within, left = await self._rates.take(quota, who)
        scope.setdefault(_LEFT, []).append(left)
        if not within:
            raise TooManyRequests(left.grows_in)


def headers(scope: Scope) -> Iterable[tuple[bytes, bytes]]:
    """`RateLimit-Policy` and `RateLimit`, structured fields: what was counted, and what is left."""
    every: list[Left] = scope.get(_LEFT) or []
    if not every:
        return ()
    policies = ", ".join(f'"{one.quota.name}";q={one.quota.most};w={one.quota.seconds}' for one in every)
    left = ", ".join(f'"{one.quota.name}";r={one.remaining};t={one.grows_in}' for one in every)
    return (b"ratelimit-policy", policies.encode()), (b"ratelimit", left.encode())


def _header(headers: list[tuple[bytes, bytes]], name: bytes) -> str:
    return b",".join(value for one, value in headers if one == name).decode("latin-1")
