"""Write a letter, beside the act that causes it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core import audit
from core.letters.errors import BadRecipient
from core.letters.models import Letter
from core.letters.personal import SAID
from core.letters.rules.lines import is_mail_address, is_phone_number
from core.letters.views import Channel, Kind
from core.letters.words import spoken, subject_and_body
from core.secrets import Ring
from core.security import Caller


async def post(
    db: AsyncSession,
    caller: Caller,  # whoever causes a letter may: what they may do was asked before
    *,
    kind: Kind,
    to: str,
    channel: Channel,
    language: str,
    parts: Mapping[str, str],
    ring: Ring,
    now: datetime,
    not_before: datetime | None = None,
) -> UUID:
    """Put a letter into the transaction: it is sent if that commits, and never was if it does not.

    `to`: one mail address, or a number as +13035550101. `language`: en or es, of anything else English. `parts`: what
    the kind's text is filled with, by name (`Kind`); line breaks in them are folded away.
    `not_before`: when it is sent at the earliest. Answers the letter's id.

    Raises:
        BadRecipient: nothing can be sent there.
        TooLong: a text message of more than two segments.
        KeyError: a part is missing.
    """
    address = _checked(to.strip(), channel)
    language = spoken(language)
    subject, body = subject_and_body(kind, channel, language, parts)
    own_id = uuid4()
    # Not through the session's own rows: it is not read back, for who causes a letter may not see it.
    await db.execute(
        insert(Letter.__table__).inline(),  # type: ignore[attr-defined]
        {
            "id": own_id, "channel": channel, "kind": kind, "language": language,
            "address": ring.seal(address, row=own_id, column="letter.address"),
            "subject": ring.seal(subject, row=own_id, column="letter.subject"),
            "body": ring.seal(body, row=own_id, column="letter.body"),
            "made_at": now, "due_at": max(now, not_before or now), "tries": 0,
        },
    )  # fmt: skip
    await audit.record(db, caller, act="write", table="letter", row_id=own_id, columns=SAID, now=now)
    return own_id


def can_go(channel: Channel, to: str) -> bool:
    """Whether that is an address of the kind that letters of this channel go to."""
    return is_mail_address(to) if channel is Channel.mail else is_phone_number(to)


def _checked(to: str, channel: Channel) -> str:
    if channel is Channel.mail and not is_mail_address(to):
        raise BadRecipient("Write one e-mail address such as ana@example.org.")
    if channel is Channel.text and not is_phone_number(to):
        raise BadRecipient("Write a phone number with its country, such as +13035550101.")
    return to
