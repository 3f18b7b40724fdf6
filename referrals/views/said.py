"""What may be said of a referral or an offer: one small class for each verb that somebody may speak.

REST and GraphQL are made from these: `POST .../{verb}` with the class as its body. `verb` is the arrow's name in the
tables of `referrals.rules.machines`, and a test holds that every arrow of people has its class.
"""

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from referrals.rules.case import Purpose
from referrals.rules.reasons import Asks, Declined, Ended, LetGo, Live, NotWanted, Outcome, Returned, TakenBack
from referrals.views.codes import Language, Line

_FOR_PERSON = Field(default=False, description="you pass on the person's own word")
_BY_PHONE = Field(default=False, description="the receiver said it to you on the phone, and you enter it")


class How(StrEnum):
    """How the person said it. Who they are is told where they signed, and only there."""

    verbal = "verbal"
    written = "written"  # signed, on paper or on the screen
    anonymous = "anonymous"


class Told(StrEnum):
    """What is known of the person, and told nobody without their word."""

    name = "name"
    birth_date = "birth_date"
    contact = "contact"
    note = "note"


class Said(BaseModel):
    """Something that somebody says."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    verb: ClassVar[str] = ""

    @property
    def passes_on(self) -> bool | None:
        """Whether it is the person's own word that somebody else passes on; None where it is never anybody else's."""
        return getattr(self, "for_person", None)

    @property
    def on_the_phone(self) -> bool:
        """Whether it is what a receiver said on the phone."""
        return bool(getattr(self, "by_phone", False))


class ConsentIn(Said):
    """The person agrees that these fields are told to whoever accepts; to these services, or to any that takes part."""

    verb: ClassVar[str] = "consent"

    how: How
    fields: Annotated[list[Told], Field(max_length=4)] = []
    purpose: Purpose = Field(default=Purpose.handoff, description="what they may be used for, and nothing else")
    services: Annotated[list[UUID], Field(max_length=50)] = []
    language: Language = "en"
    lasts_days: Annotated[int | None, Field(ge=1, le=365, description="15 where it is not said")] = None
    police_told: bool = Field(description="they were told what is known about police there, before they agreed")
    may_contact: bool = Field(default=False, description="they may be asked afterwards how it went")


class RevokeIn(Said):
    """The person takes back what they agreed to; what was not sent yet is not sent."""

    verb: ClassVar[str] = "revoke"

    consent_id: UUID | None = Field(default=None, description="the one that stands, where none is named")


class OfferIn(Said):
    """Ask these services, best first; or whatever search finds that fits the person and what they refuse."""

    verb: ClassVar[str] = "offer"

    service_ids: Annotated[list[UUID] | None, Field(max_length=20)] = None
    within_m: Annotated[int, Field(ge=1, le=500_000)] = 80_000
    most: Annotated[int, Field(ge=1, le=20, description="at most so many")] = 8


class ChooseIn(Said):
    """The person chooses one of those that accepted."""

    verb: ClassVar[str] = "choose"

    offer_id: UUID
    for_person: bool = _FOR_PERSON


class ConnectIn(Said):
    """The live handover begins: a call of three on people's own phones, or all in one place."""

    verb: ClassVar[str] = "connect"

    how: Live = Live.call


class JoinIn(Said):
    """One more of them is there."""

    verb: ClassVar[str] = "join"

    for_person: bool = _FOR_PERSON
    by_phone: bool = _BY_PHONE


class HandOffIn(Said):
    """The receiver, and not the sender, says that they answer for the person from now on."""

    verb: ClassVar[str] = "hand_off"

    person_present: bool
    by_phone: bool = _BY_PHONE


class DepartIn(Said):
    """They are on their way."""

    verb: ClassVar[str] = "depart"

    eta: AwareDatetime
    by_phone: bool = _BY_PHONE


class ArriveIn(Said):
    """Somebody who is there says that the person is there."""

    verb: ClassVar[str] = "arrive"

    for_person: bool = _FOR_PERSON
    by_phone: bool = _BY_PHONE


class MissIn(Said):
    """Somebody says that the person is not there; where another said they are, it is marked as disputed."""

    verb: ClassVar[str] = "miss"

    for_person: bool = _FOR_PERSON
    by_phone: bool = _BY_PHONE


class EngageIn(Said):
    """The service has begun."""

    verb: ClassVar[str] = "engage"

    by_phone: bool = _BY_PHONE


class FollowUpIn(Said):
    """The person is asked how it went."""

    verb: ClassVar[str] = "follow_up"

    by_phone: bool = _BY_PHONE


