"""A street planted in every text field of every input, found by reflection, so that a new field is planted too."""

from typing import Any, TypeVar, get_args
from uuid import UUID, uuid4

from pydantic.fields import FieldInfo

import directory
from directory.views.said import Input
from tests.builders import DENVER, NOON

STREET = "12 Canary Street"
PLANTED = f"Ring at {STREET.upper().replace(' ', '  ')}, 80202-1234; https://maps.google.com/?q=39.7392,-104.9848"
# Codes and zones that are checked; a street cannot stand in them.
_CHECKED = {
    "applies_to",
    "zone",
    "freq",
    "byday",
    "wkst",
    "holidays",
    "extent_type",
    "taxonomy",
    "code",
    "label",
    "country",
    "state_province",
    "postal_code",
    "address_1",
}

Said = TypeVar("Said", bound=Input)


def planted(model: type[Said], **said: Any) -> Said:
    """One of these with the street in every text that may hold it."""
    values: dict[str, Any] = {
        name: PLANTED for name, field in model.model_fields.items() if name not in _CHECKED and _is_text(field)
    }
    values |= {name: (PLANTED,) for name in ("source_urls",) if name in model.model_fields}
    lists = {"kept": {"street": STREET}, "menu_path": {"en": f"press 1 for {STREET}"}}
    values |= {name: value for name, value in lists.items() if name in model.model_fields}
    own = {"id": uuid4()} if "id" in model.model_fields else {}
    return model.model_validate(own | values | said)


def _is_text(field: FieldInfo) -> bool:
    kinds = get_args(field.annotation) or (field.annotation,)
    patterned = "pattern='" in repr(field.metadata) + repr(field.annotation)
    return any(kind is str or (get_args(kind) or (None,))[0] is str for kind in kinds) and not patterned


def _schedule() -> directory.ScheduleIn:
    return planted(directory.ScheduleIn, freq="WEEKLY", byday=("MO",))


def _phone() -> directory.PhoneIn:
    return planted(directory.PhoneIn, languages=(planted(directory.LanguageIn, code="es"),))


def _area() -> directory.ServiceAreaIn:
    return planted(directory.ServiceAreaIn, extent_type="county")


def _disclosure() -> directory.DisclosureIn:
    return planted(directory.DisclosureIn, level="P1", stated_on=NOON.date())


def _way(kind: str, *modes: str) -> directory.AccessPointIn:
    return planted(directory.AccessPointIn, kind=kind, modes=modes, schedules=(_schedule(),), disclosure=_disclosure())


def organization() -> directory.OrganizationIn:
    return planted(directory.OrganizationIn, phones=(_phone(),))


def service(owner: UUID, **said: Any) -> directory.ServiceIn:
    hanging: dict[str, Any] = {
        "phones": (_phone(),),
        "languages": (planted(directory.LanguageIn, code="es"),),
        "schedules": (_schedule(),),
        "service_areas": (_area(),),
        "access_points": (_way("AP.DIRECT", "phone"), _way("AP.WALKIN", "door"), _way("AP.DIRECT", "door")),
        "disclosure": _disclosure(),
        "attributes": (planted(directory.AttributeIn, taxonomy="theirs", code="one"),),
        "capacities": (planted(directory.CapacityIn, free=1, as_of=NOON),),
    }
    return planted(directory.ServiceIn, organization_id=owner, **(hanging | said))


def location(**said: Any) -> directory.LocationIn:
    address = planted(directory.AddressIn, address_1=STREET, postal_code="80202-1234")
    hanging: dict[str, Any] = {
        "addresses": (address,),
        "phones": (_phone(),),
        "languages": (planted(directory.LanguageIn, code="es"),),
        "schedules": (_schedule(),),
    }
    point = {"latitude": DENVER[0], "longitude": DENVER[1]}
    return planted(directory.LocationIn, **(point | hanging | said))


def at(service_id: UUID, location_id: UUID) -> directory.ServiceAtLocationIn:
    return planted(
        directory.ServiceAtLocationIn,
        service_id=service_id,
        location_id=location_id,
        phones=(_phone(),),
        schedules=(_schedule(),),
        service_areas=(_area(),),
    )


def a_listing(*kinds: str) -> directory.ListingIn:
    """An organization, a service, its place and both together, with the street in every text."""
    owner = organization()
    given, place = service(owner.id, kinds=kinds), location()
    return directory.ListingIn(
        organization=owner,
        services=(given,),
        locations=(place,),
        services_at_locations=(at(given.id, place.id),),
    )
