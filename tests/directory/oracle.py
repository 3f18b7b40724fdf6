"""What a search should answer, worked out one service at a time in plain Python, without tags, index or SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

TODAY = date(2026, 11, 20)
_PEOPLE = ("SELF", "FAMILY", "COMMUNITY", "MOBILE", "988", "WARM", "911", "ED", "POLICE", "CASE")
_LEVELS = {"P0": 0, "P1": 1, "P2": 2, "P3": 3, "P4": 4, "P5": 5}
_ARRIVALS = {"walk_in": "WALK_IN", "van": "VAN_DROPOFF", "ems": "EMS_DROPOFF", "police": "POLICE_DROPOFF"}
_BY_MODE = {"text": "TEXT", "chat": "CHAT"}
YES, NO, ASK = "yes", "no", "ask"


@dataclass(frozen=True)
class Claim:
    level: str
    on: date


@dataclass(frozen=True)
class WayIn:
    mode: str
    languages: tuple[str, ...] = ()
    hours: str | None = None  # its own; else the service's
    claim: Claim | None = None


@dataclass(frozen=True)
class Known:
    """A service as its publisher described it; `area`: `none`, `here`, `there`, or so many metres."""

    name: str
    kind: str
    metres: int | None  # None: a line, without a place
    area: str | int
    hours: str  # open, closed, unknown or call_first at the time asked about
    ways: tuple[WayIn, ...]
    claim: Claim | None = None
    languages: tuple[str, ...] = ()
    ages: tuple[int | None, int | None] = (None, None)
    said: tuple[tuple[str, str], ...] = ()
    hold: str | None = None
    free: int | None = None
    counted_lately: bool = True
    about: str = ""


@dataclass
class Expected:
    fits: set[str] = field(default_factory=set)
    might_fit: set[str] = field(default_factory=set)
    hidden: dict[str, int] = field(default_factory=dict)


def expected(services: Iterable[Known], ask: dict[str, Any]) -> Expected:
    """Which fit, which might, and how many are ruled out for which reason."""
    found = Expected()
    for one in services:
        if one.metres is not None and one.metres > ask["within_m"] and not (_comes(one) and _covering(one) == YES):
            continue
        if ask.get("kind") and one.kind not in ask["kind"]:
            continue
        if "q" in ask and ask["q"] not in one.about.split():
            continue
        verdicts = list(_verdicts(one, ask))
        reason = next((reason for reason, verdict in verdicts if verdict == NO), None)
        if all(verdict == YES for _, verdict in verdicts):
            found.fits.add(one.name)
        elif reason is None:
            found.might_fit.add(one.name)
        else:
            found.hidden[reason] = found.hidden.get(reason, 0) + 1
    return found


def _verdicts(one: Known, ask: dict[str, Any]) -> Iterable[tuple[str, str]]:  # noqa: C901 - a filter a line
    """Each filter's answer, in the order in which reasons count."""
    yield "not_covering", _covering(one)
    if "age" in ask:
        yield "age", _age(one, ask["age"])
    if "from" in ask:
        yield "referral_source", _answer(one, f"FROM.{ask['from'].upper()}")
    if "arrive" in ask:
        yield "arrival", _answer(one, _ARRIVALS[ask["arrive"]])
    if "involuntary_max" in ask:
        yield "involuntary", ASK if one.hold is None else _when(one.hold <= ask["involuntary_max"])
    for code in ask.get("must", ()):
        yield "attribute", _answer(one, code)
    for code in ask.get("must_not", ()):
        yield "attribute", {YES: NO, NO: YES, ASK: ASK}[_answer(one, code)]
    if "mode" in ask:
        yield "mode", _mode(one, ask["mode"])
    if "language" in ask:
        yield "language", _language(one, ask)
    if "police_max" in ask:
        yield "police", _every(_police(one, _LEVELS[ask["police_max"]], leg) for leg in _legs(ask))
    if "free" in ask:
        yield "full", ASK if one.free is None or not one.counted_lately else _when(one.free >= ask["free"])
    if ask.get("open") == "now":
        yield "closed", _every(_open(one, leg) for leg in _legs(ask))
    if "police_max" in ask or ask.get("open") == "now":
        yield "police", _every(_one_way(one, ask, leg) for leg in _legs(ask))


def _when(holds: bool) -> str:
    return YES if holds else NO


def _comes(one: Known) -> bool:
    """A team comes, wherever its base."""
    return one.kind.startswith("MOBILE.")


def _covering(one: Known) -> str:
    if one.area == "none":
        return YES if one.metres is not None and not _comes(one) else ASK
    return _when(one.area == "here" or (isinstance(one.area, int) and one.metres is not None and one.metres < one.area))


def _age(one: Known, age: int) -> str:
    least, most = one.ages
    if (least is not None and age < least) or (most is not None and age > most):
        return NO
    return YES if least is not None or most is not None or _stated(one, "AGE_LIMITS") == NO else ASK


def _stated(one: Known, code: str) -> str:
    answers = {answer for said, answer in one.said if said == code}
    return answers.pop() if len(answers) == 1 else ASK


