"""A part of an answer: only the members that were selected, under the names and in the order asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson

_LISTS = frozenset({"fits", "might_fit", "ruled_out"})
Take = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the answer under a key of the caller's. `of`: what of an object, or of each object of a list.

    `constant` is JSON text that stands there whatever the answer; then there is no such member.
    """

    key: str
    name: str
    of: "tuple[Member, ...] | None" = None
    constant: str | None = None


class Selection:
    """Which members of an answer, and of its results, are wanted. Made once, used for any number of answers."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.wanted = {one.name for one in members}
        self.take = _taking(members)

    def written(self, around: Mapping[str, Any], lists: Mapping[str, Sequence[str]]) -> bytes:
        """The answer as JSON; `lists` are results as JSON text, and only those that are wanted are read."""
        read = {name: orjson.loads(f"[{','.join(lists[name])}]") for name in self.wanted & _LISTS}
        return orjson.dumps(self.take({**around, **read}))


def _taking(members: Sequence[Member]) -> Take:
    """Takes members out of an object; as few steps as can be, for it is done for every way in of every result."""
    frame = {one.key: None if one.constant is None else orjson.Fragment(one.constant) for one in members}
    plain = {one.key: one.name for one in members if one.of is None and one.constant is None}
    inner = [(one.key, one.name, _inside(_taking(one.of))) for one in members if one.of is not None]
    values: Take = itemgetter(*plain.values()) if len(plain) > 1 else lambda value: [value[n] for n in plain.values()]

    def take(value: Any) -> dict[str, Any]:
        taken: dict[str, Any] = frame.copy()
        taken.update(zip(plain, values(value), strict=True))
        for key, name, inside in inner:
            taken[key] = inside(value[name])
        return taken

    return take


def _inside(take: Take) -> Take:
    def each(value: Any) -> Any:
        if value is None:
            return None
        return list(map(take, value)) if isinstance(value, list) else take(value)

    return each
