"""`/api/v1/gateway`: what the gateway for text messages and phones brings, signed by it. Unsigned it is not heard."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

import referrals
from api.deps import ring
from api.problems import DOCUMENTED, refusals
from api.web.words import words
from api.who import database
from core import clock
from core.errors import Unauthenticated
from core.security import SYSTEM
from core.signed import is_signed
from referrals import Number

router = APIRouter(tags=["gateway"])
_PRIVATE = {"Cache-Control": "no-store"}
_SIGNED: dict[str, Any] = {"responses": DOCUMENTED | refusals(401)}
_LONGEST = 200


class NotFromGateway(Unauthenticated):
    """The gateway did not sign that."""

    def __init__(self) -> None:
        super().__init__("Sign id, timestamp and body with the secret, as Standard Webhooks has it, within 5 minutes.")


class Message(BaseModel):
    """A message as our own gateway interface brings it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: Number = Field(alias="from", repr=False)


class TextMessage(Message):
    text: Annotated[str, StringConstraints(max_length=1_000)] = Field(repr=False, examples=["YES 482716"])


class Pressed(Message):
    digits: Annotated[str, StringConstraints(max_length=40)] = Field(repr=False, examples=["4827161"])


class Say(BaseModel):
    """What came of it; and what to say to them, by message or voice. Nothing to say where it was said before."""

    outcome: referrals.Heard
    say: str


async def _signed(request: Request) -> str:
    """The message's own id.

    Raises:
        NotFromGateway: unsigned, signed wrongly, old, or no secret is set here.
    """
    key: bytes | None = request.app.state.gateway
    own_id, stamp, shown = (request.headers.get(f"webhook-{one}", "") for one in ("id", "timestamp", "signature"))
    body = await request.body()
    if key is None or len(own_id) > _LONGEST or not is_signed(
        key, own_id=own_id, stamp=stamp, shown=shown, body=body, now=clock.now()
    ):  # fmt: skip
        raise NotFromGateway
    return own_id


Signed = Annotated[str, Depends(_signed)]


@router.post("/gateway/text", summary="A text message that came in", **_SIGNED)
async def text(request: Request, own_id: Signed, message: TextMessage, response: Response) -> Say:
    """`YES 482716`, `NO 482716 FULL`, `SI 482716`. The same message brought again has no second effect."""
    response.headers.update(_PRIVATE)
    return await _heard(
        request, referrals.HeardIn(
            id=own_id, number=message.number, channel="text", reply=referrals.texted(message.text)
        )
    )  # fmt: skip


@router.post("/gateway/keypad", summary="What was pressed on a phone", **_SIGNED)
async def keypad(request: Request, own_id: Signed, message: Pressed, response: Response) -> Say:
    """The code, then 1 for yes or 2 for no. Brought again it has no second effect."""
    response.headers.update(_PRIVATE)
    return await _heard(
        request, referrals.HeardIn(
            id=own_id, number=message.number, channel="keypad", reply=referrals.pressed(message.digits)
        )
    )  # fmt: skip


async def _heard(request: Request, message: referrals.HeardIn) -> Say:
    async with database(request).transaction(SYSTEM) as db:
        answered = await referrals.hear(db, message=message, ring=ring(request))
    return Say(outcome=answered.outcome, say=words(answered.language)(f"gateway_{answered.outcome}"))
