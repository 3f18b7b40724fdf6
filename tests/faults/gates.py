"""Gates at the places of `core.failpoints`: whoever comes to a closed one says so in a file, and stands there."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.failpoints import NAMES, Name

FIRST_S = 15.0


class NobodyCame(AssertionError):
    """No process reached the place in time: the cell tried nothing."""


@dataclass(frozen=True)
class Gates:
    """The folder that processes look into."""

    folder: Path

    def close(self, name: Name) -> None:
        (self.folder / name).touch()

    def open(self, name: Name) -> None:
        """Whoever stands there goes on."""
        (self.folder / name).unlink(missing_ok=True)
        for mark in self.folder.glob(f"{name}.*.*"):
            mark.unlink(missing_ok=True)  # of those that were killed, nobody else's hand would

    def open_all(self) -> None:
        for name in NAMES:
            self.open(name)

    def let_on(self, name: Name) -> None:
        """Whoever stands there now goes on; who comes next stands."""
        for mark in self.folder.glob(f"{name}.*.*"):
            mark.unlink(missing_ok=True)

    @contextmanager
    def closed(self, name: Name) -> Iterator[None]:
        self.close(name)
        try:
            yield
        finally:
            self.open(name)

    def standing(self, name: Name) -> list[int]:
        """The ids of the processes that stand there, once for each time that they do."""
        marks = [mark.name.removeprefix(f"{name}.").split(".") for mark in self.folder.glob(f"{name}.*.*")]
        return sorted(int(pid) for pid, _ in marks)

    async def reached(self, name: Name, *, times: int = 1, within_s: float = FIRST_S) -> list[int]:
        """Wait until so many stand there; who they are.

        Raises:
            NobodyCame: or too few.
        """
        limit = time.monotonic() + within_s
        while len(found := self.standing(name)) < times:
            if time.monotonic() > limit:
                raise NobodyCame(f"{len(found)} of {times} came to {name} within {within_s:g} s")
            await asyncio.sleep(0.01)
        return found
