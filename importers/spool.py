"""What a file says, set aside on disk until all of it is read: what holds for one row may stand in the last."""

import tempfile
from collections import OrderedDict
from collections.abc import Collection, Iterator
from types import TracebackType
from typing import Protocol, Self, TypeVar
from uuid import UUID

from pydantic import BaseModel

from directory import ListingIn
from importers.precision import Seen
from importers.report import Row

_RECENT = 16
_LENGTH = 8
Said = TypeVar("Said", bound=BaseModel)


class Reading(Protocol):
    """A file that has been read: so many listings, each with the rows of the report it came from, one at a time."""

    seen: dict[UUID, Seen]

    @property
    def hidden(self) -> Collection[UUID]:
        """The places that the file calls hidden: they count for nothing, also where they are stored as public."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[tuple[ListingIn, list[Row]]]: ...


class Spool:
    """A file without a name, gone when it is closed or the process dies. It holds no more than was in the source."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed where the spool is
        self._end = 0
        # What was just read is what the next object mostly asks for.
        self._recent: OrderedDict[int, BaseModel] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    def put(self, said: BaseModel) -> int:
        """Set it aside; where it is."""
        raw = said.model_dump_json(exclude_unset=True).encode()
        at = self._end
        self._file.seek(at)
        self._file.write(len(raw).to_bytes(_LENGTH))
        self._file.write(raw)
        self._end += _LENGTH + len(raw)
        self._remember(at, said)
        return at

    def get(self, at: int, model: type[Said]) -> Said:
        """What was set aside there."""
        recent = self._recent.get(at)
        if isinstance(recent, model):
            return recent
        self._file.seek(at)
        said = model.model_validate_json(self._file.read(int.from_bytes(self._file.read(_LENGTH))))
        self._remember(at, said)
        return said

    def _remember(self, at: int, said: BaseModel) -> None:
        self._recent[at] = said
        if len(self._recent) > _RECENT:
            self._recent.popitem(last=False)
