"""An answer on a terminal: three groups with a next step each, and for all that is left out the command to see it."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.cli import again, when
from api.web import say as speak
from api.web.words import Words, words
from directory import Access, Group, Hidden, Police, Result, SearchAnswer, SearchInput, Stated, by_place

_LISTS = ("fits", "might_fit", "ruled_out")
_TITLES = {"fits": "fits", "might_fit": "might_fit", "ruled_out": "left_out"}
_WAYS = 4


def tell(answer: SearchAnswer, ask: SearchInput, labels: str) -> None:
    """Print it, in the language of its labels."""
    console = Console(no_color="NO_COLOR" in os.environ, width=None if sys.stdout.isatty() else 120)
    _Teller(console, answer, ask, words(labels)).all()


@dataclass(frozen=True, slots=True)
class _Teller:
    console: Console
    answer: SearchAnswer
    ask: SearchInput
    say: Words

    def all(self) -> None:
        answer, ask, say = self.answer, self.ask, self.say
        if answer.at is None:
            self.console.print(say("cli_nowhere"))
        else:
            zone = f" ({answer.at.zone})" if answer.at.zone else ""
            self.console.print(f"{say('cli_near', place=escape(answer.at.label))}{zone}")
        for group in answer.groups:
            self.group(group)
        if not (answer.fits or answer.might_fit or answer.ruled_out):
            self.console.print(say("cli_everywhere"))
        for hidden in answer.hidden:
            self.hidden(hidden)
        for title, cursor in (
            ("more_fits", answer.next),
            ("more_might_fit", answer.next_might_fit),
            ("more_ruled_out", answer.next_ruled_out),
        ):
            if cursor:
                self.console.print(f"{say(title)}:")
                self.command(again.command(ask, say.language, hidden=ask.hidden, cursor=cursor))

    def hidden(self, hidden: Hidden) -> None:
        say = self.say
        count = say("hidden_at_least" if hidden.at_least else "hidden", count=hidden.count)
        self.console.print(say("cli_hidden", count=count, label=escape(hidden.label)))
        if hidden.reason == self.ask.hidden:
            return
        if self.answer.at is None and by_place(hidden.reason):  # seeing them takes a place to see them from
            self.console.print(say("cli_say_where"))
            somewhere = self.ask.model_copy(update={"near": say("cli_place")})
            self.command(again.command(somewhere, say.language))
        else:
            self.command(again.command(self.ask, say.language, hidden=hidden.reason))

    def group(self, group: Group) -> None:
        ask = self.ask
        tables = []
        for name in _LISTS:
            results = [result for result in getattr(self.answer, name) if result.group == group.code]
            if results:
                tables.append(self.table(self.say(_TITLES[name]), results))
        if not tables and (ask.hidden or ask.cursor):  # a later page, or another list: nothing was looked for here
            return
        self.console.print(f"\n[bold]{escape(group.label)}[/bold]")
        for table in tables:
            self.console.print(table)
        if ask.hidden is None and (ask.cursor is None or tables):
            number = f": {group.number}" if group.number and group.number not in group.step_label else ""
            self.console.print(self.say("cli_next", step=escape(group.step_label)) + number)
            if group.step == "widen":
                self.command(again.command(ask, self.say.language, within_m=again.farther(ask.within_m)))

    def command(self, command: str) -> None:
        """On a line of its own, never wrapped: it is there to be copied."""
        self.console.print(f"  {command}", markup=False, highlight=False, soft_wrap=True)

    def hours(self, result: Result) -> Iterator[str]:
        """By any way in, and of the door where that keeps others."""
        yield from when.lines(result.open, self.answer.at, self.ask, self.say)
        if result.door is not None and speak.door_differs(result):
            yield f"{self.say('door')}:"
            yield from when.lines(result.door, self.answer.at, self.ask, self.say)

    def table(self, title: str, results: list[Result]) -> Table:
        table = Table(title=title, title_justify="left", expand=False, show_lines=True)
        for column in ("cli_service", "cli_open", "police", "cli_reach"):
            table.add_column(self.say(column), overflow="fold")
        for result in results:
            table.add_row(
                "\n".join(_named(result, self.ask, self.say)),
                "\n".join(map(escape, self.hours(result))),
                "\n".join(_police(result.police, self.say)),
                "\n".join(_ways(result, self.say)),
            )
        return table


def _named(result: Result, ask: SearchInput, say: Words) -> Iterator[str]:
    yield f"[bold]{escape(result.name)}[/bold]"
    yield f"[dim]{escape(result.organization)}[/dim]"
    if result.invented:
        yield say("invented")
    yield escape(", ".join(say.label("kind", kind) for kind in result.kinds))
    if result.distance.metres is not None or result.distance.precision == "confidential":
        yield speak.distance(result, say)
    yield speak.confirmed(result, say)
    yield from (escape(speak.free_places(counted, say)) for counted in result.capacity)
    if ages := speak.ages(result.ages, say):
        yield ages
    asked = {*ask.must, *ask.must_not}
    yield from (_stated(one, say) for one in result.attributes if one.code in asked)
    if result.ask:
        yield f"[bold]{say('ask')}:[/bold] {escape(' '.join(result.ask))}"


def _stated(one: Stated, say: Words) -> str:
    value = f" ({one.value})" if one.value else ""
    answer, by = say(f"cli_{one.answer}"), say("cli_confirmed" if one.confirmed else "self_stated")
    return escape(f"{one.label}{value}: {answer}, {by}")


def _police(police: Police, say: Words) -> Iterator[str]:
    yield f"{police.level} {escape(police.label)}"
    if police.stated_on:
        yield f"[dim]{police.stated_on}[/dim]"
    if police.level != "PU":
        yield f"[dim]{escape(police.source or say('cli_no_source'))}[/dim]"
    if checked := speak.checked(police, say):
        yield f"[dim]{escape(checked)}[/dim]"
    if police.counts_as != police.level:
        yield f"[dim]{say('cli_counts_as', level=police.counts_as)}[/dim]"


def _ways(result: Result, say: Words) -> list[str]:
    ways = [*dict.fromkeys(_way(way, result.police, say) for way in result.access)]
    more = len(ways) - _WAYS
    return [*ways[:_WAYS], f"[dim]{say('cli_more_ways', count=more)}[/dim]"] if more > 0 else ways


def _way(way: Access, police: Police, say: Words) -> str:
    reach = way.number or way.url
    modes = ", ".join(say.label("mode", mode) for mode in way.modes)
    said = escape(way.label if reach is None else f"{reach} {modes}")
    if way.police == police.level and way.police_counts_as == police.counts_as:
        return said
    counts = f", {say('cli_counts_as', level=way.police_counts_as)}" if way.police_counts_as != way.police else ""
    return f"{said}\n[dim]{say('police').lower()}: {escape(way.police_label)}{counts}[/dim]"
