"""Organizations."""

from uuid import UUID

import strawberry

import directory
from api.graphql.accounts import Asked
from api.graphql.editing.shape import Clear, Version, changing
from api.graphql.nodes import EditedView, OrganizationCorrection, OrganizationNew, PhoneSaid

edit = directory.editing


@strawberry.type
class OrganizationMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Add an organization; for stewards. Its id is made here."
    )
    async def register_organization(self, info: Asked, organization: OrganizationNew) -> EditedView:
        async with changing(info) as change:
            return await edit.register_organization(change.db, change.caller, organization=organization, now=change.now)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Change the plain fields that are said; null leaves a field as it is, and `clear` empties it."
    )
    async def correct_organization(
        self,
        info: Asked,
        organization_id: UUID,
        version: Version,
        correction: OrganizationCorrection,
        clear: Clear = None,
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.correct_organization(
                change.db,
                change.caller,
                organization_id=organization_id,
                correction=correction,
                clear=clear or (),
                version=version,
                now=change.now,
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Make these the phones of an organization."
    )
    async def set_organization_phones(
        self, info: Asked, organization_id: UUID, version: Version, phones: list[PhoneSaid]
    ) -> EditedView:
        async with changing(info) as change:
            return await edit.set_organization_phones(
                change.db,
                change.caller,
                organization_id=organization_id,
                phones=phones,
                version=version,
                now=change.now,
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Close all its services for the time being."
    )
    async def pause_organization(self, info: Asked, organization_id: UUID, version: Version) -> EditedView:
        async with changing(info) as change:
            return await edit.pause_organization(
                change.db, change.caller, organization_id=organization_id, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Open all its services again that are closed for the time being."
    )
    async def resume_organization(self, info: Asked, organization_id: UUID, version: Version) -> EditedView:
        async with changing(info) as change:
            return await edit.resume_organization(
                change.db, change.caller, organization_id=organization_id, version=version, now=change.now
            )

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Take all its services out of every search, for good."
    )
    async def retire_organization(self, info: Asked, organization_id: UUID, version: Version) -> EditedView:
        async with changing(info) as change:
            return await edit.retire_organization(
                change.db, change.caller, organization_id=organization_id, version=version, now=change.now
            )
