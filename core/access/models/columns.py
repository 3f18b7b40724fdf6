"""Kinds of columns that these tables share."""

from typing import Any

from sqlalchemy import Column, DateTime, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY


def at(*, nullable: bool = False) -> Any:
    """An instant."""
    return Column(DateTime(timezone=True), nullable=nullable)


def octets(*, nullable: bool = False, unique: bool = False) -> Any:
    """A hash, or sealed text."""
    return Column(LargeBinary, nullable=nullable, unique=unique)


def texts() -> Any:
    """A list of words."""
    return Column(ARRAY(Text), nullable=False)
