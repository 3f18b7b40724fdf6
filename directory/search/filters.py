"""The filters that go by tags: what must be there, what rules out and why, and what to ask where neither is stated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from directory.rows.facets import attribute_tag, hold_tag, kind_tag, mode_tag, police_tag
from directory.rules.fit import NO, YES
from directory.rules.police import MAY_CALL, rank
from directory.rules.tags import language_tag
from directory.taxonomy import require, vocabulary
from directory.views.search import SearchInput

_MODE_STATES = {
    "text": "TEXT",
    "chat": "CHAT",
    "tty": "TTY",
    "relay": "RELAY",
    "app": "MESSAGING_APP",
    "door": "WALK_IN",
}
_HOLDS = ("I0", "I1", "I2", "I3")


@dataclass(frozen=True, slots=True)
class Asks:
    """A filter as it is asked about: what says yes, and the code of the question where nothing does."""

    yes: frozenset[int]
    taxonomy: str
    code: str


@dataclass(slots=True)
class Filters:
    """Groups of tags: one of each of `must` has to be there. `outs` rule out, in the order in which reasons count."""

    kinds: list[list[int]] = field(default_factory=list)
    must: list[list[int]] = field(default_factory=list)
    outs: list[int] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    asks: list[Asks] = field(default_factory=list)

    @property
    def asked(self) -> set[int]:
        """Every tag that answers a question."""
        return {one for asked in self.asks for one in asked.yes}

    def add(self, yes: Iterable[int], no: Sequence[int], reason: str, taxonomy: str, code: str) -> None:
        """One filter."""
        group = list(yes)
        self.must.append(group)
        self.asks.append(Asks(frozenset(group), taxonomy, code))
        self.outs += no
        self.reasons += [reason] * len(no)


def filters(ask: SearchInput) -> Filters:
    """The tags that a question comes down to.

    Raises:
        UnknownCode: a code that is not ours.
    """
    made = Filters(kinds=[[kind_tag(kind) for kind in ask.kind]] if ask.kind else [])
    made.must += made.kinds
    if ask.from_ is not None:
        _stated(made, _attribute("from", ask.from_), YES, "referral_source")
    if ask.arrive is not None:
        _stated(made, _attribute("arrive", ask.arrive), YES, "arrival")
    if ask.involuntary_max is not None:
        require("involuntary", ask.involuntary_max)
        most = _HOLDS.index(ask.involuntary_max) if ask.involuntary_max in _HOLDS else 0
        allowed, refused = _HOLDS[: most + 1], _HOLDS[most + 1 :]
        made.add(map(hold_tag, allowed), [*map(hold_tag, refused)], "involuntary", "involuntary", "IU")
    for code in ask.must:
        _stated(made, require("attribute", code), YES, "attribute")
    for code in ask.must_not:
        _stated(made, require("attribute", code), NO, "attribute")
    _reach(made, ask)
    if ask.police_max is not None and rank(ask.police_max) < MAY_CALL:
        made.must.append([police_tag(rank(ask.police_max))])
    return made


def _stated(made: Filters, code: str, answer: str, reason: str) -> None:
    other = NO if answer == YES else YES
    made.add([attribute_tag(code, answer=answer)], [attribute_tag(code, answer=other)], reason, "attribute", code)


def _attribute(taxonomy: str, code: str) -> str:
    return str(vocabulary(taxonomy).terms[require(taxonomy, code)].attribute)


def _reach(made: Filters, ask: SearchInput) -> None:
    """Ways to talk and languages, and the pairs of both: Spanish by text, not Spanish by phone and English by text."""
    if ask.mode:
        stated = _MODE_STATES.get(ask.mode[0]) if len(ask.mode) == 1 else None
        no = [attribute_tag(stated, answer=NO)] if stated else []
        ways = [mode_tag(require("mode", mode)) for mode in ask.mode]
        made.add(ways, no, "mode", "mode", ask.mode[0])
        made.asks += [Asks(frozenset(ways), "mode", mode) for mode in ask.mode[1:]]
    if ask.language is None:
        return
    made.add([language_tag(ask.language)], [], "language", "attribute", "STAFF_LANGUAGE")
    if ask.mode:
        pairs = [mode_tag(mode, ask.language) for mode in ask.mode]
        made.add(pairs, [], "language", "attribute", "STAFF_LANGUAGE")
    if ask.kind:
        # a rare tag where its parts are two common ones
        made.must.append([kind_tag(kind, ask.language) for kind in ask.kind])
