"""`doorlight near`: the search, on a terminal. Every filter that a search takes has an option here."""

import sys
from typing import Annotated

import typer
from pydantic import ValidationError

import directory
from api.cli import told
from api.cli.database import run
from api.deps import LANGUAGES
from core import clock
from core.db import Database
from core.errors import Invalid
from core.security import PUBLIC
from directory import SearchInput

_NEGATIVE_NUMBERS = {"ignore_unknown_options": True}  # or -104.98 would be read as an option
_WHO, _HOURS, _WHAT, _PAGES = "Who asks, and how they arrive", "When", "What it must be", "What is printed"


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command(context_settings=_NEGATIVE_NUMBERS)(near)


class BadAsk(Invalid):
    """That search cannot be made."""


def near(  # noqa: PLR0917 - a command's parameters are its interface
    place: Annotated[
        list[str] | None,
        typer.Argument(
            help="Latitude and longitude, or a ZIP, or a city and state. Without one: lines that need no place.",
            show_default=False,
        ),
    ] = None,
    within_m: Annotated[int, typer.Option(help="How far to look, in metres.")] = 80_000,
    open_: Annotated[
        str, typer.Option("--open", help="`any`, `now`, or a time with its offset.", rich_help_panel=_HOURS)
    ] = "any",
    open_for_min: Annotated[
        int | None, typer.Option(help="Open then, and for so many minutes on.", rich_help_panel=_HOURS)
    ] = None,
    opens_within_min: Annotated[
        int | None, typer.Option(help="Open then, or within so many minutes.", rich_help_panel=_HOURS)
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Who asks: self, family, community, mobile, 988, warm, 911, ed, police, case.",
            rich_help_panel=_WHO,
        ),
    ] = None,
    arrive: Annotated[
        str | None,
        typer.Option(help="How the person gets there: walk_in, van, ems, police, mobile.", rich_help_panel=_WHO),
    ] = None,
    age: Annotated[int | None, typer.Option(help="The person's age in years.", rich_help_panel=_WHO)] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="A kind of service, such as SITE.SOBER; repeat for others.", rich_help_panel=_WHAT),
    ] = None,
    police_max: Annotated[
        str | None, typer.Option(help="The highest police level that will do, P0 to P5.", rich_help_panel=_WHAT)
    ] = None,
    involuntary_max: Annotated[
        str | None, typer.Option(help="The strictest policy on holds that will do, I0 to I3.", rich_help_panel=_WHAT)
    ] = None,
    must: Annotated[
        list[str] | None,
        typer.Option(help="What must be stated yes, such as WHEELCHAIR; may be repeated.", rich_help_panel=_WHAT),
    ] = None,
    must_not: Annotated[
        list[str] | None,
        typer.Option(help="What must be stated no, such as SOBRIETY_REQUIRED; repeatable.", rich_help_panel=_WHAT),
    ] = None,
    free: Annotated[int | None, typer.Option(help="So many places known to be free.", rich_help_panel=_WHAT)] = None,
    language: Annotated[
        str | None, typer.Option(help="A language it must speak, such as es.", rich_help_panel=_WHAT)
    ] = None,
    mode: Annotated[
        list[str] | None,
        typer.Option(
            help="A way in it must have: phone, text, chat, door ...; repeat for others.", rich_help_panel=_WHAT
        ),
    ] = None,
    query: Annotated[
        str | None,
        typer.Option("--query", "-q", help="Words in name, description or kind.", rich_help_panel=_WHAT),
    ] = None,
    hidden: Annotated[
        str | None,
        typer.Option(help="Print what is ruled out for this reason, such as police.", rich_help_panel=_PAGES),
    ] = None,
    limit: Annotated[
        int, typer.Option(help="How many places; half as many teams, and lines.", rich_help_panel=_PAGES)
    ] = 20,
    cursor: Annotated[
        str | None,
        typer.Option(help="Go on where an earlier answer ended, as it printed.", rich_help_panel=_PAGES),
    ] = None,
    labels: Annotated[
        str, typer.Option("--labels", help="Language of what is printed: en or es.", rich_help_panel=_PAGES)
    ] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print the REST answer.", rich_help_panel=_PAGES)] = False,
) -> None:
    """What is open, near, and takes this person.

    Examples: `doorlight near 39.7392 -104.9848 --open now --kind SITE.SOBER`; `doorlight near "Denver, CO"`;
    `doorlight near 79901 --from community --arrive van --police-max P1`; `doorlight near --kind LINE.WARM`
    """
    if labels not in LANGUAGES:
        raise typer.BadParameter(f"Labels come in {' and '.join(LANGUAGES)}.", param_hint="--labels")
    ask = _read({
        "within_m": within_m, "open": open_, "open_for_min": open_for_min, "opens_within_min": opens_within_min,
        "from": from_, "arrive": arrive, "age": age, "kind": kind or [], "police_max": police_max,
        "involuntary_max": involuntary_max, "must": must or [], "must_not": must_not or [], "free": free,
        "language": language, "mode": mode or [], "q": query, "hidden": hidden, "limit": limit, "cursor": cursor,
        **_where(place or []),
    })  # fmt: skip

    async def act(database: Database) -> directory.Answer:
        async with database.reading() as reader:
            return await directory.search(reader, PUBLIC, ask=ask, now=clock.now(), labels=labels)

    answer = run(act)
    if as_json:
        sys.stdout.write(answer.body.decode() + "\n")
    else:
        told.tell(answer.view(), ask, labels)


def _read(asked: dict[str, object]) -> SearchInput:
    try:
        return SearchInput.model_validate(asked)
    except ValidationError as error:
        raise BadAsk("; ".join(_say(entry["loc"], entry["msg"]) for entry in error.errors())) from error


def _where(place: list[str]) -> dict[str, object]:
    if len(place) == 2:  # noqa: PLR2004 - a latitude and a longitude
        try:
            return {"lat": float(place[0]), "lon": float(place[1])}
        except ValueError:
            pass
    return {"near": " ".join(place)} if place else {}


def _say(where: tuple[int | str, ...], why: str) -> str:
    said = why.removeprefix("Value error, ")
    return f"{'.'.join(map(str, where))}: {said}" if where else said
