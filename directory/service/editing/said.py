"""What people hand in, as the writing verbs take it; and whether it may be said so."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from pydantic import BaseModel

from core.security import Caller
from directory.errors import BadEdit
from directory.models import AccessPoint, Disclosure, Language, Phone, Row, Schedule, ServiceArea, ServiceAtLocation
from directory.models import Address as AddressRow
from directory.rules.editing import in_what_capacity
from directory.service.editing.edit import as_written
from directory.service.editing.whole import MODELS, Whole
from directory.service.flatten import Flat
from directory.views.editing import (
    AccessPointSaid,
    AddressSaid,
    DisclosureSaid,
    LanguageSaid,
    Part,
    PhoneSaid,
    ScheduleSaid,
    ServiceAreaSaid,
)
from directory.views.inputs import (
    AccessPointIn,
    AddressIn,
    DisclosureIn,
    LanguageIn,
    PhoneIn,
    ScheduleIn,
    ServiceAreaIn,
)

_TABLES: dict[type[Part], type[Row]] = {
    AccessPointSaid: AccessPoint,
    AddressSaid: AddressRow,
    LanguageSaid: Language,
    PhoneSaid: Phone,
    ScheduleSaid: Schedule,
    ServiceAreaSaid: ServiceArea,
}


def known(whole: Whole, said: Iterable[Part], *, now: datetime) -> None:
    """Every id that is said is of a part that there is, and nothing was stated on a day to come.

    Raises:
        BadEdit: one is not; something was.
    """
    for one in said:
        model = _TABLES[type(one)]
        if "id" in one.model_fields_set and one.id not in whole.rows.get(model, {}):
            raise BadEdit(f"There is no {model.__tablename__} {one.id} here. Leave the id out of what is new.")
        dated(one, now=now)
        known(whole, (each for value in vars(one).values() for each in _parts(value)), now=now)


def dated(said: BaseModel, *, now: datetime) -> None:
    """Raises BadEdit where something was stated on a day to come, for a promise holds from its day on."""
    latest = now.date() + timedelta(days=1)  # it is that day already somewhere
    for name in ("stated_on", "assured_date"):
        on = getattr(said, name, None)
        if isinstance(on, date) and on > latest:
            raise BadEdit(f"{name} is a day to come.", field=name)
    for value in vars(said).values():
        if isinstance(value, DisclosureSaid):
            dated(value, now=now)


def capacity(caller: Caller) -> str:
    """As whom this caller states an attribute."""
    return in_what_capacity(caller.roles)


def phones(said: Collection[PhoneSaid]) -> list[PhoneIn]:
    return [PhoneIn.model_validate(one.model_dump()) for one in said]


def languages(said: Collection[LanguageSaid]) -> list[LanguageIn]:
    return [LanguageIn.model_validate(one.model_dump()) for one in said]


def schedules(said: Collection[ScheduleSaid]) -> list[ScheduleIn]:
    return [ScheduleIn.model_validate(one.model_dump()) for one in said]


def addresses(said: Collection[AddressSaid]) -> list[AddressIn]:
    return [AddressIn.model_validate(one.model_dump()) for one in said]


def areas(said: Collection[ServiceAreaSaid]) -> list[ServiceAreaIn]:
    return [ServiceAreaIn.model_validate(one.model_dump()) for one in said]


def access_points(whole: Whole, said: Collection[AccessPointSaid]) -> list[AccessPointIn]:
    """Raises BadEdit where one is at a place at which the service is not."""
    made = []
    for one in said:
        at = one.service_at_location_id
        if at is not None and at not in whole.rows.get(ServiceAtLocation, {}):
            raise BadEdit(f"There is no service_at_location {at} of this service.")
        read: dict[str, Any] = one.model_dump(exclude={"menu_path", "disclosure"})
        menu = {each.language: each.text for each in one.menu_path} or None
        stored = next(iter(whole.of(Disclosure, access_point_id=one.id)), None)
        claim = disclosure(stored, one.disclosure)
        made.append(AccessPointIn(**read, menu_path=menu, disclosure=claim))
    return made


def disclosure(stored: Any, said: DisclosureSaid | None) -> DisclosureIn | None:
    """The same claim as stored, said anew; who stood for it stands for this level and no other."""
    if said is None:
        return None
    same = stored is not None and stored["level"] == said.level
    return DisclosureIn(
        id=stored["id"] if stored is not None else uuid4(),
        confirmed_by=stored["confirmed_by"] if same else None,
        **said.model_dump(),
    )


def corrected(whole: Whole, said: BaseModel, clear: Collection[str], *, needed: Collection[str], now: datetime) -> Flat:
    """The root row with the fields that are said, and without those that are cleared.

    Raises:
        BadEdit: a field that is none, that is both said and cleared, or that cannot be without a value.
    """
    fields = type(said).model_fields.keys()
    values = {name: value for name in fields if (value := getattr(said, name)) is not None}
    wrong = sorted({*clear} - fields | {*clear} & values.keys() | {*clear} & {*needed})
    if wrong:
        raise BadEdit(f"These cannot be cleared: {', '.join(wrong)}.", fields=wrong)
    if not values and not clear:
        raise BadEdit("Say at least one field.")
    dated(said, now=now)
    row = as_written(whole.row)
    for name in clear:
        row[name] = [] if isinstance(row[name], list) else None
    row |= {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    flat = Flat()
    flat.rows[MODELS[whole.root]].append(row)
    return flat


def _parts(value: object) -> Iterable[Part]:
    return (one for one in value if isinstance(one, Part)) if isinstance(value, tuple) else ()
