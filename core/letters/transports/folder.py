"""Into a folder, for a machine without a mail server: whoever runs it looks there. What lies there can be read."""

import asyncio
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.letters.errors import Undelivered
from core.letters.transports.mail import message
from core.letters.views import Channel, Opened


@dataclass(frozen=True, slots=True)
class Folder:
    """Writes ID.eml or ID.txt, for its owner's eyes; written a second time it is the same file."""

    path: Path
    sender: str

    async def send(self, letter: Opened) -> None:
        """Write it; see `Transport`."""
        try:
            await asyncio.to_thread(self._write, letter)
        except OSError:
            raise Undelivered("folder", outage=True) from None

    def _write(self, letter: Opened) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if letter.channel is Channel.mail:
            file, said = self.path / f"{letter.id}.eml", bytes(message(letter, sender=self.sender))
        else:
            file, said = self.path / f"{letter.id}.txt", f"To: {letter.to}\n\n{letter.body}\n".encode()
        half = file.with_suffix(".half")
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(said)
            opened.flush()
            os.fsync(opened.fileno())
        half.replace(file)


def sweep(path: Path, *, before: datetime, dry: bool = False) -> int:
    """Remove the letters in a folder that were written before that instant; how many, or how many it would be."""
    old = [
        file
        for file in (*path.glob("*.eml"), *path.glob("*.txt"), *path.glob("*.half"))
        if datetime.fromtimestamp(file.lstat().st_mtime, UTC) < before
    ]
    for file in () if dry else old:
        file.unlink(missing_ok=True)
    return len(old)
