"""Which places of a source must stay hidden, read from the source's own words.

The directory hides violence shelters whoever hands them in. Here more is looked at than reaches the directory (marks in
columns and attributes we do not model), and whatever might name such a place is dropped before anything is written.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, TypeVar, get_args
from uuid import UUID

from pydantic import BaseModel

from directory import (
    ListingIn,
    LocationIn,
    ServiceAtLocationIn,
    Traces,
    place_marked,
    violence_shelter,
)

__all__ = ["HIDDEN", "hide", "place_marked", "violence_shelter", "without_place"]

HIDDEN = "kept off every map, as a violence shelter or marked private: no point, street or ZIP is stored"
Said = TypeVar("Said", bound=BaseModel)


def without_place(location: LocationIn) -> LocationIn:
    """A hidden place: what the directory needs to name it, its lines and its hours.

    The point goes along for the zone of its hours, and ends in the directory's hands; the street does not.
    """
    phones = tuple(one.model_copy(update={"kept": None, "description": None}) for one in location.phones)
    gone = ("kept", "description", "transportation", "url", "external_identifier", "external_identifier_type")
    nothing = dict.fromkeys((*gone, "name", "alternate_name"))
    hidden = {"confidential": True, "precision": "confidential", "addresses": ()}
    said = {"phones": phones} if "phones" in location.model_fields_set else {}
    return LocationIn.model_validate(location.model_dump(exclude_unset=True) | nothing | hidden | said)


def hide(listing: ListingIn, places: Collection[UUID]) -> ListingIn:
    """The listing with these places hidden, and nothing kept or said beside them that might tell where they are."""
    at = listing.services_at_locations
    hidden = {one.location_id for one in at} | {one.id for one in listing.locations}
    if hidden.isdisjoint(places):
        return listing
    services = {one.service_id for one in at if one.location_id in places}
    traces = _traces(listing, places, services)
    locations = tuple(_without(without_place(one), traces) if one.id in places else one for one in listing.locations)
    changed: dict[str, Any] = {
        "organization": _without(listing.organization, traces),
        "locations": locations,
        "services": tuple(_without(one, traces) if one.id in services else one for one in listing.services),
    }
    if at:
        bare = (_without(_bare(one), traces) if one.location_id in places else one for one in at)
        changed["services_at_locations"] = tuple(bare)
    return listing.model_copy(update=changed)


def _traces(listing: ListingIn, places: Collection[UUID], services: Collection[UUID]) -> Traces:
    known = [listing.organization.name, listing.organization.alternate_name]
    known += [name for one in listing.services if one.id in services for name in (one.name, one.alternate_name)]
    traces = Traces()
    for place in listing.locations:
        if place.id in places:
            addresses = [address.model_dump() for address in place.addresses]
            traces |= Traces.of(place.model_dump(), addresses, known=known)
    return traces


def _bare(at: ServiceAtLocationIn) -> ServiceAtLocationIn:
    return at.model_copy(update={"kept": None, "description": None})


def _without(said: Said, traces: Traces) -> Said:
    """What was said, without what was kept of it and without every text in which a trace is found."""
    changed: dict[str, Any] = {"kept": None} if "kept" in said.model_fields_set else {}
    for name in said.model_fields_set - {"kept"}:
        value = getattr(said, name)
        if isinstance(value, BaseModel):
            changed[name] = _without(value, traces)
        elif isinstance(value, tuple):
            inner = (_without(one, traces) if isinstance(one, BaseModel) else one for one in value)
            changed[name] = tuple(one for one in inner if isinstance(one, BaseModel) or not traces.found_in(one))
        elif isinstance(value, str | Mapping) and not isinstance(value, Enum) and traces.found_in(value):
            empty = type(None) in get_args(type(said).model_fields[name].annotation) and name != "source"
            changed[name] = None if empty else traces.cut(str(value))
    return said.model_copy(update=changed)
