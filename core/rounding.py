"""Positions in what is logged: two decimals at most, wherever they stand."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from uuid import UUID

_DECIMALS = 2
_MOST = 180.0
# A number that could be degrees, with more decimals than a log may hold. No part of a time (`26.123456` after
# `18:29:`), of a version or an address (`192.168.1.1`), of a word or an id; but what follows `%2C` or `%3D` in a URL.
_EXACT = re.compile(
    r"(?:(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt])|(?<![\w.]))(?<!\d:)\d{1,3}\.\d{3,}(?:[eE][-+]?\d{1,3})?(?!\d|\.\d)"
)
_NAMED = re.compile(r"(?:^|_)(?:lat|lon|lng|long|latitude|longitude|near|position|point|geom|geog|x|y)$", re.IGNORECASE)
_TOLD = (bool, int, date, datetime, time, UUID, type(None))
_PAIR = 2


def rounded_text(text: str) -> str:
    """The text with every number that could be a latitude or a longitude rounded."""
    return _EXACT.sub(lambda found: f"{float(found[0]):.{_DECIMALS}f}", text)


def rounded(value: object, *, named: bool = False) -> object:
    """What a log may say instead of a value; `named`: the value is called a position.

    Numbers are rounded where they are called one or where two stand together; how long something took stays exact.
    Things that are no plain values are told as the text they would be written as.
    """
    if isinstance(value, str):
        return rounded_text(value)
    if isinstance(value, float):
        return round(value, _DECIMALS) if named and abs(value) <= _MOST else value
    if isinstance(value, _TOLD):
        return value
    if isinstance(value, Mapping):
        return {key: rounded(one, named=named or is_position(key)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        pair = sum(isinstance(one, float) for one in value) >= _PAIR
        return [rounded(one, named=named or pair) for one in value]
    return rounded_text(repr(value))


def is_position(name: object) -> bool:
    """Whether a member of that name says where somebody or something is."""
    return isinstance(name, str) and _NAMED.search(name) is not None
