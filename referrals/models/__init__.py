"""The tables of referrals."""

from referrals.models.event import ReferralEvent, ReferralOutbox
from referrals.models.heard import GatewayMessage, OfferText
from referrals.models.offer import CapacityHold, CapacityPool, CapacityUnit, Offer, PassedOver
from referrals.models.referral import (
    PoliceInvolvement,
    Referral,
    ReferralConsent,
    ReferralDisclosure,
    ReferralPerson,
)

__all__ = [
    "CapacityHold",
    "CapacityPool",
    "CapacityUnit",
    "GatewayMessage",
    "Offer",
    "OfferText",
    "PassedOver",
    "PoliceInvolvement",
    "Referral",
    "ReferralConsent",
    "ReferralDisclosure",
    "ReferralEvent",
    "ReferralOutbox",
    "ReferralPerson",
]
