"""The tables of the directory."""

from core.tables import Row, Table
from directory.models.area import Area, AreaPart, Place
from directory.models.claim import Claim
from directory.models.correction import Correction
from directory.models.facts import (
    Attribute,
    Capacity,
    Closure,
    Schedule,
    ServiceArea,
    Taxonomy,
    TaxonomyTerm,
)
from directory.models.history import Edit, EditField, PoliceFall
from directory.models.listing import Address, Location, Organization, Service, ServiceAtLocation
from directory.models.reach import AccessPoint, Disclosure, Language, Phone
from directory.models.records import ImportEntry, ImportRun
from directory.models.search_row import SearchRow, SearchShown
from directory.models.search_word import SearchWord

__all__ = [
    "AccessPoint",
    "Address",
    "Area",
    "AreaPart",
    "Attribute",
    "Capacity",
    "Claim",
    "Closure",
    "Correction",
    "Disclosure",
    "Edit",
    "EditField",
    "ImportEntry",
    "ImportRun",
    "Language",
    "Location",
    "Organization",
    "Phone",
    "Place",
    "PoliceFall",
    "Row",
    "Schedule",
    "SearchRow",
    "SearchShown",
    "SearchWord",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "Table",
    "Taxonomy",
    "TaxonomyTerm",
]
