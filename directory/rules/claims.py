"""Claiming a listing: which step is open when, for how long, and how what is published is shown without being told."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from core.security import Role
from directory.errors import ClaimNotOpen

# A machine has none of these: a listing is claimed by people.
CLAIMS = frozenset({Role.provider_manager, Role.administrator})
DECIDES = frozenset({Role.steward, Role.system})
SEES = CLAIMS | DECIDES
ENDS = frozenset({Role.administrator}) | DECIDES

GOOD_FOR = timedelta(days=7)
TRIES = 5
# Each letter reaches somebody who may have asked for nothing.
ASKS, WITHIN = 3, timedelta(days=7)
_HIDDEN = "***"


class Way(StrEnum):
    """How an agency shows that a listing is its own."""

    mail = "mail"  # by a letter to an address that the listing publishes
    text = "text"  # by a message to a number that it publishes
    steward = "steward"  # by what a steward of the directory finds out


class State(StrEnum):
    """Where a claim stands."""

    asked = "asked"  # a letter is on its way
    held = "held"  # a steward decides
    proven = "proven"  # the agency answers for the listing
    refused = "refused"
    ended = "ended"


# Absent = final.
NEXT: Mapping[State, frozenset[State]] = {
    State.asked: frozenset({State.held, State.proven, State.refused, State.ended}),
    State.held: frozenset({State.proven, State.refused, State.ended}),
    State.proven: frozenset({State.ended}),
}
STANDING = tuple(NEXT)


def move(now: State, to: State) -> State:
    """The step from one state to another.

    Raises:
        ClaimNotOpen: there is none.
    """
    if to not in NEXT.get(now, frozenset()):
        raise ClaimNotOpen(f"A claim that is {now} cannot become {to}.", now=now.value)
    return to


def stands(state: State, ends_at: datetime | None, now: datetime) -> State:
    """The state at that time: a letter that nobody answered has ended by itself."""
    return State.ended if state is State.asked and ends_at is not None and now >= ends_at else state


def once_proven(*, others: bool) -> State:
    """What a letter that was answered leads to. `others`: another agency answers for the listing already."""
    return State.held if others else State.proven


def masked_mail(address: str) -> str:
    """`front@example.org` as `f***@example.org`."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}{_HIDDEN}@{domain}"


def masked_phone(number: str) -> str:
    """`303-555-0101` as `***-**01`."""
    digits = "".join(sign for sign in number if sign.isdigit())
    return f"{_HIDDEN}-**{digits[-2:]}"


def typed(code: str) -> str:
    """A code as it was drawn, however it was typed."""
    return "".join(sign for sign in code if sign in "0123456789")
