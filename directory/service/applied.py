"""An accepted correction, written where it belongs: the one place where a correction meets the directory."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.errors import NoSuchRow
from directory.models import Location, Organization, Service
from directory.queries import MODELS
from directory.rules.corrections import About
from directory.service.flatten import Flat
from directory.service.listing import write
from directory.service.scrub import rows
from directory.service.sync import Change


async def apply(
    db: AsyncSession, caller: Caller, *, about: About, row_id: UUID, column: str, value: str, now: datetime
) -> list[Change]:
    """Make that column of the organization, service or place say so; everything else of it stays as it is stored.

    Raises:
        NoSuchRow: it is gone.
    """
    model: type[Organization | Service | Location] = MODELS[about]
    stored = await rows(db, model, "id", {row_id})
    if not stored:
        raise NoSuchRow(about.value, row_id)
    flat = Flat()
    row = {name: held for name, held in stored[0].items() if name != "changed_at"}
    flat.rows[model].append(row | {column: value})
    return await write(db, flat, now=now)
