"""An answer as the page shows it: in its groups, each with a next step, and the way to all that was left out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.web.asked import FARTHEST, Asked
from api.web.card import Card, card
from api.web.words import Words
from directory import Group, Hidden, SearchAnswer, by_place

_POINT = re.compile(r"-?[\d.]+, -?[\d.]+")
_LISTS = ("fits", "might_fit", "ruled_out")


@dataclass(frozen=True, slots=True)
class Out:
    """A reason for which services were left out, and the question that shows them; None when it takes a place."""

    hidden: Hidden
    show: Asked | None


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of help: its cards by list, and what to do next."""

    group: Group
    cards: dict[str, Sequence[Card]]

    @property
    def empty(self) -> bool:
        return not any(self.cards.values())


@dataclass(frozen=True, slots=True)
class Found:
    """An answer, ready to be written."""

    answer: SearchAnswer
    sections: Sequence[Section]
    out: Sequence[Out]
    farther: Asked | None

    @property
    def shown(self) -> list[Section]:
        """The groups with something in them, in their order."""
        return [section for section in self.sections if not section.empty]

    @property
    def bare(self) -> list[Section]:
        """The groups with nothing in them; each still has a next step."""
        return [section for section in self.sections if section.empty]

    @property
    def point(self) -> str | None:
        """What the place asked from is called when it is a bare point."""
        at = self.answer.at
        return at.label if at and _POINT.fullmatch(at.label) else None

    @property
    def invented(self) -> bool:
        """Whether anything on the page does not exist."""
        return any(
            one.result.invented for section in self.sections for cards in section.cards.values() for one in cards
        )


def found(answer: SearchAnswer, asked: Asked, within_m: int, now: datetime, say: Words) -> Found:
    """Everything the page says of an answer."""
    zone = answer.at.zone if answer.at else None
    cards = {name: [card(one, asked, now, zone, say) for one in getattr(answer, name)] for name in _LISTS}
    near = answer.at is not None and within_m < FARTHEST
    return Found(
        answer,
        [
            Section(group, {name: [one for one in cards[name] if one.result.group == group.code] for name in _LISTS})
            for group in answer.groups
        ],
        [Out(hidden, _show(asked, hidden.reason, placed=answer.at is not None)) for hidden in answer.hidden],
        asked.but(within_m=str(FARTHEST)) if near and not asked.cursor and not asked.hidden else None,
    )


def _show(asked: Asked, reason: str, *, placed: bool) -> Asked | None:
    return asked.but(hidden=reason) if placed or not by_place(reason) else None
