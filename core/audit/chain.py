"""The chain: each sealed entry's hash is of its own words and of the hash before it.

One sealer at a time puts entries that have become visible behind the last. Where what is computed anew differs from
what was sealed, an entry was changed, removed or moved; that none was cut off the end only a head kept elsewhere shows.
Where the oldest entries were purged the chain begins at the checkpoint that was made of the last of them.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, LiteralString

import orjson
from psycopg import AsyncConnection

_Connection = AsyncConnection[tuple[Any, ...]]
_START = bytes(32)
_BATCH = 1_000
_LOCK: LiteralString = "SELECT pg_try_advisory_xact_lock(hashtext('doorlight: audit'))"
_CHECKPOINT: LiteralString = "SELECT position, hash FROM audit_checkpoint ORDER BY position DESC LIMIT 1"
_LAST: LiteralString = "SELECT position, hash FROM audit_seal ORDER BY position DESC LIMIT 1"
_UNSEALED: LiteralString = """
SELECT e.id, e.at, e.act, e."table", e.row_id, e.columns, e.person_id, e.key_id, e.agency_id, e.reason
FROM audit_entry AS e WHERE NOT EXISTS (SELECT FROM audit_seal AS s WHERE s.entry_id = e.id) ORDER BY e.id LIMIT %s
"""
_CHAIN: LiteralString = """
SELECT s.position, s.entry_id, s.hash,
       e.id, e.at, e.act, e."table", e.row_id, e.columns, e.person_id, e.key_id, e.agency_id, e.reason
FROM audit_seal AS s LEFT JOIN audit_entry AS e ON e.id = s.entry_id
WHERE s.position > %s ORDER BY s.position LIMIT %s
"""
_LEFT: LiteralString = (
    "SELECT count(*) FROM audit_entry AS e WHERE NOT EXISTS (SELECT FROM audit_seal AS s WHERE s.entry_id = e.id)"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain; kept elsewhere it proves what was there."""

    position: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """As `str` wrote it.

        Raises:
            ValueError: it is none.
        """
        position, _, digest = text.strip().partition(":")
        head = cls(int(position), bytes.fromhex(digest))
        if head.position < 0 or len(head.hash) != len(_START):
            raise ValueError(text)
        return head


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. `broken_at`: the first place of the chain that is not as it was sealed, and why.

    `purged`: up to which place entries were purged before.
    """

    sealed: int
    unsealed: int
    head: Head
    purged: int = 0
    broken_at: int | None = None
    why: str | None = None

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, removed or moved."""
        return self.broken_at is None


async def seal(connection: _Connection) -> int:
    """Put what is not sealed yet behind the last of the chain; how many. 0 as well when another sealer is at it.

    The connection is in a transaction of the system's own.
    """
    locked = await (await connection.execute(_LOCK)).fetchone()
    if locked != (True,):
        return 0
    last = await head(connection)
    rows = await (await connection.execute(_UNSEALED, (_BATCH,))).fetchall()
    seals = []
    position, digest = last.position, last.hash
    for row in rows:
        position, digest = position + 1, _next(digest, row)
        seals.append((position, row[0], digest))
    async with connection.cursor() as cursor:
        await cursor.executemany("INSERT INTO audit_seal (position, entry_id, hash) VALUES (%s, %s, %s)", seals)
    return len(seals)


async def head(connection: _Connection) -> Head:
    """Where the chain ends; position 0 of an empty one."""
    last = await (await connection.execute(_LAST)).fetchone()
    return await checkpoint(connection) if last is None else Head(last[0], last[1])


async def checkpoint(connection: _Connection) -> Head:
    """Where it begins: up to there entries were purged; position 0 where none were."""
    last = await (await connection.execute(_CHECKPOINT)).fetchone()
    return Head(0, _START) if last is None else Head(last[0], last[1])


@dataclass(frozen=True, slots=True)
class Link:
    """A place of the chain as it is found, and `broken`, why it is not as it was sealed."""

    position: int
    hash: bytes
    entry: Sequence[Any]
    broken: str | None


async def links(connection: _Connection, start: Head) -> AsyncIterator[Link]:
    """The chain from behind that place, computed anew; it ends at the first link that is broken."""
    expected, digest = start.position, start.hash
    async for position, entry_id, sealed, *row in _sealed(connection, expected):
        expected += 1
        digest = _next(digest, row)
        broken = _broken(position, expected, entry_id, row, same=digest == sealed)
        yield Link(expected, digest, row, broken)
        if broken is not None:
            return


async def verify(connection: _Connection, *, kept: Head | None = None) -> Verdict:
    """Compute the chain anew. `kept`: an earlier head, which the chain must still go through."""
    start = end = await checkpoint(connection)
    if kept is None or kept.position == 0:
        kept = start
    if kept.position < start.position:
        why = f"up to place {start.position} entries were purged; compare with a head that was kept since"
        return await _verdict(connection, start, start, kept.position, why)
    through = kept == start
    async for link in links(connection, start):
        broken = link.broken
        if broken is None and link.position == kept.position:
            through = True
            broken = None if kept.hash == link.hash else "it is not the entry that the kept head was made of"
        if broken is not None:
            return await _verdict(connection, start, Head(link.position - 1, _START), link.position, broken)
        end = Head(link.position, link.hash)
    if not through and kept.position == start.position:
        return await _verdict(connection, start, end, kept.position, "the kept head is of another chain")
    if not through:
        why = f"the chain ends here, and the kept head is at {kept.position}: entries were cut off"
        return await _verdict(connection, start, end, end.position + 1, why)
    return await _verdict(connection, start, end, None, None)


async def _verdict(connection: _Connection, start: Head, end: Head, at: int | None, why: str | None) -> Verdict:
    counted = await (await connection.execute(_LEFT)).fetchone()
    return Verdict(end.position - start.position, counted[0] if counted else 0, end, start.position, at, why)


async def _sealed(connection: _Connection, after: int) -> AsyncIterator[tuple[Any, ...]]:
    while True:
        rows = await (await connection.execute(_CHAIN, (after, _BATCH))).fetchall()
        for row in rows:
            yield row
        if len(rows) < _BATCH:
            return
        after = rows[-1][0]


def _broken(position: int, expected: int, entry_id: int, row: list[Any], *, same: bool) -> str | None:
    if position != expected:
        return f"the seal of place {expected} is missing"
    if row[0] is None:
        return f"entry {entry_id} is missing"
    return None if same else f"entry {entry_id} was changed, or another stood here"


def _next(before: bytes, row: Any) -> bytes:
    return sha256(before + orjson.dumps(list(row), option=orjson.OPT_UTC_Z)).digest()
