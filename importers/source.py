"""A file as a document: checked whole before anything of it is read, told apart by what is in it, never by its name."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from io import BufferedIOBase
from itertools import chain
from typing import Any

import orjson

from importers.errors import BrokenFile
from importers.text import NotJson, Text, loads

_DEEPEST = 60
_PAGE = "contents"
_LISTS = ("organizations", "rows", _PAGE)
_BOM = b"\xef\xbb\xbf"
_NUL = rb"\u0000"


class Format(StrEnum):
    """The formats we read."""

    findtreatment = "findtreatment"
    hsds_json = "hsds_json"
    starter = "starter"


@dataclass(slots=True)
class _Rows:
    """A list of rows: where it stands, whether a line each, and what tells its format."""

    at: int
    lines: bool = False
    has: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Document:
    """A file that could be read to its end, its format, the digest of its bytes, and what it says beside its rows."""

    name: str
    format: Format
    digest: str
    said: Any
    notes: tuple[str, ...]
    _file: BufferedIOBase
    _lists: Mapping[str, _Rows]

    def objects(self) -> Iterator[tuple[str, Any]]:
        """Every row that stands for itself, with its path; as often as one likes, while the file is open.

        Raises:
            BrokenFile: the file is another by now.
        """
        names = {Format.starter: "organizations", Format.findtreatment: "rows"}
        name = "" if "" in self._lists else names.get(self.format, _PAGE)
        if name not in self._lists:
            yield "$", self.said
            return
        try:
            for number, (at, raw) in enumerate(_pieces(self._file, self._lists[name])):
                yield f"{name}[{number}]", _clean(loads(raw, at), raw)
        except NotJson as error:
            raise BrokenFile("The file changed while it was read. Nothing was imported.") from error


@dataclass(slots=True)
class _Found:
    """What stands in a file: lists of rows by name (a bare list has none), and what is beside them."""

    lists: dict[str, _Rows] = field(default_factory=dict)
    said: Any = None
    nulls: bool = False

    def read(self, raw: bytes, at: int, depth: int) -> Any:
        """A value that stands so deep in the file."""
        said = loads(raw, at)
        _check_depth(said, depth)
        self.nulls |= _NUL in raw
        return _clean(said, raw)

    def rows(self, name: str, rows: _Rows, pieces: Iterator[tuple[int, bytes]]) -> None:
        """Go through a list of rows, and keep nothing of it but where it stands."""
        for at, raw in pieces:
            one = self.read(raw, at, 2 if name else 1)
            rows.has |= {"frid", "id"} & one.keys() if isinstance(one, dict) else set()
        self.lists[name] = rows


def parse(file: BufferedIOBase, name: str) -> Document:
    """Read a file to its end, holding no more than one of its rows; it stays open for the rows to be read.

    Raises:
        BrokenFile: not JSON, or JSON of a shape we do not know; says where and what.
    """
    file.seek(0)
    start = len(_BOM) if file.read(len(_BOM)) == _BOM else 0
    try:
        found = _whole(file, start)
    except NotJson as error:
        if not _in_lines(file, start):
            line, column = _where(file, start, error.at)
            raise BrokenFile(
                f"The file is not JSON: {error} at line {line}, column {column}. Nothing was imported."
            ) from error
        found = _by_line(file, start)
    notes = ("NUL characters were left out: no database can hold them.",) if found.nulls else ()
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Document(name, _format(found), digest, found.said, notes, file, found.lists)


def _whole(file: BufferedIOBase, start: int) -> _Found:
    text, found = Text(file, start), _Found()
    first = text.peek()
    if first == b"[":
        found.rows("", _Rows(text.at), text.elements())
    elif first == b"{":
        found.said = {}
        for member in text.members():
            name = _without_nulls(member)
            found.nulls |= name != member
            found.lists.pop(name, None)  # of a name said twice the last counts
            found.said.pop(name, None)
            first, at = text.peek(), text.at
            if name in _LISTS and first == b"[":
                found.rows(name, _Rows(at), text.elements())
            else:
                found.said[name] = found.read(text.value(), at, 1)
    else:
        found.said = text.read()
    if text.peek():
        raise NotJson("more after the end", text.at)
    return found


def _in_lines(file: BufferedIOBase, start: int) -> bool:
    """Whether it has several lines and the first alone is an object."""
    file.seek(start)
    lines = (line for line in file if line.strip())
    first, second = next(lines, None), next(lines, None)
    try:
        return first is not None and second is not None and isinstance(orjson.loads(first), dict)
    except orjson.JSONDecodeError:
        return False


def _by_line(file: BufferedIOBase, start: int) -> _Found:
    found, rows = _Found(), _Rows(start, lines=True)
    try:
        found.rows("", rows, _pieces(file, rows))
    except NotJson as error:
        line, column = _where(file, start, error.at)
        raise BrokenFile(f"Line {line} is not JSON: {error} at column {column}. Nothing was imported.") from error
    return found


def _pieces(file: BufferedIOBase, rows: _Rows) -> Iterator[tuple[int, bytes]]:
    if not rows.lines:
        yield from Text(file, rows.at).elements()
        return
    at = rows.at
    file.seek(at)
    for line in file:
        if line.strip():
            yield at, line
        at += len(line)


def _where(file: BufferedIOBase, start: int, at: int) -> tuple[int, int]:
    """The line and the column of a byte, from 1 on."""
    file.seek(start)
    line, column, left = 1, 1, at - start
    for piece in file:
        if left < len(piece) or not piece.endswith(b"\n"):
            return line, left + 1
        line, left = line + 1, left - len(piece)
    return line, column


def _format(found: _Found) -> Format:
    lists, said = found.lists, found.said
    if "" not in lists and isinstance(said, dict):
        if "organizations" in lists:
            return Format.starter
        if "rows" not in lists:
            if _PAGE in lists:
                return Format.hsds_json
            if any(name.endswith(".csv") for name in said):
                raise BrokenFile("This is HSDS in tables written as JSON, which is not read yet; nested HSDS JSON is.")
            if "id" in said:
                return Format.hsds_json
    rows = lists.get("") or lists.get("rows")
    if rows and "frid" in rows.has:
        return Format.findtreatment
    if "" in lists and "id" in lists[""].has:
        return Format.hsds_json
    raise BrokenFile(
        "The file is JSON of a shape we do not know. We read the federal treatment locator's answers, and HSDS 3.1:"
        " an organization, a service, a service at location, a list or a page of them."
    )


def _check_depth(said: Any, above: int) -> None:
    level: list[Any] = [said]
    for _ in range(_DEEPEST - above):
        level = [*chain.from_iterable(map(_children, level))]
        if not level:
            return
    raise BrokenFile(f"The file nests deeper than {_DEEPEST} levels; no directory does.")


def _children(one: Any) -> list[Any]:
    values = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return [value for value in values if isinstance(value, dict | list)]


def _clean(said: Any, raw: bytes) -> Any:
    return _without_nulls(said) if _NUL in raw else said


def _without_nulls(said: Any) -> Any:
    if isinstance(said, str):
        return said.replace("\x00", "")
    if isinstance(said, dict):
        return {name.replace("\x00", ""): _without_nulls(value) for name, value in said.items()}
    return [_without_nulls(one) for one in said] if isinstance(said, list) else said
