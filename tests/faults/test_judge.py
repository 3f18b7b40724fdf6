"""The judge by itself: a history in which all is well, and for each thing that may go wrong one in which it did."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faults.asked import Line, Log, Request, Said, read, requests
from tests.faults.judge import FEWEST, RULES, Kind, Verdict, judge
from tests.faults.state import Event, Hold, Letter, Notice, Offer, Pool, Referral, State, Told, Waiting

MANY = 30


def asked(n: int, act: str, about: str, version: int) -> Request:
    return Request(f"{act}-{n}", act, about, 1, ((f"r{n}", version),), refused=False, statuses=(200,))


WELL = State(
    referrals=tuple(Referral(f"r{n}", "matched", 3) for n in range(MANY)),
    events=tuple(
        event
        for n in range(MANY)
        for event in (
            Event(f"r{n}", 1, "referral", f"r{n}", "create", None, "draft", f"create-{n}"),
            Event(f"r{n}", 2, "offer", f"o{n}", "accept", None, "accepted", f"accept-{n}"),
            Event(f"r{n}", 3, "referral", f"r{n}", "match", "draft", "matched", f"accept-{n}"),
        )
    ),
    offers=(*(Offer(f"o{n}", f"r{n}", "accepted") for n in range(MANY)), Offer("other", "r0", "superseded")),
    holds=(*(Hold(f"h{n}", f"o{n}", "p", "confirmed") for n in range(MANY)), Hold("old", "other", "p", "released")),
    pools=(Pool("p", MANY, MANY),),
    due=frozenset(("far", f"r{n}", version) for n in range(MANY) for version in (1, 3)),
    notices=(
        *(Notice(f"r{n}", 2, "waits", "house", f"x{n // 3}", over=n % 3 == 0) for n in range(MANY)),
        Notice("r0", 3, "overdue", None, "y"),
    ),
    letters=(
        *(Letter("house", "waits", f"x{n // 3}") for n in range(MANY) if n % 3),
        Letter("house", "overdue", "y"),
        Letter("rosa", "overdue", "y"),
    ),
    ticks=(("send", "10:00:00"), ("seal", "10:00:00"), ("send", "10:00:01")),
)
ASKED = [asked(n, "create", "", 1) for n in range(MANY)] + [asked(n, "accept", f"o{n}", 3) for n in range(MANY)]
TOLD = [Told("far", f"w{n}.{version}", f"r{n}", version, taken=True) for n in range(MANY) for version in (1, 3)]


def without(events: Iterable[Event], referral: str) -> tuple[Event, ...]:
    return tuple(one for one in events if one.referral != referral)


def test_all_is_well() -> None:
    assert judge(ASKED, [*TOLD, TOLD[0]], WELL) == Verdict(2 * MANY, ())
    assert judge(ASKED, TOLD, WELL).holds


def test_what_nobody_acknowledged_may_be_there_or_not() -> None:
    unheard_of = replace(
        WELL,
        referrals=(*WELL.referrals, Referral("more", "draft", 1)),
        events=(*WELL.events, Event("more", 1, "referral", "more", "create", None, "draft", "lost-on-its-way")),
    )
    assert judge(ASKED, TOLD, unheard_of).holds


def test_too_little_says_nothing() -> None:
    verdict = judge(ASKED[: FEWEST - 1], TOLD, WELL)
    assert (verdict.findings, verdict.void, verdict.holds) == ((), True, False)
    assert str(verdict) == f"{FEWEST - 1} acknowledged, of {FEWEST} at least"


R, E, H, N, L = WELL.referrals, WELL.events, WELL.holds, WELL.notices, WELL.letters
PLANTED: dict[str, tuple[Kind, str, Sequence[Request], Sequence[Told], State]] = {
    "a referral is gone": (
        Kind.lost, "no such referral", ASKED, TOLD, replace(WELL, referrals=R[1:], events=without(E, "r0")),
    ),
    "the end of a log is gone": (
        Kind.lost, "version 3 of r29, which is not in its log", ASKED, TOLD,
        replace(WELL, events=E[:-2], referrals=(*R[:-1], Referral("r29", "draft", 1))),
    ),
    "another request has its version": (
        Kind.lost, "which another one made", ASKED, TOLD, replace(WELL, events=(*E[:-1], replace(E[-1], key="other"))),
    ),
    "a log has a hole": (
        Kind.lost, "has the versions [1, 3]", ASKED, TOLD, replace(WELL, events=(E[0], *E[2:])),
    ),
    "a referral stands elsewhere than its log": (
        Kind.lost, "is at version 2", ASKED, TOLD, replace(WELL, referrals=(replace(R[0], version=2), *R[1:])),
    ),
    "one thing happened from where nothing stood any more": (
        Kind.duplicate, "offer.expire of r29 began from sent, and it was accepted", ASKED, TOLD,
        replace(
            WELL, events=(*E, Event("r29", 4, "offer", "o29", "expire", "sent", "expired")),
            referrals=(*R[:-1], replace(R[-1], version=4)),
        ),
    ),
    "one who is to be forgotten is still there": (
        Kind.stuck, "r0 should be forgotten", ASKED, TOLD, replace(WELL, over=frozenset({"r0"}), counted=1),
    ),
    "one who is forgotten was not counted": (
        Kind.lost, "1 were counted of 2", ASKED, TOLD, replace(WELL, over=frozenset({"g", "h"}), counted=1),
    ),
    "one who is forgotten was counted twice": (
        Kind.duplicate, "2 were counted, though 1", ASKED, TOLD, replace(WELL, over=frozenset({"g"}), counted=2),
    ),
    "a receiver never heard": (Kind.lost, "far never took word of version 1 of r0", ASKED, TOLD[1:], WELL),
    "a receiver heard and did not take it": (
        Kind.lost, "far never took word", ASKED, [replace(TOLD[0], taken=False), *TOLD[1:]], WELL,
    ),
    "nobody took up that somebody is to be told": (
        Kind.lost, "told of version 2 of r0", ASKED, TOLD, replace(WELL, notices=(replace(N[0], by=None), *N[1:])),
    ),
    "a contact was not written to": (
        Kind.lost, "house was written 1 times waits, of 2", ASKED, TOLD, replace(WELL, letters=L[1:]),
    ),
    "nobody was written to who is waited for": (
        Kind.lost, "whoever is waited for was written 0 times overdue, of 1", ASKED, TOLD,
        replace(WELL, letters=L[:-2]),
    ),
    "a contact was written to twice": (
        Kind.duplicate, "house was written 4 times waits, of 3", ASKED, TOLD, replace(WELL, letters=(*L, L[0], L[0])),
    ),
    "a contact was written to once more, by nobody who took anything up": (
        Kind.duplicate, "house was written 1 times waits, of 0", ASKED, TOLD,
        replace(WELL, letters=(*L, replace(L[0], by="z"))),
    ),
    "two offers won": (
        Kind.double, "r0 was won 2 times", ASKED, TOLD,
        replace(WELL, offers=(*WELL.offers, Offer("b", "r0", "accepted"))),
    ),
    "two receivers were told that they won": (
        Kind.double, "acknowledged 2", [*ASKED, replace(ASKED[MANY], key="b", about="b")], TOLD,
        replace(WELL, events=tuple(replace(one, key=None) for one in E)),
    ),
    "a pool gave more than it has": (
        Kind.double, "29 places, 30 held", ASKED, TOLD, replace(WELL, pools=(Pool("p", MANY - 1, MANY),)),
    ),
    "a pool counts what nobody has": (
        Kind.double, "31 counted as taken", ASKED, TOLD, replace(WELL, pools=(Pool("p", 40, MANY + 1),)),
    ),
    "an offer has two places": (
        Kind.double, "offer o0 has 2 places", ASKED, TOLD,
        replace(WELL, holds=(*H, Hold("more", "o0", "q", "held")), pools=(*WELL.pools, Pool("q", 1, 1))),
    ),
    "a place outlives its offer": (
        Kind.double, "for offer other, which is over", ASKED, TOLD,
        replace(WELL, holds=(*H[:-1], Hold("old", "other", "q", "held")), pools=(*WELL.pools, Pool("q", 1, 1))),
    ),
    "one request was answered in two ways": (
        Kind.duplicate, "answered in different ways", [replace(ASKED[0], answers=(("r0", 1), ("r1", 1))), *ASKED[1:]],
        TOLD, replace(WELL, events=tuple(replace(one, key=None) for one in E)),
    ),
    "one request was acknowledged and refused": (
        Kind.duplicate, "acknowledged and refused", [replace(ASKED[0], refused=True), *ASKED[1:]], TOLD, WELL,
    ),
    "one request was done twice": (
        Kind.duplicate, "request accept-29 made 2 events referral.match", ASKED, TOLD,
        replace(
            WELL, events=(*E, replace(E[-1], version=4, start="matched")),
            referrals=(*R[:-1], replace(R[-1], version=4)),
        ),
    ),
    "one request made two referrals": (
        Kind.duplicate, "request create-0 reached 2 referrals", ASKED, TOLD,
        replace(
            WELL, referrals=(*R, Referral("more", "draft", 1)),
            events=(*E, Event("more", 1, "referral", "more", "create", None, "draft", "create-0")),
        ),
    ),
    "a change was told under two ids": (
        Kind.duplicate, "version 1 of r0 under several ids", ASKED, [*TOLD, replace(TOLD[0], webhook="new")], WELL,
    ),
    "two changes were told under one id": (
        Kind.duplicate, "several changes under w0.1", ASKED,
        [*TOLD[:1], replace(TOLD[1], webhook="w0.1"), *TOLD[2:]], WELL,
    ),
    "a slot ticked twice": (
        Kind.duplicate, "2 times for 10:00:00", ASKED, TOLD, replace(WELL, ticks=(WELL.ticks[0], *WELL.ticks)),
    ),
    "a slot ticked after the next": (
        Kind.duplicate, "a slot that was over", ASKED, TOLD, replace(WELL, ticks=(*WELL.ticks, ("send", "09:59:59"))),
    ),
    "something lies there": (
        Kind.stuck, "outbox 7 has waited 3.5 s too long", ASKED, TOLD,
        replace(WELL, waiting=(Waiting("outbox", "7", 3.5),)),
    ),
    "nobody watches": (Kind.stuck, "r4 is under way", ASKED, TOLD, replace(WELL, untimed=("r4",))),
    "a request is never answered": (
        Kind.stuck, "got no answer in 9 times",
        [*ASKED, Request("x", "close", "r0", 9, (), refused=False, statuses=(503, 0))], TOLD, WELL,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_what_went_wrong_is_found_and_nothing_else(name: str) -> None:
    kind, what, requests_, told, state = PLANTED[name]
    verdict = judge(requests_, told, state)
    assert not verdict.holds
    assert what in str(verdict)
    assert {one.kind for one in verdict.findings} == {kind}
    assert verdict.count(kind) == len(verdict.findings)


def test_every_rule_finds_something() -> None:
    for rule in RULES:
        assert any([*rule(asked_, told, state)] for _, _, asked_, told, state in PLANTED.values()), rule.__name__


@given(st.sets(st.integers(0, 3 * MANY - 1), min_size=1))
def test_any_loss_of_rows_is_found(lost: set[int]) -> None:
    kept = tuple(one for n, one in enumerate(E) if n not in lost)
    last = {one.referral: one.version for one in kept}
    state = replace(
        WELL, events=kept, referrals=tuple(replace(one, version=last[one.id]) for one in R if one.id in last)
    )
    assert not judge(ASKED, TOLD, state).holds


def test_a_log_is_read_back_without_its_last_line_where_that_was_cut_off(tmp_path: Path) -> None:
    lines = [
        Line("a", "create", "", Said.asked), Line("b", "create", "", Said.asked),
        Line("a", "create", "", Said.unknown, 503), Line("a", "create", "", Said.asked),
        Line("a", "create", "", Said.acknowledged, 201, "r1", 1), Line("b", "create", "", Said.refused, 422),
    ]  # fmt: skip
    log = Log.at(tmp_path / "log")
    for line in lines:
        log.add(line)
    log.close()
    path = tmp_path / "log"
    assert list(read(path)) == log.lines == lines
    path.write_bytes(path.read_bytes()[:-1])
    assert list(read(path)) == lines[:-1]
    first, second = requests(lines)
    assert first == Request("a", "create", "", 2, (("r1", 1),), refused=False, statuses=(503, 201))
    assert (second.acknowledged, second.refused) == (False, True)
