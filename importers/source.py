"""A file as a document: read whole, checked whole, and told apart by what is in it, never by its name."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from importers.errors import BrokenFile

_DEEPEST = 60
_PAGE = "contents"


class Format(StrEnum):
    """The formats we read."""

    findtreatment = "findtreatment"
    hsds_json = "hsds_json"
    starter = "starter"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that could be read, its format, and the digest of its bytes."""

    name: str
    format: Format
    digest: str
    said: Any
    notes: tuple[str, ...] = ()

    def objects(self) -> Iterator[tuple[str, Any]]:
        """Every row that stands for itself, with its path."""
        lists = {Format.starter: "organizations", Format.findtreatment: "rows"}
        name = lists.get(self.format, _PAGE)
        if isinstance(self.said, list):
            yield from ((f"[{number}]", one) for number, one in enumerate(self.said))
        elif name in self.said:
            yield from ((f"{name}[{number}]", one) for number, one in enumerate(self.said[name]))
        else:
            yield "$", self.said


def parse(raw: bytes, name: str) -> Document:
    """Read a file's bytes.

    Raises:
        BrokenFile: not JSON, or JSON of a shape we do not know; says where and what.
    """
    said = _json(raw.removeprefix(b"\xef\xbb\xbf"))
    notes: list[str] = []
    _check_depth(said)
    if rb"\u0000" in raw:
        said = _without_nulls(said)
        notes.append("NUL characters were left out: no database can hold them.")
    return Document(name, _format(said), hashlib.sha256(raw).hexdigest(), said, tuple(notes))


def _json(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        lines = [(number, line) for number, line in enumerate(raw.splitlines(), 1) if line.strip()]
        if len(lines) > 1 and _is_object(lines[0][1]):
            return [_line(number, line) for number, line in lines]
        raise BrokenFile(
            f"The file is not JSON: {error.msg} at line {error.lineno}, column {error.colno}. Nothing was imported."
        ) from error


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _line(number: int, line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BrokenFile(
            f"Line {number} is not JSON: {error.msg} at column {error.colno}. Nothing was imported."
        ) from error


def _format(said: Any) -> Format:
    rows = said
    if isinstance(said, dict):
        if _is_list(said, "organizations"):
            return Format.starter
        if _is_list(said, "rows"):
            rows = said["rows"]
        elif _is_list(said, _PAGE):
            return Format.hsds_json
        elif any(name.endswith(".csv") for name in said):
            raise BrokenFile("This is HSDS in tables written as JSON, which is not read yet; nested HSDS JSON is.")
        elif "id" in said:
            return Format.hsds_json
    if isinstance(rows, list) and any(isinstance(row, dict) and "frid" in row for row in rows):
        return Format.findtreatment
    if isinstance(said, list) and any(isinstance(row, dict) and "id" in row for row in said):
        return Format.hsds_json
    raise BrokenFile(
        "The file is JSON of a shape we do not know. We read the federal treatment locator's answers, and HSDS 3.1:"
        " an organization, a service, a service at location, a list or a page of them."
    )


def _is_list(said: Mapping[str, Any], name: str) -> bool:
    return isinstance(said.get(name), list)


def _check_depth(said: Any) -> None:
    level: list[Any] = [said]
    for _ in range(_DEEPEST):
        level = [child for one in level for child in _children(one)]
        if not level:
            return
    raise BrokenFile(f"The file nests deeper than {_DEEPEST} levels; no directory does.")


def _children(one: Any) -> list[Any]:
    values = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return [value for value in values if isinstance(value, dict | list)]


def _without_nulls(said: Any) -> Any:
    if isinstance(said, str):
        return said.replace("\x00", "")
    if isinstance(said, dict):
        return {name.replace("\x00", ""): _without_nulls(value) for name, value in said.items()}
    return [_without_nulls(one) for one in said] if isinstance(said, list) else said
