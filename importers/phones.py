"""Phone numbers, cleaned as far as they can be read; what cannot stays as it was written."""

from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat

_NORTH_AMERICA = 1
_HOME = "US"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as we write it. `dialled` is false when the text could not be read as a number of that country."""

    text: str
    extension: int | None = None
    dialled: bool = True


def clean(text: str) -> Number | None:
    """434-979-8871 for the North American plan, +44 ... elsewhere; None when no digit is in it.

    Short codes (988, 211) and anything unreadable keep the source's writing: a wrong guess rings a stranger.
    """
    plain = text.strip().strip("\"'").strip()
    if not any(character.isdigit() for character in plain):
        return None
    if plain.isdigit() and len(plain) <= len("116123"):
        return Number(plain)
    try:
        read = phonenumbers.parse(plain, _HOME)
    except phonenumbers.NumberParseException:
        return Number(plain, dialled=False)
    if not phonenumbers.is_valid_number(read):
        return Number(plain, dialled=False)
    extension = int(read.extension) if read.extension else None
    read.extension = None
    written = phonenumbers.format_number(read, PhoneNumberFormat.INTERNATIONAL)
    if read.country_code == _NORTH_AMERICA:
        written = written.removeprefix("+1 ")
    return Number(written, extension)
