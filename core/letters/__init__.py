"""Letters, by mail and text message: written beside the act that causes them, sent by a job. The front door to them."""

from core.letters.errors import BadRecipient, TooLong, TransportUnusable
from core.letters.personal import COLUMNS, PURGE
from core.letters.service.failed import failed
from core.letters.service.held import HOLD, held, hold_all, release
from core.letters.service.post import can_go, post
from core.letters.service.sending import send_due
from core.letters.transports.choice import transports_from
from core.letters.transports.folder import sweep
from core.letters.views import Channel, HeldLetter, Kind, Opened, Transport, Transports
from core.letters.words import LANGUAGES

__all__ = [
    "COLUMNS",
    "HOLD",
    "LANGUAGES",
    "PURGE",
    "BadRecipient",
    "Channel",
    "HeldLetter",
    "Kind",
    "Opened",
    "TooLong",
    "Transport",
    "TransportUnusable",
    "Transports",
    "can_go",
    "failed",
    "held",
    "hold_all",
    "post",
    "release",
    "send_due",
    "sweep",
    "transports_from",
]
