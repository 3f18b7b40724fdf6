"""The command that asks the same with something changed: printed whole, to be copied."""

import shlex
from typing import Any

from directory import SearchInput

_FARTHEST = 500_000
_WHERE = ("lat", "lon", "near")


def command(ask: SearchInput, labels: str, **changes: Any) -> str:
    """`doorlight near ...` with every option that is not as usual; no cursor and no hidden list unless given."""
    asked = ask.model_dump() | {"hidden": None, "cursor": None} | changes
    words = ["doorlight", "near", *_place(ask)]
    for name, field in SearchInput.model_fields.items():
        if name in _WHERE or asked[name] == field.get_default():
            continue
        option = "--query" if name == "q" else "--" + name.rstrip("_").replace("_", "-")
        for value in asked[name] if isinstance(asked[name], list) else [asked[name]]:
            words += [option, str(value)]
    if labels != "en":
        words += ["--labels", labels]
    return shlex.join(words)


def _place(ask: SearchInput) -> list[str]:
    if ask.near is not None:
        return [ask.near]
    return [] if ask.lat is None else [f"{ask.lat!r}", f"{ask.lon!r}"]


def farther(within_m: int) -> int:
    """Three times as far, up to where a search ends."""
    return min(within_m * 3, _FARTHEST)
