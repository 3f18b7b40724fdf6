"""What was asked, as the numbers and codes the statement needs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.geo import Point, box, scale
from core.paging import BadCursor, pack, unpack
from directory.errors import TimeTooFar
from directory.rows.row import MODES
from directory.rules.coverage import in_united_states
from directory.taxonomy import require
from directory.views.search import At, SearchInput

# Rows hold hours from a day before their last change to two weeks ahead.
_BACK = timedelta(days=1)
_AHEAD = timedelta(days=14)
_YEARS = 5
_SHAPE: tuple[type, ...] = (float, str, float, str)
NO_ID = "00000000-0000-0000-0000-000000000000"
_LINES = ("LINE.", "DV.LINE", "HARM.OD")
GONE = 1e12
FITS, MIGHT = "fits", "might_fit"


@dataclass(frozen=True, slots=True)
class Position:
    """How far a list has been shown: the last place (metres, id) and the last line (rank, id)."""

    place_key: float = -1.0
    place_id: str = NO_ID
    line_key: float = -1.0
    line_id: str = NO_ID

    def cursor(self, of: str) -> str:
        """The position as a caller may hand it back."""
        return pack(of, self.place_key, self.place_id, self.line_key, self.line_id)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which of the fixed parts the statement is put together from."""

    at_point: bool
    tagged: bool
    worded: bool
    asks_open: bool
    by_mode: bool
    fits: bool
    might: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A search, ready to be run: the statement's shape, its parameters, and what the answer must speak of."""

    ask: SearchInput
    at: At | None
    now: datetime
    time: datetime
    shape: Shape
    after: Position
    parameters: dict[str, Any]

    @property
    def computed(self) -> bool:
        """Whether the stored intervals reach that time."""
        return self.now - _BACK <= self.time < self.now + _AHEAD

    def certain(self, walked_to: float) -> float:
        """Below how many metres every row has been seen, once the walk has come that far in projected units.

        A row not yet seen lies at `walked_to` or beyond; projection stretches, so it cannot be nearer than that
        divided by the greatest stretch within that distance.
        """
        if self.at is None:
            return GONE
        _, greatest = scale(Point(self.at.lat, self.at.lon), walked_to)
        return walked_to / greatest


def question(ask: SearchInput, at: At | None, now: datetime) -> Question:
    """Check every code and the cursor, and work out the numbers.

    Raises:
        UnknownCode: a kind or mode that is not ours.
        BadCursor: a cursor that is not ours.
    """
    for kind in ask.kind:
        require("kind", kind)
    if ask.mode is not None:
        require("mode", ask.mode)
    of, after = (None, Position()) if ask.cursor is None else _position(ask.cursor)
    time = now if ask.open in {"any", "now"} else _time(ask.open, now)
    must, relaxed = _tags(ask)
    lines_first = bool(ask.kind) and all(kind.startswith(_LINES) for kind in ask.kind)
    parameters: dict[str, Any] = {
        "t": time, "now": now, "must": must, "relaxed": relaxed, "q": ask.q, "limit": ask.limit + 1,
        "bit": MODES[ask.mode] if ask.mode else 0,
        "place_stage": int(lines_first), "line_stage": int(not lines_first),
        "place_key": after.place_key, "place_id": after.place_id, "line_key": after.line_key, "line_id": after.line_id,
        "nationwide": True,
    }  # fmt: skip
    if at is not None:
        point = Point(at.lat, at.lon)
        x, y = point.mercator()
        x1, y1, x2, y2 = box(point, ask.within_m)
        parameters |= {
            "x": x, "y": y, "lat": at.lat, "lon": at.lon, "x1": x1, "y1": y1, "x2": x2, "y2": y2,
            "within": ask.within_m, "nationwide": in_united_states(point),
        }  # fmt: skip
    shape = Shape(
        at_point=at is not None,
        tagged=bool(must),
        worded=ask.q is not None,
        asks_open=ask.open != "any",
        by_mode=ask.mode is not None,
        fits=of in (None, FITS),
        might=of in (None, MIGHT),
    )
    return Question(ask, at, now, time, shape, after, parameters)


def _position(cursor: str) -> tuple[str, Position]:
    of, (place_key, place_id, line_key, line_id) = unpack(cursor, {FITS: _SHAPE, MIGHT: _SHAPE})
    try:
        return of, Position(float(place_key), str(UUID(str(place_id))), float(line_key), str(UUID(str(line_id))))
    except ValueError as error:
        raise BadCursor from error


def _time(asked: str, now: datetime) -> datetime:
    time = datetime.fromisoformat(asked)
    if not now.year - _YEARS <= time.year <= now.year + _YEARS:
        raise TimeTooFar(f"{asked} is too far away: hours can be asked for up to {_YEARS} years from now.")
    return time


def _tags(ask: SearchInput) -> tuple[list[str], list[str]]:
    """Alternatives, space between them, one entry a filter: what must hold, and the same or not stated."""
    kinds = [" ".join(f"kind:{kind}" for kind in ask.kind)] if ask.kind else []
    must, relaxed = [*kinds], [*kinds]
    if ask.language is not None:
        must.append(f"lang:{ask.language}")
        relaxed.append(f"lang:{ask.language} lang:?")
    if len(ask.kind) == 1 and ask.language is not None:
        # the pair is one rare tag where its parts are two common ones
        must.append(f"kind:{ask.kind[0]}+lang:{ask.language}")
        relaxed.append(f"kind:{ask.kind[0]}+lang:{ask.language} kind:{ask.kind[0]}+lang:?")
    if ask.mode is not None:
        must.append(f"mode:{ask.mode}")
        relaxed.append(f"mode:{ask.mode} mode:?" + (" mode:door?" if ask.mode == "door" else ""))
    return must, relaxed
