"""Kinds of columns that these tables share."""

from typing import Any

from sqlalchemy import Column, DateTime, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY


def at(*, nullable: bool = False) -> Any:
    """An instant."""
    return Column(DateTime(timezone=True), nullable=nullable)


def octets(*, unique: bool = False, index: bool = False) -> Any:
    """A hash, or sealed text."""
    return Column(LargeBinary, nullable=True, unique=unique, index=index or None)


def texts() -> Any:
    """A list of codes."""
    return Column(ARRAY(Text), nullable=False)


def ids() -> Any:
    """A list of ids."""
    return Column(ARRAY(Uuid), nullable=False)
