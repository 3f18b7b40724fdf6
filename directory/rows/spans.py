"""The hours of a row and of each way in, as the intervals that are stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from directory.rows.material import Material, Said
from directory.rows.ways import Way, Window, alike, id_of, schedule_of, spans_of, timed, ways_in
from directory.rules.hours import Applies, Closure, Note, Schedule, Span, Spans, nearest, unite


@dataclass(frozen=True, slots=True)
class Timed:
    """The ways in, each once for every set of hours it keeps; the door's hours, if there is one; and all united."""

    ways: tuple[Way, ...]
    by_way: tuple[Spans, ...]
    door: Spans | None
    known: Spans
    zone: str | None

    @property
    def each(self) -> tuple[Spans, ...]:
        """The hours of every way in the order of the row's columns: as shown, then the door."""
        return self.by_way if self.door is None else (*self.by_way, self.door)


def timed_ways(
    material: Material, service: Said, at: Said | None, place: Said | None, window: Window, *, goes: bool
) -> Timed:
    """Every way in with its hours, by the nearest schedule that speaks of it.

    `goes`: one goes to the place. The office of a line, or the base of a team that comes, is no way in.
    """
    zone = place["zone"] if place else None
    owners = (id_of(at), service["id"], id_of(place))
    levels = [[schedule_of(row, zone) for row in material.of("schedule", owner)] for owner in owners]
    closures = _closures(material, service, at, place, window)
    ways = ways_in(material, service, at, place, zone)
    shown = [pair for way in ways for pair in timed(way, levels, closures, window)]
    door = None
    if goes and place is not None and place["location_type"] == "physical" and not place["confidential"]:
        door = spans_of(nearest(Applies.door, levels=levels), closures, window)
    each = [spans_ for _, spans_ in shown] + ([door] if door else [])
    # a service without a way in that we know of still has hours, if they are stated
    known = unite(each) if each else spans_of(nearest(Applies.phone, levels=levels), closures, window)
    return Timed(
        tuple(way for way, _ in shown), tuple(spans_ for _, spans_ in shown), door, known, zone or _zone(levels, ways)
    )


def columns(hours: Timed) -> dict[str, Any]:
    """The row's own intervals and each way's, as the database reads them; a way's only where they differ."""
    each = () if all(alike(way, hours.known) for way in hours.each) else hours.each
    return {
        "open": _written(hours.known.open),
        "unknown": _written(hours.known.unknown),
        "call_first": _written(hours.known.call_first),
        "way_open": [_written(way.open) for way in each],
        "way_unknown": [_written(way.unknown) for way in each],
        "way_call_first": [_written(way.call_first) for way in each],
        "notes": [_note(note) for note in hours.known.notes] or None,
        "zone": hours.zone,
    }


def _closures(
    material: Material, service: Said, at: Said | None, place: Said | None, window: Window
) -> tuple[Closure, ...]:
    stated = [
        Closure(starts=row["starts_at"], ends=row["ends_at"], reason=row["reason"] or "")
        for row in material.of("closure", id_of(at), service["id"], id_of(place))
    ]
    if service["status"] == "temporarily closed":
        stated.append(Closure(starts=window.start, ends=None, reason=service["alert"] or ""))
    return tuple(stated)


def _zone(levels: Sequence[Sequence[Schedule]], ways: Sequence[Way]) -> str | None:
    stated = [*(s.zone for level in levels for s in level), *(s.zone for way in ways for s in way.schedules)]
    return stated[0] if stated else None


@lru_cache(maxsize=4096)
def _written(stretches: tuple[Span, ...]) -> str:
    return "{" + ",".join(f"[{start.isoformat()},{end.isoformat()})" for start, end in stretches) + "}"


def _note(note: Note) -> list[str]:
    return [note.start.isoformat(), note.end.isoformat(), note.why, note.detail]
