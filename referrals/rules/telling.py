"""Who is told that something waits: whoever is waited for, one way further each time, and in the end their supervisors.

At half of a clock they are reminded, at three quarters by the next of their contacts, and at its end the one after that
and the supervisors of both sides hear of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from referrals.rules.case import Case, Of
from referrals.rules.deadlines import Clock, Stage
from referrals.rules.machines import Actor, Offer, Referral
from referrals.rules.reasons import DECLINED, Declined, Next

_WITH_RECEIVER = frozenset({
    Referral.handed_off, Referral.travelling, Referral.arrived, Referral.engaged, Referral.follow_up,
})  # fmt: skip
_WITH_BOTH = frozenset({Referral.matched, Referral.connecting})
_ASKED = frozenset({Offer.sent, Offer.seen})


class Word(StrEnum):
    """What they are told, in a letter that says nothing of the person."""

    waits = "waits"  # something is asked of you
    reminds = "reminds"
    overdue = "overdue"  # nobody has said anything
    unplaced = "unplaced"
    returned = "returned"
    refused = "refused"  # for a reason that a supervisor looks at
    follows_up = "follows_up"  # it is time to ask how it went


class Line(Protocol):
    """What of a line of the log decides who is told."""

    of: str
    verb: str
    subject_id: UUID
    start: str | None
    by: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """One to be told. `contact`: which of the agency's, from 0, or its last; None: supervisors."""

    agency_id: UUID
    word: Word
    contact: int | None
    may_wait: bool = False  # until quiet hours are over


def waited_for(case: Case) -> list[UUID]:
    """The agencies that everything waits for now."""
    winner = case.offers.get(case.winner or case.id)
    receiver = [] if winner is None or winner.agency_id is None else [winner.agency_id]
    if case.status is Referral.offering:
        if case.timer is not None and case.timer.clock is Clock.choose:
            return [case.agency_id]  # who passes the person's own word on
        asked = [one.agency_id for one in case.offers.values() if one.status in _ASKED and one.agency_id is not None]
        return list(dict.fromkeys(asked)) or [case.agency_id]
    if case.status in _WITH_RECEIVER and receiver:
        return receiver
    return list(dict.fromkeys([*receiver, case.agency_id])) if case.status in _WITH_BOTH else [case.agency_id]


# The lines of the log that somebody may be told of.
TELLING = frozenset({
    ("offer", "send"), ("offer", "nudge"), ("offer", "expire"), ("offer", "decline"), ("referral", "remind"),
    ("referral", "escalate"), ("referral", "unplace"), ("referral", "return"), ("referral", "leave"),
    ("referral", "follow_up"),
})  # fmt: skip


def notices(case: Case, line: Line) -> list[Notice]:
    """Who is told of that line of the log, as it all stands by now."""
    if line.of == Of.offer:
        return _of_offer(case, line, case.offers[line.subject_id].agency_id)
    return _of_referral(case, line) if line.of == Of.referral else []


def _of_offer(case: Case, line: Line, asked: UUID | None) -> list[Notice]:
    """`asked`: the agency that answers; None where nobody of it can be written to."""
    theirs: list[tuple[Word, int | None, bool]] = []
    ours: list[Notice] = []
    match line.verb:
        case "send":
            theirs = [(Word.waits, 0, False)]
        case "nudge":
            theirs = [(Word.reminds, 1, True)]
        case "expire" if line.reason == "no_answer":
            if line.start in _ASKED:  # else they have answered, and nobody has answered them
                theirs = [(Word.overdue, 1, False), (Word.overdue, None, False)]
            if case.status is Referral.offering:  # where nobody is left to ask, that is said instead
                ours = [Notice(case.agency_id, Word.overdue, None)]
        case "decline" if line.reason is not None and DECLINED[Declined(line.reason)].next is Next.escalate:
            ours = [Notice(case.agency_id, Word.refused, None)]
    return [*(Notice(asked, word, contact, wait) for word, contact, wait in theirs if asked is not None), *ours]


def _of_referral(case: Case, line: Line) -> list[Notice]:
    match line.verb:
        case "remind":
            step = 1 if line.reason == Stage.next_channel else 0
            return [Notice(one, Word.reminds, step, may_wait=True) for one in waited_for(case)]
        case "escalate":
            late = waited_for(case)
            told = [Notice(one, Word.overdue, 1 + case.escalations) for one in late]
            return [*told, *(Notice(one, Word.overdue, None) for one in dict.fromkeys([*late, case.agency_id]))]
        case "unplace":
            return [Notice(case.agency_id, Word.unplaced, 0), Notice(case.agency_id, Word.unplaced, None)]
        case "return" | "leave":
            return [Notice(case.agency_id, Word.returned, 0)]
        case "follow_up" if line.by == Actor.system:  # who says it themselves need not be told
            return [Notice(one, Word.follows_up, 0, may_wait=True) for one in waited_for(case)]
        case _:
            return []


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the night in which what may wait does, in a zone of its own. They may go over midnight."""

    begins: time
    ends: time
    zone: str

    def over(self, now: datetime) -> datetime:
        """The instant from which somebody may be told: now, where it is not quiet."""
        here = now.astimezone(ZoneInfo(self.zone))
        at, begins, ends = here.time(), self.begins, self.ends
        within = begins <= at < ends if begins < ends else at >= begins or at < ends
        if begins == ends or not within:
            return now
        day = here.date() + timedelta(days=1) if at >= ends else here.date()
        return datetime.combine(day, ends, ZoneInfo(self.zone)).astimezone(now.tzinfo)


def which(contacts: Sequence[UUID], contact: int) -> UUID | None:
    """That one of them, or the last."""
    return contacts[min(contact, len(contacts) - 1)] if contacts else None
