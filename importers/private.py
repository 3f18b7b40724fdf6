"""Which places of a source must stay hidden, read from the source's own words.

The directory hides violence shelters whoever hands them in. Here more is looked at than reaches the directory (marks in
columns and attributes we do not model), and whatever might name such a place is dropped before anything is written.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from directory import ListingIn, LocationIn, OrganizationIn, ServiceAtLocationIn, ServiceIn

HIDDEN = "kept off every map, as a violence shelter or marked private: no point, street or ZIP is stored"
HIDDEN_KINDS = frozenset({"DV.SHELTER"})
_FLAGS = frozenset(
    {
        "confidential",
        "is_confidential",
        "private",
        "is_private",
        "address_private",
        "hidden",
        "do_not_publish",
        "undisclosed",
    }
)
_NO: tuple[Any, ...] = (None, "", 0, [], {})
_SAYS_NO = frozenset({"false", "no", "n", "0", "off", "public", "not_stated"})
_MARK = re.compile(
    r"\b(confidential|undisclosed|not disclosed|private address|address (is )?(private|withheld|hidden|unlisted)"
    r"|withheld|unlisted address|do not publish|not for publication|direcci[oó]n (confidencial|privada)|no publicar)\b",
    re.IGNORECASE,
)
_PRIVATE_WORD = re.compile(r"\b(private|privada|privado|hidden)\b", re.IGNORECASE)
_VIOLENCE = re.compile(
    r"(domestic[\s-]+(violence|abuse)|family[\s-]+violence|sexual[\s-]+(violence|assault)|battered|violencia\s+dom[eé]stica)",
    re.IGNORECASE,
)
_SHELTER = re.compile(r"\b(shelter|safe ?house|refuge|refugio|albergue)\b", re.IGNORECASE)
_SPOKEN = ("name", "alternate_name", "description", "transportation", "notes")


def place_marked(said: Mapping[str, Any]) -> bool:
    """Whether a location, as the source has it, is marked private: by a column, its address, a note or an attribute."""
    if _flagged(said):
        return True
    texts = [value for name, value in said.items() if name in _SPOKEN]
    addresses = said.get("addresses")
    for address in addresses if isinstance(addresses, list) else ():
        if isinstance(address, Mapping):
            texts += [value for name, value in address.items() if name != "attributes"]
            if _flagged(address) or _attributes_mark(address):
                return True
    return any(isinstance(text, str) and _MARK.search(text) for text in texts) or _attributes_mark(said)


def violence_shelter(kinds: Iterable[str], names: Iterable[str | None]) -> bool:
    """Whether a service is a violence shelter by its kind, or by what it, its place and its organization are called."""
    if HIDDEN_KINDS.intersection(kinds):
        return True
    called = " ".join(name for name in names if name)
    return bool(_VIOLENCE.search(called) and _SHELTER.search(called))


def without_place(location: LocationIn) -> LocationIn:
    """A hidden place: what the directory needs to name it, its lines and its hours.

    The point goes along for the zone of its hours, and ends in the directory's hands; the street does not.
    """
    phones = tuple(one.model_copy(update={"kept": None, "description": None}) for one in location.phones)
    nothing = dict.fromkeys(
        (
            "kept",
            "description",
            "transportation",
            "url",
            "external_identifier",
            "external_identifier_type",
            "alternate_name",
        )
    )
    streets = [line.lower() for one in location.addresses for line in (one.address_1, one.address_2) if line]
    name = location.name
    if name is not None and any(street in name.lower() for street in streets):
        name = None
    hidden = {"name": name, "confidential": True, "precision": "confidential", "addresses": (), "phones": phones}
    return LocationIn.model_validate(location.model_dump() | nothing | hidden)


def hide(listing: ListingIn, places: set[Any]) -> ListingIn:
    """The listing with these places hidden, and nothing kept beside them that might say where they are."""
    at = listing.services_at_locations
    hidden = {one.location_id for one in at} | {one.id for one in listing.locations}
    if not hidden & places:
        return listing
    services = {one.service_id for one in at if one.location_id in places}
    return listing.model_copy(
        update={
            "organization": _bare(listing.organization),
            "locations": tuple(without_place(one) if one.id in places else one for one in listing.locations),
            "services": tuple(_bare_service(one) if one.id in services else one for one in listing.services),
        }
        | (
            {"services_at_locations": tuple(_bare_at(one) if one.location_id in places else one for one in at)}
            if at
            else {}
        )
    )


def _bare(organization: OrganizationIn) -> OrganizationIn:
    return organization.model_copy(update={"kept": None})


def _bare_service(service: ServiceIn) -> ServiceIn:
    return service.model_copy(update={"kept": None})


def _bare_at(at: ServiceAtLocationIn) -> ServiceAtLocationIn:
    return at.model_copy(update={"kept": None, "description": None})


def _flagged(said: Mapping[str, Any]) -> bool:
    for name, value in said.items():
        if name.lower() in _FLAGS and value not in _NO and str(value).strip().lower() not in _SAYS_NO:
            return True
    return False


def _attributes_mark(said: Mapping[str, Any]) -> bool:
    attributes = said.get("attributes")
    words = " ".join(_words(attributes)) if attributes else ""
    return bool(_MARK.search(words) or _PRIVATE_WORD.search(words))


def _words(value: Any) -> list[str]:
    """Every string in it; a document nests no deeper than the reader of files allows."""
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return [word for child in children for word in _words(child)]
