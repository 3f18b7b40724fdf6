"""Look for planted texts in whatever is left lying about: as they are, in lower case, as hex, and inside base64."""

import base64
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path


def spellings(canary: str) -> Iterator[bytes]:
    """How it may stand somewhere."""
    for text in {canary, canary.lower(), canary.upper()}:
        raw = text.encode()
        yield raw
        yield raw.hex().encode()
        for before in range(3):  # where it begins within three bytes decides what base64 makes of it
            coded = base64.b64encode(b"\0" * before + raw)
            yield coded[(0, 2, 3)[before] : len(coded) // 4 * 4 - 4]


def hits(canaries: Iterable[str], places: Iterable[Path], *, tmp_path: Path) -> list[str]:
    """Each find, with the file it is in. grep looks for all of them at once, in whatever bytes."""
    patterns = tmp_path / "patterns"
    patterns.write_bytes(b"\n".join(sorted({one for canary in canaries for one in spellings(canary)})) + b"\n")
    found = subprocess.run(
        ["grep", "-r", "-a", "-o", "-H", "-F", "-f", str(patterns), *map(str, places)],
        capture_output=True, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert found.returncode in (0, 1), found.stderr.decode()
    return sorted(set(found.stdout.decode(errors="replace").splitlines()))
