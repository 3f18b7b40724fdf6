"""What is said of a service."""

from datetime import date
from uuid import UUID

import strawberry

import directory
from api.graphql.accounts import Asked
from api.graphql.editing.shape import Source, Version, changing
from api.graphql.nodes import (
    AccessPointSaid,
    AttributeSaid,
    ClosureSaid,
    DisclosureSaid,
    EditedView,
    LanguageSaid,
    PhoneSaid,
    ScheduleSaid,
    ServiceAreaSaid,
)

edit = directory.editing


@strawberry.type
class FactMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make these the hours of a service, or of it at one place, or of one way in."
    )
    async def set_service_schedules(
        self,
        info: Asked,
        *,
        service_id: UUID,
        version: Version,
        schedules: list[ScheduleSaid],
        service_at_location_id: UUID | None = None,
        access_point_id: UUID | None = None,
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.set_service_schedules(
                change.db,
                change.caller,
                service_id=service_id,
                schedules=schedules,
                service_at_location_id=service_at_location_id,
                access_point_id=access_point_id,
                version=version,
                now=change.now,
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make these the phones of a service."
    )
    async def set_service_phones(
        self, info: Asked, service_id: UUID, version: Version, phones: list[PhoneSaid]
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.set_service_phones(
                change.db, change.caller, service_id=service_id, phones=phones, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make these the languages of a service."
    )
    async def set_service_languages(
        self, info: Asked, service_id: UUID, version: Version, languages: list[LanguageSaid]
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.set_service_languages(
                change.db, change.caller, service_id=service_id, languages=languages, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make these the areas that a service covers."
    )
    async def set_service_areas(
        self, info: Asked, service_id: UUID, version: Version, areas: list[ServiceAreaSaid]
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.set_service_areas(
                change.db, change.caller, service_id=service_id, areas=areas, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make these the ways in to a service. A police level that would fall waits for a second person."
    )
    async def set_service_access_points(
        self,
        info: Asked,
        *,
        service_id: UUID,
        version: Version,
        access_points: list[AccessPointSaid],
        source: Source = None,
        stated_on: date | None = None,
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.set_service_access_points(
                change.db,
                change.caller,
                service_id=service_id,
                access_points=access_points,
                source=source,
                stated_on=stated_on,
                version=version,
                now=change.now,
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Say what reaching a service may bring. A police level that would fall waits for a second person."
    )
    async def disclose_service(
        self, info: Asked, service_id: UUID, version: Version, disclosure: DisclosureSaid
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.disclose_service(
                change.db, change.caller, service_id=service_id, disclosure=disclosure, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Close a service for a while."
    )
    async def close_service(self, info: Asked, service_id: UUID, version: Version, closure: ClosureSaid) -> EditedView:
        async with changing(info) as change:
            return await edit.close_service(
                change.db, change.caller, service_id=service_id, closure=closure, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="End a closure now."
    )
    async def end_service_closure(
        self, info: Asked, service_id: UUID, closure_id: UUID, version: Version
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.end_service_closure(
                change.db, change.caller, service_id=service_id, closure_id=closure_id, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Say yes or no to terms; what was said of others stays."
    )
    async def state_service_attributes(
        self, info: Asked, service_id: UUID, version: Version, attributes: list[AttributeSaid]
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.state_service_attributes(
                change.db, change.caller, service_id=service_id, attributes=attributes, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="A term is not stated any more."
    )
    async def withdraw_service_attribute(
        self,
        info: Asked,
        *,
        service_id: UUID,
        version: Version,
        code: str,
        taxonomy: str = "attribute",
        value: str | None = None,
        source: Source = None,
        stated_on: date | None = None,
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.withdraw_service_attribute(
                change.db,
                change.caller,
                service_id=service_id,
                taxonomy=taxonomy,
                code=code,
                value=value,
                source=source,
                stated_on=stated_on,
                version=version,
                now=change.now,
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Stand for what an organisation says of itself; for community reviewers."
    )
    async def confirm_service_attribute(self, info: Asked, service_id: UUID, version: Version, code: str) -> EditedView:
        async with changing(info) as change:
            return await edit.confirm_service_attribute(
                change.db, change.caller, service_id=service_id, code=code, version=version, now=change.now
            )
