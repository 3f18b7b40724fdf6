"""An offer as whoever holds its link sees it; they need no account."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from referrals.rules.deadlines import Urgency
from referrals.rules.machines import Offer, Referral
from referrals.views import said
from referrals.views.shown import PersonView, TimerView, View

# What they may say of the offer, and of the person once they have them.
BY_LINK: tuple[type[said.Said], ...] = (said.AcceptIn, said.AcceptIfIn, said.WaitlistIn, said.DeclineIn)
BY_LINK_AFTER: tuple[type[said.Said], ...] = (
    said.ConnectIn, said.HandOffIn, said.ArriveIn, said.EngageIn, said.ReturnIn,
)  # fmt: skip


class LinkMade(View):
    """A new link to an offer; a former one ends with it."""

    offer_id: UUID
    path: str = Field(description="shown this once; whoever has it may answer", repr=False)


class LinkView(View):
    """Need, age band, language, access and area; never who it is, but in `person`, where they have them and ask."""

    status: Offer
    stands: Referral
    service: str
    organization: str
    urgency: Urgency
    kinds: list[str]
    age_band: str | None
    languages: list[str]
    access: list[str]
    refuses: list[str]
    area: str | None
    zone: str
    now: datetime
    timer: TimerView | None
    has: bool = Field(description="whether they have the person")
    person: PersonView | None
    may: list[str]
