"""A part of an answer: only the members that were selected are written, under the names and in the order asked for.

What is stored of a row is JSON text. Reading it whole, to write some of it again, would cost more than the search; so
the values that are wanted are cut out of the text by their keys. A key is found as a key: inside a text of somebody's
the quotes around it would be escaped.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import orjson

from directory.rows.shown import HOLE
from directory.search.result import Shown, Writer
from directory.search.walk import Pick

_LISTS = frozenset({"fits", "might_fit", "ruled_out"})
# A text, a list of codes, or one of three words.
_VALUE = r'"[^"\\]*(?:\\.[^"\\]*)*"|\[[^\]]*\]|null|true|false'
_POLICE = ("level", "source", "stated_on", "note", "tracing", "recording", "confirmed_by", "label")
_HEAD = (
    "service_id", "location_id", "name", "organization", "organization_id", "invented", "about", "kinds", "group",
    "ages", "languages", "police",
)  # fmt: skip
_WAY = (
    "kind", "number", "url", "menu_path", "languages", "answered_by", "stated_on", "modes", "police", "label",
    "police_label",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the answer under a key of the caller's. `of`: what of an object, or of each object of a list.

    `constant` is JSON text that stands there whatever the answer; then there is no such member.
    """

    key: str
    name: str
    of: "tuple[Member, ...] | None" = None
    constant: str | None = None


class _Texts:
    """Takes members out of stored text: all at once if they stand in the order we write, else one by one."""

    def __init__(self, order: Sequence[str], wanted: Sequence[str]) -> None:
        self.wanted = {name for name in wanted if name in order}
        last = max((order.index(name) for name in self.wanted), default=-1)
        ordered = [name for name in order[: last + 1] if name in self.wanted]
        self.places = {name: place for place, name in enumerate(ordered)}
        pattern = ",".join(self._one(name) for name in order[: last + 1])
        self.search = re.compile(pattern, re.DOTALL).search
        self.alone = [re.compile(self._one(name), re.DOTALL).search for name in ordered]

    def _one(self, name: str) -> str:
        value = rf"(?:\{{[^}}]*\}}|{_VALUE})"  # `ages` alone is an object, and holds none
        return f'"{name}":({value})' if name in self.wanted else f'"{name}":{value}'

    def values(self, text: str) -> tuple[str, ...]:
        """Their JSON, at their places."""
        found = self.search(text)
        if found is not None:
            return found.groups()
        return tuple(one(text)[1] for one in self.alone)  # type: ignore[index]


@dataclass(slots=True)
class _Row:
    """A row on its way into the answer; the stored text about it is taken apart at its holes."""

    write: Writer
    pick: Pick
    shown: Shown
    head: str
    rest: str
    tail: list[str]


Make = Callable[..., str]


