"""Warm handoffs: a person passed from one pair of hands to another, with somebody accountable at every instant.

The front door. Verbs take the session first, the caller second, and keyword-only values after. What time it is, they
ask the database once the row is theirs: one clock judges every deadline.
"""

from referrals.errors import LinkOver, NoPlace, NoSuchCode, TooLate
from referrals.personal import COLUMNS, PURGE
from referrals.rules.case import Mode, Pattern
from referrals.rules.deadlines import Clock, Stage, Urgency
from referrals.rules.involvement import Came, Ground, PersonTold, Tried
from referrals.rules.machines import Actor
from referrals.rules.machines import Consent as ConsentStatus
from referrals.rules.machines import Offer as OfferStatus
from referrals.rules.machines import Referral as ReferralStatus
from referrals.rules.reasons import Declined, Ended, Outcome, Returned
from referrals.rules.replies import pressed, texted
from referrals.service.act import act, answer
from referrals.service.create import create
from referrals.service.heard import ask_by_text, hear
from referrals.service.link import answer_link, look_at_link, make_link, open_link
from referrals.service.mine import mine, say_mine
from referrals.service.police import ask_police, police_came
from referrals.service.pools import places, set_places
from referrals.service.show import inbox, outbox, referral
from referrals.service.time import tick_next
from referrals.views.heard import Answered, Number, Spoken, TextAsked, TextIn, TextView
from referrals.views.heard import Heard as HeardIn
from referrals.views.heard import Outcome as Heard
from referrals.views.link import BY_LINK, BY_LINK_AFTER, LinkMade, LinkView
from referrals.views.mine import OF_PERSON, AgreedView, AskedView, CodeIn, MineView
from referrals.views.police import CameIn, PoliceIn, PoliceView
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
    TimerView,
)
from referrals.views.step import Made, OfferStep, StepView
from referrals.views.whole import ReferralWhole

__all__ = [
    "BY_LINK",
    "BY_LINK_AFTER",
    "COLUMNS",
    "OF_OFFER",
    "OF_PERSON",
    "OF_REFERRAL",
    "PURGE",
    "AccountableView",
    "Actor",
    "AgeBand",
    "AgreedView",
    "Answered",
    "AskedView",
    "Came",
    "CameIn",
    "Clock",
    "CodeIn",
    "ConsentStatus",
    "ConsentView",
    "Declined",
    "DisclosureView",
    "Ended",
    "EventView",
    "Ground",
    "Heard",
    "HeardIn",
    "How",
    "LinkMade",
    "LinkOver",
    "LinkView",
    "Made",
    "MineView",
    "Mode",
    "NoPlace",
    "NoSuchCode",
    "Number",
    "OfferStatus",
    "OfferStep",
    "OfferView",
    "Outcome",
    "PassedOverView",
    "Pattern",
    "PersonIn",
    "PersonTold",
    "PersonView",
    "PoliceIn",
    "PoliceView",
    "PoolIn",
    "PoolView",
    "ReferralIn",
    "ReferralStatus",
    "ReferralView",
    "ReferralWhole",
    "Refuses",
    "Returned",
    "Said",
    "Spoken",
    "Stage",
    "StepView",
    "TextAsked",
    "TextIn",
    "TextView",
    "TimerView",
    "Told",
    "TooLate",
    "Tried",
    "Urgency",
    "act",
    "answer",
    "answer_link",
    "ask_by_text",
    "ask_police",
    "create",
    "hear",
    "inbox",
    "look_at_link",
    "make_link",
    "mine",
    "open_link",
    "outbox",
    "places",
    "police_came",
    "pressed",
    "referral",
    "say_mine",
    "set_places",
    "texted",
    "tick_next",
]
