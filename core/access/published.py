"""Documents that others publish, kept for a while: a provider's description, and sets of public keys.

A key that is not among the kept is looked for once more, for keys are rotated; but not more than once a minute,
whatever is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from anyio import Lock

from core.access.errors import ProviderUnreachable
from core.access.outgoing import ToProviders
from core.access.rules.key_sets import usable

_GOOD_FOR = timedelta(minutes=10)
_AGAIN_AFTER = timedelta(minutes=1)
_REST = timedelta(seconds=10)  # after one that did not answer
_MOST = 500


@dataclass(slots=True)
class _Kept:
    lock: Lock = field(default_factory=Lock)
    document: Any = None
    at: datetime | None = None
    failed_at: datetime | None = None

    def is_good(self, now: datetime, lasts: timedelta) -> bool:
        return self.at is not None and now - self.at < lasts


class Published:
    """What this process has fetched by one way out."""

    def __init__(self, outgoing: ToProviders) -> None:
        self.outgoing = outgoing
        self._kept: dict[str, _Kept] = {}

    async def document(self, url: str, *, now: datetime, lasts: timedelta = _GOOD_FOR) -> Any:
        """What stands there, as it was at most so long ago.

        Raises:
            BadAddress, ProviderUnreachable: as `ToProviders` says.
        """
        if len(self._kept) >= _MOST and url not in self._kept:  # the oldest; forgetting costs one request
            del self._kept[next(iter(self._kept))]
        kept = self._kept.setdefault(url, _Kept())
        async with kept.lock:
            if not kept.is_good(now, lasts):
                if kept.failed_at is not None and now - kept.failed_at < _REST:
                    raise ProviderUnreachable("It did not answer a moment ago. Try again in a moment.")
                try:
                    kept.document, kept.at, kept.failed_at = await self.outgoing.get_json(url), now, None
                except ProviderUnreachable:
                    kept.failed_at = now
                    raise
            return kept.document

    async def key(self, url: str, *, kid: str | None, now: datetime) -> Mapping[str, Any] | None:
        """The key of that id in the set there, or its only one where none is named; None where there is none."""
        for lasts in (_GOOD_FOR, _AGAIN_AFTER):
            keys = usable(await self.document(url, now=now, lasts=lasts))
            if kid is None and len(keys) == 1:
                return keys[0]
            found = next((key for key in keys if kid is not None and key.get("kid") == kid), None)
            if found is not None:
                return found
        return None
