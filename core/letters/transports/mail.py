"""A letter as a mail: plain text, nothing that reports back, and the same to the last byte however often it is sent."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from core.letters.views import Opened


def message(letter: Opened, *, sender: str) -> EmailMessage:
    """The mail. `sender`: whom it is from, as "Doorlight <doorlight@example.org>"."""
    made = EmailMessage(policy=SMTP)
    name, address = parseaddr(sender)
    local, _, host = letter.to.rpartition("@")  # by its halves it may be of any script
    made["From"] = Address(name, addr_spec=address)
    made["To"] = Address(username=local, domain=host)
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(letter.made_at)
    # Of the row, so that a mail which is sent a second time is known to be the same.
    made["Message-ID"] = f"<{letter.id}@{domain(sender)}>"
    made["Auto-Submitted"] = "auto-generated"  # no out-of-office note answers it
    made.set_content(letter.body, charset="utf-8", cte="quoted-printable")
    made["Content-Language"] = letter.language  # after the content, which takes its own headers away first
    return made


def domain(sender: str) -> str:
    """The part of its address behind the @."""
    return parseaddr(sender)[1].rpartition("@")[2]
