"""Phone numbers: which one is meant, however it is written."""

from functools import lru_cache

import phonenumbers
from phonenumbers import Leniency, PhoneNumber, PhoneNumberFormat, PhoneNumberMatcher, ValidationResult

_HOME = "US"


def dialled(number: str) -> str | None:
    """A number as a message is sent to it, `+13035550101`; None of a short code, and of what cannot be read."""
    read = _read(number)
    return _written(read) if read is not None and _whole(read) and not read.extension else None


@lru_cache(maxsize=4096)
def called(number: str) -> frozenset[str]:
    """The numbers that are meant, the same for each way to write one: so that none passes for another.

    Short codes have one as well. Who answers at an extension is somebody else. What cannot be read is its digits, or
    its words where it has none.
    """
    read = _read(number)
    if read is not None and _whole(read):
        return frozenset({_written(read)})
    among = [match.number for match in PhoneNumberMatcher(number, _HOME, leniency=Leniency.POSSIBLE)]
    if not among and read is not None:
        among = [read]
    if among:
        return frozenset(_written(one) for one in among)
    return frozenset({"".join(sign for sign in number if sign.isdecimal()) or number.strip().casefold()})


def in_full(number: str, extension: float | None) -> str:
    """A number with its extension, as it is shown."""
    return number if extension is None else f"{number} ext. {extension:.0f}"


def _read(number: str) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(number, _HOME)
    except phonenumbers.NumberParseException:
        return None


def _whole(number: PhoneNumber) -> bool:
    return phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE


def _written(number: PhoneNumber) -> str:
    inner = f";ext={number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) + inner
