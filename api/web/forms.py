"""What a form of ours sends."""

from urllib.parse import parse_qs

from fastapi import Request

from api.who import from_here

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


async def given(request: Request) -> dict[str, str] | None:
    """The last of each field; None of what no page of ours sent, and of what is too large."""
    read = await fields(request) if from_here(request) else None
    return None if read is None else {name: values[-1] for name, values in read.items()}
