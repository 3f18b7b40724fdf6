"""How far each list has been shown, as a cursor that a caller may hand back."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from core.paging import BadCursor, pack, unpack

NO_ID = "00000000-0000-0000-0000-000000000000"
FITS, MIGHT, HIDDEN = "fits", "might_fit", "ruled_out"
_SHAPE: tuple[type, ...] = (float, float, str, float, str, float, str)
_SHAPES = {FITS: _SHAPE, MIGHT: _SHAPE, HIDDEN: _SHAPE}


@dataclass(frozen=True, slots=True)
class Position:
    """The last place, team and line that were shown: metres and id, or behind all metres rank and id.

    `scored_at`: when the first page was made, in seconds since 1970; ages count as they did then, or a row would change
    its place between two pages.

    Of what fits, places and teams without a point come behind those with one. In the other lists they count as lines.
    """

    scored_at: float = 0.0
    place_key: float = -1.0
    place_id: str = NO_ID
    team_key: float = -1.0
    team_id: str = NO_ID
    line_key: float = -1.0
    line_id: str = NO_ID

    def behind(self, walk: str, key: float, row_id: str) -> "Position":
        """The position behind a row of that walk."""
        if walk == "place":
            return replace(self, place_key=key, place_id=row_id)
        if walk == "team":
            return replace(self, team_key=key, team_id=row_id)
        return replace(self, line_key=key, line_id=row_id)

    def cursor(self, of: str) -> str:
        """The position as a caller may hand it back."""
        return pack(
            of, self.scored_at, self.place_key, self.place_id, self.team_key, self.team_id, self.line_key, self.line_id
        )  # fmt: skip

    def scored(self, now: datetime) -> datetime:
        """The time that keys go by: `now` on the first page."""
        return datetime.fromtimestamp(self.scored_at, UTC) if 0 < self.scored_at < now.timestamp() else now


def read(cursor: str) -> tuple[str, Position]:
    """The list that a cursor continues, and from where.

    Raises:
        BadCursor: not ours.
    """
    of, said = unpack(cursor, _SHAPES)
    scored_at, *behind = said
    keys, ids = behind[::2], behind[1::2]
    try:
        at = [(float(key), str(UUID(str(one)))) for key, one in zip(keys, ids, strict=True)]
    except ValueError as error:
        raise BadCursor from error
    (place_key, place_id), (team_key, team_id), (line_key, line_id) = at
    return of, Position(float(scored_at), place_key, place_id, team_key, team_id, line_key, line_id)
