"""Which addresses belong to the open internet, and which URLs lead there: values in, a verdict out, nothing is asked.

A name is judged as it is written; what it resolves to is judged address by address by whoever connects.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from core.errors import Invalid

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PORTS = frozenset({443, 8443})
LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_LONGEST = 2_000
# This machine, private and shared networks, links, documentation, benchmarks, anycast relays, multicast, what is
# reserved; and where a cloud tells its machines their secrets, which one of them does at a public address.
_NOT_PUBLIC_4 = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    )
)  # fmt: skip
_PUBLIC_6 = IPv6Network("2000::/3")  # so neither ::1, mapped, NAT64, unique local, link-local nor multicast
_NOT_PUBLIC_6 = tuple(
    IPv6Network(one)
    for one in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20")
)
_WRITTEN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>[0-9]{1,5}))?(?:[/?].*)?"
)
_PRINTED = re.compile(r"[!-~]+")  # no blanks, no controls, nothing beyond ASCII
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOP = re.compile(r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])")  # a last label with a digit in front may be read as a number
_LONGEST_NAME = 253
_LAST_PORT = 0xFFFF
_QUAD = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
# Names that by agreement never leave a machine or a network.
_LOCAL = frozenset({
    "alt", "arpa", "corp", "domain", "example", "home", "host", "internal", "intranet", "invalid", "lan", "local",
    "localdomain", "localhost", "mail", "onion", "private", "test",
})  # fmt: skip


class UrlRefused(Invalid):
    """That URL is not one that we ask."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads. `address`: where it names one instead of a host."""

    scheme: str
    host: str
    port: int
    address: Address | None


def is_public(address: Address) -> bool:
    """Whether it belongs to the open internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None:
        return False
    return address in _PUBLIC_6 and not any(address in network for network in _NOT_PUBLIC_6)


def target(url: str, *, also: Collection[Network] = ()) -> Target:
    """Take a URL apart that we are to ask: of a name we know no more as yet than that it is a whole one.

    `also`: networks that whoever runs this named, beside the open internet.

    Raises:
        UrlRefused: says why, and quotes nothing of it.
    """
    if len(url) > _LONGEST:
        raise UrlRefused("A URL is at most 2,000 characters long.")
    if not _PRINTED.fullmatch(url) or "\\" in url:
        raise UrlRefused("A URL is printed in ASCII, without blanks and backslashes.")
    found = _WRITTEN.fullmatch(url)
    if found is None:
        raise UrlRefused("A URL is like https://name.example.org/path, without a user in it.")
    scheme, host = found["scheme"], found["host"].lower()
    if scheme != "https" and not any(network.is_loopback for network in also):
        raise UrlRefused("Only https is asked.")
    address = _address(host)
    if address is None:
        _check_name(host, also)
    asked = Target(scheme, host.strip("[]"), int(found["port"] or (443 if scheme == "https" else 80)), address)
    if address is not None:
        admit(asked, address, also)
    elif not also:
        _check_port(asked, named=False)
    return asked


def admit(asked: Target, address: Address, also: Collection[Network] = ()) -> None:
    """Let it be asked at that address, which is its own or what its name resolved to.

    On the open internet by https, on a port for it. In a network of `also` on any port; and this machine by http too.

    Raises:
        UrlRefused: says why.
    """
    named = any(address in network for network in also if network.version == address.version)
    if not (named or is_public(address)):
        raise UrlRefused("That is not on the open internet.")
    _check_port(asked, named=named)
    if asked.scheme != "https" and not (named and address.is_loopback):
        raise UrlRefused("Only https is asked.")


def networks(text: str) -> tuple[Network, ...]:
    """Networks or addresses as an operator sets them, apart by commas.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())


def _address(host: str) -> Address | None:
    if host.startswith("["):
        try:
            return ip_address(host[1:-1])
        except ValueError:
            raise UrlRefused("That is no IPv6 address.") from None
    if _QUAD.fullmatch(host):
        try:
            return IPv4Address(host)
        except ValueError:
            raise UrlRefused("That is no IPv4 address.") from None
    return None


def _check_port(asked: Target, *, named: bool) -> None:
    if not 0 < asked.port <= _LAST_PORT or not (named or asked.port in PORTS):
        raise UrlRefused("Only the ports 443 and 8443 are asked.")


def _check_name(host: str, also: Collection[Network]) -> None:
    labels = host.split(".")
    if len(host) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise UrlRefused("That is no name of a host.")
    if not _TOP.fullmatch(labels[-1]):
        raise UrlRefused("That is a number, and no name of a host.")
    if not also and (len(labels) == 1 or labels[-1] in _LOCAL):
        raise UrlRefused("That name is not on the open internet.")
