"""An accepted correction, written where it belongs: the one place where a correction meets the directory."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.errors import NoSuchRow
from directory.rules.corrections import About
from directory.service.editing.edit import hold
from directory.service.editing.locations import correct_location
from directory.service.editing.organizations import correct_organization
from directory.service.editing.services import correct_service
from directory.service.editing.whole import Root, load
from directory.views.editing import LocationCorrection, OrganizationCorrection, ServiceCorrection
from directory.views.history import EditedView


async def apply(
    db: AsyncSession, caller: Caller, *, about: About, row_id: UUID, column: str, value: str, now: datetime
) -> EditedView:
    """Edit that field of the organization, service or place, as the caller; it stands in the history, to be undone.

    Whoever accepts has read what stands there in the moment that it is changed, so its version is named here.

    Raises:
        NoSuchRow: it is gone.
    """
    root, said = Root(about.value), {column: value}
    await hold(db, root, row_id)
    whole = await load(db, root, row_id)
    if whole is None:
        raise NoSuchRow(root, row_id)
    match about:
        case About.organization:
            of_it = OrganizationCorrection.model_validate(said)
            return await correct_organization(
                db, caller, organization_id=row_id, correction=of_it, version=whole.version, now=now
            )
        case About.service:
            of_service = ServiceCorrection.model_validate(said)
            return await correct_service(
                db, caller, service_id=row_id, correction=of_service, version=whole.version, now=now
            )
        case About.location:
            of_place = LocationCorrection.model_validate(said)
            return await correct_location(
                db, caller, location_id=row_id, correction=of_place, version=whole.version, now=now
            )
