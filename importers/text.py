"""JSON text taken apart value by value, so that a large file is never held whole; what a value says is orjson's."""

import re
from collections.abc import Iterator
from io import BufferedIOBase
from typing import Any

import orjson

_CHUNK = 1 << 20
_SPACE = re.compile(rb"[ \t\r\n]*+")
# All up to the next bracket that stands in no string.
_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+[\[\]{}]', re.DOTALL)
_SCALAR = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[^\s,:\[\]{}"]++', re.DOTALL)
_NO_VALUE = (b"", b",", b":", b"]", b"}")


class NotJson(ValueError):
    """Text that is not JSON, at a byte of the file."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__(why)
        self.at = at


class Text:
    """A file of JSON text, read from one of its bytes on."""

    def __init__(self, file: BufferedIOBase, at: int = 0) -> None:
        self._file, self._before, self._next = file, at, 0
        self._held = b""
        file.seek(at)

    @property
    def at(self) -> int:
        """The byte of the file that is read next."""
        return self._before + self._next

    def peek(self) -> bytes:
        """The next byte that is no white space; none at the end."""
        while True:
            space = _SPACE.match(self._held, self._next)
            self._next = space.end() if space else self._next
            if self._next < len(self._held) or not self._more():
                return self._held[self._next : self._next + 1]

    def value(self) -> bytes:
        """The bytes of the next value, whole. That they are one is for whoever reads them to see.

        Raises:
            NotJson: no value stands there.
        """
        first = self.peek()
        if first in _NO_VALUE:
            raise NotJson("unexpected end of data" if not first else "a value is missing", self.at)
        end = self._bracketed() if first in {b"[", b"{"} else self._scalar()
        found = self._held[self._next : end]
        self._next = end
        if self._next > _CHUNK:
            self._held, self._before, self._next = self._held[self._next :], self.at, 0
        return found

    def read(self) -> Any:
        """The next value.

        Raises:
            NotJson: it is none.
        """
        self.peek()
        at = self.at
        return loads(self.value(), at)

    def elements(self) -> Iterator[tuple[int, bytes]]:
        """The values of the list that stands here, each with its byte of the file."""
        self._expect(b"[")
        while not self._took(b"]"):
            self.peek()
            at = self.at
            yield at, self.value()
            self._between(b"]")

    def members(self) -> Iterator[str]:
        """The names of the object that stands here; the value is read before the next name is asked for."""
        self._expect(b"{")
        while not self._took(b"}"):
            at = self.at
            name = self.read()
            if not isinstance(name, str):
                raise NotJson("a name is missing", at)
            self._expect(b":")
            yield name
            self._between(b"}")

    def _between(self, end: bytes) -> None:
        """A comma with something after it, or the end."""
        if self.peek() != end:
            self._expect(b",")
            if self.peek() == end:
                raise NotJson("nothing after a comma", self.at)

    def _expect(self, byte: bytes) -> None:
        if not self._took(byte):
            raise NotJson(f"{byte.decode()} is missing" if self.peek() else "unexpected end of data", self.at)

    def _took(self, byte: bytes) -> bool:
        found = self.peek() == byte
        self._next += found
        return found

    def _bracketed(self) -> int:
        """Where the object or list ends; at the end of the file if it does not."""
        end, depth = self._next, 0
        while True:
            bracket = _BRACKET.match(self._held, end)
            if bracket is not None:
                end = bracket.end()
                depth += 1 if self._held[end - 1 : end] in {b"[", b"{"} else -1
                if depth == 0:
                    return end
            elif not self._more():
                return len(self._held)

    def _scalar(self) -> int:
        while True:
            found = _SCALAR.match(self._held, self._next)
            # what reaches to the end of what is held may go on
            if found is not None and found.end() < len(self._held):
                return found.end()
            if not self._more():
                return len(self._held)

    def _more(self) -> bool:
        """Hold more of the file; twice as much each time, so that a long value is not gone through again and again."""
        chunk = self._file.read(max(_CHUNK, len(self._held)))
        self._held += chunk
        return bool(chunk)


def loads(raw: bytes, at: int) -> Any:
    """What the bytes say.

    Raises:
        NotJson: nothing.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise NotJson(error.msg, at + len(error.doc[: error.pos].encode(errors="replace"))) from error
