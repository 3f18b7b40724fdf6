"""`doorlight referrals demo`: an evening of a community responder, played against the running service."""

from typing import Annotated

import typer

from api.cli.database import run
from api.evening import Evening, put_on
from core.db import Database
from core.settings import settings


def add_to(app: typer.Typer) -> None:
    """Add these verbs."""
    group = typer.Typer(no_args_is_help=True, help="Warm handoffs.")
    group.command()(demo)
    group.callback()(_referrals)  # or a single verb would be taken for the whole group
    app.add_typer(group, name="referrals")


def _referrals() -> None:
    """Warm handoffs."""


def demo(
    url: Annotated[str | None, typer.Option(help="Where the service answers; else where the settings say.")] = None,
) -> None:
    """Play a handoff with invented agencies against the running service: a full house, a silence, an acceptance.

    It takes about a minute and a half, because one house lets its minute go by. Everything it makes is called
    "(invented)", and its houses are shown to nobody any more when it is over.

    Example: `doorlight referrals demo`
    """
    held = settings()

    async def play(database: Database) -> None:
        evening: Evening = await put_on(
            database, url=(url or f"http://127.0.0.1:{held.port}").rstrip("/"), ring=held.ring().ring,
            say=typer.echo,
        )  # fmt: skip
        await evening.play()

    run(play)
