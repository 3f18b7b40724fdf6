"""Hours on a terminal: in the service's clock, in the asker's, and how many minutes are left."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from api.web.words import Words
from directory import At, Opening, SearchInput

# Beyond it the clock says more than a count of minutes.
_SOON = 120
# Minutes after which a weekday alone might be the one after.
_DAYS = 6 * 24 * 60


def lines(opening: Opening, at: At | None, ask: SearchInput, say: Words) -> Iterator[str]:
    """The state; until when, or from when; how soon; and the same moment where it was asked from."""
    opens = opening.opens_at if opening.state == "closed" else None  # of unknown hours nothing is said to begin
    moment = opening.until if opening.until is not None else opens
    if moment is None:
        yield opening.label
        yield opening.why_label
        return
    closes = opening.closes_in_min is not None
    left = opening.closes_in_min if closes else opening.opens_in_min
    dated = left is not None and left > _DAYS
    there = _local(moment, opening.zone, say, dated=dated)
    yield say("cli_opens" if opening.until is None else "cli_until", state=opening.label, when=there)
    if left is not None and left <= _SOON:
        verb = "closes" if closes else "opens"
        yield say(f"{verb}_in" if ask.open in {"any", "now"} else f"cli_{verb}_later", min=left)
    here = None if at is None or at.zone is None else _local(moment, at.zone, say, dated=dated)
    if here is not None and _clock(here) != _clock(there):
        yield say("where_you_asked", when=here)


def _local(moment: datetime, zone: str | None, say: Words, *, dated: bool) -> str:
    """In a zone that is named: a time without a zone is no time."""
    there = moment.astimezone(ZoneInfo(zone or "UTC"))
    day = say("days").split()[there.weekday()]
    if dated:
        day = f"{day} {there:%d} {say('months').split()[there.month - 1]}"
    return f"{day} {there:%H:%M %Z}"


def _clock(said: str) -> str:
    """Day and time without the zone's name: two zones that read the same need not be said twice."""
    return said.rsplit(" ", 1)[0]
