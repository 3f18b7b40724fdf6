"""What a key is, and how long it stands for a request."""

import re
from datetime import timedelta

from core.replies.errors import BadKey

LASTS = timedelta(days=1)
_KEY = re.compile(r"[!-~](?:[ -~]{0,253}[!-~])?")


def read_key(said: list[str]) -> str:
    """The key of a request that may be sent again: bare, or quoted as a structured field; both are one key.

    Raises:
        BadKey: there are several, or it is none.
    """
    if len(said) != 1:
        raise BadKey
    key = said[0].strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not _KEY.fullmatch(key):
        raise BadKey
    return key
