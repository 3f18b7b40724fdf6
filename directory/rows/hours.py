"""Stored hours as the rules read them."""

from collections.abc import Mapping
from typing import Any

from directory.errors import BadSchedule
from directory.rules.hours import Applies, Freq, OnHolidays, Schedule
from directory.taxonomy import UnknownCode


def hours(row: Mapping[str, Any], *, zone: str) -> Schedule:
    """The rule's schedule for a stored or a handed-in one.

    Raises:
        BadSchedule: it contradicts itself, or the zone is not one.
    """
    try:
        return Schedule(
            zone=zone,
            applies_to=_applies(row["applies_to"]),
            freq=Freq(row["freq"]) if row["freq"] else None,
            byday=tuple(row["byday"]),
            bymonthday=tuple(row["bymonthday"]),
            interval=row["interval"],
            dtstart=row["dtstart"],
            until=row["until"],
            count=row["count"],
            wkst=row["wkst"],
            opens_at=row["opens_at"],
            closes_at=row["closes_at"],
            valid_from=row["valid_from"],
            valid_to=row["valid_to"],
            condition=row["condition"],
            holidays=OnHolidays(row["holidays"]),
        )
    except ValueError as error:
        raise BadSchedule(str(error)) from error


def _applies(code: str) -> Applies:
    try:
        return Applies(code)
    except ValueError:
        raise UnknownCode("mode", code) from None
