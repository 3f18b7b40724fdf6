"""Which way letters go, by what is set."""

from pathlib import Path

from core.letters.transports.folder import Folder
from core.letters.transports.gateway import TwilioLike
from core.letters.transports.smtp import Smtp
from core.letters.views import Channel, Transport, Transports
from core.outgoing import Outgoing


def transports_from(
    *,
    smtp_url: str | None,
    mail_from: str,
    sms_url: str | None,
    sms_from: str | None,
    folder: Path,
    way: Outgoing | None = None,
) -> Transports:
    """A way for each channel: by the server that is set, else into the folder. `way`: how we get to others' servers.

    Raises:
        TransportUnusable: a URL or an address is of no use; says which, and quotes none.
    """
    kept: Transport = Folder(folder, mail_from)
    return {
        Channel.mail: kept if smtp_url is None else Smtp.read(smtp_url, sender=mail_from),
        Channel.text: kept if sms_url is None else TwilioLike.read(sms_url, sender=sms_from or "", way=way),
    }
