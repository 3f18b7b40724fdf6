"""Warm handoffs: a person passed from one pair of hands to another, with somebody accountable at every instant.

The front door. Verbs take the session first, the caller second, and keyword-only values after. What time it is, they
ask the database once the row is theirs: one clock judges every deadline.
"""

from referrals.personal import COLUMNS, PURGE
from referrals.service.act import act, answer
from referrals.service.create import create
from referrals.service.pools import places, set_places
from referrals.service.show import inbox, outbox, referral
from referrals.service.time import tick_next
from referrals.views.pools import PoolIn, PoolView
from referrals.views.said import OF_OFFER, OF_REFERRAL, ReferralIn, Said
from referrals.views.shown import ReferralView, ReferralWhole
from referrals.views.step import Made, StepView

__all__ = [
    "COLUMNS",
    "OF_OFFER",
    "OF_REFERRAL",
    "PURGE",
    "Made",
    "PoolIn",
    "PoolView",
    "ReferralIn",
    "ReferralView",
    "ReferralWhole",
    "Said",
    "StepView",
    "act",
    "answer",
    "create",
    "inbox",
    "outbox",
    "places",
    "referral",
    "set_places",
    "tick_next",
]
