"""`doorlight near`: the search, on a terminal."""

import os
import sys
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

import directory
from api.cli.database import run
from api.deps import LANGUAGES
from core import clock
from core.db import Database
from core.errors import Invalid
from core.security import PUBLIC
from directory import Opening, Result, SearchAnswer, SearchInput

_NEGATIVE_NUMBERS = {"ignore_unknown_options": True}  # or -104.98 would be read as an option


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command(context_settings=_NEGATIVE_NUMBERS)(near)


class BadAsk(Invalid):
    """That search cannot be made."""


def near(  # noqa: PLR0917 - a command's parameters are its interface
    place: Annotated[
        list[str], typer.Argument(help="Latitude and longitude, or a ZIP, or a city and state.", show_default=False)
    ],
    open_: Annotated[str, typer.Option("--open", help="`any`, `now`, or a time with its offset.")] = "any",
    kind: Annotated[
        list[str] | None, typer.Option(help="A kind of service, such as SITE.SOBER; may be repeated.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="A language it must speak, such as es.")] = None,
    mode: Annotated[str | None, typer.Option(help="A way in it must have: phone, text, chat, door ...")] = None,
    query: Annotated[str | None, typer.Option("--query", "-q", help="Words in name, description or kind.")] = None,
    within_m: Annotated[int, typer.Option("--within-m", help="How far to look, in metres.")] = 80_000,
    limit: Annotated[int, typer.Option(help="How many of each list.")] = 20,
    cursor: Annotated[str | None, typer.Option(help="`next` or `next_might_fit` of an earlier answer.")] = None,
    labels: Annotated[str, typer.Option("--labels", help="Language of labels: en or es.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print the REST answer.")] = False,
) -> None:
    """What is open, near, and takes this person.

    Examples: `doorlight near 39.7392 -104.9848 --open now --kind SITE.SOBER`; `doorlight near "Denver, CO"`;
    `doorlight near 79901 --language es --mode text --json`
    """
    if labels not in LANGUAGES:
        raise typer.BadParameter(f"Labels come in {' and '.join(LANGUAGES)}.", param_hint="--labels")
    asked = {
        "open": open_, "kind": kind or [], "language": language, "mode": mode, "q": query,
        "within_m": within_m, "limit": limit, "cursor": cursor, **_where(place),
    }  # fmt: skip
    try:
        ask = SearchInput.model_validate(asked)
    except ValidationError as error:
        raise BadAsk("; ".join(_say(entry["loc"], entry["msg"]) for entry in error.errors())) from error

    async def act(database: Database) -> directory.Answer:
        async with database.reading() as reader:
            return await directory.search(reader, PUBLIC, ask=ask, now=clock.now(), labels=labels)

    answer = run(act)
    if as_json:
        sys.stdout.write(answer.body.decode() + "\n")
    else:
        _print(answer.view())


def _where(place: list[str]) -> dict[str, object]:
    if len(place) == 2:  # noqa: PLR2004 - a latitude and a longitude
        try:
            return {"lat": float(place[0]), "lon": float(place[1])}
        except ValueError:
            pass
    return {"near": " ".join(place)}


def _say(where: tuple[int | str, ...], why: str) -> str:
    said = why.removeprefix("Value error, ")
    return f"{'.'.join(map(str, where))}: {said}" if where else said


def _print(answer: SearchAnswer) -> None:
    console = Console(no_color="NO_COLOR" in os.environ, width=None if sys.stdout.isatty() else 160)
    for title, results in (("Fits", answer.fits), ("Might fit: ask", answer.might_fit)):
        if results:
            console.print(_table(title, results))
    if not answer.fits and not answer.might_fit:
        console.print("Nothing here fits. 988 answers everywhere in the United States; in danger of life, 911.")
    for hidden in answer.hidden:
        more = "at least " if hidden.at_least else ""
        console.print(f"Hidden: {more}{hidden.count}: {hidden.label}")
    if answer.next:
        console.print(f"More: --cursor {answer.next}")


def _table(title: str, results: list[Result]) -> Table:
    table = Table(title=title, title_justify="left", expand=False)
    for column in ("Name", "Kind", "Open", "Away", "Police", "Reach", "Confirmed"):
        table.add_column(column, overflow="fold")
    kinds = directory.vocabulary("kind")
    for result in results:
        asked = f"\nAsk: {' '.join(result.ask)}" if result.ask else ""
        table.add_row(
            f"{result.name}\n[dim]{result.organization}[/dim]{asked}",
            ", ".join(kinds.label(kind) for kind in result.kinds),
            _open(result.open),
            _away(result),
            f"{result.police.label}" + (f"\n[dim]{result.police.stated_on}[/dim]" if result.police.stated_on else ""),
            "\n".join(way.number or way.url or way.label for way in result.access[:3]),
            str(result.confirmed_on or "not confirmed"),
        )
    return table


def _open(opening: Opening) -> str:
    if opening.until is not None:
        return f"{opening.label} until {_local(opening, opening.until.isoformat())}"
    if opening.opens_at is not None:
        return f"{opening.label}, opens {_local(opening, opening.opens_at.isoformat())}"
    return f"{opening.label}\n[dim]{opening.why_label}[/dim]"


def _away(result: Result) -> str:
    metres = result.distance.metres
    if metres is None:
        return "confidential" if result.distance.precision == "confidential" else "-"
    return f"{metres / 1000:.1f} km"


def _local(opening: Opening, instant: str) -> str:
    """In the service's own zone, named: a time without a zone is no time."""
    zone = ZoneInfo(opening.zone or "UTC")
    return datetime.fromisoformat(instant).astimezone(zone).strftime("%a %H:%M %Z")
