"""One JSON object of a source, and what is reported and kept of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import DoorlightError
from importers.report import Outcome, Row

_QUOTED = 120
Made = TypeVar("Made", bound=BaseModel)


class Refused(DoorlightError):
    """A row cannot be imported."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(why, path=path)
        self.path = path


@dataclass(slots=True)
class Node:
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

    def unread(self, *but: str) -> dict[str, Any]:
        """The members that nobody has read and that say something, but for those named."""
        return {
            name: value
            for name, value in self.said.items()
            if name not in self._read and name not in but and value not in (None, "", [], {})
        }

    def keep_child(self, child: "Node", name: str) -> None:
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
        # A summary page does not say that there are no phones, nor that nothing is known of the police: what is not
        # mentioned is not handed in.
        values = {name: value for name, value in values.items() if value not in (None, ()) or self._mentions(name)}
        try:
            return model.model_validate(values | ({} if kept is None else {"kept": kept}))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise Refused(self.at(where), str(first["msg"])) from error

    def _mentions(self, name: str) -> bool:
        return name in self.said or (name == "kinds" and "attributes" in self.said)

    def _quote(self, name: str) -> str | None:
        if not self.quotes or name not in self.said:
            return None
        text = str(self.said[name])
        return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
