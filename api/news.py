"""What listeners are told, put into words once for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import referrals
from referrals import Kind, Line, Page, Seen, UpdateView


@dataclass(frozen=True)
class News:
    """What is told, and the events that it is of; put into words once for all of an agency who listen."""

    update: UpdateView
    lines: Sequence[Line] = ()

    @classmethod
    def of(cls, page: Page) -> "News":
        """A page as it is told."""
        return cls(referrals.update(page), page.lines)

    @cached_property
    def text(self) -> bytes:
        """As server-sent events."""
        return sse(self.update)

    def without(self, seen: Seen) -> "News | None":
        """What of it was not seen by then."""
        new = [not seen.has(one.xid) for one in self.lines]
        if all(new):
            return self
        events = [event for event, is_new in zip(self.update.events, new, strict=True) if is_new]
        return News(self.update.model_copy(update={"events": events})) if events else None


def sse(update: UpdateView) -> bytes:
    """An update as server-sent events. The cursor goes with the last of them: what comes before may come again."""
    at = f"id: {update.cursor}\n"
    match update.kind:
        case Kind.alive:
            return f":\n{at}\n".encode()
        case Kind.ready | Kind.reset:
            return f"event: {update.kind}\n{at}data: {{}}\n\n".encode()
        case Kind.news:
            *before, last = [f"data: {one.model_dump_json()}\n\n" for one in update.events]
            return "".join([*(f"event: referral\n{one}" for one in before), f"event: referral\n{at}{last}"]).encode()
