"""The directory: listings, and changing them. That one exists is public, so another's is forbidden, not missing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, update

import directory
from core import clock
from core.db import Database
from core.security import SYSTEM, Caller, Role
from directory import Owner, editing
from directory.models import Attribute, PoliceFall
from tests.access.operations.shape import EVERYBODY, Field, Key, Operation, Town
from tests.builders import a_site, publish, says
from tests.editing.builders import claimed

_EDITORS = (Role.provider_manager, Role.steward)
_STEWARDS = (Role.steward,)
_REVIEWERS = (Role.reviewer,)
_API = "/api/v1"
_SERVICE, _PLACE, _ORGANIZATION = (
    f"{_API}/services/{{service_id}}",
    f"{_API}/locations/{{location_id}}",
    f"{_API}/organizations/{{organization_id}}",
)
_PROPOSER = uuid4()
_CLOSURE = {"starts_at": "2026-11-01T00:00:00Z", "ends_at": "2099-01-01T00:00:00Z"}


def _reads(of: str) -> Operation:
    return Operation(of=of, who=EVERYBODY, foreign=200)


def _edits(of: str, body: dict[str, Any] | None = None, *, at: str, **more: Any) -> Operation:
    return Operation(body, of=of, who=_EDITORS, foreign=403, anywhere=_STEWARDS, version_of=at, **more)


async def _a_service_closure(town: Town, target: str) -> None:
    """One to end."""
    closure = directory.ClosureIn.model_validate(_CLOSURE | {"id": uuid4()})
    owner_id = town.ids["service_id"][target]
    async with town.database.transaction() as db:
        await directory.close(db, SYSTEM, owner=Owner.service, owner_id=owner_id, closure=closure, now=clock.now())
    town.ids["closure_id"][target] = closure.id


async def _a_location_closure(town: Town, target: str) -> None:
    """One to end."""
    closure = directory.ClosureIn.model_validate(_CLOSURE | {"id": uuid4()})
    owner_id = town.ids["location_id"][target]
    async with town.database.transaction() as db:
        await directory.close(db, SYSTEM, owner=Owner.location, owner_id=owner_id, closure=closure, now=clock.now())
    town.ids["closure_id"][target] = closure.id


async def _placed(town: Town, target: str) -> None:
    """The service is given at the place."""
    ids = {name: town.ids[name][target] for name in ("service_id", "location_id")}
    at = directory.ServiceAtLocationIn(id=town.ids["at_id"][target], **ids)
    async with town.database.transaction() as db:
        await directory.place_service(db, SYSTEM, at=at, now=clock.now())


async def _a_change(town: Town, target: str) -> None:
    """One to undo."""
    async with town.database.transaction(SYSTEM) as db:
        seen = await editing.service(db, SYSTEM, service_id=town.ids["service_id"][target])
        edited = await editing.correct_service(
            db, SYSTEM, service_id=seen.id, correction=editing.ServiceCorrection(alert=str(uuid4())),
            version=seen.version, now=clock.now(),
        )  # fmt: skip
    assert edited.change_id is not None
    town.ids["change_id"][target] = edited.change_id


async def _a_fall(town: Town, target: str) -> None:
    """One to decide on, of somebody who decides nothing here."""
    async with town.database.transaction(SYSTEM) as db:
        service_id = town.ids["service_id"][target]
        await db.execute(delete(PoliceFall).where(PoliceFall.service_id == service_id))
        high = directory.DisclosureIn(
            id=uuid4(), level=directory.Level.P4, source="https://example.org", stated_on=clock.now().date()
        )
        await directory.disclose(db, SYSTEM, service_id=service_id, disclosure=high, now=clock.now())
    proposer = Caller(id=_PROPOSER, roles=frozenset({Role.steward}))
    low = editing.DisclosureSaid(level=directory.Level.P1, source="https://example.org", stated_on=clock.now().date())
    async with town.database.transaction(proposer) as db:
        seen = await editing.service(db, proposer, service_id=service_id)
        edited = await editing.disclose_service(
            db, proposer, service_id=service_id, disclosure=low, version=seen.version, now=clock.now()
        )
    assert edited.pending is not None
    town.ids["fall_id"][target] = edited.pending


async def _unconfirmed(town: Town, target: str) -> None:
    """What a reviewer confirms, and what is withdrawn."""
    async with town.database.transaction(SYSTEM) as db:
        link = town.ids["service_id"][target]
        await db.execute(update(Attribute).where(Attribute.link_id == link).values(confirmed_by=None))
        attributes = says(["PEER_RUN", "FREE"])
        await directory.state_attributes(db, SYSTEM, service_id=link, attributes=attributes, now=clock.now())


def _new(name: str) -> Any:
    def body(ids: Mapping[str, UUID]) -> dict[str, Any]:
        return {"organization_id": str(ids["organization_id"]), "name": name}

    return body


ROWS: dict[Key, Operation] = {
    ("GET", _ORGANIZATION): _reads("organization_id"),
    ("GET", _SERVICE): _reads("service_id"),
    ("GET", _PLACE): _reads("location_id"),
    ("POST", f"{_API}/organizations"): Operation({"name": "New"}, who=_STEWARDS, works=201),
    ("PATCH", _ORGANIZATION): _edits("organization_id", {"alternate_name": "Other"}, at=_ORGANIZATION),
    ("PUT", f"{_ORGANIZATION}/phones"): _edits("organization_id", {"phones": []}, at=_ORGANIZATION),
    ("POST", f"{_ORGANIZATION}/pause"): _edits("organization_id", at=_ORGANIZATION),
    ("POST", f"{_ORGANIZATION}/retire"): _edits("organization_id", at=_ORGANIZATION),
    ("POST", f"{_ORGANIZATION}/resume"): _edits("organization_id", at=_ORGANIZATION),
    ("GET", f"{_ORGANIZATION}/history"): _edits("organization_id", at=_ORGANIZATION),
    ("POST", f"{_API}/services"): Operation(
        _new("New"), of="organization_id", who=_EDITORS, works=201, foreign=403, anywhere=_STEWARDS
    ),
    ("PATCH", _SERVICE): _edits("service_id", {"alternate_name": "Other"}, at=_SERVICE),
    ("POST", f"{_SERVICE}/pause"): _edits("service_id", at=_SERVICE),
    ("POST", f"{_SERVICE}/retire"): _edits("service_id", at=_SERVICE),
    ("POST", f"{_SERVICE}/resume"): _edits("service_id", at=_SERVICE),
    ("PUT", f"{_SERVICE}/schedules"): _edits("service_id", {"schedules": []}, at=_SERVICE),
    ("PUT", f"{_SERVICE}/phones"): _edits("service_id", {"phones": []}, at=_SERVICE),
    ("PUT", f"{_SERVICE}/languages"): _edits("service_id", {"languages": []}, at=_SERVICE),
    ("PUT", f"{_SERVICE}/service-areas"): _edits("service_id", {"service_areas": []}, at=_SERVICE),
    ("PUT", f"{_SERVICE}/access-points"): _edits("service_id", {"access_points": []}, at=_SERVICE),
    ("PUT", f"{_SERVICE}/disclosure"): _edits("service_id", {"level": "PU"}, at=_SERVICE),
    ("PUT", f"{_SERVICE}/attributes"): _edits("service_id", {"attributes": [{"code": "FREE"}]}, at=_SERVICE),
    ("POST", f"{_SERVICE}/attributes/withdraw"): _edits(
        "service_id", {"code": "FREE"}, at=_SERVICE, before=_unconfirmed
    ),
    ("POST", f"{_SERVICE}/attributes/{{code}}/confirm"): Operation(
        of="service_id", who=_REVIEWERS, own=403, foreign=200, version_of=_SERVICE, before=_unconfirmed
    ),
    ("POST", f"{_SERVICE}/closures"): _edits("service_id", _CLOSURE, at=_SERVICE),
    ("POST", f"{_SERVICE}/closures/{{closure_id}}/end"): _edits("service_id", at=_SERVICE, before=_a_service_closure),
    ("PUT", f"{_SERVICE}/locations/{{location_id}}"): _edits("service_id", {}, at=_SERVICE),
    ("DELETE", f"{_SERVICE}/locations/{{location_id}}"): _edits("service_id", at=_SERVICE, before=_placed),
    ("GET", f"{_SERVICE}/history"): _edits("service_id", at=_SERVICE),
    ("GET", f"{_SERVICE}/police-falls"): _edits("service_id", at=_SERVICE),
    ("POST", f"{_API}/police-falls/{{fall_id}}/confirm"): Operation(
        of="fall_id", who=_EDITORS, anywhere=_STEWARDS, version_of=_SERVICE, before=_a_fall
    ),
    ("POST", f"{_API}/police-falls/{{fall_id}}/reject"): Operation(
        of="fall_id", who=_EDITORS, anywhere=_STEWARDS, before=_a_fall
    ),
    ("POST", f"{_API}/history/{{change_id}}/undo"): Operation(
        {}, of="change_id", who=_EDITORS, anywhere=_STEWARDS, version_of=_SERVICE, before=_a_change
    ),
    ("POST", f"{_API}/locations"): Operation(
        _new("New"), of="organization_id", who=_EDITORS, works=201, foreign=403, anywhere=_STEWARDS
    ),
    ("PATCH", _PLACE): _edits("location_id", {"alternate_name": "Other"}, at=_PLACE),
    ("PUT", f"{_PLACE}/addresses"): _edits("location_id", {"addresses": []}, at=_PLACE),
    ("PUT", f"{_PLACE}/phones"): _edits("location_id", {"phones": []}, at=_PLACE),
    ("PUT", f"{_PLACE}/schedules"): _edits("location_id", {"schedules": []}, at=_PLACE),
    ("POST", f"{_PLACE}/closures"): _edits("location_id", _CLOSURE, at=_PLACE),
    ("POST", f"{_PLACE}/closures/{{closure_id}}/end"): _edits("location_id", at=_PLACE, before=_a_location_closure),
    ("GET", f"{_PLACE}/history"): _edits("location_id", at=_PLACE),
    ("POST", f"{_PLACE}/retire"): _edits("location_id", at=_PLACE),
    ("POST", f"{_PLACE}/hide"): _edits("location_id", at=_PLACE),
}


def _verb(name: str, of: str, more: str, key: Key) -> tuple[Key, Field]:
    """A change that names its version, and the same in REST."""
    said = f'{of}Id: "%({of}_id)s", version: "%(version)s"{more}'
    return ("mutation", name), (f"mutation {{ {name}({said}) {{ id version changeId pending }} }}", key)


def _new_verb(name: str, said: str, key: Key) -> tuple[Key, Field]:
    return ("mutation", name), (f"mutation {{ {name}({said}) {{ id version }} }}", key)


_SET = (
    ("setServiceSchedules", "service", "schedules", f"{_SERVICE}/schedules"),
    ("setServicePhones", "service", "phones", f"{_SERVICE}/phones"),
    ("setServiceLanguages", "service", "languages", f"{_SERVICE}/languages"),
    ("setServiceAreas", "service", "areas", f"{_SERVICE}/service-areas"),
    ("setServiceAccessPoints", "service", "accessPoints", f"{_SERVICE}/access-points"),
    ("setOrganizationPhones", "organization", "phones", f"{_ORGANIZATION}/phones"),
    ("setLocationAddresses", "location", "addresses", f"{_PLACE}/addresses"),
    ("setLocationPhones", "location", "phones", f"{_PLACE}/phones"),
    ("setLocationSchedules", "location", "schedules", f"{_PLACE}/schedules"),
)
_CLOSED = ', closure: {startsAt: "2026-11-01T00:00:00Z", endsAt: "2099-01-01T00:00:00Z"}'
_PLACED = ', locationId: "%(location_id)s"'
_ENDED = ', closureId: "%(closure_id)s"'
_OTHER = ', correction: {alternateName: "Other"}'
_OF = 'organizationId: "%(organization_id)s", name: "New"'
_PAST = "id act at personId keyId agencyId fields { table field before after }"
FIELDS: dict[Key, Field | None] = {
    ("query", "organization"): (
        '{ organization(organizationId: "%(organization_id)s") { id version } }',
        ("GET", _ORGANIZATION),
    ),
    ("query", "service"): ('{ service(serviceId: "%(service_id)s") { id version } }', ("GET", _SERVICE)),
    ("query", "location"): ('{ location(locationId: "%(location_id)s") { id version } }', ("GET", _PLACE)),
    ("query", "organizationHistory"): (
        f'{{ organizationHistory(organizationId: "%(organization_id)s") {{ {_PAST} }} }}',
        ("GET", f"{_ORGANIZATION}/history"),
    ),
    ("query", "serviceHistory"): (
        f'{{ serviceHistory(serviceId: "%(service_id)s") {{ {_PAST} }} }}',
        ("GET", f"{_SERVICE}/history"),
    ),
    ("query", "locationHistory"): (
        f'{{ locationHistory(locationId: "%(location_id)s") {{ {_PAST} }} }}',
        ("GET", f"{_PLACE}/history"),
    ),
    ("query", "policeFalls"): (
        '{ policeFalls(serviceId: "%(service_id)s") { id state levelFrom levelTo } }',
        ("GET", f"{_SERVICE}/police-falls"),
    ),
    **dict(
        [
            _new_verb("registerOrganization", 'organization: {name: "New"}', ("POST", f"{_API}/organizations")),
            _new_verb("registerService", f"service: {{{_OF}}}", ("POST", f"{_API}/services")),
            _new_verb("registerLocation", f"location: {{{_OF}}}", ("POST", f"{_API}/locations")),
            _verb("correctOrganization", "organization", _OTHER, ("PATCH", _ORGANIZATION)),
            _verb("pauseOrganization", "organization", "", ("POST", f"{_ORGANIZATION}/pause")),
            _verb("retireOrganization", "organization", "", ("POST", f"{_ORGANIZATION}/retire")),
            _verb("resumeOrganization", "organization", "", ("POST", f"{_ORGANIZATION}/resume")),
            _verb("correctService", "service", _OTHER, ("PATCH", _SERVICE)),
            _verb("pauseService", "service", "", ("POST", f"{_SERVICE}/pause")),
            _verb("retireService", "service", "", ("POST", f"{_SERVICE}/retire")),
            _verb("resumeService", "service", "", ("POST", f"{_SERVICE}/resume")),
            *(_verb(name, of, f", {said}: []", ("PUT", path)) for name, of, said, path in _SET),
            _verb("discloseService", "service", ", disclosure: {level: PU}", ("PUT", f"{_SERVICE}/disclosure")),
            _verb(
                "stateServiceAttributes", "service", ', attributes: [{code: "FREE"}]', ("PUT", f"{_SERVICE}/attributes")
            ),
            _verb("withdrawServiceAttribute", "service", ', code: "FREE"', ("POST", f"{_SERVICE}/attributes/withdraw")),
            _verb(
                "confirmServiceAttribute",
                "service",
                ', code: "PEER_RUN"',
                ("POST", f"{_SERVICE}/attributes/{{code}}/confirm"),
            ),
            _verb("closeService", "service", _CLOSED, ("POST", f"{_SERVICE}/closures")),
            _verb("endServiceClosure", "service", _ENDED, ("POST", f"{_SERVICE}/closures/{{closure_id}}/end")),
            _verb("putAtLocation", "service", _PLACED, ("PUT", f"{_SERVICE}/locations/{{location_id}}")),
            _verb("takeFromLocation", "service", _PLACED, ("DELETE", f"{_SERVICE}/locations/{{location_id}}")),
            _verb("undoChange", "change", "", ("POST", f"{_API}/history/{{change_id}}/undo")),
            _verb("confirmPoliceFall", "fall", "", ("POST", f"{_API}/police-falls/{{fall_id}}/confirm")),
            _verb("correctLocation", "location", _OTHER, ("PATCH", _PLACE)),
            _verb("closeLocation", "location", _CLOSED, ("POST", f"{_PLACE}/closures")),
            _verb("endLocationClosure", "location", _ENDED, ("POST", f"{_PLACE}/closures/{{closure_id}}/end")),
            _verb("retireLocation", "location", "", ("POST", f"{_PLACE}/retire")),
            _verb("hideLocation", "location", "", ("POST", f"{_PLACE}/hide")),
        ]
    ),
    ("mutation", "rejectPoliceFall"): (
        'mutation { rejectPoliceFall(fallId: "%(fall_id)s") { id state } }',
        ("POST", f"{_API}/police-falls/{{fall_id}}/reject"),
    ),
}
PRIVATE = {"Change", "PoliceFall"}
SAID = {"no-such-row": 404}


async def plant(database: Database, town: Town) -> None:
    """A site that each agency answers for."""
    names = ("organization_id", "service_id", "location_id", "at_id", "closure_id", "change_id", "fall_id")
    town.ids |= {name: {"missing": uuid4()} for name in names} | {
        "code": dict.fromkeys(("own", "foreign", "missing"), "PEER_RUN")
    }
    for whose, agency in town.agencies.items():
        site = a_site(f"{whose} site", attributes=says(["PEER_RUN", "FREE"]))
        place = site.locations[0].model_copy(update={"organization_id": site.organization.id})
        await publish(database, site.model_copy(update={"locations": (place,)}), now=clock.now())
        await claimed(database, agency, site.organization.id)
        town.ids["organization_id"][whose] = site.organization.id
        town.ids["service_id"][whose] = site.services[0].id
        town.ids["location_id"][whose] = place.id
        town.ids["at_id"][whose] = site.services_at_locations[0].id
        for name in ("closure_id", "change_id", "fall_id"):
            town.ids[name][whose] = uuid4()
