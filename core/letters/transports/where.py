"""A server's address with who we are there, as one setting holds it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from core.letters.errors import TransportUnusable


@dataclass(frozen=True, slots=True)
class Where:
    """A URL taken apart. Who we are there is not shown."""

    scheme: str
    host: str
    port: int | None
    path: str
    options: Mapping[str, str]
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it is this machine, so that nobody listens in between."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def where(url: str, *, schemes: Collection[str], setting: str) -> Where:
    """Take it apart. `setting`: what it is called where it is set.

    Raises:
        TransportUnusable: it is no such URL; quotes nothing of it, as it may hold a password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise TransportUnusable(f"{setting} is no URL.") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise TransportUnusable(f"{setting} begins with {' or '.join(f'{one}://' for one in schemes)} and a host.")
    return Where(
        scheme=parts.scheme, host=parts.hostname, port=port, path=parts.path.rstrip("/"),
        options=dict(parse_qsl(parts.query, keep_blank_values=True)),
        user=None if parts.username is None else unquote(parts.username),
        password=None if parts.password is None else unquote(parts.password),
    )  # fmt: skip
