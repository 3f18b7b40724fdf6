"""`python3 -m core.packages pip|chromium|faketime|postgis|sqlmap`: progress on stderr, the path on stdout."""

import sys
from collections.abc import Callable
from pathlib import Path

from core import packages


def main(arguments: list[str]) -> int:
    """Answers the exit code: 1 when the packages cannot be had, 2 when the question makes no sense."""
    makers: dict[str, Callable[[], Path]] = {
        "pip": lambda: packages.pip_wheel(say),
        "chromium": lambda: packages.chromium(say),
        "faketime": lambda: packages.faketime(say),
        "postgis": lambda: packages.postgis(say)[1].root,
        "sqlmap": lambda: packages.sqlmap(say),
    }
    if len(arguments) != 1 or arguments[0] not in makers:
        say("usage: python3 -m core.packages pip|chromium|faketime|postgis|sqlmap")
        return 2
    try:
        found = makers[arguments[0]]()
    except (packages.PackagesError, OSError) as problem:
        say(f"doorlight: {problem}")
        return 1
    sys.stdout.write(f"{found}\n")
    return 0


def say(line: str) -> None:
    """Progress goes to stderr: stdout is for the answer."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
