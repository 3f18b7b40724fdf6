"""`doorlight keys`: the ring that person data is sealed with."""

from typing import Annotated

import typer

from core import clock
from core.secrets import replace_file
from core.settings import settings


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    verbs = typer.Typer(help="The keys that person data is sealed with.", no_args_is_help=True)
    verbs.command("add")(add)
    verbs.command("list")(list_)
    app.add_typer(verbs, name="keys")


def add(
    name: Annotated[str | None, typer.Option(help="What to call it; today's date and time without one.")] = None,
) -> None:
    """Add a key, which seals from now on; nothing restarts, and what older keys sealed is sealed anew within the hour.

    Example: `doorlight keys add`
    """
    keys = settings().ring()
    ring = keys.ring
    if keys.path is None:
        typer.echo("doorlight: the ring is in DOORLIGHT_KEYS: add the key there, behind the others", err=True)
        raise typer.Exit(1)
    grown = ring.with_key(name or f"{clock.now():%Y-%m-%dT%H:%M:%S}")
    replace_file(keys.path, grown)
    typer.echo(f"{grown.newest} seals from now on. Copy {keys.path} again to where its copy is kept.")


def list_() -> None:
    """The names of the keys, oldest first; never the keys.

    Example: `doorlight keys list`
    """
    for name in settings().ring().ring.keys:
        typer.echo(name)
