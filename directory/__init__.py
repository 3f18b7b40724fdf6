"""The directory: what can be found, registered and said of services, places and ways in.

The front door. Verbs take the session (or a reader) first, the caller second, and keyword-only values after.
"""

from directory.search import Answer, search
from directory.service.facts import (
    Owner,
    close,
    confirm,
    disclose,
    report_capacity,
    set_access_points,
    set_areas,
    set_schedules,
    state_attributes,
)
from directory.service.listing import (
    place_service,
    publish,
    register_location,
    register_organization,
    register_service,
)
from directory.service.private import make_confidential
from directory.service.records import fill_places, record_import
from directory.service.sync import Change
from directory.service.vocabulary import load_vocabulary
from directory.taxonomy import Term, Vocabulary, vocabularies, vocabulary
from directory.upkeep import extend_hours, mark_overdue
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
from directory.views.search import Result, SearchAnswer, SearchInput

__all__ = [
    "AccessPointIn",
    "AddressIn",
    "Answer",
    "AttributeIn",
    "CapacityIn",
    "Change",
    "ClosureIn",
    "DisclosureIn",
    "ImportEntryIn",
    "ImportRunIn",
    "LanguageIn",
    "ListingIn",
    "LocationIn",
    "OrganizationIn",
    "Owner",
    "PhoneIn",
    "PlaceIn",
    "Result",
    "ScheduleIn",
    "SearchAnswer",
    "SearchInput",
    "ServiceAreaIn",
    "ServiceAtLocationIn",
    "ServiceIn",
    "Term",
    "Vocabulary",
    "close",
    "confirm",
    "disclose",
    "extend_hours",
    "fill_places",
    "load_vocabulary",
    "make_confidential",
    "mark_overdue",
    "place_service",
    "publish",
    "record_import",
    "register_location",
    "register_organization",
    "register_service",
    "report_capacity",
    "search",
    "set_access_points",
    "set_areas",
    "set_schedules",
    "state_attributes",
    "vocabularies",
    "vocabulary",
]
