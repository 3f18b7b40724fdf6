"""Addresses that an administrator names, or that a provider names in turn."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from core.access.errors import BadAddress

_LONGEST = 2_000


def address(url: str) -> SplitResult:
    """An address that may be asked at all.

    Raises:
        BadAddress: it is none, holds a password or a fragment, or is not https; http is for this machine itself.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= _LONGEST
    clean = host and parts.username is None and parts.password is None and not parts.fragment and port != 0
    if not (plain and clean and "\\" not in url) or parts.scheme not in {"https", "http"}:
        raise BadAddress("Write an address such as https://login.example.org.")
    if parts.scheme == "http" and not is_loopback(host or ""):
        raise BadAddress("Write an address that begins with https://.")
    return parts


def is_loopback(host: str) -> bool:
    """Whether that is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
