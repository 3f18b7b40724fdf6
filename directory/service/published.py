"""Which addresses and numbers a listing publishes: only to these may a letter of a claim go, and nobody types one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from core.secrets import Ring
from directory.rules.claims import Way, masked_mail, masked_phone
from directory.rules.numbers import dialled
from directory.views.claims import ClaimChoice

# What hangs on a confidential place is found too, so that it is left out also where the same is said elsewhere.
_SAID = text(
    """
    WITH own AS (SELECT id, name, email FROM organization WHERE id = :it),
    given AS (SELECT id, name, email FROM service WHERE organization_id = :it),
    at AS (
        SELECT placed.id, given.name, placed.location_id, confidential
        FROM service_at_location AS placed
        JOIN given ON given.id = placed.service_id
        JOIN location ON location.id = placed.location_id
    )
    SELECT 'mail' AS way, email AS said, name, false AS hidden FROM own
    UNION ALL SELECT 'mail', email, name, false FROM given
    UNION ALL SELECT 'text', number, name, false FROM phone JOIN own ON own.id = organization_id
    UNION ALL SELECT 'text', number, name, false FROM phone JOIN given ON given.id = service_id
    UNION ALL SELECT 'text', number, name, confidential FROM phone JOIN at ON at.id = service_at_location_id
    UNION ALL SELECT 'text', number, own.name, confidential
        FROM phone JOIN location ON location.id = phone.location_id CROSS JOIN own
        WHERE location.organization_id = :it
    UNION ALL SELECT 'text', number, name, true FROM phone JOIN at ON at.location_id = phone.location_id
        WHERE confidential
    UNION ALL SELECT 'text', number, given.name, coalesce(confidential, false)
        FROM access_point JOIN given ON given.id = service_id LEFT JOIN at ON at.id = service_at_location_id
    ORDER BY 1 DESC, 3, 2
    """
)


@dataclass(frozen=True, slots=True)
class Published:
    """One of them, and how it is offered."""

    choice: ClaimChoice
    to: str = field(repr=False)


async def published(db: AsyncSession, organization_id: UUID, *, ring: Ring) -> list[Published]:
    """Each once, those of the organization and of its services; nothing that leads to a confidential place."""
    rows = (await db.execute(_SAID, {"it": organization_id})).all()
    read = [(Way(row.way), _reached(row.way, row.said or ""), str(row.name), bool(row.hidden)) for row in rows]
    hidden = {to for _, to, _, is_hidden in read if is_hidden}
    return list(_once(((way, to, of) for way, to, of, _ in read if to and to not in hidden), organization_id, ring))


def _once(found: Iterator[tuple[Way, str, str]], organization_id: UUID, ring: Ring) -> Iterator[Published]:
    seen = set[str]()
    for way, to, of in found:
        if to.casefold() in seen:
            continue
        seen.add(to.casefold())
        # an id that says nothing, and stays the same from the offer to the choice
        own_id = ring.blind(f"claim choice {organization_id} {to}").hex()[:24]
        masked = masked_mail(to) if way is Way.mail else masked_phone(to)
        yield Published(ClaimChoice(id=own_id, way=way, masked=masked, of=of), to)


def _reached(way: str, said: str) -> str | None:
    if way == Way.text:
        return dialled(said)
    address = said.strip()
    return address if "@" in address and not set(address) & set(" ,;<>") else None
