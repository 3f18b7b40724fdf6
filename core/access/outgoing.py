"""The way to addresses that an administrator names: providers, and where machines publish their keys.

What may be asked at all, and how, is `core.outgoing`'s to say; here its refusals get the words of accounts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.access.errors import BadAddress, ProviderRefused, ProviderUnreachable
from core.outgoing import Answer, NotReached, Outgoing, UrlRefused

_REFUSED = range(400, 500)
_LARGEST = 64_000  # bytes: descriptions and sets of keys are a tenth of that


@dataclass(frozen=True, slots=True)
class ToProviders:
    """Asks providers, by this way."""

    way: Outgoing = field(default_factory=Outgoing)

    async def get_json(self, url: str, *, bearer: str | None = None) -> Any:
        """What stands there.

        Raises:
            BadAddress: it may not be asked. ProviderRefused: not by us. ProviderUnreachable: it does not answer, or not
                with JSON.
        """
        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        return await self._asked("GET", url, headers, None)

    async def post_form(self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str]) -> Any:
        """What it answers to a form; see `get_json`."""
        return await self._asked("POST", url, headers, fields)

    async def _asked(self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Any:
        try:
            answer = await self.way.ask(method, url, headers={"Accept": "application/json", **headers}, form=form)
            return _given(answer)
        except UrlRefused as refused:
            raise BadAddress(refused.detail) from None
        except NotReached:
            raise ProviderUnreachable("The provider does not answer as it should. Try again later.") from None


def _given(answer: Answer) -> Any:
    if answer.status in _REFUSED:
        raise ProviderRefused("The provider does not give what it was asked for.")
    if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's own
        raise NotReached("Another server answered with an error.", status=answer.status)
    if len(answer.body) > _LARGEST:
        raise NotReached("Another server's answer is too long.")
    return answer.json()
