"""One JSON object of a source, read member by member: what cannot be used is reported, what is not read is kept."""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

from importers.node import Node, Refused
from importers.report import Row

LINE, URI, PROSE = 500, 2_000, 20_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
# Soft hyphens, zero-width marks and byte-order marks that editors leave behind.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


class Item(Node):
    """The readers of members, one a type. Each marks what it could use as read."""

    __slots__ = ()

    def text(self, name: str, *, limit: int = LINE) -> str | None:
        """A member that is text; a line's white space is evened out, prose keeps its own."""
        value = self.raw(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
            self.alter(name, "a number where text belongs; read as text")
        if value is None:
            return None
        if not isinstance(value, str):
            self.unusable(name, "not text")
            return None
        clean = value.translate(_INVISIBLE).strip()
        clean = " ".join(clean.split()) if limit == LINE else clean
        if len(clean) > limit:
            self.alter(name, f"longer than {limit} characters; cut there, whole among what is kept")
            self._read.discard(name)
            clean = clean[:limit].rstrip()
        return clean or None

    def must(self, name: str) -> str:
        """A line without which the row says nothing.

        Raises:
            Refused: it is missing.
        """
        value = self.text(name)
        if value is None:
            raise Refused(self.at(name), f"has no {name}")
        return value

    def url(self, name: str) -> str | None:
        """A web address; other schemes could run something in a reader's browser."""
        value = self.text(name, limit=URI)
        if value is None:
            return None
        if is_web(value):
            return value
        if ":" not in value.partition("/")[0] and is_web(f"http://{value}"):
            self.alter(name, "no http:// in front; added")
            return f"http://{value}"[:URI]
        self.unusable(name, "not a web address that starts with http:// or https://")
        return None

    def number(self, name: str, low: float, high: float) -> float | None:
        """A number within bounds; numbers in quotation marks are read too."""
        value = self.raw(name)
        if isinstance(value, str):
            try:
                value = float(value) if value.strip() else None
            except ValueError:
                self.unusable(name, "not a number")
                return None
            if value is not None:
                self.alter(name, "a number written as text; read as a number")
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.unusable(name, "not a number")
            return None
        if not low <= value <= high:
            self.unusable(name, f"not from {low:g} to {high:g}")
            return None
        return value

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number within bounds."""
        value = self.number(name, low, high)
        if value is None:
            return None
        if value != int(value):
            self.unusable(name, "not a whole number")
            return None
        return int(value)

    def flag(self, name: str) -> bool:
        """Whether a member says yes; anything that is not clearly no counts, for it guards what must stay hidden."""
        value = self.raw(name)
        if isinstance(value, str):
            return value.strip().lower() not in {"", "0", "false", "no", "n", "off"}
        return bool(value)

    def day(self, name: str) -> date | None:
        """A date; a time after it is left out."""
        value = self.text(name)
        if value is None:
            return None
        try:
            read = datetime.fromisoformat(value).date()
        except ValueError:
            self.unusable(name, "not a date such as 2026-11-23")
            return None
        if not _FIRST_YEAR <= read.year <= _LAST_YEAR:
            self.unusable(name, f"a year before {_FIRST_YEAR} or after {_LAST_YEAR}")
            return None
        if len(value) > len("2026-11-23"):
            self.alter(name, "a time after the date; left out")
        return read

    def instant(self, name: str) -> datetime | None:
        """An instant; without an offset it is read as UTC, and that is reported."""
        value = self.text(name)
        if value is None:
            return None
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            self.unusable(name, "not a date and time such as 2026-11-23T09:00:00-07:00")
            return None
        if not _FIRST_YEAR <= read.year <= _LAST_YEAR:
            self.unusable(name, f"a year before {_FIRST_YEAR} or after {_LAST_YEAR}")
            return None
        if read.tzinfo is None:
            self.alter(name, "no offset; read as UTC")
            return read.replace(tzinfo=UTC)
        return read

    def item(self, name: str) -> "Item | None":
        """A member that is an object."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.unusable(name, "not an object")
            return None
        return Item(value, self.at(name), self.row, self.quotes)

    def items(self, name: str) -> Iterator["Item"]:
        """A member that is a list of objects; others in it are refused one by one."""
        value = self.raw(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.unusable(name, "not a list")
            return
        for number, one in enumerate(value):
            if isinstance(one, dict):
                yield Item(one, f"{self.at(name)}[{number}]", self.row, self.quotes)
            else:
                self.refuse(f"{name}[{number}]", "not an object")
                self._read.discard(name)

    def texts(self, name: str) -> list[str]:
        """A member that is a list of words, or one string with commas between them."""
        value = self.raw(name)
        if isinstance(value, str):
            value = value.split(",")
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.unusable(name, "not a list of words")
            return []
        return [clean for one in value if (clean := " ".join(one.split())[:LINE])]


def is_web(address: str) -> bool:
    """Whether it is an http or https address with a host."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and parts.scheme in {"http", "https"} and not any(map(str.isspace, address))


def item_of(said: Any, path: str, row: Row, *, quotes: bool = True) -> Item:
    """The object that stands there.

    Raises:
        Refused: something else stands there.
    """
    if not isinstance(said, dict):
        raise Refused(path, "not an object")
    return Item(said, path, row, quotes)
