"""Whether anything was lost, booked twice, done twice or left lying: a function of the logs and the final state."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TypeVar

from tests.faults.asked import Request
from tests.faults.state import State, Told

FEWEST = 50  # acknowledged, or the cell has tried nothing
WON = {"accepted", "fulfilled"}
K = TypeVar("K", bound=Hashable)
OVER = {"declined", "expired", "undeliverable", "withdrawn", "superseded", "released"}
TAKEN = {"held", "confirmed", "occupied"}


class Kind(StrEnum):
    """What may be wrong."""

    lost = "lost"
    double = "double-booked"
    duplicate = "duplicate"
    stuck = "stuck"


@dataclass(frozen=True, slots=True)
class Finding:
    kind: Kind
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`acknowledged`: how many requests were."""

    acknowledged: int
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.findings and not self.void

    @property
    def void(self) -> bool:
        """Too little was done for the cell to say anything: that is a failure too."""
        return self.acknowledged < FEWEST

    def count(self, kind: Kind) -> int:
        return sum(one.kind is kind for one in self.findings)

    def __str__(self) -> str:
        lines = [f"{self.acknowledged} acknowledged" + (f", of {FEWEST} at least" if self.void else "")]
        return "\n".join(lines + [f"{one.kind}: {one.what}" for one in self.findings])


Rule = Callable[[Sequence[Request], Sequence[Told], State], Iterator[Finding]]


def judge(asked: Iterable[Request], told: Iterable[Told], state: State) -> Verdict:
    """The verdict on one cell."""
    asked, told = list(asked), list(told)
    findings = [finding for rule in RULES for finding in rule(asked, told, state)]
    return Verdict(sum(one.acknowledged for one in asked), tuple(findings))


def forgotten(asked: Sequence[Request], _: Sequence[Told], state: State) -> Iterator[Finding]:
    """What was acknowledged is stored: the referral, and the very version that the answer named."""
    there = {one.id for one in state.referrals}
    versions = {(one.referral, one.version): one for one in state.events}
    for one in asked:
        for id_, version in one.answers:
            event = versions.get((id_, version))
            if id_ in state.over:
                continue
            if id_ not in there:
                yield Finding(Kind.lost, f"{one.act} acknowledged {id_}, and there is no such referral")
            elif event is None:
                yield Finding(Kind.lost, f"{one.act} acknowledged version {version} of {id_}, which is not in its log")
            elif event.key not in (None, one.key):
                yield Finding(Kind.lost, f"{one.act} acknowledged version {version} of {id_}, which another one made")


def torn(_: Sequence[Request], __: Sequence[Told], state: State) -> Iterator[Finding]:
    """A log has every version once, and the referral stands where its log ends."""
    versions: dict[str, list[int]] = defaultdict(list)
    for one in state.events:
        versions[one.referral].append(one.version)
    for referral in state.referrals:
        found = sorted(versions[referral.id])
        if found != list(range(1, len(found) + 1)):
            yield Finding(Kind.lost, f"the log of {referral.id} has the versions {found}")
        if found and found[-1] != referral.version:
            yield Finding(Kind.lost, f"{referral.id} is at version {referral.version}, its log at {found[-1]}")


def astray(_: Sequence[Request], __: Sequence[Told], state: State) -> Iterator[Finding]:
    """Whatever happened to a referral, an offer or a place happened from where the last thing had left it."""
    stands: dict[tuple[str, str], str] = {}
    for one in sorted(state.events, key=lambda event: (event.referral, event.version)):
        before = stands.get((one.referral, one.subject))
        if one.start != before:
            what = f"{one.of}.{one.verb} of {one.referral} began from {one.start}, and it was {before}"
            yield Finding(Kind.duplicate, what)
        stands[one.referral, one.subject] = one.to


def not_forgotten(_: Sequence[Request], __: Sequence[Told], state: State) -> Iterator[Finding]:
    """Who is to be forgotten is gone, and was counted once."""
    for one in state.referrals:
        if one.id in state.over:
            yield Finding(Kind.stuck, f"{one.id} should be forgotten, and is still there")
    if state.counted < len(state.over):
        yield Finding(Kind.lost, f"{state.counted} were counted of {len(state.over)} that are forgotten")
    if state.counted > len(state.over):
        yield Finding(Kind.duplicate, f"{state.counted} were counted, though {len(state.over)} are forgotten")


def unheard(_: Sequence[Request], told: Sequence[Told], state: State) -> Iterator[Finding]:
    """Whoever is to hear of a change has taken word of it."""
    heard = {(one.receiver, one.referral, one.version) for one in told if one.taken}
    for receiver, referral, version in sorted(state.due - heard):
        yield Finding(Kind.lost, f"{receiver} never took word of version {version} of {referral}")


def untold(_: Sequence[Request], __: Sequence[Told], state: State) -> Iterator[Finding]:
    """Who has to be told of something is written one letter, in the transaction that takes it up."""
    for one in state.notices:
        if one.by is None:
            yield Finding(Kind.lost, f"nobody took up that somebody is told of version {one.version} of {one.referral}")
    written = Counter((one.by, one.word, one.agency) for one in state.letters)
    of_word = Counter((one.by, one.word) for one in state.letters)
    asked_for = Counter((one.by, one.word, one.agency) for one in state.notices if one.by is not None)
    for (by, word, agency), many in Counter(
        (one.by, one.word, one.agency) for one in state.notices if one.by is not None and not one.over
    ).items():
        found = of_word[by, word] if agency is None else written[by, word, agency]
        if found < many:
            yield Finding(Kind.lost, f"{agency or 'whoever is waited for'} was written {found} times {word}, of {many}")
    for (by, word, whose), many in written.items():
        most = asked_for[by, word, whose] + asked_for[by, word, None]
        if many > most:
            yield Finding(Kind.duplicate, f"{whose} was written {many} times {word}, of {most}")


