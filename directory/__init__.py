"""The directory: what can be found, registered and said of services, places and ways in.

The front door. Verbs take the session (or a reader) first, the caller second, and keyword-only values after.
"""

from directory import editing
from directory.errors import AddressNotKept, BadCorrection, NoSuchRow, TooManyOpen, WrongCode
from directory.personal import COLUMNS, PURGE
from directory.queries import answers_for, claims, corrections
from directory.rules.claims import State as ClaimState
from directory.rules.claims import Way as ClaimWay
from directory.rules.corrections import About as CorrectionAbout
from directory.rules.corrections import Part as CorrectionPart
from directory.rules.corrections import State as CorrectionState
from directory.rules.privacy import place_marked, violence_shelter
from directory.rules.traces import Traces
from directory.search import Answer, Member, Page, Selection, page, search
from directory.service.answering import answering
from directory.service.capacity import count_free, say_full
from directory.service.claims import (
    ClaimLetter,
    ask_claim,
    claim_choices,
    decide_claim,
    end_claim,
    look_at_claim,
    prove_claim,
    prove_claim_by_link,
)
from directory.service.corrections import (
    correctable,
    correction,
    decide_correction,
    propose_correction,
    withdraw_correction,
)
from directory.service.facts import (
    Owner,
    close,
    confirm,
    disclose,
    report_capacity,
    set_areas,
    set_schedules,
    state_attributes,
)
from directory.service.ground import Ground, ground_at
from directory.service.known import KnownPlace, known_places, limit_precision
from directory.service.listing import (
    place_service,
    publish,
    register_location,
    register_organization,
    register_service,
)
from directory.service.outlines import fill_outlines
from directory.service.police_said import police_said
from directory.service.private import make_confidential
from directory.service.records import fill_places, record_import, zip_centroids
from directory.service.sync import Change
from directory.service.vocabulary import load_vocabulary
from directory.taxonomy import Term, Vocabulary, vocabularies, vocabulary
from directory.upkeep import count_words, extend_hours, mark_overdue, write_missing
from directory.views.answering import Answering, PoliceSaid
from directory.views.claims import ClaimChoice, ClaimOffer, ClaimView
from directory.views.corrections import Correctable, CorrectionIn, CorrectionTaken, CorrectionView
from directory.views.inputs import (
    AccessPointIn,
    AddressIn,
    AttributeIn,
    CapacityIn,
    ClosureIn,
    DisclosureIn,
    ImportEntryIn,
    ImportRunIn,
    LanguageIn,
    ListingIn,
    LocationIn,
    OrganizationIn,
    PhoneIn,
    PlaceIn,
    ScheduleIn,
    ServiceAreaIn,
    ServiceAtLocationIn,
    ServiceIn,
)
from directory.views.said import Level
from directory.views.search import (
    Access,
    Ages,
    At,
    Distance,
    FreePlaces,
    Group,
    Hidden,
    Labels,
    Listed,
    Opening,
    OpenState,
    PlaceChoice,
    Police,
    PublicAddress,
    Result,
    SearchAnswer,
    SearchInput,
    Stated,
    by_place,
)

__all__ = [
    "COLUMNS",
    "PURGE",
    "Access",
    "AccessPointIn",
    "AddressIn",
    "AddressNotKept",
    "Ages",
    "Answer",
    "Answering",
    "At",
    "AttributeIn",
    "BadCorrection",
    "CapacityIn",
    "Change",
    "ClaimChoice",
    "ClaimLetter",
    "ClaimOffer",
    "ClaimState",
    "ClaimView",
    "ClaimWay",
    "ClosureIn",
    "Correctable",
    "CorrectionAbout",
    "CorrectionIn",
    "CorrectionPart",
    "CorrectionState",
    "CorrectionTaken",
    "CorrectionView",
    "DisclosureIn",
    "Distance",
    "FreePlaces",
    "Ground",
    "Group",
    "Hidden",
    "ImportEntryIn",
    "ImportRunIn",
    "KnownPlace",
    "Labels",
    "LanguageIn",
    "Level",
    "Listed",
    "ListingIn",
    "LocationIn",
    "Member",
    "NoSuchRow",
    "OpenState",
    "Opening",
    "OrganizationIn",
    "Owner",
    "Page",
    "PhoneIn",
    "PlaceChoice",
    "PlaceIn",
    "Police",
    "PoliceSaid",
    "PublicAddress",
    "Result",
    "ScheduleIn",
    "SearchAnswer",
    "SearchInput",
    "Selection",
    "ServiceAreaIn",
    "ServiceAtLocationIn",
    "ServiceIn",
    "Stated",
    "Term",
    "TooManyOpen",
    "Traces",
    "Vocabulary",
    "WrongCode",
    "answering",
    "answers_for",
    "ask_claim",
    "by_place",
    "claim_choices",
    "claims",
    "close",
    "confirm",
    "correctable",
    "correction",
    "corrections",
    "count_free",
    "count_words",
    "decide_claim",
    "decide_correction",
    "disclose",
    "editing",
    "end_claim",
    "extend_hours",
    "fill_outlines",
    "fill_places",
    "ground_at",
    "known_places",
    "limit_precision",
    "load_vocabulary",
    "look_at_claim",
    "make_confidential",
    "mark_overdue",
    "page",
    "place_marked",
    "place_service",
    "police_said",
    "propose_correction",
    "prove_claim",
    "prove_claim_by_link",
    "publish",
    "record_import",
    "register_location",
    "register_organization",
    "register_service",
    "report_capacity",
    "say_full",
    "search",
    "set_areas",
    "set_schedules",
    "state_attributes",
    "violence_shelter",
    "vocabularies",
    "vocabulary",
    "withdraw_correction",
    "write_missing",
    "zip_centroids",
]
