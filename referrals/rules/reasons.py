"""Why something came to an end or was passed over: coded, with whose reason it was and what comes next."""

from dataclasses import dataclass
from enum import StrEnum


class Party(StrEnum):
    """Whose reason it was."""

    provider = "provider"
    person = "person"
    system = "system"


class Next(StrEnum):
    """What a reason calls for."""

    skip = "skip"  # the next candidate
    correct_directory = "correct_directory"  # what we say of that place is wrong
    retry_later = "retry_later"
    escalate = "escalate"  # a supervisor looks at it


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reason stands for. `shuts`: the directory is told at once that it is full or closed.

    `by_supervisor`: one of their managers gives it, and nobody else.
    """

    party: Party
    next: Next
    shuts: str | None = None
    by_supervisor: bool = False


class Declined(StrEnum):
    """Why an offer was declined. Codes are kept and counted; text only where the table says so, apart from them."""

    no_capacity = "no_capacity"
    closed = "closed"
    staff_short = "staff_short"
    not_eligible = "not_eligible"
    age = "age"
    out_of_area = "out_of_area"
    access_need = "access_need"
    language = "language"
    acuity_too_high = "acuity_too_high"
    medical_clearance = "medical_clearance"
    behaviour_history = "behaviour_history"
    safety_conflict = "safety_conflict"
    payer = "payer"
    missing_documents = "missing_documents"
    duplicate = "duplicate"
    known_elsewhere = "known_elsewhere"
    no_answer = "no_answer"
    person_declined = "person_declined"
    other = "other"


_BY_PROVIDER, _BY_PERSON, _BY_SYSTEM = Party.provider, Party.person, Party.system
DECLINED: dict[Declined, Meaning] = {
    Declined.no_capacity: Meaning(_BY_PROVIDER, Next.correct_directory, shuts="full"),
    Declined.closed: Meaning(_BY_PROVIDER, Next.correct_directory, shuts="closed"),
    Declined.staff_short: Meaning(_BY_PROVIDER, Next.correct_directory, shuts="full"),
    Declined.not_eligible: Meaning(_BY_PROVIDER, Next.skip),
    Declined.age: Meaning(_BY_PROVIDER, Next.skip),
    Declined.out_of_area: Meaning(_BY_PROVIDER, Next.skip),
    Declined.access_need: Meaning(_BY_PROVIDER, Next.skip),
    Declined.language: Meaning(_BY_PROVIDER, Next.skip),
    Declined.acuity_too_high: Meaning(_BY_PROVIDER, Next.skip),
    Declined.medical_clearance: Meaning(_BY_PROVIDER, Next.retry_later),
    Declined.behaviour_history: Meaning(_BY_PROVIDER, Next.escalate, by_supervisor=True),
    Declined.safety_conflict: Meaning(_BY_PROVIDER, Next.skip),
    Declined.payer: Meaning(_BY_PROVIDER, Next.skip),
    Declined.missing_documents: Meaning(_BY_PROVIDER, Next.retry_later),
    Declined.duplicate: Meaning(_BY_PROVIDER, Next.escalate),
    Declined.known_elsewhere: Meaning(_BY_PROVIDER, Next.skip),
    Declined.no_answer: Meaning(_BY_SYSTEM, Next.skip),
    Declined.person_declined: Meaning(_BY_PERSON, Next.skip),
    Declined.other: Meaning(_BY_PROVIDER, Next.skip),
}


class PassedOver(StrEnum):
    """Why a candidate got no offer at all."""

    locked = "locked"  # the person refuses a locked place
    police = "police"  # the person refuses police, and it may bring them
    lock_unknown = "lock_unknown"  # nobody has stated whether it is
    police_unknown = "police_unknown"  # it may call them, or nobody has stated whether it does
    not_stated = "not_stated"  # something that the person needs
    closed = "closed"
    hours_unknown = "hours_unknown"
    full = "full"
    not_eligible = "not_eligible"
    out_of_area = "out_of_area"
    no_consent = "no_consent"  # the person's agreement does not name it
    already_asked = "already_asked"
    beyond_most = "beyond_most"  # it fits; as many as were to be asked come before it


class Live(StrEnum):
    """How all three are there at once."""

    call = "call"  # a call of three, on their own phones
    in_person = "in_person"


class Returned(StrEnum):
    """Why a receiver gives somebody back."""

    no_capacity = "no_capacity"
    not_eligible = "not_eligible"
    acuity_too_high = "acuity_too_high"
    medical_clearance = "medical_clearance"
    safety_conflict = "safety_conflict"
    did_not_arrive = "did_not_arrive"
    person_left = "person_left"
    not_reached = "not_reached"
    other = "other"


AGENCY_ENDED = "agency_ended"  # nobody says it: it comes of an agency's end


class Outcome(StrEnum):
    """How a referral ended."""

    served = "served"
    served_elsewhere = "served_elsewhere"
    not_reached = "not_reached"
    left_before_end = "left_before_end"
    unplaced = "unplaced"
    hospital = "hospital"
    other = "other"


class NotWanted(StrEnum):
    """Why the person does not want it, or none of it any more. They need not say."""

    trust = "trust"
    cost = "cost"
    id = "id"
    police_fear = "police_fear"
    language = "language"
    prior_harm = "prior_harm"
    pets_or_partner = "pets_or_partner"
    hours = "hours"
    too_far = "too_far"
    too_long = "too_long"  # it took so long
    need_over = "need_over"
    helped_elsewhere = "helped_elsewhere"
    changed_mind = "changed_mind"
    other = "other"


class TakenBack(StrEnum):
    """Why one that was asked is asked no longer."""

    not_needed = "not_needed"
    person_asked = "person_asked"  # the person would not have them asked
    another_found = "another_found"
    no_answer = "no_answer"
    asked_by_mistake = "asked_by_mistake"
    other = "other"


class LetGo(StrEnum):
    """Why one that accepted lets go, or why a place is free again."""

    left = "left"
    moved_on = "moved_on"
    hospital = "hospital"
    no_capacity = "no_capacity"
    staff_short = "staff_short"
    safety_conflict = "safety_conflict"
    not_chosen = "not_chosen"
    other = "other"


class Asks(StrEnum):
    """What a provider asks for who would take the person if so."""

    id = "id"
    medication_list = "medication_list"
    interpreter = "interpreter"
    companion = "companion"
    by_evening = "by_evening"
    call_first = "call_first"


class Ended(StrEnum):
    """Why a referral was called off by who sent it."""

    need_over = "need_over"
    made_twice = "made_twice"
    wrong_person = "wrong_person"
    idle = "idle"  # a draft that nobody went on with
    emergency = "emergency"  # an ambulance went
    other = "other"
