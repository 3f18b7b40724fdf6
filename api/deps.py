"""What an edge opens for a request: readers, transactions, the caller, the language of labels."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database, Reader
from core.security import PUBLIC, Caller

LANGUAGES = ("en", "es")


def database(request: Request) -> Database:
    """The database of this process."""
    held: Database = request.app.state.database
    return held


async def _write(request: Request) -> AsyncIterator[AsyncSession]:
    async with database(request).transaction() as db:
        yield db


async def _read(request: Request) -> AsyncIterator[Reader]:
    async with database(request).reading() as reader:
        yield reader


def caller() -> Caller:
    """Who is asking. Everyone is the public until accounts come."""
    return PUBLIC


def language(request: Request) -> str:
    """The language of labels: the best of ours by `Accept-Language`, else English."""
    return best_language(request.headers.get("accept-language", ""))


def best_language(accept: str) -> str:
    """`es-MX,es;q=0.9,en;q=0.8` -> `es`; English when nothing of it is ours or it cannot be read."""
    wanted: list[tuple[float, str]] = []
    for part in accept.split(","):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        wanted.append((-quality, tag.strip().lower().split("-")[0]))
    ours = [tag for quality, tag in sorted(wanted, key=lambda pair: pair[0]) if tag in LANGUAGES and quality < 0]
    return ours[0] if ours else "en"


async def _caller() -> Caller:
    return caller()


async def _language(request: Request) -> str:
    return language(request)


# FastAPI would send plain functions to a thread on every request, hence the two above.
Read = Annotated[Reader, Depends(_read, scope="function")]
Write = Annotated[AsyncSession, Depends(_write, scope="function")]  # commit before the reply leaves
Asker = Annotated[Caller, Depends(_caller)]
Labels = Annotated[str, Depends(_language)]
