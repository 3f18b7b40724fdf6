"""`doorlight hold`: keep what is asked for by a court or an inquiry, although its time is over."""

from typing import Annotated
from uuid import UUID

import typer

from api.cli.database import run
from core import access, clock
from core.db import Database
from core.secrets import Ring
from core.security import SYSTEM
from core.settings import settings


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    hold = typer.Typer(help="Legal holds: what is purged only once they are ended.", no_args_is_help=True)
    hold.command("add")(add)
    hold.command("list")(list_)
    hold.command("end")(end)
    app.add_typer(hold, name="hold")


def add(
    reason: Annotated[str, typer.Argument(help="Why; a file number will do.")],
    agency: Annotated[UUID | None, typer.Option(help="All that is this agency's.")] = None,
    person: Annotated[UUID | None, typer.Option(help="All that is of this person.")] = None,
) -> None:
    """Keep all of an agency, or of a person, and print the hold's id.

    Example: `doorlight hold add "District court, 26-1187" --agency 1f0c...`
    """

    async def act(database: Database) -> access.HoldView:
        async with database.transaction(SYSTEM) as db:
            return await access.hold(
                db, SYSTEM, agency_id=agency, person_id=person, reason=reason, ring=_ring(), now=clock.now()
            )

    typer.echo(run(act).id)


def list_() -> None:
    """Every hold: its id, since when, on what, and why.

    Example: `doorlight hold list`
    """

    async def act(database: Database) -> list[access.HoldView]:
        async with database.transaction(SYSTEM) as db:
            return await access.holds(db, SYSTEM, ring=_ring(), now=clock.now())

    for one in run(act):
        on = f"person {one.person_id}" if one.person_id else f"agency {one.agency_id}"
        ended = f", ended {one.ended_at:%Y-%m-%d}" if one.ended_at else ""
        typer.echo(f"{one.id}  {one.made_at:%Y-%m-%d}{ended}  {on}  {one.reason}")


def end(hold: Annotated[UUID, typer.Argument(help="Its id: `doorlight hold list` shows it.")]) -> None:
    """End a hold: what it kept is purged when its time is over.

    Example: `doorlight hold end 1f0c...`
    """

    async def act(database: Database) -> access.HoldView:
        async with database.transaction(SYSTEM) as db:
            return await access.end_hold(db, SYSTEM, hold_id=hold, ring=_ring(), now=clock.now())

    run(act)


def _ring() -> Ring:
    return settings().ring().ring
