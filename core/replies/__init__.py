"""Replies that were given, kept for a day: a request that is sent twice is done once, and answered twice alike."""

from core.replies.errors import BadKey, KeyReused, StillUnderWay
from core.replies.personal import COLUMNS, PURGE
from core.replies.rules import LASTS, read_key
from core.replies.service import earlier, keep
from core.replies.views import Reply, Sent

__all__ = [
    "COLUMNS",
    "LASTS",
    "PURGE",
    "BadKey",
    "KeyReused",
    "Reply",
    "Sent",
    "StillUnderWay",
    "earlier",
    "keep",
    "read_key",
]
