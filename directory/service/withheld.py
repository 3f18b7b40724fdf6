"""Services that have chosen not to be shown to readers of the police: to such a reader there are none of them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from core.security import Caller, Role
from directory.errors import NoSuchRow
from directory.models import Attribute, Taxonomy, TaxonomyTerm

WITHHELD = "withheld"


async def kept_from(db: AsyncSession, caller: Caller, services: Collection[UUID]) -> set[UUID]:
    """Those of the services that this caller is not shown; none where they do not read for the police."""
    if Role.police not in caller.roles:
        return set()
    said = (
        select(col(Attribute.link_id))
        .join(TaxonomyTerm, col(TaxonomyTerm.id) == col(Attribute.taxonomy_term_id))
        .join(Taxonomy, col(Taxonomy.id) == col(TaxonomyTerm.taxonomy_id))
        .where(col(Attribute.link_id).in_(services), col(Attribute.answer) == "yes", col(Taxonomy.code) == WITHHELD)
    )
    return set(await db.scalars(said))


async def kept_of(db: AsyncSession, caller: Caller, services: set[UUID], *, what: str, row_id: UUID) -> set[UUID]:
    """Those of the services of an organization or a place, or of one service by itself, that this caller is not shown.

    Raises:
        NoSuchRow: there are some, and none is shown: neither that service, nor who runs them, nor where they are.
    """
    kept = await kept_from(db, caller, services)
    if kept and kept == services:
        raise NoSuchRow(what, row_id)
    return kept


def tells(taxonomy: str, *, theirs: bool) -> bool:
    """Whether a term of this taxonomy is said; whom a service is not shown to, to those alone who may change it."""
    return theirs or taxonomy != WITHHELD
