"""The views and the verbs of referrals as GraphQL types; beside `nodes`, for there are many."""

from enum import Enum

import strawberry
from pydantic import BaseModel

import referrals
from core.letters import Channel

_ENUMS: dict[type[Enum], str] = {
    referrals.ReferralStatus: "ReferralStatus",
    referrals.OfferStatus: "OfferStatus",
    referrals.ConsentStatus: "ConsentStatus",
    referrals.Actor: "ReferralActor",
    referrals.Clock: "ReferralClock",
    referrals.Stage: "ReferralClockStage",
    referrals.Urgency: "Urgency",
    referrals.Mode: "HandoffMode",
    referrals.Pattern: "OfferPattern",
    referrals.AgeBand: "AgeBand",
    referrals.Refuses: "Refuses",
    referrals.How: "ConsentHow",
    referrals.Purpose: "ConsentPurpose",
    referrals.Told: "PersonField",
    referrals.Declined: "DeclineReason",
    referrals.Returned: "ReturnReason",
    referrals.Outcome: "ReferralOutcome",
    referrals.Ended: "CancelReason",
    referrals.NotWanted: "NotWantedReason",
    referrals.TakenBack: "TakenBackReason",
    referrals.LetGo: "ReleaseReason",
    referrals.Asks: "AcceptanceCondition",
    referrals.Live: "LiveHandover",
    Channel: "ContactChannel",
    referrals.WebhookState: "WebhookState",
    referrals.Kind: "ReferralUpdateKind",
    referrals.Ground: "PoliceGround",
    referrals.Tried: "PoliceTried",
    referrals.PersonTold: "PersonTold",
    referrals.Came: "PoliceOutcome",
    referrals.Recipient: "MandatedRecipient",
    referrals.Duty: "MandatedDuty",
    referrals.Fact: "MandatedFact",
    referrals.Spoken: "LetterLanguage",
}
# Leaves before what holds them. Some names are taken by types of other domains.
_VIEWS: dict[type[BaseModel], str] = {
    referrals.TimerView: "ReferralTimer",
    referrals.AccountableView: "Accountable",
    referrals.OfferView: "Offer",
    referrals.ConsentView: "ReferralConsent",
    referrals.NoticeText: "NoticeText",
    referrals.GivenView: "PersonGiven",
    referrals.PersonView: "ReferredPerson",
    referrals.DisclosureView: "PersonDisclosure",
    referrals.AgreedScope: "DisclosureConsent",
    referrals.DisclosedView: "ListedDisclosure",
    referrals.DisclosedPage: "DisclosureList",
    referrals.PassedOverView: "PassedOver",
    referrals.NextBestView: "NextBest",
    referrals.EventView: "ReferralEvent",
    referrals.PoliceView: "PoliceInvolvement",
    referrals.MandatedView: "MandatedReport",
    referrals.ReferralView: "Referral",
    referrals.ReferralWhole: "ReferralWhole",
    referrals.OfferStep: "OfferStep",
    referrals.StepView: "ReferralStep",
    referrals.Made: "ReferralMade",
    referrals.PoolView: "Places",
    referrals.ContactView: "AgencyContact",
    referrals.ClockView: "AgencyClock",
    referrals.WebhookView: "Webhook",
    referrals.WebhookSecret: "WebhookSecret",
    referrals.DeliveryView: "WebhookDelivery",
    referrals.ReplayView: "WebhookReplay",
    referrals.NewsView: "ReferralNews",
    referrals.FeedView: "ReferralFeed",
    referrals.UpdateView: "ReferralUpdate",
    referrals.LinkMade: "OfferLink",
    referrals.TextView: "OfferText",
}
for _kind, _name in _ENUMS.items():
    strawberry.enum(_kind, name=_name)
for _view, _name in _VIEWS.items():
    strawberry.pydantic.type(name=_name, description=_view.__doc__)(_view)
_SAID: dict[type[BaseModel], str] = {
    referrals.PersonIn: "ReferredPersonInput",
    referrals.ReferralIn: "ReferralInput",
    referrals.PoolIn: "PlacesInput",
    referrals.DisclosedIn: "DisclosuresInput",
    referrals.ContactIn: "AgencyContactInput",
    referrals.ClockIn: "AgencyClockInput",
    referrals.PoliceIn: "PoliceInvolvementInput",
    referrals.CameIn: "PoliceOutcomeInput",
    referrals.MandatedIn: "MandatedReportInput",
    referrals.TextIn: "OfferTextInput",
    **{said: f"Referral{said.__name__.removesuffix('In')}Input" for said in referrals.OF_REFERRAL},
    **{said: f"Offer{said.__name__.removesuffix('In')}Input" for said in referrals.OF_OFFER},
}
for _said, _name in _SAID.items():
    if _said.model_fields:  # GraphQL has no input without fields
        strawberry.pydantic.input(name=_name, description=_said.__doc__)(_said)

# The front door with its types made: whoever resolves takes it from here.
__all__ = ["referrals"]
