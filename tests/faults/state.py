"""What is stored at the end of a cell, and what receivers say they were told, as plain values for the judge."""

from dataclasses import dataclass

_TICK_S = 1.5


@dataclass(frozen=True, slots=True)
class Referral:
    id: str
    status: str
    version: int


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the log of a referral. `key`: of the request that brought it about, where one did."""

    referral: str
    version: int
    of: str  # referral, offer, hold or consent
    subject: str
    verb: str
    start: str | None
    to: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    id: str
    referral: str
    status: str


@dataclass(frozen=True, slots=True)
class Hold:
    id: str
    offer: str
    pool: str
    status: str


@dataclass(frozen=True, slots=True)
class Pool:
    """`capacity`: its places, with what its provider allows beyond; `taken`: what its own rows say is taken."""

    id: str
    capacity: int
    taken: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that has been due for so long and was not done."""

    what: str
    id: str
    for_s: float

    @property
    def is_a_tick(self) -> bool:
        """Whether it is a job that has only just been put into the queue."""
        return self.what.startswith("job ") and self.for_s < _TICK_S


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery at a receiver; `taken`: whether it answered that it has it."""

    receiver: str
    webhook: str
    referral: str
    version: int
    taken: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody has to be told of that line of a log. `agency`: whose contact; None: of whichever is waited for.

    `by`: the transaction that took it up, if any has. `over`: by then nobody waited any more, and none need be told.
    """

    referral: str
    version: int
    word: str
    agency: str | None
    by: str | None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One to the contact of an agency. `by`: the transaction that wrote it."""

    agency: str
    word: str
    by: str


@dataclass(frozen=True, slots=True)
class State:
    """`untimed`: referrals under way that nothing and nobody watches over. `due`: who is to hear of which change.

    `over`: referrals whose time to be forgotten has come; `counted`: how many were, by what is kept of them.
    """

    referrals: tuple[Referral, ...] = ()
    events: tuple[Event, ...] = ()
    offers: tuple[Offer, ...] = ()
    holds: tuple[Hold, ...] = ()
    pools: tuple[Pool, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    untimed: tuple[str, ...] = ()
    due: frozenset[tuple[str, str, int]] = frozenset()
    ticks: tuple[tuple[str, str], ...] = ()
    over: frozenset[str] = frozenset()
    counted: int = 0
    notices: tuple[Notice, ...] = ()
    letters: tuple[Letter, ...] = ()
