"""The tables of referrals."""

from referrals.models.contact import AgencyClock, AgencyContact
from referrals.models.event import ReferralEvent, ReferralOutbox
from referrals.models.heard import GatewayMessage, OfferText
from referrals.models.mandated import MandatedReport
from referrals.models.offer import CapacityHold, CapacityPool, CapacityUnit, Offer, PassedOver
from referrals.models.referral import (
    PoliceInvolvement,
    Referral,
    ReferralConsent,
    ReferralDisclosure,
    ReferralPerson,
    SurvivorCount,
)
from referrals.models.webhook import WebhookDelivery, WebhookEndpoint

__all__ = [
    "AgencyClock",
    "AgencyContact",
    "CapacityHold",
    "CapacityPool",
    "CapacityUnit",
    "GatewayMessage",
    "MandatedReport",
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
    "SurvivorCount",
    "WebhookDelivery",
    "WebhookEndpoint",
]
