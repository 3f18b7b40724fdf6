"""The search statement, rendered once for every shape of question from `statement.sql`.

Nothing a caller wrote ever becomes part of it: a shape holds flags and words of ours, and what was asked goes in as
numbered parameters.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from psycopg.types.numeric import Int4

from directory.search.covering import COVERING
from directory.search.said import said

_PARAMETER = re.compile(r"%\((\w+)\)s")
_SPACE = re.compile(r"\s+")
_templates = Environment(
    loader=PackageLoader("directory", "search"),
    undefined=StrictUndefined,
    autoescape=False,  # nosec B701 # noqa: S701 - this is SQL, made of our own constants
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which parts the statement is put together from."""

    labels: str = "en"
    at_point: bool = False
    kinds: bool = False
    tagged: bool = False
    outs: bool = False
    words: str = ""  # "", "common", "rare"
    phrases: bool = False
    opens: str = ""  # "", "at", "for", "within"
    police: str = ""  # "", "low": below "may call", "high"
    age: bool = False
    free: bool = False
    by_mode: bool = False
    by_door: bool = False  # the person arrives there
    in_language: bool = False
    teams: bool = True
    paged: bool = False
    fits: bool = True
    might: bool = True
    hidden: bool = False
    elsewhere: bool = False
    later: bool = False  # hours are put in afterwards
    shut: bool = False  # and so is known only afterwards which are closed

    @property
    def looks(self) -> bool:
        """Whether the nearest rows are looked at whatever their state; only a later page of what fits does without."""
        return self.might or self.hidden

    @property
    def counts(self) -> bool:
        """Whether what is ruled out is counted: once, on the first page."""
        return self.fits and self.might


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with numbered places, and the names of what goes there, in order."""

    query: bytes
    names: tuple[str, ...]

    def values(self, parameters: Mapping[str, Any]) -> list[object]:
        """The parameters in the statement's order; whole numbers always as one type, or each size is prepared anew."""
        return [_typed(parameters[name]) for name in self.names]


@lru_cache(maxsize=512)
def statement(shape: Shape) -> Statement:
    """The whole search in one statement: a row for each result, and one that sums up the walks."""
    return _rendered("statement.sql", shape)


@lru_cache(maxsize=64)
def then(shape: Shape) -> Statement:
    """The hours of one row that is handed in, by the same words as those of stored rows."""
    return _rendered("then.sql", shape)


def _rendered(template: str, shape: Shape) -> Statement:
    text = _templates.get_template(template).render(shape=shape, covering=COVERING, said=said(shape.labels))
    names = tuple(dict.fromkeys(_PARAMETER.findall(text)))
    numbered = _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", text)
    return Statement(_SPACE.sub(" ", numbered).strip().encode(), names)


def _typed(value: Any) -> object:
    return Int4(value) if type(value) is int else value
