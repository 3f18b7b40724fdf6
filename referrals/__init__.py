"""Warm handoffs: a person passed from one pair of hands to another, with somebody accountable at every instant.

The front door. Verbs take the session first, the caller second, and keyword-only values after. What time it is, they
ask the database once the row is theirs: one clock judges every deadline.
"""

from referrals.errors import BadCursor, LinkOver, NoPlace, NoSuchCode, TooLate
from referrals.personal import COLUMNS, PURGE
from referrals.rows.feed import Line
from referrals.rows.save import CHANNEL
from referrals.rules.case import Mode, Pattern, Purpose
from referrals.rules.cursor import PATTERN as CURSOR
from referrals.rules.cursor import Cursor, Seen
from referrals.rules.deadlines import Clock, Stage, Urgency
from referrals.rules.involvement import Came, Ground, PersonTold, Tried
from referrals.rules.machines import Actor
from referrals.rules.machines import Consent as ConsentStatus
from referrals.rules.machines import Offer as OfferStatus
from referrals.rules.machines import Referral as ReferralStatus
from referrals.rules.mandated import Duty, Fact, Recipient
from referrals.rules.reasons import Asks, Declined, Ended, LetGo, Live, NotWanted, Outcome, Returned, TakenBack
from referrals.rules.replies import pressed, texted
from referrals.service.act import act, answer
from referrals.service.contacts import clocks, contacts, set_clocks, set_contacts
from referrals.service.create import create
from referrals.service.delivering import deliver_due
from referrals.service.ending import Left, leave
from referrals.service.feed import Page, all_since, feed, may_listen, page_of, read_cursor, update
from referrals.service.forget import forget_survivors, survivors_due
from referrals.service.heard import ask_by_text, hear
from referrals.service.link import answer_link, look_at_link, make_link, open_link
from referrals.service.mandated import record_mandated
from referrals.service.mine import mine, say_mine
from referrals.service.outbox import fan_out
from referrals.service.police import ask_police, police_came
from referrals.service.pools import places, set_places
from referrals.service.show import inbox, outbox, referral
from referrals.service.time import next_due, tick
from referrals.service.told import disclosed
from referrals.service.undelivered import brought_by, on_their_way, undelivered
from referrals.service.webhooks import (
    deliveries,
    enable_webhook,
    end_webhook,
    make_webhook,
    replay_webhook,
    rotate_webhook,
    webhooks,
)
from referrals.views.contacts import ClockIn, ClocksIn, ClockView, ContactIn, ContactsIn, ContactView
from referrals.views.feed import FeedView, Kind, NewsView, UpdateView
from referrals.views.heard import Answered, Number, Spoken, TextAsked, TextIn, TextView
from referrals.views.heard import Heard as HeardIn
from referrals.views.heard import Outcome as Heard
from referrals.views.link import BY_LINK, BY_LINK_AFTER, LinkMade, LinkView
from referrals.views.made import AgeBand, PersonIn, ReferralIn, Refuses
from referrals.views.mandated import MandatedIn, MandatedView
from referrals.views.mine import OF_PERSON, AgreedView, AskedView, CodeIn, MineView
from referrals.views.police import CameIn, PoliceIn, PoliceView
from referrals.views.pools import PoolIn, PoolView
from referrals.views.said import OF_OFFER, OF_REFERRAL, How, Said, Told
from referrals.views.shown import (
    AccountableView,
    ConsentView,
    DisclosureView,
    EventView,
    GivenView,
    NextBestView,
    NoticeText,
    OfferView,
    PassedOverView,
    PersonView,
    ReferralView,
    TimerView,
)
from referrals.views.step import Made, OfferStep, StepView
from referrals.views.told import AgreedScope, DisclosedIn, DisclosedPage, DisclosedView
from referrals.views.webhooks import (
    DeliveryView,
    ReplayIn,
    ReplayView,
    WebhookIn,
    WebhookSecret,
    WebhookState,
    WebhookView,
)
from referrals.views.whole import ReferralWhole

__all__ = [
    "BY_LINK",
    "BY_LINK_AFTER",
    "CHANNEL",
    "COLUMNS",
    "CURSOR",
    "OF_OFFER",
    "OF_PERSON",
    "OF_REFERRAL",
    "PURGE",
    "AccountableView",
    "Actor",
    "AgeBand",
    "AgreedScope",
    "AgreedView",
    "Answered",
    "AskedView",
    "Asks",
    "BadCursor",
    "Came",
    "CameIn",
    "Clock",
    "ClockIn",
    "ClockView",
    "ClocksIn",
    "CodeIn",
    "ConsentStatus",
    "ConsentView",
    "ContactIn",
    "ContactView",
    "ContactsIn",
    "Cursor",
    "Declined",
    "DeliveryView",
    "DisclosedIn",
    "DisclosedPage",
    "DisclosedView",
    "DisclosureView",
    "Duty",
    "Ended",
    "EventView",
    "Fact",
    "FeedView",
    "GivenView",
    "Ground",
    "Heard",
    "HeardIn",
    "How",
    "Kind",
    "Left",
    "LetGo",
    "Line",
    "LinkMade",
    "LinkOver",
    "LinkView",
    "Live",
    "Made",
    "MandatedIn",
    "MandatedView",
    "MineView",
    "Mode",
    "NewsView",
    "NextBestView",
    "NoPlace",
    "NoSuchCode",
    "NotWanted",
    "NoticeText",
    "Number",
    "OfferStatus",
    "OfferStep",
    "OfferView",
    "Outcome",
    "Page",
    "PassedOverView",
    "Pattern",
    "PersonIn",
    "PersonTold",
    "PersonView",
    "PoliceIn",
    "PoliceView",
    "PoolIn",
    "PoolView",
    "Purpose",
    "Recipient",
    "ReferralIn",
    "ReferralStatus",
    "ReferralView",
    "ReferralWhole",
    "Refuses",
    "ReplayIn",
    "ReplayView",
    "Returned",
    "Said",
    "Seen",
    "Spoken",
    "Stage",
    "StepView",
    "TakenBack",
    "TextAsked",
    "TextIn",
    "TextView",
    "TimerView",
    "Told",
    "TooLate",
    "Tried",
    "UpdateView",
    "Urgency",
    "WebhookIn",
    "WebhookSecret",
    "WebhookState",
    "WebhookView",
    "act",
    "all_since",
    "answer",
    "answer_link",
    "ask_by_text",
    "ask_police",
    "brought_by",
    "clocks",
    "contacts",
    "create",
    "deliver_due",
    "deliveries",
    "disclosed",
    "enable_webhook",
    "end_webhook",
    "fan_out",
    "feed",
    "forget_survivors",
    "hear",
    "inbox",
    "leave",
    "look_at_link",
    "make_link",
    "make_webhook",
    "may_listen",
    "mine",
    "next_due",
    "on_their_way",
    "open_link",
    "outbox",
    "page_of",
    "places",
    "police_came",
    "pressed",
    "read_cursor",
    "record_mandated",
    "referral",
    "replay_webhook",
    "rotate_webhook",
    "say_mine",
    "set_clocks",
    "set_contacts",
    "set_places",
    "survivors_due",
    "texted",
    "tick",
    "undelivered",
    "update",
    "webhooks",
]
