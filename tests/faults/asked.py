"""What clients asked and what they were told, a line each, written before anything else is done with it.

The log is the only witness of what was acknowledged: it lies with the clients, whom no fault here touches.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TextIO
from uuid import uuid4


class Said(StrEnum):
    """What became of one sending of a request."""

    asked = "asked"
    acknowledged = "acknowledged"  # it was done: from here on nobody may forget it
    refused = "refused"  # it was not done, and will not be
    unknown = "unknown"  # no answer, or one that leaves it open


@dataclass(frozen=True, slots=True)
class Line:
    """`key` names a request, however often it is sent; an answer names `id` and `version`, or a `problem`."""

    key: str
    act: str
    about: str
    said: Said
    status: int = 0
    id: str = ""
    version: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """All that was said about one request. `answers`: every acknowledgement of it, (id, version)."""

    key: str
    act: str
    about: str
    sent: int
    answers: tuple[tuple[str, int], ...]
    refused: bool
    statuses: tuple[int, ...]

    @property
    def acknowledged(self) -> bool:
        return bool(self.answers)


@dataclass
class Log:
    """Append-only JSON lines."""

    file: TextIO
    lines: list[Line] = field(default_factory=list)
    acknowledged: int = 0

    @classmethod
    def at(cls, path: Path) -> "Log":
        return cls(path.open("a"))

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.acknowledged += line.said is Said.acknowledged
        self.file.write(json.dumps(asdict(line)) + "\n")
        self.file.flush()

    def close(self) -> None:
        self.file.close()


def a_key() -> str:
    return uuid4().hex


def read(path: Path) -> Iterator[Line]:
    """The lines of a log; a last one that was cut off counts for nothing."""
    for text in path.read_text().splitlines(keepends=True):
        if text.endswith("\n"):
            kept = json.loads(text)
            yield Line(**kept | {"said": Said(kept["said"])})


def requests(lines: Iterable[Line]) -> list[Request]:
    """One for each key, in the order in which they were first asked."""
    by_key: dict[str, list[Line]] = {}
    for line in lines:
        by_key.setdefault(line.key, []).append(line)
    return [_request(found) for found in by_key.values()]


def _request(lines: list[Line]) -> Request:
    first = lines[0]
    return Request(
        first.key, first.act, first.about,
        sent=sum(line.said is Said.asked for line in lines),
        answers=tuple((line.id, line.version) for line in lines if line.said is Said.acknowledged),
        refused=any(line.said is Said.refused for line in lines),
        statuses=tuple(line.status for line in lines if line.said is not Said.asked),
    )  # fmt: skip
