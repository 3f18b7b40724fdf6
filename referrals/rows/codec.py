"""Facts of the log, and columns of rows, as the values they stand for; and back, as JSON can say them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from referrals.rules.case import Accountable, Event, Mode, Of, Pattern, Purpose
from referrals.rules.deadlines import Clock, Stage, Timer, Urgency
from referrals.rules.machines import Actor


def written(value: Any) -> Any:
    """As JSON says it."""
    for kind, as_json in _WRITTEN:
        if isinstance(value, kind):
            return as_json(value)
    return value


_WRITTEN: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (UUID, str),
    (datetime, datetime.isoformat),
    (Enum, lambda one: one.value),
    (frozenset, lambda several: sorted(written(one) for one in several)),
    (Timer, lambda one: {"clock": one.clock, "since": one.since.isoformat(), "until": one.until.isoformat()}),
    (Accountable, lambda one: {"agency_id": written(one.agency_id), "service_id": written(one.service_id)}),
)


def facts_written(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of one line."""
    return {name: written(value) for name, value in facts.items()}


def facts_read(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same, as they were before they were written."""
    return {name: value if value is None else _READ.get(name, _same)(value) for name, value in facts.items()}


def event_read(row: Mapping[str, Any]) -> Event:
    """A line of the log."""
    return Event(
        of=Of(row["of"]), subject_id=row["subject_id"], verb=row["verb"], start=row["start"], to=row["to"],
        by=Actor(row["by"]), at=row["at"], version=row["version"], reason=row["reason"],
        facts=facts_read(row["facts"]),
    )  # fmt: skip


def timer(clock: str | None, since: datetime | None, until: datetime | None) -> Timer | None:
    """A clock as a row has it."""
    return None if clock is None or since is None or until is None else Timer(Clock(clock), since, until)


def _same(value: Any) -> Any:
    return value


def _timer(value: Mapping[str, str]) -> Timer:
    return Timer(Clock(value["clock"]), datetime.fromisoformat(value["since"]), datetime.fromisoformat(value["until"]))


def _accountable(value: Mapping[str, str | None]) -> Accountable:
    return Accountable(**{name: None if one is None else UUID(one) for name, one in value.items()})


_READ: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("agency_id", "service_id", "pool_id", "on_duty", "winner", "offer_id"), UUID),
    "timer": _timer,
    "accountable": _accountable,
    "urgency": Urgency,
    "mode": Mode,
    "handoff": Mode,
    "pattern": Pattern,
    "purpose": Purpose,
    "stage": Stage,
    **dict.fromkeys(("until", "see_by"), datetime.fromisoformat),
    "missed_by": Actor,
    "services": lambda several: frozenset(map(UUID, several)),
    "fields": frozenset,
}
