"""Places."""

from uuid import UUID

import strawberry

import directory
from api.graphql.accounts import Asked
from api.graphql.editing.shape import Clear, Version, changing
from api.graphql.nodes import (
    AddressSaid,
    ClosureSaid,
    EditedView,
    LocationCorrection,
    LocationNew,
    PhoneSaid,
    ScheduleSaid,
)

edit = directory.editing


@strawberry.type
class LocationMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Add a place of an organization that you may change. Its id is made here."
    )
    async def register_location(self, info: Asked, location: LocationNew) -> EditedView:
        async with changing(info) as change:
            return await edit.register_location(change.db, change.caller, location=location, now=change.now)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Change the plain fields that are said; null leaves a field as it is, and `clear` empties it."
    )
    async def correct_location(
        self, info: Asked, location_id: UUID, version: Version, correction: LocationCorrection, clear: Clear = None
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.correct_location(
                change.db,
                change.caller,
                location_id=location_id,
                correction=correction,
                clear=clear or (),
                version=version,
                now=change.now,
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make these the addresses of a place."
    )
    async def set_location_addresses(
        self, info: Asked, location_id: UUID, version: Version, addresses: list[AddressSaid]
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.set_location_addresses(
                change.db, change.caller, location_id=location_id, addresses=addresses, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make these the phones of a place."
    )
    async def set_location_phones(
        self, info: Asked, location_id: UUID, version: Version, phones: list[PhoneSaid]
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.set_location_phones(
                change.db, change.caller, location_id=location_id, phones=phones, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make these the hours of a place."
    )
    async def set_location_schedules(
        self, info: Asked, location_id: UUID, version: Version, schedules: list[ScheduleSaid]
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.set_location_schedules(
                change.db, change.caller, location_id=location_id, schedules=schedules, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Close a place for a while, with every service there."
    )
    async def close_location(
        self, info: Asked, location_id: UUID, version: Version, closure: ClosureSaid
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.close_location(
                change.db, change.caller, location_id=location_id, closure=closure, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="End a closure now."
    )
    async def end_location_closure(
        self, info: Asked, location_id: UUID, closure_id: UUID, version: Version
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.end_location_closure(
                change.db,
                change.caller,
                location_id=location_id,
                closure_id=closure_id,
                version=version,
                now=change.now,
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Nothing is given there any more."
    )
    async def retire_location(self, info: Asked, location_id: UUID, version: Version) -> EditedView:
        async with changing(info) as change:
            return await edit.retire_location(
                change.db, change.caller, location_id=location_id, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make a place confidential. There is no way back."
    )
    async def hide_location(self, info: Asked, location_id: UUID, version: Version) -> EditedView:
        async with changing(info) as change:
            return await edit.hide_location(
                change.db, change.caller, location_id=location_id, version=version, now=change.now
            )
