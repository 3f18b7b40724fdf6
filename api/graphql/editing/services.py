"""Services, and the places at which they are given."""

from uuid import UUID

import strawberry

import directory
from api.graphql.accounts import Asked
from api.graphql.editing.shape import Clear, Version, changing
from api.graphql.nodes import EditedView, ServiceCorrection, ServiceNew

edit = directory.editing


@strawberry.type
class ServiceMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Add a service of an organization that you may change. Its id is made here."
    )
    async def register_service(self, info: Asked, service: ServiceNew) -> EditedView:
        async with changing(info) as change:
            return await edit.register_service(change.db, change.caller, service=service, now=change.now)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Change the plain fields that are said; null leaves a field as it is, and `clear` empties it."
    )
    async def correct_service(
        self, info: Asked, service_id: UUID, version: Version, correction: ServiceCorrection, clear: Clear = None
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.correct_service(
                change.db,
                change.caller,
                service_id=service_id,
                correction=correction,
                clear=clear or (),
                version=version,
                now=change.now,
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Close a service for the time being."
    )
    async def pause_service(self, info: Asked, service_id: UUID, version: Version) -> EditedView:
        async with changing(info) as change:
            return await edit.pause_service(
                change.db, change.caller, service_id=service_id, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Open it again, also one that was retired."
    )
    async def resume_service(self, info: Asked, service_id: UUID, version: Version) -> EditedView:
        async with changing(info) as change:
            return await edit.resume_service(
                change.db, change.caller, service_id=service_id, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Take it out of every search, for good."
    )
    async def retire_service(self, info: Asked, service_id: UUID, version: Version) -> EditedView:
        async with changing(info) as change:
            return await edit.retire_service(
                change.db, change.caller, service_id=service_id, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Say that a service is given at a place."
    )
    async def put_at_location(
        self, info: Asked, service_id: UUID, location_id: UUID, version: Version, description: str | None = None
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.put_at_location(
                change.db,
                change.caller,
                service_id=service_id,
                location_id=location_id,
                description=description,
                version=version,
                now=change.now,
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Say that a service is not given at a place any more."
    )
    async def take_from_location(
        self, info: Asked, service_id: UUID, location_id: UUID, version: Version
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.take_from_location(
                change.db,
                change.caller,
                service_id=service_id,
                location_id=location_id,
                version=version,
                now=change.now,
            )
