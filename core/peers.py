"""Where a request comes from: by the address of who is connected, and by nobody's word but a proxy's that was named."""

from collections.abc import Callable, Collection
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from core.addresses import Address, Network

# From the address of who is connected, and X-Forwarded-For, to whom one counts for.
Source = Callable[[str | None, str], str]
HERE = "local"  # a socket of this machine has no address
_SITE = 64  # bits: one household or firm has at least so many addresses


def source(peer: str | None, forwarded: str, trusted: Collection[Network] = ()) -> str:
    """Whom to count a request for: an IPv4 address, the /64 of an IPv6 address, or this machine.

    `forwarded`: the addresses of X-Forwarded-For, each added by the proxy that its right neighbour names; they count as
    far as the proxies in `trusted` reach, counted from us.
    """
    found = _address(peer or "")
    for said in reversed(forwarded.split(",")) if trusted and forwarded else ():
        if found is None or not _among(found, trusted):
            break
        before = _address(said.strip())
        if before is None:
            break  # what a proxy of ours could not have written
        found = before
    return HERE if found is None else _counted(found)


def is_among(peer: str | None, networks: Collection[Network]) -> bool:
    """Whether who is connected is in one of these."""
    found = _address(peer or "")
    return found is not None and _among(found, networks)


def sources(trusted: Collection[Network] = ()) -> Source:
    """The same with these proxies; the latest are remembered."""

    @lru_cache(maxsize=4_096)
    def remembered(peer: str | None, forwarded: str) -> str:
        return source(peer, forwarded, trusted)

    return lambda peer, forwarded: remembered(peer, forwarded if trusted else "")


def _among(address: Address, networks: Collection[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0].strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _counted(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((address, _SITE), strict=False))
