"""On the page of an account: who looked into one's agency, until when and why; and the button that ends it."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.web.say import moment
from api.web.visits import given, refused, to
from api.web.words import Words
from api.who import asking, database
from core import access, clock
from core.security import Caller, Role

router = APIRouter()
_SHOWN = timedelta(days=30)


async def looked(db: AsyncSession, caller: Caller, say: Words) -> list[dict[str, object]]:
    """Who looked into this administrator's agency of late; nothing for others."""
    if Role.administrator not in caller.roles:
        return []
    now = clock.now()
    return [
        {
            "id": one.id, "agency": one.agency, "reason": one.reason, "stands": (one.ended_at or one.ends_at) > now,
            "until": moment(min(one.ended_at or one.ends_at, one.ends_at), zone="UTC", say=say),
        }
        for one in await access.openings(db, caller, since=now - _SHOWN)
        if one.target_id == caller.agency_id
    ]  # fmt: skip


@router.post("/account/glass")
async def end(request: Request, asker: Annotated[Caller, Depends(asking)]) -> Response:
    """End one; it opens nothing from this moment."""
    sent = await given(request)
    if sent is None or asker.id is None:
        return refused(request)
    try:
        async with database(request).transaction(asker) as db:
            await access.end_glass(db, asker, break_glass_id=UUID(sent.get("glass", "")), now=clock.now())
    except ValueError:
        pass  # no page of ours sent that: the account is shown as it is
    return to("/account")
