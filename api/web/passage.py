"""What the person's page says of their passage: every code as a sentence, every time in the zone of the place."""

from dataclasses import dataclass
from datetime import datetime

import referrals
from api.web import say as speak
from api.web.words import Words

# What the person may say of how it went.
OUTCOMES = tuple(one for one in referrals.Outcome if one is not referrals.Outcome.unplaced)


@dataclass(frozen=True, slots=True)
class Police:
    """What is known of police at one place: the level, what it means, who says so and when."""

    service: str
    has_you: bool
    level: str
    label: str
    means: str
    source: str | None
    url: str | None
    on: str | None


@dataclass(frozen=True, slots=True)
class Came:
    """That somebody asked for police."""

    when: str
    by: str
    ground: str
    tried: str
    told: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Passage:
    """The page, ready to be written."""

    status: str
    answers: str | None
    next: str
    agreed: str
    told: tuple[str, ...]
    asked: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]  # the id of an offer that was accepted, and whose
    police: tuple[Police, ...]
    came: tuple[Came, ...]
    mandated: tuple[str, ...]
    may: frozenset[str]


def passage(mine: referrals.MineView, say: Words) -> Passage:
    """Everything the page says."""

    def at(when: datetime) -> str:
        return speak.moment(when, zone=mine.zone, say=say)

    agreed = mine.agreed
    return Passage(
        status=say(f"mine_is_{mine.status}"),
        answers=mine.answers,
        next=_next(mine, say),
        agreed=_agreed(agreed, say, None if agreed is None or agreed.until is None else at(agreed.until)),
        told=tuple(
            say("mine_told", service=one.to_service, fields=_fields(one.fields, say), when=at(one.at))
            for one in mine.told
        ),
        asked=tuple(f"{one.service}: {say(f'mine_offer_{one.status}')}" for one in mine.asked),
        choices=tuple((str(one.offer_id), one.service) for one in mine.asked if one.may_be_chosen),
        police=tuple(_police(one, say) for one in mine.asked),
        came=tuple(
            Came(
                when=at(one.at),
                by=say(f"mine_by_{one.asked_by}"),
                ground=say(f"mine_ground_{one.ground}"),
                tried=", ".join(say(f"mine_tried_{each}") for each in one.tried),
                told=say(f"mine_police_told_{one.told}"),
                outcome=say("mine_came_unknown") if one.outcome is None else say(f"mine_came_{one.outcome}"),
            )
            for one in mine.police
        ),
        mandated=tuple(_mandated(one, say, at(one.at)) for one in mine.mandated_reports),
        may=frozenset(mine.may),
    )


def _next(mine: referrals.MineView, say: Words) -> str:
    if mine.ended_at is not None:
        return say("mine_next_over")
    if mine.next is None:
        return say("mine_next_duty")
    until = speak.clock(mine.next.until, now=mine.now, zone=mine.zone, say=say)
    return say(f"mine_next_{mine.next.clock}", until=until)


def _agreed(agreed: referrals.AgreedView | None, say: Words, until: str | None) -> str:
    if agreed is None:
        return say("mine_agreed_none")
    if not agreed.fields:
        return say("mine_agreed_nothing")
    fields = _fields(agreed.fields, say)
    told = say("mine_agreed_always", fields=fields) if until is None else say("mine_agreed", fields=fields, until=until)
    return f"{told} {say('mine_agreed_for', purpose=say(f'mine_purpose_{agreed.purpose}'))}"


def _fields(fields: list[str], say: Words) -> str:
    return ", ".join(say(f"field_{one}") for one in fields)


def _mandated(one: referrals.MandatedView, say: Words, when: str) -> str:
    return say(
        "mine_mandated",
        by=say(f"mine_by_{one.reported_by}"),
        to=say(f"mandated_to_{one.recipient}"),
        duty=say(f"mandated_duty_{one.duty}"),
        facts=", ".join(say(f"mandated_fact_{each}") for each in one.facts),
        when=when,
    )


def _police(one: referrals.AskedView, say: Words) -> Police:
    claim = one.police
    level = "PU" if claim is None else claim.level
    source, on = (None, None) if claim is None else (claim.source, claim.stated_on)
    return Police(
        service=one.service,
        has_you=one.has_you,
        level=level,
        label=say.label("police", level),
        means=say("police_any") if level == "PU" else say.defined("police", level),
        source=source and speak.host(source),
        url=speak.link(source),
        on=speak.day(on, say) if on else None,
    )
