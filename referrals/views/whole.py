"""A referral with all that the caller may know of it."""

from pydantic import Field

from referrals.views.mandated import MandatedView
from referrals.views.police import PoliceView
from referrals.views.shown import DisclosureView, EventView, NextBestView, PersonView, ReferralView


class ReferralWhole(ReferralView):
    """The same with who the person is, who was told, whether police came into it, and all that happened."""

    person: PersonView | None
    disclosures: list[DisclosureView]
    police: list[PoliceView]
    mandated_reports: list[MandatedView]
    history: list[EventView]
    next_best: list[NextBestView] = Field(
        description="for whoever refers, as long as nobody could take them: what might still be tried, best first"
    )
