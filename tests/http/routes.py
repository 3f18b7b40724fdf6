"""Every route of an application or a router, with its whole path."""

from collections.abc import Iterator
from typing import Any


def routes(at: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for route in at.routes:
        inner = getattr(route, "original_router", None)
        if inner is None:
            yield prefix + route.path, route
        else:
            yield from routes(inner, prefix + route.include_context.prefix)
