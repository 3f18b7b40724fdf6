"""Ids: which are the source's own, which are made, and which a file uses for more than one thing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from importers.item import Item
from importers.node import Refused
from importers.report import Row

_DIGEST = 8
_NAMESPACE = uuid5(NAMESPACE_URL, "https://doorlight.example/import")


def made_id(publisher: str, kind: str, said: str) -> UUID:
    """The same UUID every time for the same thing of the same publisher."""
    return uuid5(_NAMESPACE, f"{publisher}:{kind}:{said}")


@dataclass(slots=True)
class Ledger:
    """Every row and every id of one file. What the file said of an id is known by its digest, not held."""

    publisher: str
    rows: list[Row] = field(default_factory=list)
    _whole: dict[tuple[str, UUID], tuple[str, bytes]] = field(default_factory=dict)
    _children: dict[tuple[str, UUID], tuple[UUID, bytes]] = field(default_factory=dict)

    def forget(self) -> None:
        """Let go of what the file said, once all of it is read; the rows stay."""
        self._whole.clear()
        self._children.clear()

    def row(self, path: str, kind: str) -> Row:
        """Open a row of the report."""
        row = Row(path, kind)
        self.rows.append(row)
        return row

    def id(self, item: Item, kind: str, *, owner: UUID | None = None) -> UUID:
        """The object's id. One that is no UUID becomes one; a child without any gets one made of what it says.

        Raises:
            Refused: something that stands on its own has none, so that a second import could not find it again.
        """
        said = item.raw("id")
        if isinstance(said, str | int) and not isinstance(said, bool) and str(said).strip():
            read = self.refer(kind, said)
            if not _is_uuid(said):
                item.alter("id", f"not a UUID; here it is {read}, made from it and the publisher {self.publisher!r}")
            return read
        if owner is None:
            raise Refused(item.path, "has no id, so a second import could not find it again")
        made = uuid5(owner, f"{kind}:{orjson.dumps(item.said, option=orjson.OPT_SORT_KEYS).decode()}")
        item.alter("id", f"missing; here it is {made}, made from what stands there")
        return made

    def refer(self, kind: str, said: str | int) -> UUID:
        """The id that something said elsewhere in the file has with us."""
        return UUID(str(said)) if _is_uuid(said) else made_id(self.publisher, kind, str(said).strip())

    def reference(self, item: Item, name: str, kind: str) -> UUID | None:
        """A member that names something else by its id."""
        said = item.raw(name)
        if said is None or said == "":
            return None
        if isinstance(said, bool) or not isinstance(said, str | int):
            item.unusable(name, "not an id")
            return None
        return self.refer(kind, said)

    def child(self, item: Item, kind: str, owner: UUID) -> UUID | None:
        """The id of something that hangs on an owner; None when it must not be imported (again).

        HSDS lets one phone hang on several owners under one id. A row of ours has one owner, so the first keeps
        the id and the others get ids of their own, the same at every import.
        """
        own = self.id(item, kind, owner=owner)
        said = _digest(item.said)
        first = self._children.get((kind, own))
        if first is not None and first[0] != owner:
            own = uuid5(own, str(owner))
            first = self._children.get((kind, own))
            if first is None:
                item.alter("id", f"this {kind} hangs on something else too; here it has an id of its own, {own}")
        if first is None:
            self._children[kind, own] = (owner, said)
            item.row.ids.append(own)
            return own
        if first[1] == said:
            item.alter("id", f"the same {kind} once more; left out")
        else:
            item.refuse("id", f"another {kind} with this id and other content; the first one counts")
        return None

    def first(self, item: Item, kind: str, row_id: UUID) -> bool:
        """Whether this is the file's first word about something that stands on its own.

        Raises:
            Refused: it was described before, and differently.
        """
        said = _members(item.said)
        before = self._whole.get((kind, row_id))
        if before is None:
            self._whole[kind, row_id] = (item.path, b"".join(said))
            return True
        path, known = before
        if not said <= {known[at : at + _DIGEST] for at in range(0, len(known), _DIGEST)}:
            raise Refused(item.path, f"another {kind} with the id of {path} and other content; that one counts")
        return False


def _members(said: Mapping[str, Any]) -> set[bytes]:
    return {_digest([name, value]) for name, value in said.items()}


def _digest(said: Any) -> bytes:
    return blake2b(orjson.dumps(said, option=orjson.OPT_SORT_KEYS), digest_size=_DIGEST).digest()


def _is_uuid(said: str | int) -> bool:
    try:
        UUID(str(said))
    except ValueError:
        return False
    return True
