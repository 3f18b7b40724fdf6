"""`doorlight person`: bring somebody into an agency, or end their account."""

from typing import Annotated
from uuid import UUID

import typer

from api.cli.database import run
from core import access, clock
from core.db import Database
from core.security import GIVEN, SYSTEM, Role
from core.settings import settings


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    person = typer.Typer(help="People in agencies.", no_args_is_help=True)
    person.command("invite")(invite)
    person.command("sign-out")(sign_out)
    person.command("end")(end)
    app.add_typer(person, name="person")


def invite(
    email: Annotated[str, typer.Argument(help="Their e-mail address.")],
    agency: Annotated[UUID, typer.Option(help="The agency's id: `doorlight agency list` shows it.")],
    role: Annotated[Role, typer.Option(help=f"What they will be: {', '.join(GIVEN)}.")],
) -> None:
    """Invite somebody into an agency, and print the link that only they should get. It is good once, for a week.

    Example: `doorlight person invite ana@example.org --agency 1f0c... --role administrator`
    """
    held = settings()

    async def act(database: Database) -> tuple[access.InvitationView, str]:
        async with database.transaction(SYSTEM) as db:
            return await access.invite(
                db, SYSTEM, agency_id=agency, email=email, role=role, ring=held.ring().ring, now=clock.now()
            )

    made, token = run(act)
    typer.echo(f"{held.address}/invitation/{token}")
    typer.echo(f"{made.email} can be {made.role} of {made.agency} until {made.ends_at:%Y-%m-%d %H:%M} UTC.", err=True)


def sign_out(email: Annotated[str, typer.Argument(help="Their e-mail address.")]) -> None:
    """End every sign-in of somebody, wherever they are signed in. Their password stays.

    Example: `doorlight person sign-out ana@example.org`
    """
    held = settings()

    async def act(database: Database) -> int:
        async with database.transaction(SYSTEM) as db:
            return await access.sign_out_person(db, SYSTEM, email=email, ring=held.ring().ring, now=clock.now())

    typer.echo(f"{run(act)} sign-ins ended.", err=True)


def end(email: Annotated[str, typer.Argument(help="Their e-mail address.")]) -> None:
    """End somebody's account: from this moment it opens nothing, in no agency, and no invitation opens it again.

    Example: `doorlight person end ana@example.org`
    """
    held = settings()

    async def act(database: Database) -> UUID:
        async with database.transaction(SYSTEM) as db:
            return await access.end_person(db, SYSTEM, email=email, ring=held.ring().ring, now=clock.now())

    typer.echo(f"The account {run(act)} has ended.")
