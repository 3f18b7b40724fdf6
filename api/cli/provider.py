"""`doorlight agency provider`: let people of an agency sign in with the agency's own accounts."""

import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from api.cli.database import run
from api.providers import make_provider
from core import access, clock
from core.db import Database
from core.security import SYSTEM
from core.settings import settings


def provider(
    agency: Annotated[UUID, typer.Argument(help="The agency's id: `doorlight agency list` shows it.")],
    issuer: Annotated[str, typer.Option(help="The provider, as it calls itself: https://login.example.org")],
    client_id: Annotated[str, typer.Option(help="What the provider calls us.")],
    domain: Annotated[list[str], typer.Option(help="A domain of the agency's addresses, as often as needed.")],
    secret_file: Annotated[
        Path | None, typer.Option(help="A file with the secret that the provider gave us; - reads it from the input.")
    ] = None,
) -> None:
    """Let people of an agency sign in at its own provider (OpenID Connect), and print the redirect URI to name there.

    The provider is looked up at once. A secret never stands on a command line, where others could read it.

    Example: `doorlight agency provider 1f0c... --issuer https://login.example.org --client-id doorlight --domain
    example.org --secret-file secret.txt`
    """
    held = settings()
    secret = None if secret_file is None else _read(secret_file)
    published = access.Published(access.ToProviders(held.outgoing()))

    async def act(database: Database) -> access.ProviderView:
        return await make_provider(
            database, SYSTEM, agency_id=agency, issuer=issuer, client_id=client_id, client_secret=secret,
            domains=domain, published=published, ring=held.ring().ring, now=clock.now(),
        )  # fmt: skip

    made = run(act)
    typer.echo(f"{held.address}{made.returns_to}")
    typer.echo(
        f"Name that as redirect URI at {made.issuer}, and {held.address}/ to return to after signing out.", err=True
    )
    typer.echo(f"People sign in at {held.address}/sign-in/agency/{agency}", err=True)


def _read(file: Path) -> str:
    return (sys.stdin.read() if str(file) == "-" else file.read_text()).strip()
