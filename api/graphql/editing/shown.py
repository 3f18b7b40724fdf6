"""Listings by their ids, as they are stored."""

from uuid import UUID

import strawberry

import directory
from api.graphql.accounts import Asked
from api.graphql.nodes import LocationView, OrganizationView, ServiceView

edit = directory.editing


@strawberry.type
class ListingQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="An organization, with the version that a change must name."
    )
    async def organization(self, info: Asked, organization_id: UUID) -> OrganizationView:
        caller = info.context.caller
        async with info.context.database.transaction(caller, looking=True) as db:
            return await edit.organization(db, caller, organization_id=organization_id)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="A service with all that is said of it, and the version that a change must name."
    )
    async def service(self, info: Asked, service_id: UUID) -> ServiceView:
        caller = info.context.caller
        async with info.context.database.transaction(caller, looking=True) as db:
            return await edit.service(db, caller, service_id=service_id)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="A place, with the version that a change must name. A confidential one is for who may change it."
    )
    async def location(self, info: Asked, location_id: UUID) -> LocationView:
        caller = info.context.caller
        async with info.context.database.transaction(caller, looking=True) as db:
            return await edit.location(db, caller, location_id=location_id)
