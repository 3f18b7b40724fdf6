"""One result, as the page shows it: everything decided here, so that the template only writes it down."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from api.web import say as speak
from api.web.asked import Asked
from api.web.needs import BEDS
from api.web.ways import Hours, Way, Writer, languages, mode_of, pressable
from api.web.words import Words
from directory import Result, Stated


@dataclass(frozen=True, slots=True)
class Source:
    """Who said so and when."""

    name: str | None
    url: str | None
    on: str | None
    iso: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """Attributes that are stated alike: yes or no, by the service alone or confirmed by somebody else."""

    heading: str
    labels: tuple[str, ...]
    since: str


@dataclass(frozen=True, slots=True)
class Card:
    """A result, ready to be written."""

    result: Result
    kinds: tuple[str, ...]
    hours: Hours
    door: Hours | None  # where it is not as the whole
    distance: str
    address: str
    source: Source
    police_means: str
    police_ask: str
    police_counts: str
    police_checked: str
    confirmed: str
    stale: bool
    buttons: tuple[Way, ...]
    ways: tuple[Way, ...]
    languages: str
    ages: str
    free: tuple[str, ...]
    needs: tuple[tuple[str, bool], ...]
    said: tuple[Said, ...]


def card(result: Result, asked: Asked, now: datetime, zone: str | None, say: Words) -> Card:
    """Everything the page says of a result."""
    write = Writer(result, asked, now, zone, say)
    ways, police = write.ranked(), result.police
    return Card(
        result=result,
        kinds=tuple(say.label("kind", kind) for kind in sorted(result.kinds, key=lambda kind: kind not in asked.kinds)),
        hours=write.hours(result.open),
        door=write.hours(result.door) if result.door is not None and speak.door_differs(result) else None,
        distance=speak.distance(result, say),
        address=_address(result),
        source=Source(
            name=police.source and speak.host(police.source),
            url=speak.link(police.source),
            on=speak.day(police.stated_on, say) if police.stated_on else None,
            iso=police.stated_on.isoformat() if police.stated_on else None,
        ),
        police_means=say("police_any") if police.level == "PU" else say.defined("police", police.level),
        police_ask=say.asks("police", police.level),
        police_counts=_counts(result, say),
        police_checked=speak.checked(police, say),
        confirmed=speak.confirmed(result, say),
        stale=result.freshness != "fresh",
        buttons=tuple(write.way(way, mode) for way, mode in pressable(ways, asked)),
        ways=tuple(write.way(way, mode_of(way)) for way in ways),
        languages=languages(result.languages) or say("languages_unknown"),
        ages=speak.ages(result.ages, say),
        free=_free(result, say),
        needs=tuple((_label(one), one.confirmed) for one in result.attributes if _answers(one, asked, say)),
        said=tuple(_said(result.attributes, say)),
    )


def _free(result: Result, say: Words) -> tuple[str, ...]:
    """What is counted, with its age; of a house with beds also that nothing is."""
    if not result.capacity and not BEDS.isdisjoint(result.kinds):
        return (say("free_unstated"),)
    return tuple(speak.free_places(counted, say) for counted in result.capacity)


def _address(result: Result) -> str:
    place = result.address
    if place is None:
        return ""
    region = " ".join(part for part in (place.state, place.postal_code) if part)
    return ", ".join(part for part in (place.street, place.city, region) if part)


def _counts(result: Result, say: Words) -> str:
    """What a level that is not what it filters as has to be taken for."""
    police = result.police
    if police.level == "PU":
        return say("police_unknown")
    return say("police_aged") if police.counts_as != police.level else ""


def _answers(one: Stated, asked: Asked, say: Words) -> bool:
    """Whether this was asked for and is stated yes."""
    wanted = {
        *asked.must,
        say.attribute("from", asked.who),
        say.attribute("arrive", asked.arrive),
    }
    return one.code in wanted and one.answer == "yes"


def _label(one: Stated) -> str:
    return f"{one.label}: {one.value}" if one.value else one.label


def _said(attributes: Iterable[Stated], say: Words) -> Iterator[Said]:
    """What is stated, apart by answer and by who stands for it, each part with the day of its oldest statement."""
    listed = list(attributes)
    for answer in ("yes", "no"):
        for confirmed in (True, False):
            part = [one for one in listed if one.answer == answer and one.confirmed is confirmed]
            if part:
                oldest = min((one.stated_on for one in part if one.stated_on is not None), default=None)
                yield Said(
                    say(f"said_{answer}_{'confirmed' if confirmed else 'self'}"),
                    tuple(_label(one) for one in part),
                    say("said_since", date=speak.day(oldest, say)) if oldest else say("stated_undated"),
                )
