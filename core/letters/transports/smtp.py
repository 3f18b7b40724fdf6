"""By a mail server. Letters hold links that let somebody in, so none goes unencrypted to another machine unasked."""

import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Self

import aiosmtplib

from core.letters.errors import NotSent, Refused, TransportUnusable, Undelivered
from core.letters.rules.lines import is_mail_address
from core.letters.transports.mail import domain, message
from core.letters.transports.where import Where, where
from core.letters.views import Opened

_FOR_GOOD = 500  # and above: do not ask again
_STEP_S = 10.0


@dataclass(frozen=True, slots=True)
class Smtp:
    """One connection a letter, to the server of a URL."""

    at: Where
    sender: str
    starttls: bool
    trusted: ssl.SSLContext | None = field(default=None, repr=False)  # None: what this machine trusts

    @classmethod
    def read(cls, url: str, *, sender: str, trusted: ssl.SSLContext | None = None) -> Self:
        """From `smtps://user:password@host:465`, or `smtp://user:password@host:587`, which begins with STARTTLS.

        `smtp://` without it: on this machine, and where the URL ends with `?starttls=no`.

        Raises:
            TransportUnusable: it is no such URL, or `sender` is no address. Quotes neither.
        """
        at = where(url, schemes=("smtp", "smtps"), setting="DOORLIGHT_SMTP_URL")
        wish = at.options.get("starttls", "no" if at.is_here or at.scheme == "smtps" else "yes")
        if wish not in {"yes", "no"} or at.options.keys() - {"starttls"} or (at.scheme, wish) == ("smtps", "yes"):
            raise TransportUnusable("DOORLIGHT_SMTP_URL may end with ?starttls=yes or no after smtp://, nothing else.")
        if not is_mail_address(parseaddr(sender)[1]):
            raise TransportUnusable('DOORLIGHT_MAIL_FROM is like "Doorlight <doorlight@example.org>".')
        return cls(at, sender, wish == "yes", trusted)

    async def send(self, letter: Opened) -> None:
        """Hand it to the server; see `Transport`."""
        mail = message(letter, sender=self.sender)
        client = aiosmtplib.SMTP(
            hostname=self.at.host, port=self.at.port or self._usual_port, username=self.at.user,
            password=self.at.password, use_tls=self.at.scheme == "smtps", start_tls=self.starttls,
            tls_context=self.trusted, timeout=_STEP_S,
            local_hostname=domain(self.sender),  # else the library asks the network for ours, and all wait
        )  # fmt: skip
        try:
            await client.connect()
            await client.send_message(mail, recipients=[letter.to])
        except (aiosmtplib.SMTPException, OSError) as error:
            raise _told(error) from None  # the error holds the address and the server's words
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):  # once it was taken, how they part is no matter
                await client.quit()
            client.close()

    @property
    def _usual_port(self) -> int:
        return 465 if self.at.scheme == "smtps" else 587 if self.starttls else 25


def _told(error: Exception) -> NotSent:
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            codes = [one.code for one in error.recipients]
            return Refused("recipient") if min(codes) >= _FOR_GOOD else Undelivered("recipient_later")
        case aiosmtplib.SMTPAuthenticationError():
            return Undelivered("sign_in", outage=True)
        case aiosmtplib.SMTPSenderRefused():  # that is for the operator to set right
            return Undelivered("sender", outage=True)
        case aiosmtplib.SMTPDataError():
            return Refused("content") if error.code >= _FOR_GOOD else Undelivered("content_later")
        case aiosmtplib.SMTPNotSupported():  # a server that knows no addresses but those in ASCII
            return Refused("address")
        case _:
            return Undelivered("unreachable", outage=True)
