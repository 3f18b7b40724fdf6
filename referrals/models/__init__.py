"""The tables of referrals."""

from referrals.models.event import ReferralEvent, ReferralOutbox
from referrals.models.offer import CapacityHold, CapacityPool, CapacityUnit, Offer, PassedOver
from referrals.models.referral import (
    PoliceInvolvement,
    Referral,
    ReferralConsent,
    ReferralDisclosure,
    ReferralPerson,
)
from referrals.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "CapacityHold",
    "CapacityPool",
    "CapacityUnit",
    "Offer",
    "PassedOver",
    "PoliceInvolvement",
    "Referral",
    "ReferralConsent",
    "ReferralDisclosure",
    "ReferralEvent",
    "ReferralOutbox",
    "ReferralPerson",
    "WebhookDelivery",
    "WebhookEndpoint",
]
