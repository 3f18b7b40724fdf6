"""What was asked, as the shape, the numbers and the tags that the statement needs."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.geo import Point, box, scale
from core.security import Caller, Role
from directory.errors import Contradiction, TimeTooFar
from directory.rows.facets import TEAM_TAG, WITHHELD_TAGS
from directory.rows.row import LINES, MODES, STEPS, TEAMS
from directory.rules.police import MAY_CALL, rank
from directory.rules.tags import any_of, language_of
from directory.search.filters import Filters, filters
from directory.search.places import Found
from directory.search.position import FITS, HIDDEN, MIGHT, Position, read
from directory.search.sql import Shape
from directory.search.words import Words
from directory.taxonomy import require
from directory.views.search import At, SearchInput, by_place

# Rows hold hours from a day before their last change to two weeks ahead.
_BACK = timedelta(days=1)
_AHEAD = timedelta(days=14)
_YEARS = 5
GONE = 1e12
# Keys of teams and places without a point begin here: behind those of every row that has one.
BEYOND = 1e9
# How many of the nearest rows are looked at for what might fit and what is hidden, and how many without a point.
LOOK, LOOK_LINES = 80, 60
COUNT = 50
# Who arrives so comes to the door; a team that comes has none.
_BY_DOOR = frozenset({"walk_in", "van", "ems", "police"})
# A list of what might fit is kept short while enough fits.
_MIGHT_AT_LEAST = 5


@dataclass(frozen=True, slots=True)
class Question:
    """A search, ready to be run: the statement's shape, its parameters, and what the answer must speak of."""

    ask: SearchInput
    at: At | None
    now: datetime
    time: datetime
    shape: Shape
    filters: Filters
    after: Position
    parameters: dict[str, Any]

    @property
    def computed(self) -> bool:
        """Whether the stored intervals reach that time."""
        return self.now - _BACK <= self.time < self.now + _AHEAD

    @property
    def as_of(self) -> datetime:
        """When what is stated has to hold still: at the time asked about, or now where that is past."""
        return max(self.now, self.time).astimezone(UTC)

    @property
    def fewer(self) -> int:
        """How many teams, and how many lines, go with `limit` places."""
        return int(self.parameters["fewer"])

    def certain(self, walked_to: float) -> float:
        """Below which key every row has been seen, once the walk has come that far in projected units.

        A row not yet seen lies at `walked_to` or beyond; projection stretches, so it cannot be nearer than that
        divided by the greatest stretch within that distance; and no key is below its row's distance.
        """
        if self.at is None:
            return GONE
        _, greatest = scale(Point(self.at.lat, self.at.lon), walked_to)
        return walked_to / greatest


