"""Where a person is, as roughly as a referral knows it: which county, and what time it is there."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

import directory
from core.geo import Point
from core.security import SYSTEM
from directory import Ground

_NOWHERE = Ground("", None)


async def ground(db: AsyncSession, row: Mapping[str, Any]) -> Ground:
    """Of a referral's own row; without a name where nothing is known."""
    if row["latitude"] is None:
        return _NOWHERE
    return await directory.ground_at(db, SYSTEM, at=Point(row["latitude"], row["longitude"])) or _NOWHERE
