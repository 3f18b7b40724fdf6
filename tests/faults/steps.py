"""The steps of a handoff at which something may go wrong, and which fault makes sense at which of them."""

from dataclasses import dataclass
from enum import StrEnum

from core.failpoints import NAMES, Name


class By(StrEnum):
    """Which process is at a step."""

    api = "api"
    worker = "worker"


@dataclass(frozen=True, slots=True)
class Step:
    """`act`: what a client asks for to bring it about. `holds`: whoever stands there holds a transaction open."""

    place: Name
    by: By
    act: str = ""
    holds: bool = True


STEPS: tuple[Step, ...] = (
    Step("create.before_commit", By.api, "create"),
    Step("create.before_reply", By.api, "create", holds=False),
    Step("outbox.picked_up", By.worker),
    Step("outbox.delivered", By.worker, holds=False),
    Step("accept.before_commit", By.api, "accept"),
    Step("accept.before_reply", By.api, "accept", holds=False),
    Step("hand_off.before_commit", By.api, "hand_off"),
    Step("timer.fired", By.worker),
    Step("close.before_commit", By.api, "close"),
    Step("purge.before_commit", By.worker),
)
assert tuple(one.place for one in STEPS) == NAMES


class Fault(StrEnum):
    """What is done to the service, while it stands at a step."""

    kill_api = "kill -9 API"
    kill_worker = "kill -9 worker"
    kill_postgres = "kill -9 PostgreSQL"
    stop_worker = "worker stopped past its lease"
    reset_client = "connection to client reset"
    reset_database = "connection to database reset"
    timed_out = "executed but timed out"
    twice_in_turn = "same request twice in turn"
    twice_at_once = "same request twice at once"
    replayed = "webhook replayed"
    reordered = "webhooks reordered"
    two_clocks = "two clocks, each stopped"
    five_clocks = "five clocks, two killed"
    slow = "receiver slow"
    failing = "receiver 5xx"
    gone = "receiver 410"
    ahead = "clock +2 h"
    behind = "clock -1 h"
    exhausted = "pool exhausted"


_OF_API = {Fault.kill_api, Fault.reset_client, Fault.timed_out, Fault.twice_in_turn, Fault.twice_at_once}
_OF_WORKER = {Fault.kill_worker, Fault.stop_worker}
_OF_CLOCKS = {Fault.two_clocks, Fault.five_clocks}
_OF_RECEIVERS = {Fault.replayed, Fault.reordered, Fault.slow, Fault.failing, Fault.gone}


def left_out(fault: Fault, step: Step) -> str | None:
    """Why a fault is not tried at a step; None where it is."""
    if fault in _OF_API and step.by is not By.api:
        return "no client and no API has a part in it"
    if fault in _OF_WORKER and step.by is not By.worker:
        return "no worker has a part in it"
    if fault in _OF_CLOCKS and step.by is not By.worker:
        return "no clock has a part in it"
    if fault in _OF_RECEIVERS and not step.place.startswith("outbox."):
        return "nothing is sent in it"
    if fault is Fault.exhausted and not step.holds:
        return "whoever stands there holds no connection"
    return None


TABLE: tuple[tuple[Fault, Step], ...] = tuple(
    (fault, step) for fault in Fault for step in STEPS if left_out(fault, step) is None
)


def spread() -> tuple[tuple[Fault, Step], ...]:
    """Each fault once, at the step that was tried least so far; and the steps that are left, each once."""
    tried: dict[Name, int] = dict.fromkeys(NAMES, 0)
    chosen: list[tuple[Fault, Step]] = []
    for fault in Fault:
        step = min((one for other, one in TABLE if other is fault), key=lambda one: tried[one.place])
        tried[step.place] += 1
        chosen.append((fault, step))
    left = {place for place, many in tried.items() if not many}
    chosen += [next(cell for cell in TABLE if cell[1].place == place) for place in NAMES if place in left]
    return tuple(chosen)
