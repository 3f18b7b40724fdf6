"""Addresses that an administrator names, or that a provider names in turn."""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from core.access.errors import BadAddress
from core.addresses import LOOPBACK, Network, UrlRefused, target

_LAST_PORT = 0xFFFF


def address(url: str, *, also: Collection[Network] = LOOPBACK) -> SplitResult:
    """An address that may be asked at all.

    `also`: networks beside the open internet. Without it this machine's own pass: whoever asks looks once more.

    Raises:
        BadAddress: it is none, holds a password or a fragment, or is not https; http is for this machine itself.
    """
    try:
        asked = target(url, also=also)
    except UrlRefused as refused:
        raise BadAddress(f"{refused.detail} Write an address such as https://login.example.org.") from None
    if not 0 < asked.port <= _LAST_PORT:
        raise BadAddress("There is no such port.")
    if "#" in url:
        raise BadAddress("An address of this kind has no fragment.")
    if asked.scheme == "http" and asked.address is None and asked.host != "localhost":
        raise BadAddress("Write an address that begins with https://.")
    return urlsplit(url)
