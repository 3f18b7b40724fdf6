"""Cursors: opaque to the caller, a keyset position to us."""

import base64
import binascii
import json

from core.errors import Invalid


class BadCursor(Invalid):
    """That cursor cannot be used."""

    def __init__(self) -> None:
        super().__init__(
            "The cursor is malformed. Use `next` of an earlier answer unchanged, or leave it out to start over."
        )


def pack(kind: str, *position: str | float | None) -> str:
    """A cursor for the row that was last shown in the list named `kind`."""
    raw = json.dumps([kind, *position], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unpack(cursor: str, shapes: dict[str, tuple[type, ...]]) -> tuple[str, list[str | float]]:
    """The list's name and the position in it.

    Raises:
        BadCursor: not ours, or of another shape than `shapes` (list name -> types of its position).
    """
    try:
        kind, *position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        shape = shapes[kind]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise BadCursor from error
    if len(position) != len(shape) or not all(map(isinstance, position, shape)):
        raise BadCursor
    return kind, position
