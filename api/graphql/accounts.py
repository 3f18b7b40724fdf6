"""An agency's own accounts, for who is signed in; the same verbs as REST has, over the same front door."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import Info

from api import invitations
from api.graphql.context import Context
from api.graphql.nodes import InvitationView, KeyView, Made, MemberView, MeView, Role
from api.who import acting_for
from core import access
from core.security import Caller

Asked = Info[Context, None]
_ENDLESS = 10_000  # more days than any key may last, and few enough to be counted
_LASTS = Annotated[int, strawberry.argument(description="how many days it lasts, at most 366")]


def known(info: Asked) -> Caller:
    if not info.context.caller.is_known:
        raise access.NotSignedIn("missing")
    return info.context.caller


def lasting(days: int) -> timedelta:
    """So many days; of more than time has, too many or none, which are refused like others."""
    return timedelta(days=max(0, min(days, _ENDLESS)))


@strawberry.type
class AccountQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Who you are, for whom you act, and the other agencies you could act for."
    )
    async def me(self, info: Asked) -> MeView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await access.me(db, caller)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Everybody in your agency; that it was read is written into the audit."
    )
    async def people(self, info: Asked) -> list[MemberView]:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.people(db, caller, ring=context.keys.ring, now=context.now)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="The keys of your agency's machines, newest first; never the secrets."
    )
    async def keys(self, info: Asked) -> list[KeyView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await access.keys(db, caller)


@strawberry.type
class AccountMutation:
    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Take a role away, or all of them; from this moment they hold it no more."
    )
    async def end_membership(self, info: Asked, person_id: UUID, role: Role | None = None) -> bool:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            await access.end_membership(db, caller, person_id=person_id, role=role, now=context.now)
        return True

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Invite somebody into your agency, by a letter; its link is good once, for a week."
    )
    async def invite(self, info: Asked, email: str, role: Role) -> InvitationView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await invitations.invite(
                db, caller, agency_id=acting_for(caller), email=email, role=role, language=context.labels.language,
                public_url=context.public_url, ring=context.keys.ring, now=context.now,
            )  # fmt: skip

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="A key for a machine. Its secret is in this answer, and for a day in the same Idempotency-Key's."
    )
    async def make_key(self, info: Asked, name: str, scopes: list[str], days: _LASTS = 90) -> Made:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.make_key(db, caller, name=name, scopes=scopes, lasts=lasting(days), now=context.now)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Another key to follow that one, which opens for a week more."
    )
    async def rotate_key(self, info: Asked, key_id: UUID) -> Made:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.rotate_key(db, caller, key_id=key_id, now=context.now)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="From this moment the key opens nothing."
    )
    async def end_key(self, info: Asked, key_id: UUID) -> KeyView:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await access.end_key(db, caller, key_id=key_id, now=context.now)
