"""How often somebody may ask: a moving window for each quota, counted in this process.

Exact: in no stretch as long as the window does anybody get more than the quota. What is kept of each is when they
asked, and under which name is the caller's to choose.
"""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil

from limits import RateLimitItem, RateLimitItemPerSecond, parse
from limits.aio.storage import MovingWindowSupport, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from core.errors import TooMuch

_CLEARED_AT_ONCE = 4


class TooManyRequests(TooMuch):
    """That is more than one may ask in so short a time."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Please try again in {retry_after} seconds.", retry_after=retry_after)


@dataclass(frozen=True, slots=True)
class Quota:
    """So many in so many seconds, under a name."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a quota, and in how many seconds it grows again."""

    quota: Quota
    remaining: int
    grows_in: int


def quotas(usual: Mapping[str, str], said: str = "", *, processes: int = 1) -> dict[str, Quota]:
    """Quotas by name, as in "600/minute"; `said`: "search=1200/minute, token=5/second" in place of usual ones.

    Of several processes each has its part, rounded up.

    Raises:
        ValueError: there is no such quota, or it is not written so.
    """
    given = dict(usual)
    for one in filter(None, (part.strip() for part in said.split(","))):
        name, _, wish = one.partition("=")
        if name.strip() not in usual:
            raise ValueError(f"there is no quota {name.strip()!r}: {', '.join(sorted(usual))}")
        given[name.strip()] = wish.strip()
    read = {name: parse(wish) for name, wish in given.items()}
    return {name: Quota(name, ceil(one.amount / processes), one.get_expiry()) for name, one in read.items()}


class Rates:
    """The quotas of this process, and who has used how much of them."""

    def __init__(self, quotas: Mapping[str, Quota], now: Callable[[], float]) -> None:
        self.quotas = quotas
        self._now = now
        self._windows = _Windows(now)
        self._limiter = MovingWindowRateLimiter(self._windows)
        self._items: dict[str, RateLimitItem] = {
            name: RateLimitItemPerSecond(one.most, one.seconds, namespace=name) for name, one in quotas.items()
        }

    async def take(self, name: str, who: str) -> tuple[bool, Left]:
        """Count one of `who` against the quota; whether it was still in it, and what is left then."""
        quota, item = self.quotas[name], self._items[name]
        within = await self._limiter.hit(item, who)
        grows, remaining = await self._limiter.get_window_stats(item, who)
        return within, Left(quota, remaining, max(1, ceil(grows - self._now())))

    @property
    def kept(self) -> int:
        """For how many something is kept."""
        return len(self._windows.asked)


class _Windows(Storage, MovingWindowSupport):
    """When each asked, oldest first. The library's own asks what time it is itself, and clears up in a task of its own.

    Whoever asked longest ago is looked at first for clearing: a few with each new request, so that it never piles up.
    """

    STORAGE_SCHEME = None

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__()
        self.asked: OrderedDict[str, tuple[int, list[float]]] = OrderedDict()
        self._now = now

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    async def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = self._now()
        self._clear(now)
        times = self._within(key, expiry, now)
        if len(times) + amount > limit:
            return False
        times.extend([now] * amount)
        self.asked[key] = (expiry, times)
        self.asked.move_to_end(key)
        return True

    async def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - the library's
        now = self._now()
        times = self._within(key, expiry, now)
        return (times[0], len(times)) if times else (now, 0)

    async def clear(self, key: str) -> None:
        self.asked.pop(key, None)

    async def reset(self) -> int | None:
        many = len(self.asked)
        self.asked.clear()
        return many

    async def check(self) -> bool:
        return True

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        raise NotImplementedError

    async def get(self, key: str) -> int:
        raise NotImplementedError

    async def get_expiry(self, key: str) -> float:
        raise NotImplementedError

    def _within(self, key: str, expiry: int, now: float) -> list[float]:
        _, times = self.asked.get(key, (expiry, []))
        if times and times[0] <= now - expiry:
            del times[: bisect_right(times, now - expiry)]
        return times

    def _clear(self, now: float) -> None:
        for _ in range(_CLEARED_AT_ONCE):
            oldest = next(iter(self.asked), None)
            if oldest is None:
                return
            expiry, times = self.asked[oldest]
            if times and times[-1] > now - expiry:
                return
            del self.asked[oldest]
