"""Who may do what: a row for every operation, listed by domain. `tests/access/test_matrix.py` tries them all."""

from tests.access.operations import (
    accounts,
    breakglass,
    claims,
    contacts,
    corrections,
    directory,
    disclosures,
    doors,
    holds,
    machines,
    mandated,
    providers,
    public,
    referrals,
    webhooks,
)
from tests.access.operations.shape import EVERYBODY, MACHINE, PUBLIC, Field, Key, Operation, Town

__all__ = [
    "EVERYBODY",
    "FIELDS",
    "MACHINE",
    "MATRIX",
    "PLANT",
    "PRIVATE",
    "PUBLIC",
    "SAID",
    "Field",
    "Key",
    "Operation",
    "Town",
]

_DOMAINS = (
    public,
    accounts,
    machines,
    claims,
    holds,
    providers,
    directory,
    corrections,
    breakglass,
    referrals,
    disclosures,
    mandated,
    contacts,
    webhooks,
    doors,
)
MATRIX: dict[Key, Operation] = {key: row for domain in _DOMAINS for key, row in domain.ROWS.items()}
# The same in GraphQL: the verb, with its row above. What is public has none.
FIELDS: dict[Key, Field | None] = {key: row for domain in _DOMAINS for key, row in domain.FIELDS.items()}
# Types that hold what is somebody's; no public field leads to one.
PRIVATE: set[str] = {name for domain in _DOMAINS for name in domain.PRIVATE}
# The status that REST answers with where GraphQL says so.
SAID: dict[str, int] = {said: status for domain in _DOMAINS for said, status in domain.SAID.items()}
# What puts the things in place that the paths name.
PLANT = tuple(domain.plant for domain in _DOMAINS)
