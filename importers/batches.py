"""One file into the directory: read to its end, then written whole, in one transaction or not at all."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from psycopg.errors import CheckViolation, ForeignKeyViolation, NotNullViolation
from sqlalchemy import func, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database
from core.errors import Invalid, NotFound
from core.security import SYSTEM
from directory import (
    Change,
    ImportEntryIn,
    ImportRunIn,
    ListingIn,
    PlaceIn,
    fill_places,
    known_places,
    limit_precision,
    load_vocabulary,
    make_confidential,
    publish,
    record_import,
    zip_centroids,
)
from importers import findtreatment, precision
from importers.errors import BrokenFile
from importers.hsds_json import Reader
from importers.ledger import Ledger
from importers.precision import Limits
from importers.report import Outcome, Report, Row
from importers.source import Document, Format, parse
from importers.spool import Reading, Spool

Progress = Callable[[int, int], None]
Listings = Sequence[tuple[ListingIn, list[Row]]]
BATCH = 200
# One import at a time: two files that name the same rows would wait for each other, and one would fail.
_LOCK = 7_110_911
_REFUSALS = (Invalid, IntegrityError, DataError)
# Rows of a report that attributes hang on.
_OWNERS = ("service", "facility")


async def run(
    db: Database,
    *,
    source: Path,
    now: datetime,
    dry_run: bool = False,
    progress: Progress | None = None,
    publisher: str | None = None,
    stated_on: date | None = None,
) -> Report:
    """Import a file, and say what became of each of its rows. Doing it again changes nothing.

    `publisher` names whoever's ids are no UUIDs (the file's name when left out); `stated_on` dates a file that
    does not date itself. A dry run does everything and undoes it.

    Raises:
        BrokenFile: the file cannot be read, or is of no shape we know; nothing was changed.
    """
    ledger = Ledger(publisher or source.stem)
    with Spool() as spool:
        document, reading = await asyncio.to_thread(_read, source, ledger, spool, stated_on)
        ledger.forget()
        async with db.transaction() as session:
            step = await session.begin_nested()
            await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            # Terms of ours are rows that attributes point to; an import may be the first thing that a database sees.
            await load_vocabulary(session, SYSTEM, now=now)
            limits = await _limits(session, reading, now)
            changes: Counter[str] = Counter()
            done, left = 0, iter(reading)
            while batch := [(precision.cut(one, rows, limits), rows) for one, rows in islice(left, BATCH)]:
                changes.update(change.kind for change in await _write(session, batch, now))
                done += len(batch)
                if progress is not None:
                    progress(done, len(reading))
            await limit_precision(session, SYSTEM, limits=limits.lowered, now=now)
            if places := _places(document):
                await fill_places(session, SYSTEM, places=places, now=now)
            report = _report(document, ledger, changes, dry_run=dry_run)
            if report.changed:
                await record_import(session, SYSTEM, run=_record(report), entries=_entries(report), now=now)
            await (step.rollback() if dry_run else step.commit())
    return report


def _read(source: Path, ledger: Ledger, spool: Spool, stated_on: date | None) -> tuple[Document, Reading]:
    try:
        with source.open("rb") as file:
            document = parse(file, source.name)
            return document, gather(document, ledger, spool, stated_on)
    except OSError as error:
        raise BrokenFile(f"{source} cannot be read: {error.strerror}.") from error


def gather(document: Document, ledger: Ledger, spool: Spool, stated_on: date | None) -> Reading:
    """Read every row of a document, and set aside what is made of it."""
    if document.format is Format.findtreatment:
        facilities = findtreatment.Facilities(ledger, spool)
        facilities.read(document.objects(), stated_on=stated_on)
        return facilities
    invented = document.format is Format.starter and document.said.get("invented") is True
    reader = Reader(ledger, spool, invented=invented)
    reader.read(document.objects)
    return reader


async def _limits(session: AsyncSession, reading: Reading, now: datetime) -> Limits:
    """How exact points can be, by what the file and the directory together know of them."""
    points = {one.point for one in reading.seen.values()}
    if not points:
        return Limits()
    known = await known_places(session, SYSTEM, ids=reading.seen, points=points, now=now)
    centroids = await zip_centroids(session, SYSTEM, around=[*points], now=now)
    limits = Limits.of(reading.seen, known, centroids, reading.hidden)
    reading.seen.clear()
    return limits


def _places(document: Document) -> list[PlaceIn]:
    """Towns that a starter file brings along; they are our own files, so a wrong one is a broken file."""
    if document.format is not Format.starter:
        return []
    try:
        return [PlaceIn.model_validate({"kind": "city", **one}) for one in document.said.get("places") or ()]
    except (ValueError, TypeError) as error:
        raise BrokenFile("The file's places need name, state, latitude and longitude.") from error


async def _write(session: AsyncSession, batch: Listings, now: datetime) -> list[Change]:
    """Publish a batch at once; one listing at a time when one is refused, or when it is unclear whose a change was."""
    rows = [row for _, rows in batch for row in rows]
    step = await session.begin_nested()
    try:
        changes = await publish(session, SYSTEM, listings=[listing for listing, _ in batch], now=now)
    except _REFUSALS:
        await step.rollback()
    else:
        _settle(rows, changes)
        if not _unexplained(rows, changes):
            await step.commit()
            return changes
        await step.rollback()
    return [change for listing, rows in batch for change in await _write_one(session, listing, rows, now)]


async def _write_one(
    session: AsyncSession, listing: ListingIn, rows: list[Row], now: datetime, *, again: bool = False
) -> list[Change]:
    step = await session.begin_nested()
    try:
        changes = await publish(session, SYSTEM, listings=[listing], now=now)
    except _REFUSALS as error:
        await step.rollback()
        if isinstance(getattr(error, "orig", None), CheckViolation) and not again:
            await _scrub(session, listing, now)
            return await _write_one(session, listing, rows, now, again=True)
        why = error.detail if isinstance(error, Invalid) else f"the database refuses it ({_constraint(error)})"
        if isinstance(getattr(error, "orig", None), NotNullViolation | ForeignKeyViolation):
            raise  # no source can bring that about: a mistake of ours, which must not look like theirs
        for row in rows:
            row.refuse(why)
        return []
    await step.commit()
    _settle(rows, changes)
    if _unexplained(rows, changes):
        for row in rows:
            row.settle(changed=row.outcome is not Outcome.unchanged or row.kind in _OWNERS)
    return changes


async def _scrub(session: AsyncSession, listing: ListingIn, now: datetime) -> None:
    """A place that was public and is hidden from now on: what is stored of it goes first, with its history."""
    for place in listing.locations:
        if place.confidential:
            with suppress(NotFound):
                await make_confidential(session, SYSTEM, location_id=place.id, now=now)


def _settle(rows: list[Row], changes: list[Change]) -> None:
    changed = {change.id for change in changes if change.kind != "unchanged"}
    for row in rows:
        row.settle(changed=not changed.isdisjoint(row.ids))


def _unexplained(rows: list[Row], changes: list[Change]) -> bool:
    """Whether something changed that no row of the file accounts for: an attribute, or a child that is gone.

    Where every service changed anyway it makes no difference, as at a first import.
    """
    known = {one for row in rows for one in row.ids}
    loose = any(change.kind != "unchanged" and change.id not in known for change in changes)
    return loose and any(row.outcome is Outcome.unchanged for row in rows if row.kind in _OWNERS)


def _constraint(error: Exception) -> str:
    diagnosis = getattr(getattr(error, "orig", None), "diag", None)
    return getattr(diagnosis, "constraint_name", None) or type(error).__name__


def _report(document: Document, ledger: Ledger, changes: Counter[str], *, dry_run: bool) -> Report:
    kinds = ("created", "changed", "removed", "unchanged")
    return Report(
        source=document.name,
        format=document.format.value,
        digest=document.digest,
        dry_run=dry_run,
        notes=(*document.notes, *(findtreatment.NOTES if document.format is Format.findtreatment else ())),
        rows=tuple(ledger.rows),
        changes={kind: changes[kind] for kind in kinds},
    )


def _record(report: Report) -> ImportRunIn:
    return ImportRunIn(source=report.source, format=report.format, digest=report.digest, counts=report.counts)


def _entries(report: Report) -> Iterator[ImportEntryIn]:
    for row in report.rows:
        ids = tuple(row.ids)
        yield ImportEntryIn(outcome=row.outcome.value, path=row.path, object_ids=ids, why=row.kind)
        for f in row.findings:
            yield ImportEntryIn(outcome=f.outcome.value, path=f.path, object_ids=ids, why=f.why, detail=f.detail)
