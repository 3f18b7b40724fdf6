"""Our codes and labels in the database, for whoever joins on them; the file that ships is the source."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.models import Taxonomy, TaxonomyTerm
from directory.service.flatten import taxonomy_id, term_id
from directory.service.sync import Change, sync
from directory.taxonomy import version, vocabularies


async def load_vocabulary(db: AsyncSession, caller: Caller, *, now: datetime) -> list[Change]:
    """Bring the taxonomy tables up to the file. Repeatable; a term that left the file stays, for rows that use it."""
    taxonomies = [
        {
            "id": taxonomy_id(v.code),
            "code": v.code,
            "name": v.names["en"],
            "version": version(),
            "description": f"Doorlight's own codes: {v.names['en']}. CC0-1.0.",
        }
        for v in vocabularies().values()
    ]
    changes = await sync(db, Taxonomy, taxonomies, now=now)
    terms = [
        {
            "id": term_id(v.code, term.code),
            "taxonomy_id": taxonomy_id(v.code),
            "code": term.code,
            "name": term.labels["en"],
            "description": term.definitions.get("en", term.labels["en"]),
            "parent_id": _parent(v.code, term.parent),
            "labels": term.labels,
            "definitions": term.definitions,
            "asks": term.asks,
        }
        for v in vocabularies().values()
        for term in v.terms.values()
    ]
    return changes + await sync(db, TaxonomyTerm, terms, now=now)


def _parent(taxonomy: str, code: str | None) -> UUID | None:
    return None if code is None else term_id(taxonomy, code)
