"""Warm handoffs: a person passed from one pair of hands to another, with somebody accountable at every instant.

The front door. Verbs take the session first, the caller second, and keyword-only values after. What time it is, they
ask the database once the row is theirs: one clock judges every deadline.
"""

from referrals.errors import BadCursor
from referrals.personal import COLUMNS, PURGE
from referrals.rows.feed import Line
from referrals.rows.save import CHANNEL
from referrals.rules.case import Mode, Pattern
from referrals.rules.cursor import Cursor, Seen
from referrals.rules.deadlines import Clock, Stage, Urgency
from referrals.rules.machines import Actor
from referrals.rules.machines import Consent as ConsentStatus
from referrals.rules.machines import Offer as OfferStatus
from referrals.rules.machines import Referral as ReferralStatus
from referrals.rules.reasons import Declined, Ended, Outcome, Returned
from referrals.service.act import act, answer
from referrals.service.contacts import clocks, contacts, set_clocks, set_contacts
from referrals.service.create import create
from referrals.service.delivering import deliver_due
from referrals.service.feed import Page, all_since, feed, may_listen, page_of, read_cursor, update
from referrals.service.forget import forget_survivors, survivors_due
from referrals.service.outbox import fan_out
from referrals.service.pools import places, set_places
from referrals.service.show import inbox, outbox, referral
from referrals.service.time import tick_next
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
from referrals.views.webhooks import (
    DeliveryView,
    ReplayIn,
    ReplayView,
    WebhookIn,
    WebhookSecret,
    WebhookState,
    WebhookView,
)

__all__ = [
    "CHANNEL",
    "COLUMNS",
    "OF_OFFER",
    "OF_REFERRAL",
    "PURGE",
    "AccountableView",
    "Actor",
    "AgeBand",
    "BadCursor",
    "Clock",
    "ClockIn",
    "ClockView",
    "ClocksIn",
    "ConsentStatus",
    "ConsentView",
    "ContactIn",
    "ContactView",
    "ContactsIn",
    "Cursor",
    "Declined",
    "DeliveryView",
    "DisclosureView",
    "Ended",
    "EventView",
    "FeedView",
    "How",
    "Kind",
    "Line",
    "Made",
    "Mode",
    "NewsView",
    "OfferStatus",
    "OfferStep",
    "OfferView",
    "Outcome",
    "Page",
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
    "ReplayIn",
    "ReplayView",
    "Returned",
    "Said",
    "Seen",
    "Stage",
    "StepView",
    "TimerView",
    "Told",
    "UpdateView",
    "Urgency",
    "WebhookIn",
    "WebhookSecret",
    "WebhookState",
    "WebhookView",
    "act",
    "all_since",
    "answer",
    "clocks",
    "contacts",
    "create",
    "deliver_due",
    "deliveries",
    "enable_webhook",
    "end_webhook",
    "fan_out",
    "feed",
    "forget_survivors",
    "inbox",
    "make_webhook",
    "may_listen",
    "outbox",
    "page_of",
    "places",
    "read_cursor",
    "referral",
    "replay_webhook",
    "rotate_webhook",
    "set_clocks",
    "set_contacts",
    "set_places",
    "survivors_due",
    "tick_next",
    "update",
    "webhooks",
]
