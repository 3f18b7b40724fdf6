"""What every change has in common: the version it was made of, how it is answered, and what may be said against it."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Response, status
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import Acting, Known
from api.problems import DOCUMENTED, refusals
from core.security import Caller
from directory.editing import EditedView

# Who reads holds a copy only as long as they look; a listing may be made confidential at any time.
_FRESH = {"Cache-Control": "no-cache", "Vary": "Cookie, Authorization"}
READING: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 404)}
REGISTERING: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404), "status_code": 201}
_PENDING = {202: {"model": EditedView, "description": "A police level would fall by it: it waits for a second person"}}
CHANGING: dict[str, Any] = {"responses": DOCUMENTED | _PENDING | refusals(401, 403, 404, 409, 412, 428)}
OF_HISTORY: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404)}
DECIDING: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 403, 404, 409)}


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def emptied(correction: BaseModel) -> frozenset[str]:
    """The fields that the body says are null."""
    return frozenset(name for name in correction.model_fields_set if getattr(correction, name) is None)


def tag(version: str) -> str:
    """A version as an ETag."""
    return f'"{version}"'


def shown(response: Response, version: str) -> None:
    """Say which version an answer is of."""
    response.headers.update(_FRESH | {"ETag": tag(version)})


def registered(response: Response, edited: EditedView, kind: str) -> EditedView:
    """Say where it is."""
    shown(response, edited.version)
    response.headers["Location"] = f"/api/v1/{kind}/{edited.id}"
    return edited


async def _if_match(
    if_match: Annotated[str | None, Header(description="the ETag that was read; a change needs it")] = None,
) -> str | None:
    """The version that is named. Any version (`*`) names none, and a weak or unknown one is never the stored one."""
    if if_match is None or not if_match.strip() or if_match.strip() == "*":
        return None
    named = if_match.strip()
    strong = len(named) > 1 and named.startswith('"') and named.endswith('"')
    return named[1:-1] if strong else named


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes, by which transaction, of which version, and where that is answered."""

    db: AsyncSession
    caller: Caller
    version: str | None
    response: Response

    def answer(self, edited: EditedView) -> EditedView:
        """Say which version there is now; and that nothing has changed yet, where somebody else has to confirm it."""
        shown(self.response, edited.version)
        if edited.pending is not None:
            self.response.status_code = status.HTTP_202_ACCEPTED
        return edited


async def _change(
    db: Acting, caller: Known, version: Annotated[str | None, Depends(_if_match)], response: Response
) -> Change:
    return Change(db, caller, version, response)


Changing = Annotated[Change, Depends(_change, scope="function")]
