"""Warm handoffs: a person passed from one pair of hands to another, with somebody accountable at every instant.

The front door. Verbs take the session first, the caller second, and keyword-only values after. What time it is, they
ask the database once the row is theirs: one clock judges every deadline.
"""

from referrals.personal import COLUMNS, PURGE
from referrals.rules.case import Mode, Pattern
from referrals.rules.deadlines import Clock, Stage, Urgency
from referrals.rules.machines import Actor
from referrals.rules.machines import Consent as ConsentStatus
from referrals.rules.machines import Offer as OfferStatus
from referrals.rules.machines import Referral as ReferralStatus
from referrals.rules.reasons import Declined, Ended, Outcome, Returned
from referrals.service.act import act, answer
from referrals.service.contacts import clocks, contacts, set_clocks, set_contacts
from referrals.service.create import create
from referrals.service.forget import forget_survivors, survivors_due
from referrals.service.pools import places, set_places
from referrals.service.show import inbox, outbox, referral
from referrals.service.time import tick_next
from referrals.views.contacts import ClockIn, ClocksIn, ClockView, ContactIn, ContactsIn, ContactView
from referrals.views.pools import PoolIn, PoolView
from referrals.views.said import (
    OF_OFFER,
    OF_REFERRAL,
    AgeBand,
    How,
    PersonIn,
    ReferralIn,
    Refuses,
    Said,
    Told,
)
from referrals.views.shown import (
    AccountableView,
    ConsentView,
    DisclosureView,
    EventView,
    OfferView,
    PassedOverView,
    PersonView,
    ReferralView,
    ReferralWhole,
    TimerView,
)
from referrals.views.step import Made, OfferStep, StepView

__all__ = [
    "COLUMNS",
    "OF_OFFER",
    "OF_REFERRAL",
    "PURGE",
    "AccountableView",
    "Actor",
    "AgeBand",
    "Clock",
    "ClockIn",
    "ClockView",
    "ClocksIn",
    "ConsentStatus",
    "ConsentView",
    "ContactIn",
    "ContactView",
    "ContactsIn",
    "Declined",
    "DisclosureView",
    "Ended",
    "EventView",
    "How",
    "Made",
    "Mode",
    "OfferStatus",
    "OfferStep",
    "OfferView",
    "Outcome",
    "PassedOverView",
    "Pattern",
    "PersonIn",
    "PersonView",
    "PoolIn",
    "PoolView",
    "ReferralIn",
    "ReferralStatus",
    "ReferralView",
    "ReferralWhole",
    "Refuses",
    "Returned",
    "Said",
    "Stage",
    "StepView",
    "TimerView",
    "Told",
    "Urgency",
    "act",
    "answer",
    "clocks",
    "contacts",
    "create",
    "forget_survivors",
    "inbox",
    "outbox",
    "places",
    "referral",
    "set_clocks",
    "set_contacts",
    "set_places",
    "survivors_due",
    "tick_next",
]
