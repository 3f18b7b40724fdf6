"""What a form of ours sends."""

from urllib.parse import parse_qs

from fastapi import Request

_LARGEST = 20_000  # bytes


async def fields(request: Request) -> dict[str, list[str]] | None:
    """The fields of the form; None when there is more than a form of ours can hold."""
    read = b""
    async for part in request.stream():
        read += part
        if len(read) > _LARGEST:
            return None
    try:
        return parse_qs(read.decode("utf-8", "replace"), max_num_fields=50)
    except ValueError:
        return None
