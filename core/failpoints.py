"""Named places at which a process can be made to fail, by its own environment and by nothing else.

`DOORLIGHT_FAILPOINTS="accept.before_commit=block(/folder);timer.fired=exit@2"`: what happens when a place is reached,
`@2` only the second time that this process gets there. It is read once, when this module is loaded: no setting, no
request and no row can switch one on. Without the variable, to reach a place is to look at an empty dict.

`block` stands while a file with the name of the place lies in the folder: a test says when, without another start.
"""

import asyncio
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, get_args

import structlog

_log = structlog.get_logger()

VARIABLE: Final = "DOORLIGHT_FAILPOINTS"
Name = Literal[
    "create.before_commit",
    "create.before_reply",
    "outbox.picked_up",
    "outbox.delivered",  # and not yet marked as such
    "accept.before_commit",
    "accept.before_reply",
    "hand_off.before_commit",
    "timer.fired",  # what it brings about is not yet committed
    "close.before_commit",
    "purge.before_commit",
]
NAMES: Final[tuple[Name, ...]] = get_args(Name)
ACTIONS: Final = {"block": True, "delay": True, "raise": False, "exit": False}  # whether it takes an argument
EXIT_CODE: Final = 70
LONGEST_S: Final = 120.0
_POLL_S = 0.02
_ONE = re.compile(r"(?P<name>[\w.]+)=(?P<action>\w+)(\((?P<argument>[^()]+)\))?(@(?P<only>[1-9]\d{0,5}))?")


class BadFailpoints(ValueError):
    """The environment names a place or an action that there is not."""


class FailpointReached(RuntimeError):
    """What `raise` raises, and `block` when nobody took its marker away."""


@dataclass
class Point:
    """What happens at a place: every time, or the `only` time that is counted."""

    name: Name
    action: str
    argument: str
    only: int | None
    times: int = field(default=0, init=False)

    async def reach(self) -> None:
        """Fail, if it is time to."""
        self.times += 1
        if self.only not in (None, self.times):
            return
        if self.action == "block" and not (Path(self.argument) / self.name).exists():
            return
        _log.warning("failpoint", name=self.name, action=self.action, times=self.times)
        match self.action:
            case "block":
                await self._block()
            case "delay":
                await asyncio.sleep(float(self.argument))
            case "exit":
                os._exit(EXIT_CODE)  # nothing is tidied up
            case _:
                raise FailpointReached(self.name)

    async def _block(self) -> None:
        """Say in a file of its own that it stands here, and stand until that or the gate is taken away."""
        gate = Path(self.argument) / self.name
        mark = gate.with_name(f"{self.name}.{os.getpid()}.{self.times}")
        mark.touch()
        for _ in range(round(LONGEST_S / _POLL_S)):
            await asyncio.sleep(_POLL_S)  # a folder is all that the two processes share
            if not (gate.exists() and mark.exists()):
                mark.unlink(missing_ok=True)
                return
        raise FailpointReached(f"{self.name}: nobody took {mark} away")


def read(said: str) -> Mapping[str, Point]:
    """The places that a value of the variable switches on, by name.

    Raises:
        BadFailpoints: it says something that there is not.
    """
    found: dict[str, Point] = {}
    for one in filter(None, map(str.strip, said.split(";"))):
        point = _point(one)
        if point.name in found:
            raise BadFailpoints(f"{VARIABLE} names {point.name} twice")
        found[point.name] = point
    return found


def _point(said: str) -> Point:
    parts = _ONE.fullmatch(said)
    if parts is None:
        raise BadFailpoints(f"{VARIABLE}: {said!r} is not NAME=ACTION, NAME=ACTION(ARGUMENT) or NAME=ACTION@TIME")
    name = next((one for one in NAMES if one == parts["name"]), None)
    if name is None:
        raise BadFailpoints(f"{VARIABLE}: there is no {parts['name']}, but {', '.join(NAMES)}")
    action, argument = parts["action"], parts["argument"] or ""
    if action not in ACTIONS:
        raise BadFailpoints(f"{VARIABLE}: {name} cannot {action}, but {', '.join(ACTIONS)}")
    if ACTIONS[action] != bool(argument):
        raise BadFailpoints(f"{VARIABLE}: {action} of {name} takes {'an' if ACTIONS[action] else 'no'} argument")
    if action == "block" and not Path(argument).is_dir():
        raise BadFailpoints(f"{VARIABLE}: {name} cannot leave its marker in {argument}, which is no folder")
    if action == "delay" and not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", argument):
        raise BadFailpoints(f"{VARIABLE}: {name} is to be delayed by seconds, not {argument!r}")
    return Point(name, action, argument, int(parts["only"]) if parts["only"] else None)


_HERE: Final = read(os.environ.get(VARIABLE, ""))


def on() -> bool:
    """Whether any place of this process is to fail."""
    return bool(_HERE)


async def reach(name: Name) -> None:
    """Say that the process has come to a place; it goes on from there unless the environment said otherwise."""
    if _HERE and (point := _HERE.get(name)) is not None:
        await point.reach()