def question(
    ask: SearchInput, found: Found | None, words: Words | None, now: datetime, *, labels: str, caller: Caller
) -> Question:
    """Check every code and the cursor, and work out the numbers.

    A reader of the police is asked nothing more and told nothing of what chose not to be shown to them: such rows are
    in no list, order or count of theirs.

    Raises:
        UnknownCode: a code that is not ours.
        BadCursor: a cursor that is not ours.
        Contradiction: parts of the question that cannot both hold.
    """
    for kind in ask.kind:
        require("kind", kind)
    _agree(ask, found)
    wanted = filters(ask)
    of, after = (None, Position()) if ask.cursor is None else read(ask.cursor)
    scored = after.scored(now)
    after = replace(after, scored_at=scored.timestamp())
    if ask.hidden is not None and of not in {None, HIDDEN}:
        raise Contradiction("That cursor continues another list: leave out `hidden`, or the cursor.")
    time = now if ask.open in {"any", "now"} else _time(ask.open, now)
    shape = Shape(
        labels=labels,
        at_point=found is not None,
        kinds=bool(ask.kind),
        tagged=bool(wanted.must),
        outs=bool(wanted.outs),
        words="" if words is None else "rare" if words.rare else "common",
        phrases=words is not None and words.phrases,
        opens=_opens(ask),
        police="" if ask.police_max is None else "low" if rank(ask.police_max) < MAY_CALL else "high",
        age=ask.age is not None,
        free=ask.free is not None,
        by_mode=bool(ask.mode),
        by_door=ask.arrive in _BY_DOOR,
        in_language=ask.language is not None,
        teams=not ask.kind or any(kind.startswith(TEAMS) for kind in ask.kind),
        paged=ask.cursor is not None,
        fits=ask.hidden is None and of in {None, FITS},
        might=ask.hidden is None and of in {None, MIGHT},
        hidden=ask.hidden is not None,
        elsewhere=ask.hidden == "not_covering",
        withheld=Role.police in caller.roles,
    )
    lasting = ask.open_for_min or ask.opens_within_min or 0
    parameters: dict[str, Any] = {
        "t": time, "t_end": time + timedelta(minutes=lasting), "now": now, "scored": scored, "as_of": max(now, time),
        "today": max(now, time).astimezone(UTC).date(), "door": MODES["door"],
        "kinds": any_of(wanted.kinds), "must": any_of(wanted.must),
        "must_team": any_of([*wanted.must, [TEAM_TAG]]), "words": words and words.query,
        "stems": words and words.stems,
        "outs": _array(wanted.outs), "reasons": _array(wanted.reasons), "asked": _array(sorted(wanted.asked)),
        "bits": sum(MODES[mode] for mode in ask.mode), "language": ask.language and language_of(ask.language),
        "police": None if ask.police_max is None else rank(ask.police_max),
        "age": None if ask.age is None else float(ask.age), "free": ask.free, "hidden": ask.hidden,
        "withheld": _array(WITHHELD_TAGS), "beyond": BEYOND, "limit": ask.limit, "fewer": (ask.limit + 1) // 2,
        "count": COUNT,
        "might": _MIGHT_AT_LEAST if of is None and shape.fits else ask.limit,
        "place_key": after.place_key, "place_id": after.place_id, "team_key": after.team_key, "team_id": after.team_id,
        "line_key": after.line_key, "line_id": after.line_id,
    }  # fmt: skip
    if found is not None:
        point = Point(found.at.lat, found.at.lon)
        x, y = point.mercator()
        x1, y1, x2, y2 = box(point, ask.within_m)
        parameters |= {
            "x": x, "y": y, "lat": found.at.lat, "lon": found.at.lon, "zip": found.zip, "x1": x1, "y1": y1, "x2": x2,
            "y2": y2, "within": float(ask.within_m), "stretch": scale(point, ask.within_m)[1],
            "least_radius": ask.within_m - max(STEPS.values()),
        }  # fmt: skip
    return Question(ask, found.at if found else None, now, time, shape, wanted, after, parameters)


def lines_first(ask: SearchInput) -> bool:
    """Whether only lines were asked for; then they come before any place."""
    return bool(ask.kind) and all(kind.startswith(LINES) for kind in ask.kind)


def _agree(ask: SearchInput, found: Found | None) -> None:
    if ask.police_max is not None:
        require("police", ask.police_max)
        if ask.police_max == "PU":
            raise Contradiction("`police_max` is a level from P0 to P5; PU means that none is stated.")
        if ask.arrive == "police" and rank(ask.police_max) < rank("P4"):
            raise Contradiction("Arriving with police is police present: ask for `police_max` P4 or higher.")
    if ask.involuntary_max == "IU":
        raise Contradiction("`involuntary_max` is a policy from I0 to I3; IU means that none is stated.")
    if ask.hidden is not None:
        require("hidden", ask.hidden)
        if found is None and by_place(ask.hidden):
            raise Contradiction("To see what lies elsewhere say where you are: lat and lon, or near.")


def _opens(ask: SearchInput) -> str:
    if ask.open_for_min:
        return "for"
    if ask.opens_within_min:
        return "within"
    return "" if ask.open == "any" else "at"


def _array(values: Any) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _time(asked: str, now: datetime) -> datetime:
    time = datetime.fromisoformat(asked)
    if not now.year - _YEARS <= time.year <= now.year + _YEARS:
        raise TimeTooFar(f"{asked} is too far away: hours can be asked for up to {_YEARS} years from now.")
    return time