def won_twice(asked: Sequence[Request], _: Sequence[Told], state: State) -> Iterator[Finding]:
    """One offer of a referral wins, and nobody was told otherwise."""
    won = Counter(one.referral for one in state.offers if one.status in WON)
    told_so: dict[str, set[str]] = defaultdict(set)
    for request in asked:
        if request.act == "accept":
            for id_, _version in request.answers:
                told_so[id_].add(request.about)
    for referral in sorted({*(one for one, many in won.items() if many > 1), *_several(told_so)}):
        yield Finding(Kind.double, f"{referral} was won {won[referral]} times, acknowledged {len(told_so[referral])}")


def overfull(_: Sequence[Request], __: Sequence[Told], state: State) -> Iterator[Finding]:
    """A place is one offer's, and goes when the offer is over; no pool gives more than it has."""
    taken = [one for one in state.holds if one.status in TAKEN]
    for offer, many in Counter(one.offer for one in taken).items():
        if many > 1:
            yield Finding(Kind.double, f"offer {offer} has {many} places")
    held = Counter(one.pool for one in taken)
    for pool in state.pools:
        if held[pool.id] > pool.capacity or pool.taken != held[pool.id]:
            counts = f"{pool.capacity} places, {held[pool.id]} held, {pool.taken} counted as taken"
            yield Finding(Kind.double, f"pool {pool.id} has {counts}")
    over = {one.id for one in state.offers if one.status in OVER}
    for hold in taken:
        if hold.offer in over:
            yield Finding(Kind.double, f"place {hold.id} is still held for offer {hold.offer}, which is over")


def done_twice(asked: Sequence[Request], _: Sequence[Told], state: State) -> Iterator[Finding]:
    """One request, one answer, one effect, however often it was sent."""
    for one in asked:
        if len(set(one.answers)) > 1:
            yield Finding(Kind.duplicate, f"{one.act} was answered in different ways: {sorted(set(one.answers))}")
        if one.acknowledged and one.refused:
            yield Finding(Kind.duplicate, f"{one.act} of {one.about} was acknowledged and refused")
    effects = Counter((one.key, one.referral, one.of, one.subject, one.verb) for one in state.events if one.key)
    for (key, referral, of, _subject, verb), many in effects.items():
        if many > 1:
            yield Finding(Kind.duplicate, f"request {key} made {many} events {of}.{verb} of {referral}")
    made: dict[str, set[str]] = defaultdict(set)
    for event in state.events:
        if event.key:
            made[event.key].add(event.referral)
    for key in _several(made):
        yield Finding(Kind.duplicate, f"request {key} reached {len(made[key])} referrals")


def told_twice(_: Sequence[Request], told: Sequence[Told], __: State) -> Iterator[Finding]:
    """A change is told under one webhook id, which tells of nothing else: it is known when it comes again."""
    ids: dict[tuple[str, str, int], set[str]] = defaultdict(set)
    changes: dict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for one in told:
        ids[one.receiver, one.referral, one.version].add(one.webhook)
        changes[one.receiver, one.webhook].add((one.referral, one.version))
    for receiver, referral, version in _several(ids):
        yield Finding(Kind.duplicate, f"{receiver} was told of version {version} of {referral} under several ids")
    for receiver, webhook in _several(changes):
        yield Finding(Kind.duplicate, f"{receiver} was told of several changes under {webhook}")


def ticked_twice(_: Sequence[Request], __: Sequence[Told], state: State) -> Iterator[Finding]:
    """However many clocks there are, a job is put into the queue once for a slot, and for no earlier one again."""
    for (job, slot), many in Counter(state.ticks).items():
        if many > 1:
            yield Finding(Kind.duplicate, f"{job} was put into the queue {many} times for {slot}")
    slots: dict[str, list[str]] = defaultdict(list)
    for job, slot in state.ticks:
        slots[job].append(slot)
    for job, found in slots.items():
        if any(later < earlier for earlier, later in pairwise(found)):
            yield Finding(Kind.duplicate, f"{job} was put into the queue for a slot that was over")


def left_lying(_: Sequence[Request], __: Sequence[Told], state: State) -> Iterator[Finding]:
    """What is due is done within two leases (the state says what is not), and nobody is under way without a clock."""
    for one in state.waiting:
        yield Finding(Kind.stuck, f"{one.what} {one.id} has waited {one.for_s:.1f} s too long")
    for referral in state.untimed:
        yield Finding(Kind.stuck, f"{referral} is under way, and neither a timer nor anybody watches over it")


def unanswered(asked: Sequence[Request], _: Sequence[Told], __: State) -> Iterator[Finding]:
    """Who goes on asking is answered in the end."""
    for one in asked:
        if not (one.acknowledged or one.refused):
            yield Finding(Kind.stuck, f"{one.act} of {one.about} got no answer in {one.sent} times: {one.statuses}")


RULES: tuple[Rule, ...] = (
    forgotten, torn, astray, not_forgotten, unheard, untold, won_twice, overfull, done_twice, told_twice, ticked_twice,
    left_lying, unanswered,
)  # fmt: skip


def _several(found: Mapping[K, Collection[object]]) -> list[K]:
    return [key for key, values in found.items() if len(values) > 1]
