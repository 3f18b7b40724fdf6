"""Hours on a terminal: in the service's clock, in the asker's, and how many minutes are left."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from directory import At, Opening, SearchInput

# Beyond it the clock says more than a count of minutes.
_SOON = 120
# Minutes after which a weekday alone might be the one after.
_DAYS = 6 * 24 * 60


def lines(opening: Opening, at: At | None, ask: SearchInput) -> Iterator[str]:
    """The state; until when, or from when; how soon; and the same moment where it was asked from."""
    opens = opening.opens_at if opening.state == "closed" else None  # of unknown hours nothing is said to begin
    moment = opening.until if opening.until is not None else opens
    if moment is None:
        yield opening.label
        yield opening.why_label
        return
    left, verb = (
        (opening.closes_in_min, "closes") if opening.closes_in_min is not None else (opening.opens_in_min, "opens")
    )
    dated = left is not None and left > _DAYS
    there = _local(moment, opening.zone, dated=dated)
    yield f"{opening.label} until {there}" if opening.until is not None else f"{opening.label}, opens {there}"
    if left is not None and left <= _SOON:
        yield f"{verb} in {left} min" if ask.open in {"any", "now"} else f"{verb} {left} min later"
    here = None if at is None or at.zone is None else _local(moment, at.zone, dated=dated)
    if here is not None and _clock(here) != _clock(there):
        yield f"{here} where you asked"


def _local(moment: datetime, zone: str | None, *, dated: bool) -> str:
    """In a zone that is named: a time without a zone is no time."""
    return moment.astimezone(ZoneInfo(zone or "UTC")).strftime("%a %d %b %H:%M %Z" if dated else "%a %H:%M %Z")


def _clock(said: str) -> str:
    """Day and time without the zone's name: two zones that read the same need not be said twice."""
    return said.rsplit(" ", 1)[0]