class ReportIn(Said):
    """What the person themselves say of how it went."""

    verb: ClassVar[str] = "report"

    outcome: Outcome


class ReturnIn(Said):
    """The receiver gives the person back; whoever referred them answers for them again."""

    verb: ClassVar[str] = "return"

    reason: Returned
    by_phone: bool = _BY_PHONE


class AcknowledgeIn(Said):
    """You have the person in hand again."""

    verb: ClassVar[str] = "acknowledge"

    person_id: UUID | None = Field(default=None, description="somebody of your agency; you, where nobody is named")


class ReassignIn(Said):
    """Somebody else of your agency has it in hand; the clock begins anew."""

    verb: ClassVar[str] = "reassign"

    person_id: UUID | None = Field(default=None, description="somebody of your agency; you, where nobody is named")


class CloseIn(Said):
    """It has come to its end."""

    verb: ClassVar[str] = "close"

    outcome: Outcome


class PersonDeclinesIn(Said):
    """The person does not want it. At any moment, through anybody; nothing is held against them."""

    verb: ClassVar[str] = "decline"

    reason: NotWanted | None = None


class WithdrawIn(Said):
    """The person wants none of it any more. At any moment, through anybody."""

    verb: ClassVar[str] = "withdraw"

    reason: NotWanted | None = None


class StopIn(WithdrawIn):
    """The same by their own code: what they agreed to is taken back with it."""


class CancelIn(Said):
    """Whoever refers calls it off."""

    verb: ClassVar[str] = "cancel"

    reason: Ended


class CorrectIn(Said):
    """It should never have been made."""

    verb: ClassVar[str] = "correct"

    reason: Ended


class SeeIn(Said):
    """You have it before you. That gives you no more time."""

    verb: ClassVar[str] = "see"

    by_phone: bool = _BY_PHONE


class HoldIn(Said):
    """You keep a place for them while you decide; once, and for as long as a hold lasts."""

    verb: ClassVar[str] = "hold"

    by_phone: bool = _BY_PHONE


class AcceptIn(Said):
    """You take the person; where places are counted, one is set aside for them in the same moment."""

    verb: ClassVar[str] = "accept"

    by_phone: bool = _BY_PHONE


class AcceptIfIn(Said):
    """You would take the person if so."""

    verb: ClassVar[str] = "accept_if"

    asks: Annotated[list[Asks], Field(min_length=1, max_length=10)]
    by_phone: bool = _BY_PHONE


class AgreeIn(Said):
    """What they ask for can be met."""

    verb: ClassVar[str] = "agree"

    for_person: bool = _FOR_PERSON


class WaitlistIn(Said):
    """Not now; the person has a place on the list, and others are asked meanwhile."""

    verb: ClassVar[str] = "waitlist"

    position: Annotated[int | None, Field(ge=1, le=1_000)] = None
    by_phone: bool = _BY_PHONE


class DeclineIn(Said):
    """You do not take the person, and why. `closed` and the like are told to the directory at once."""

    verb: ClassVar[str] = "decline"

    reason: Declined
    note: Line | None = Field(default=None, repr=False, description="for what somebody did once: a manager's own words")
    by_phone: bool = _BY_PHONE
    for_person: bool = _FOR_PERSON


class WithdrawOfferIn(Said):
    """That one is asked no longer."""

    verb: ClassVar[str] = "withdraw"

    reason: TakenBack = TakenBack.not_needed
    for_person: bool = _FOR_PERSON


class ReleaseIn(Said):
    """You accepted, and let go again; or the person has left, and their place is free."""

    verb: ClassVar[str] = "release"

    reason: LetGo = LetGo.left
    by_phone: bool = _BY_PHONE


OF_REFERRAL: tuple[type[Said], ...] = (
    ConsentIn, RevokeIn, OfferIn, ChooseIn, ConnectIn, JoinIn, HandOffIn, DepartIn, ArriveIn, MissIn, EngageIn,
    FollowUpIn, ReportIn, ReturnIn, AcknowledgeIn, ReassignIn, CloseIn, PersonDeclinesIn, WithdrawIn, CancelIn,
    CorrectIn,
)  # fmt: skip
OF_OFFER: tuple[type[Said], ...] = (
    SeeIn, HoldIn, AcceptIn, AcceptIfIn, AgreeIn, WaitlistIn, DeclineIn, WithdrawOfferIn, ReleaseIn,
)  # fmt: skip
