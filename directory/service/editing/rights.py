"""Whether a caller may change a listing."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.errors import NoSuchRow, NotAllowed
from directory.queries import answers_for
from directory.rules.editing import may_edit, may_edit_any, may_edit_some
from directory.service.editing.whole import Root, Whole


def allow_some(caller: Caller) -> None:
    """Raises NotAllowed where the caller may change no listing at all."""
    if not may_edit_some(caller.roles):
        raise NotAllowed("Stewards and managers of providers change listings.", act="edit")


def allow_any(caller: Caller) -> None:
    """Raises NotAllowed where the caller may not change every listing."""
    if not may_edit_any(caller.roles):
        raise NotAllowed("Stewards do that. Ask one.", act="edit")


async def may(db: AsyncSession, caller: Caller, organization_id: UUID | None) -> bool:
    """Whether the caller may change what this organization is said to run."""
    answers = organization_id is not None and await answers_for(db, caller, organization_id)
    return may_edit(caller.roles, answers=answers)


async def allow(db: AsyncSession, caller: Caller, organization_id: UUID | None) -> None:
    """The same.

    Raises:
        NotAllowed: they may not.
    """
    if not await may(db, caller, organization_id):
        raise NotAllowed("Claim this listing for your agency first, or ask a steward.", act="edit")


async def allow_whole(db: AsyncSession, caller: Caller, whole: Whole) -> None:
    """The same for a listing as it is stored.

    Raises:
        NotAllowed: they may not. NoSuchRow: they may not, and it is a place that is not for everybody to know.
    """
    if whole.root is Root.location and whole.row["confidential"] and not await may(db, caller, whole.organization_id):
        raise NoSuchRow("location", whole.id)
    await allow(db, caller, whole.organization_id)
