"""By an SMS gateway that is asked as Twilio is: one form, posted."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self

from core.letters.errors import NotSent, Refused, TransportUnusable, Undelivered
from core.letters.rules.lines import is_phone_number
from core.letters.transports.where import where
from core.letters.views import Opened
from core.outgoing import LOOPBACK, Answer, NotReached, Outgoing, UrlRefused

# Twilio's numbers for who cannot be reached: no number, no mobile, abroad where we may not send, unsubscribed.
_RECIPIENT = frozenset({21211, 21214, 21217, 21265, 21408, 21610, 21612, 21614, 21635})


@dataclass(frozen=True, slots=True)
class TwilioLike:
    """POST /2010-04-01/Accounts/{sid}/Messages.json."""

    url: str
    sid: str
    token: str = field(repr=False)
    sender: str
    way: Outgoing = field(repr=False)

    @classmethod
    def read(cls, url: str, *, sender: str, way: Outgoing | None = None) -> Self:
        """From `https://SID:TOKEN@api.twilio.com`; `sender` is our number there, or the name of a sender.

        `way`: how we get there. Whoever names this machine means it.

        Raises:
            TransportUnusable: it is no such URL. Does not quote it.
        """
        at = where(url, schemes=("https", "http"), setting="DOORLIGHT_SMS_URL")
        if at.scheme == "http" and not at.is_here:
            raise TransportUnusable("DOORLIGHT_SMS_URL begins with https://: the token goes with every message.")
        if not at.user or not at.password:
            raise TransportUnusable("DOORLIGHT_SMS_URL is like https://SID:TOKEN@host.")
        host = f"[{at.host}]" if ":" in at.host else at.host
        base = f"{at.scheme}://{host}{f':{at.port}' if at.port else ''}{at.path}"
        way = way or Outgoing()
        if at.is_here:
            way = Outgoing(also=(*way.also, *LOOPBACK))
        return cls(f"{base}/2010-04-01/Accounts/{at.user}/Messages.json", at.user, at.password, sender, way)

    async def send(self, letter: Opened) -> None:
        """Hand it to the gateway; see `Transport`."""
        service = not is_phone_number(self.sender) and self.sender.startswith("MG")
        form = {"To": letter.to, "MessagingServiceSid" if service else "From": self.sender, "Body": letter.body}
        try:
            # for gateways that know it: a message that is sent a second time is the same
            once = {"Idempotency-Key": str(letter.id)}
            answer = await self.way.post_form(self.url, form, headers=once, auth=(self.sid, self.token))
        except (NotReached, UrlRefused):
            raise Undelivered("unreachable", outage=True) from None
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise _told(answer)


def _told(answer: Answer) -> NotSent:
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return Undelivered("sign_in", outage=True)
    if answer.status != HTTPStatus.BAD_REQUEST:  # 429 and 5xx; a wrong path or a redirect is for the operator
        return Undelivered("gateway", outage=True)
    return Refused("recipient") if _code(answer) in _RECIPIENT else Undelivered("gateway")


def _code(answer: Answer) -> int | None:
    try:
        said: Any = answer.json()
    except NotReached:
        return None
    code = said.get("code") if isinstance(said, dict) else None
    return code if isinstance(code, int) else None