class Selection:
    """Which members of an answer, and of its results, are wanted. Made once, used for any number of answers."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = [
            (f'"{one.key}":', one, _Result(one.of or ()) if one.name in _LISTS else None) for one in members
        ]

    def written(self, around: Mapping[str, Any], lists: Mapping[str, Sequence[Pick]], write: Writer) -> str:
        """The answer as JSON text."""
        parts = []
        for key, member, result in self.members:
            if member.constant is not None:
                parts.append(key + member.constant)
            elif result is None:
                parts.append(key + _dumped(_taken(around[member.name], member.of)))
            else:
                parts.append(f"{key}[{','.join([result.of(write, pick) for pick in lists[member.name]])}]")
        return f"{{{','.join(parts)}}}"


class _Object:
    """Writes objects: members that stand in a text, and members that are made."""

    def __init__(
        self, members: Sequence[Member], order: Sequence[str], made: Mapping[str, Callable[[Member], Make]]
    ) -> None:
        self.texts = _Texts(order, [one.name for one in members if one.name not in made])
        self.made: list[Make] = []
        written, places = [], []
        for one in members:
            if one.constant is not None:
                written.append(f'"{one.key}":{one.constant.replace("%", "%%")}')
                continue
            written.append(f'"{one.key}":%s')
            if one.name in made:
                places.append(len(self.texts.places) + len(self.made))
                self.made.append(made[one.name](one))
            else:
                places.append(self.texts.places[one.name])
        self.template = f"{{{','.join(written)}}}"
        self.arranged: Callable[[Sequence[str]], Any] = itemgetter(*places) if places else lambda _: ()

    def written(self, text: str, *of: Any) -> str:
        """The object, with members out of `text`, and members made `of` the rest."""
        made = [make(*of) for make in self.made]
        values = (*self.texts.values(text), *made) if self.texts.places else made
        written: str = self.template % self.arranged(values)
        return written


class _Result(_Object):
    """Writes results."""

    def __init__(self, members: Sequence[Member]) -> None:
        super().__init__(members, _HEAD, _OWN)

    def of(self, write: Writer, pick: Pick) -> str:
        """What is wanted of one."""
        shown = Shown(*pick.shown)
        head, rest, *tail = shown.text.split(HOLE)
        return self.written(head, _Row(write, pick, shown, head, rest, tail))


def _own(make: Make) -> Callable[[Member], Make]:
    return lambda _: make


def _parsed(value: Callable[[_Row], str]) -> Callable[[Member], Make]:
    """Members that are small or rarely asked for are read and written again."""

    def of(member: Member) -> Make:
        return lambda row: _dumped(_taken(orjson.loads(value(row)), member.of))

    return of


def _opening(member: Member) -> Make:
    """Of a writer, hours, zone and notes."""
    hours = _Object(member.of or (), (), _HOURS)
    return lambda *of: hours.written("", *of)


def _open(member: Member) -> Make:
    opening = _opening(member)
    return lambda row: opening(row.write, row.shown.hours, row.shown.zone, row.shown.notes)


def _distance(member: Member) -> Make:
    distance = _Object(member.of or (), (), _DISTANCE)
    return lambda row: distance.written("", row)


def _police(member: Member) -> Make:
    police = _Object(member.of or (), _POLICE, {"counts_as": _own(lambda row: row.write.counts_as(row.shown))})
    return lambda row: police.written(row.head[row.head.index('"police":{') :], row)


def _access(member: Member) -> Make:
    way = _Object(member.of or (), _WAY, {"open": _opening})

    def write(row: _Row) -> str:
        if not row.tail:
            return "[]"
        shown, pieces = row.shown, [row.rest[row.rest.index('"access":') :], *row.tail[:-1]]
        hours = (
            [(shown.hours, shown.notes)] * len(pieces) if shown.ways is None else [(own, None) for own in shown.ways]
        )
        written = [
            way.written(piece, row.write, own, shown.zone, notes)
            for piece, (own, notes) in zip(pieces, hours, strict=False)
        ]
        return f"[{','.join(written)}]"

    return write


_HOURS: dict[str, Callable[[Member], Make]] = {
    "state": _own(lambda _, hours, __, ___: f'"{hours[0]}"'),
    "label": _own(lambda write, hours, _, __: write.open_labels[hours[0]]),
    "until": _own(lambda write, hours, _, __: write.instant(hours[1])),
    "opens_at": _own(lambda write, hours, _, __: write.instant(hours[2])),
    "closes_in_min": _own(lambda write, hours, _, __: write.closes_in(hours)),
    "opens_in_min": _own(lambda write, hours, _, __: write.minutes(hours[2])),
    "zone": _own(lambda write, _, zone, __: write.text(zone)),
    "why": _own(lambda write, hours, _, notes: f'"{write.why(hours, notes)}"'),
    "why_label": _own(lambda write, hours, _, notes: write.why_labels[write.why(hours, notes)]),
}
_DISTANCE: dict[str, Callable[[Member], Make]] = {
    "metres": _own(lambda row: row.write.metres(row.pick, row.shown)),
    "precision": _own(lambda row: f'"{row.shown.precision}"'),
}
_OWN: dict[str, Callable[[Member], Make]] = {
    "id": _own(lambda row: f'"{row.shown.id}"'),
    "confirmed_on": _own(lambda row: row.write.day(row.shown.confirmed_on)),
    "freshness": _own(lambda row: f'"{row.shown.freshness}"'),
    "ask": _own(lambda row: row.write.asks(row.pick, row.shown)),
    "open": _open,
    "distance": _distance,
    "police": _police,
    "access": _access,
    "address": _parsed(lambda row: row.shown.address or "null"),
    "capacity": _parsed(lambda row: row.write.capacity(row.shown)),
    "ages": _parsed(lambda row: row.head[(at := row.head.index('"ages":') + 7) : row.head.index("}", at) + 1]),
    "attributes": _parsed(lambda row: row.rest[row.rest.index('"attributes":') + 13 : row.rest.index(',"access":')]),
}


def _taken(value: Any, members: Sequence[Member] | None) -> Any:
    if members is None or value is None:
        return value
    if isinstance(value, list):
        return [_taken(one, members) for one in value]
    return {
        one.key: orjson.Fragment(one.constant) if one.constant is not None else _taken(value[one.name], one.of)
        for one in members
    }


def _dumped(value: Any) -> str:
    return orjson.dumps(value).decode()
