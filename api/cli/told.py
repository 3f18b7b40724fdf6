"""An answer on a terminal: three groups with a next step each, and for all that is left out the command to see it."""

import os
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

import directory
from api.cli import again, when
from directory import BY_PLACE, Access, FreePlaces, Group, Police, Result, SearchAnswer, SearchInput, Stated

_TITLES = {"fits": "Fits", "might_fit": "Might fit: ask", "ruled_out": "Left out"}
_HOUR = 60
_KILOMETRE = 1_000
_WAYS = 4
_PRECISE = {"rooftop", "street", "block"}


def tell(answer: SearchAnswer, ask: SearchInput, labels: str) -> None:
    """Print it."""
    console = Console(no_color="NO_COLOR" in os.environ, width=None if sys.stdout.isatty() else 120)
    if answer.at is not None:
        console.print(f"Near {escape(answer.at.label)}" + (f" ({answer.at.zone})" if answer.at.zone else ""))
    else:
        console.print("No place given: what answers from anywhere it serves")
    for group in answer.groups:
        _group(console, group, answer, ask, labels)
    if not (answer.fits or answer.might_fit or answer.ruled_out):
        console.print("988 answers everywhere in the United States; in danger of life, 911.")
    for hidden in answer.hidden:
        more = "at least " if hidden.at_least else ""
        console.print(f"Hidden: {more}{hidden.count}: {escape(hidden.label)}")
        if hidden.reason == ask.hidden:
            continue
        if answer.at is None and hidden.reason in BY_PLACE:  # seeing them takes a place to see them from
            console.print("Say where, to find those near it:")
            _command(console, again.command(ask.model_copy(update={"near": "PLACE"}), labels))
        else:
            _command(console, again.command(ask, labels, hidden=hidden.reason))
    for title, cursor in (
        ("More that fit", answer.next),
        ("More that might fit", answer.next_might_fit),
        ("More that is left out", answer.next_ruled_out),
    ):
        if cursor:
            console.print(f"{title}:")
            _command(console, again.command(ask, labels, hidden=ask.hidden, cursor=cursor))


def _group(console: Console, group: Group, answer: SearchAnswer, ask: SearchInput, labels: str) -> None:
    tables = []
    for name, title in _TITLES.items():
        results = [result for result in getattr(answer, name) if result.group == group.code]
        if results:
            tables.append(_table(title, results, answer, ask, labels))
    if not tables and (ask.hidden or ask.cursor):  # a later page, or another list: nothing was looked for here
        return
    console.print(f"\n[bold]{escape(group.label)}[/bold]")
    for table in tables:
        console.print(table)
    if ask.hidden is None and (ask.cursor is None or tables):
        number = f": {group.number}" if group.number and group.number not in group.step_label else ""
        console.print(f"Next: {escape(group.step_label)}{number}")
        if group.step == "widen":
            _command(console, again.command(ask, labels, within_m=again.farther(ask.within_m)))


def _command(console: Console, command: str) -> None:
    """On a line of its own, never wrapped: it is there to be copied."""
    console.print(f"  {command}", markup=False, highlight=False, soft_wrap=True)


def _table(title: str, results: list[Result], answer: SearchAnswer, ask: SearchInput, labels: str) -> Table:
    table = Table(title=title, title_justify="left", expand=False, show_lines=True)
    for column in ("Service", "Open", "Police", "Reach"):
        table.add_column(column, overflow="fold")
    for result in results:
        table.add_row(
            "\n".join(_named(result, ask, labels)),
            "\n".join(escape(line) for line in when.lines(result.open, answer.at, ask)),
            "\n".join(_police(result.police)),
            "\n".join(_ways(result)),
        )
    return table


def _named(result: Result, ask: SearchInput, labels: str) -> Iterator[str]:
    kinds = directory.vocabulary("kind")
    yield f"[bold]{escape(result.name)}[/bold]"
    yield f"[dim]{escape(result.organization)}[/dim]"
    yield escape(", ".join(kinds.label(kind, labels) for kind in result.kinds))
    yield f"{_away(result)}confirmed {result.confirmed_on}" if result.confirmed_on else f"{_away(result)}not confirmed"
    yield from map(_free, result.capacity)
    ages = result.ages
    if ages.minimum is not None or ages.maximum is not None:
        least = ages.minimum or 0
        yield f"ages {least:g} and over" if ages.maximum is None else f"ages {least:g} to {ages.maximum:g}"
    asked = {*ask.must, *ask.must_not}
    yield from (_stated(one) for one in result.attributes if one.code in asked)
    if result.ask:
        yield f"[bold]Ask:[/bold] {escape(' '.join(result.ask))}"


def _stated(one: Stated) -> str:
    value = f" ({one.value})" if one.value else ""
    return escape(f"{one.label}{value}: {one.answer}, {'confirmed' if one.confirmed else 'self-stated'}")


def _police(police: Police) -> Iterator[str]:
    yield f"{police.level} {escape(police.label)}"
    if police.stated_on:
        yield f"[dim]{police.stated_on}[/dim]"
    if police.level != "PU":
        yield f"[dim]{escape(police.source or 'no source')}[/dim]"
    if police.counts_as != police.level:
        yield f"[dim]counts as {police.counts_as}[/dim]"


def _free(counted: FreePlaces) -> str:
    age = f"{counted.age_min} min" if counted.age_min < _HOUR else f"{counted.age_min // _HOUR} h"
    if counted.free is None:
        return f"{escape(counted.label)}: unknown, the count is {age} old"
    of = "" if counted.total is None else f" of {counted.total}"
    return f"{escape(counted.label)}: {counted.free}{of} free, {age} ago"


def _ways(result: Result) -> list[str]:
    ways = [*dict.fromkeys(_way(way, result.police) for way in result.access)]
    more = len(ways) - _WAYS
    return [*ways[:_WAYS], f"[dim]and {more} more[/dim]"] if more > 0 else ways


def _way(way: Access, police: Police) -> str:
    reach = way.number or way.url
    said = escape(way.label if reach is None else f"{reach} {', '.join(way.modes)}")
    if way.police == police.level and way.police_counts_as == police.counts_as:
        return said
    aged = f", counts as {way.police_counts_as}" if way.police_counts_as != way.police else ""
    return f"{said}\n[dim]police: {escape(way.police_label)}{aged}[/dim]"


def _away(result: Result) -> str:
    metres = result.distance.metres
    if metres is None:
        return "confidential, " if result.distance.precision == "confidential" else ""
    precision = result.distance.precision
    rough = "" if precision in _PRECISE else f" ({precision.replace('_', ' ')})"
    far = f"{metres} m" if metres < _KILOMETRE else f"{metres / _KILOMETRE:.1f} km"
    return f"{far}{rough}, "
