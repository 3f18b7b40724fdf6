"""`doorlight agency`: who takes part, for whoever runs Doorlight."""

from typing import Annotated
from uuid import UUID

import typer

import referrals
from api.cli.database import run
from api.cli.provider import provider
from core import access, clock
from core.db import Database
from core.security import GIVEN, SYSTEM, Role

_ROLES = ", ".join(GIVEN)


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    agency = typer.Typer(help="Agencies: organizations that take part.", no_args_is_help=True)
    agency.command("create")(create)
    agency.command("list")(list_)
    agency.command("provider")(provider)
    agency.command("end")(end)
    app.add_typer(agency, name="agency")


def create(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    role: Annotated[
        list[Role] | None,
        typer.Option(help=f"A role that its people may be given, as often as needed: {_ROLES}."),
    ] = None,
) -> None:
    """Make an agency, and print its id. Its people may always be administrators.

    Example: `doorlight agency create "Lamplight Responders" --role responder`
    """

    async def act(database: Database) -> access.AgencyView:
        async with database.transaction(SYSTEM) as db:
            return await access.create_agency(db, SYSTEM, name=name, roles=role or (), now=clock.now())

    made = run(act)
    typer.echo(made.id)
    typer.echo(f"{made.name}: its people can be {', '.join(made.roles)}.", err=True)
    typer.echo(f"Next: doorlight person invite ADDRESS --agency {made.id} --role administrator", err=True)


def list_() -> None:
    """Every agency: its id, and its name.

    Example: `doorlight agency list`
    """

    async def act(database: Database) -> list[access.AgencyView]:
        async with database.transaction(SYSTEM) as db:
            return await access.agencies(db, SYSTEM)

    for agency in run(act):
        typer.echo(f"{agency.id}  {agency.name}  ({', '.join(agency.roles)})")


def end(agency: Annotated[UUID, typer.Argument(help="The agency's id: `doorlight agency list` shows it.")]) -> None:
    """End an agency: from this moment nobody acts for it, neither its people nor its machines.

    Whom it has, whoever referred them answers for again; what it was asked, others are asked; what it referred itself
    and nobody has yet taken over, is called off.

    Example: `doorlight agency end 1f0c...`
    """

    async def act(database: Database) -> tuple[access.AgencyView, referrals.Left]:
        async with database.transaction(SYSTEM) as db:
            ended = await access.end_agency(db, SYSTEM, agency_id=agency, now=clock.now())
            await db.flush()  # so that what it was asked is asked of nobody by way of it
            return ended, await referrals.leave(db, agency_id=agency)

    ended, left = run(act)
    typer.echo(f"{ended.name} has ended.")
    if left != referrals.Left(0, 0, 0):
        typer.echo(
            f"{left.given_back} given back to whoever referred them, {left.taken_back} offers taken back,"
            f" {left.called_off} referrals called off."
        )
