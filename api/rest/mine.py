"""`/api/v1/mine`: a person's own passage, by the code on their paper, which travels in bodies alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import create_model

import referrals
from api.deps import ring
from api.once import OnceRoute, once_of
from api.problems import DOCUMENTED, refusals
from api.who import database
from core.security import SYSTEM

router = APIRouter(tags=["mine"], route_class=OnceRoute)
reading = APIRouter(tags=["mine"])
_PRIVATE = {"Cache-Control": "no-store"}
_OF_ONE: dict[str, Any] = {"responses": DOCUMENTED | refusals(404)}
_CHANGES: dict[str, Any] = {"responses": DOCUMENTED | refusals(401, 404, 409)}


@reading.post("/mine", summary="Where your passage stands", **_OF_ONE)
async def look(request: Request, asked: referrals.CodeIn, response: Response) -> referrals.MineView:
    """Who answers for you, who was told what, what comes next, and what is known about police on that way."""
    response.headers.update(_PRIVATE)
    async with database(request).transaction(SYSTEM) as db:
        return await referrals.mine(db, code=asked.code.get_secret_value(), ring=ring(request))


def _of(kind: type[referrals.Said]) -> Callable[..., Awaitable[referrals.MineView]]:
    async def say(request: Request, asked: referrals.CodeIn, response: Response) -> referrals.MineView:
        response.headers.update(_PRIVATE)
        said = kind.model_validate(asked.model_dump(exclude={"code"}))
        code = asked.code.get_secret_value()
        async with database(request).transaction(SYSTEM) as db:
            return await referrals.say_mine(db, code=code, said=said, ring=ring(request), once=once_of(request))

    say.__annotations__["asked"] = create_model(f"Mine{kind.__name__}", __base__=(referrals.CodeIn, kind))
    return say


for _kind in referrals.OF_PERSON:
    router.post(
        f"/mine/{_kind.verb}", summary=(_kind.__doc__ or "").split(".")[0].split(";")[0],
        description="Your own word, which nobody's comes before. It is said by the code alone.",
        name=f"{_kind.verb}_mine", **_CHANGES,
    )(_of(_kind))  # fmt: skip
router.include_router(reading)