def _answer(one: Known, code: str) -> str:
    """What is stated, and both ways is open; else what follows from what is stated, and from nothing else."""
    own = {answer for said, answer in one.said if said == code}
    own |= {YES for way in one.ways if _BY_MODE.get(way.mode) == code}
    if own:
        return own.pop() if len(own) == 1 else ASK
    followed = set(_followed(one, code))
    return followed.pop() if len(followed) == 1 else ASK


def _followed(one: Known, code: str) -> Iterable[str]:
    """What each thing that is stated would make of it; where these differ somebody has to ask."""
    people = {f"FROM.{who}" for who in _PEOPLE}
    if _stated(one, "POLICE_ONLY") == YES and code in {"POLICE_DROPOFF", "FROM.POLICE"}:
        yield YES
    elif _stated(one, "POLICE_ONLY") == YES and code in {*_ARRIVALS.values(), "COMES_TO_YOU", *people}:
        yield NO
    if _stated(one, "REFERRAL_REQUIRED") == YES and code in {"FROM.SELF", "FROM.FAMILY"}:
        yield NO
    if _stated(one, "FROM.ANY") == YES and code in people:
        yield YES


def _mode(one: Known, modes: Sequence[str]) -> str:
    if any(way.mode in modes for way in one.ways):
        return YES
    only = _BY_MODE.get(modes[0]) if len(modes) == 1 else None
    return NO if only and _stated(one, only) == NO else ASK


def _language(one: Known, ask: dict[str, Any]) -> str:
    """A language that is not listed is not stated; on the way asked for, if one is asked for."""
    ways = [way for way in one.ways if "mode" not in ask or way.mode in ask["mode"]]
    spoken = {code for way in ways for code in way.languages or one.languages}
    if "mode" not in ask:
        spoken |= set(one.languages)
    return YES if ask["language"] in spoken else ASK


def _legs(ask: dict[str, Any]) -> list[set[str] | None]:
    """What is asked of the ways in: any (None), or one of these; and who arrives comes by the door besides."""
    called = [set(ask["mode"])] if "mode" in ask else []
    return [*called, *([{"door"}] if "arrive" in ask else [])] or [None]


def _every(answers: Iterable[str]) -> str:
    """Of several that must hold together."""
    said = set(answers)
    return NO if NO in said else ASK if ASK in said else YES


def _ways(one: Known) -> list[tuple[str, tuple[str, ...], str, list[Claim]]]:
    """Mode, languages, hours and path of each way, the door among them."""
    general = [one.claim] if one.claim else []
    ways = [
        (
            way.mode,
            way.languages or one.languages,
            way.hours or one.hours,
            [*general, *([way.claim] if way.claim else [])],
        )
        for way in one.ways
    ]  # fmt: skip
    goes = one.metres is not None and not _comes(one)  # the base of a team is no door
    return [*ways, ("door", one.languages, one.hours, general)] if goes or not ways else ways


def _listed(one: Known, leg: set[str] | None) -> list[tuple[str, tuple[str, ...], str, list[Claim]]]:
    ways = [] if one.metres is None and not one.ways and leg is not None else _ways(one)
    return [way for way in ways if leg is None or way[0] in leg]


def _worth(one: Known, path: Sequence[Claim]) -> tuple[int, date | None]:
    """The highest level known on a path, and until when its low claims hold; None when a part is not stated."""
    brought = 4 if "yes" in {_stated(one, "POLICE_ONLY"), _stated(one, "POLICE_RUN")} else 0
    level = max([brought, *(_LEVELS[claim.level] for claim in path)])
    if not path:
        return level, None
    low = [claim.on + timedelta(days=180) for claim in path if _LEVELS[claim.level] < _LEVELS["P3"]]
    return level, min(low, default=date.max)


def _police(one: Known, most: int, leg: set[str] | None) -> str:
    """Of a way that is not listed: what is said of the service."""
    general = [one.claim] if one.claim else []
    paths = [_worth(one, path) for path in [way[3] for way in _listed(one, leg)] or [general]]
    if all(level > most for level, _ in paths):
        return NO
    return YES if any(_below(most, *path) for path in paths) else ASK


def _below(most: int, level: int, until: date | None) -> bool:
    return level <= most and (most >= _LEVELS["P3"] or (until is not None and until >= TODAY))


def _open(one: Known, leg: set[str] | None) -> str:
    """By the ways asked for; of one that is not listed nothing is known."""
    states = {way[2] for way in _listed(one, leg)} or {"unknown"}
    if "open" in states:
        return YES
    return NO if states == {"closed"} else ASK


def _one_way(one: Known, ask: dict[str, Any], leg: set[str] | None) -> str:
    """Whether one and the same way is open, stays below the level, and is of the mode and the language asked for."""
    if leg != {"door"} and len({(hours, _worth(one, path)) for _, _, hours, path in _ways(one)}) == 1:
        return YES  # nothing to choose between
    most = _LEVELS[ask["police_max"]] if "police_max" in ask else None
    ways = _listed(one, leg)
    for _, languages, hours, path in ways:
        if (
            (most is None or _below(most, *_worth(one, path)))
            and (ask.get("open") != "now" or hours == "open")
            and ("language" not in ask or leg == {"door"} or ask["language"] in languages)
        ):
            return YES
    if most is None or ask.get("open") != "now":
        return ASK
    possible = [way for way in ways if way[2] != "closed" and _worth(one, way[3])[0] <= most]
    return ASK if possible or not ways else NO
