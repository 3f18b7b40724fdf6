"""One JSON object of a source, read member by member: what cannot be used is reported, what is not read is kept."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from core.errors import DoorlightError
from importers.report import Outcome, Row

LINE, URI, PROSE = 500, 2_000, 20_000
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_QUOTED = 120
Made = TypeVar("Made", bound=BaseModel)
# Soft hyphens, zero-width marks and byte-order marks that editors leave behind.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))


class Refused(DoorlightError):
    """A row cannot be imported."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(why, path=path)
        self.path = path


@dataclass(slots=True)
class Item:
    """An object, where it stands, and the row of the report it belongs to.

    `quotes` is off for all that says where a place is: whether it must stay hidden may be known only later.
    """

    said: Mapping[str, Any]
    path: str
    row: Row
    quotes: bool = True
    _read: set[str] = field(default_factory=set)
    _children: dict[str, list[Any]] = field(default_factory=dict)

    def at(self, name: str) -> str:
        """The path of a member."""
        return f"{self.path}.{name}"

    def alter(self, name: str, why: str) -> None:
        """Report that a member is not imported as it stands."""
        self.row.note(Outcome.altered, self.at(name), why, self._quote(name))

    def leave(self, *names: str) -> None:
        """Keep members after all."""
        self._read.difference_update(names)

    def unusable(self, name: str, why: str) -> None:
        """Report a member that is left out; it stays among what is kept."""
        self.alter(name, f"{why}; left out")
        self._read.discard(name)

    def refuse(self, name: str, why: str) -> None:
        """Report a child object that is left out whole; it stays among what is kept."""
        self.row.note(Outcome.refused, self.at(name), why, self._quote(name))
        self._read.discard(name)

    def raw(self, name: str) -> Any:
        """The member as it stands."""
        self._read.add(name)
        return self.said.get(name)

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

    def unread(self, *but: str) -> dict[str, Any]:
        """The members that nobody has read and that say something, but for those named."""
        return {
            name: value
            for name, value in self.said.items()
            if name not in self._read and name not in but and value not in (None, "", [], {})
        }

    def keep_child(self, child: "Item", name: str) -> None:
        """Keep an object inside this one whole: it has no row of ours that could hold what is left of it."""
        self._children.setdefault(name, []).append(child.said)

    def rest(self) -> dict[str, Any] | None:
        """What nobody has read: kept word for word, and reported so."""
        kept = self.unread() | self._children
        if kept:
            names = ", ".join(sorted(kept))
            self.row.note(Outcome.kept, self.path, f"not modelled yet, kept word for word: {names}")
        return kept or None

    def make(self, model: type[Made], /, **values: Any) -> Made:
        """The directory's input made of this object, with what was not read kept in it.

        Raises:
            Refused: the directory takes no such values; the readers above should have seen to it.
        """
        kept = self.rest() if "kept" in model.model_fields else None
        try:
            return model.model_validate(values | ({} if kept is None else {"kept": kept}))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise Refused(self.at(where), str(first["msg"])) from error

    def _quote(self, name: str) -> str | None:
        if not self.quotes or name not in self.said:
            return None
        text = str(self.said[name])
        return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"


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
