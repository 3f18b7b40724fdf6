"""What anybody may ask, signed in or not."""

from core.db import Database
from tests.access.operations.shape import Field, Key, Operation, Town

ROWS: dict[Key, Operation] = {
    ("GET", "/health/live"): Operation(),
    ("GET", "/health/ready"): Operation(),
    ("GET", "/metrics"): Operation(),
    ("GET", "/api/v1/search"): Operation(scope="directory.read"),
    ("POST", "/api/v1/search"): Operation({}, scope="directory.read"),
}
FIELDS: dict[Key, Field | None] = {("query", "search"): None, ("query", "services"): None}
PRIVATE: set[str] = set()
SAID: dict[str, int] = {}


async def plant(database: Database, town: Town) -> None:
    """Nothing is needed."""
