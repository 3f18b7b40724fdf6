"""What was changed, and back; police levels that wait for a second person."""

from uuid import UUID

import strawberry

import directory
from api.graphql.accounts import Asked
from api.graphql.editing.shape import Source, Version, changing
from api.graphql.nodes import ChangeView, EditedView, PoliceFallView, Root

edit = directory.editing


@strawberry.type
class PastQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What was changed of an organization and by whom, newest first; for who may change it."
    )
    async def organization_history(self, info: Asked, organization_id: UUID) -> list[ChangeView]:
        async with changing(info) as change:
            return await edit.history(
                change.db, change.caller, root=Root.organization, row_id=organization_id, now=change.now
            )

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What was changed of a service and by whom, newest first; for who may change it."
    )
    async def service_history(self, info: Asked, service_id: UUID) -> list[ChangeView]:
        async with changing(info) as change:
            return await edit.history(change.db, change.caller, root=Root.service, row_id=service_id, now=change.now)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What was changed of a place and by whom, newest first; for who may change it."
    )
    async def location_history(self, info: Asked, location_id: UUID) -> list[ChangeView]:
        async with changing(info) as change:
            return await edit.history(change.db, change.caller, root=Root.location, row_id=location_id, now=change.now)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Falls of a police level that were proposed, and what became of them; newest first."
    )
    async def police_falls(self, info: Asked, service_id: UUID) -> list[PoliceFallView]:
        async with changing(info) as change:
            return await edit.police_falls(change.db, change.caller, service_id=service_id, now=change.now)


@strawberry.type
class PastMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Put back what a change changed, unless that has changed since. It is a change itself."
    )
    async def undo_change(self, info: Asked, change_id: UUID, version: Version, source: Source = None) -> EditedView:
        async with changing(info) as change:
            return await edit.undo(
                change.db, change.caller, change_id=change_id, source=source, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="A police level falls; for a second person, of another account. `version` is that of the service."
    )
    async def confirm_police_fall(self, info: Asked, fall_id: UUID, version: Version) -> EditedView:
        async with changing(info) as change:
            return await edit.confirm_fall(change.db, change.caller, fall_id=fall_id, version=version, now=change.now)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="It stays as it is published."
    )
    async def reject_police_fall(self, info: Asked, fall_id: UUID) -> PoliceFallView:
        async with changing(info) as change:
            return await edit.reject_fall(change.db, change.caller, fall_id=fall_id, now=change.now)
