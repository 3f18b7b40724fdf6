"""Rows that put fields back, or forward: the one way in which an undo and a confirmed fall are written."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Uuid, inspect

from directory.errors import ChangedSince, NotUndoable
from directory.models import Attribute, Row, Service
from directory.service.editing.whole import MODELS, Part, Whole, nothing, parts
from directory.service.flatten import Flat
from directory.service.listing import ORDER

_TABLES: Mapping[str, type[Row]] = {str(model.__tablename__): model for model in ORDER}
_READ: Mapping[type[Any], Any] = {
    date: date.fromisoformat, time: time.fromisoformat, datetime: datetime.fromisoformat, UUID: UUID,
}  # fmt: skip


def back(done: Sequence[Part]) -> list[Part]:
    """What undoes these."""
    return [Part(one.table, one.row_id, one.field, one.after, one.before) for one in done]


def restored(whole: Whole, wanted: Sequence[Part], services: Mapping[UUID, Mapping[str, Any]]) -> Flat:
    """Rows by which each field goes from `before` to `after`. `services`: whole rows of an organization's services.

    Raises:
        ChangedSince: a field is not as it was before. NotUndoable: it would take the listing itself away.
    """
    stored = {(one.table, one.row_id): one.after for one in parts(nothing(whole.root, whole.id), whole)}
    flat = Flat()
    changed: dict[tuple[str, UUID], dict[str, Any]] = {}
    since: set[str] = set()
    gone: set[tuple[str, UUID]] = set()
    for one in wanted:
        key = (one.table, one.row_id)
        if one.field is None:
            if stored.get(key) != one.before:
                since.add(one.table)
            elif one.after is None:
                gone.add(key)
            else:
                changed[key] = one.after
        elif key not in stored or stored[key].get(one.field) != one.before:
            since.add(f"{one.table}.{one.field}")
        else:
            changed.setdefault(key, dict(stored[key]))[one.field] = one.after
    since |= {
        f"{table}" for (table, row_id), row in stored.items() if (table, row_id) not in gone and _hangs(row, gone)
    }
    if since:
        raise ChangedSince(since)
    if (str(MODELS[whole.root].__tablename__), whole.id) in gone:
        raise NotUndoable("It was registered by that. Retire it instead.")
    for (table, _), row in changed.items():
        model = _TABLES[table]
        full = {**services[UUID(row["id"])], **row} if model is Service and row.keys() == {"id", "status"} else row
        flat.rows[model].append(_read(model, full))
    for table, row_id in gone:
        flat.within[_TABLES[table]]["id"].add(row_id)
    return flat


def _hangs(row: Mapping[str, Any], gone: set[tuple[str, UUID]]) -> bool:
    """Whether a row would be taken along by one of those."""
    owners = {(name.removesuffix("_id"), value) for name, value in row.items() if name.endswith("_id") and value}
    return any((table, str(row_id)) in owners for table, row_id in gone)


def _read(model: type[Row], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON holds it, as the table does. Nobody stands for what is put back."""
    columns: Mapping[str, Column[Any]] = inspect(model).local_table.c
    read = {name: _value(columns[name], value) for name, value in row.items() if name in columns}
    return read | ({"confirmed_by": None} if model is Attribute else {})


def _value(column: Column[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    kind = UUID if isinstance(column.type, Uuid) else column.type.python_type
    return _READ[kind](value) if kind in _READ else value
