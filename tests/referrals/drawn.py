"""What of docs/handoffs.md is made from the tables: `python -m tests.referrals.drawn` writes it anew."""

import re
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from referrals.rules.deadlines import DEFAULTS, Clock, Urgency
from referrals.rules.machines import (
    CONSENT,
    HOLD,
    OFFER,
    REFERRAL,
    Consent,
    Hold,
    Machine,
    Offer,
    Referral,
    S,
)
from referrals.rules.reasons import DECLINED

PAGE = Path(__file__).parents[2] / "docs" / "handoffs.md"
_MANY = 8  # states; what is open from more of them is said once, not drawn from each
_SPAN = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def diagram(machine: Machine[S], first: S) -> str:
    """The table as Mermaid draws it; verbs that lead the same way share an arrow, and the rest is listed."""
    ways: dict[tuple[str, str], list[str]] = defaultdict(list)
    for verb, arrow in machine.items():
        for start in arrow.start:
            if arrow.to is not None and arrow.to != start and len(arrow.start) <= _MANY:
                ways[start, arrow.to].append(verb)
    lines = [f"    {start} --> {to}: {', '.join(sorted(verbs))}" for (start, to), verbs in sorted(ways.items())]
    said = "\n".join(["```mermaid", "stateDiagram-v2", f"    [*] --> {first}", *lines, "```"])
    wide = [f"{verb} to {arrow.to}" for verb, arrow in machine.items() if arrow.to and len(arrow.start) > _MANY]
    stays = [verb for verb, arrow in machine.items() if arrow.to is None]
    listed = {"From almost everywhere": wide, "Recorded without another state": stays}
    return "\n\n".join([said, *(f"{what}: {', '.join(each)}." for what, each in listed.items() if each)])


def verbs(machine: Machine[S]) -> str:
    """Who may say what."""
    rows = [f"| {verb} | {', '.join(sorted(arrow.by))} | {_from(arrow.start)} |" for verb, arrow in machine.items()]
    return "\n".join(["| verb | by | from |", "|---|---|---|", *rows])


def _from(start: frozenset[S]) -> str:
    order = list(type(next(iter(start))))
    return ", ".join(str(one) for one in sorted(start, key=order.index))


def clocks() -> str:
    """How long each wait may last."""
    rows = [f"| {clock} | {' | '.join(_span(DEFAULTS[clock][one]) for one in Urgency)} |" for clock in Clock]
    return "\n".join([f"| waits for | {' | '.join(Urgency)} |", "|---|---|---|---|", *rows])


def _span(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes % 1440 == 0:
        return f"{minutes // 1440} d"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def declined() -> str:
    """What each reason stands for."""
    rows = [
        f"| {reason} | {meaning.party} | {meaning.next.replace('_', ' ')} | {meaning.shuts or ''} |"
        for reason, meaning in DECLINED.items()
    ]
    return "\n".join(["| reason | whose | what comes next | says of the listing |", "|---|---|---|---|", *rows])


def made() -> dict[str, str]:
    """Each part by the name that stands in the page."""
    return {
        "referral": _machine(REFERRAL, Referral.draft),
        "offer": _machine(OFFER, Offer.queued),
        "hold": _machine(HOLD, Hold.held),
        "consent": _machine(CONSENT, Consent.proposed),
        "clocks": clocks(),
        "declined": declined(),
    }


def _machine(machine: Machine[S], first: S) -> str:
    return f"{diagram(machine, first)}\n\n{verbs(machine)}"


def anew(page: str) -> str:
    """The page with each part as the tables have it now."""
    parts = made()
    return _SPAN.sub(lambda found: f"{found[1]}{parts[found[2]]}\n{found[3]}", page)


if __name__ == "__main__":
    PAGE.write_text(anew(PAGE.read_text()))
