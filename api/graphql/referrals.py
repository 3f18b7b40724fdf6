"""Referrals and offers; the same verbs as REST has, made from the same classes, over the same front door."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import Info

from api.graphql.accounts import known
from api.graphql.context import Context
from api.graphql.referral_nodes import referrals

Asked = Info[Context, None]
_ENDED = Annotated[bool, strawberry.argument(description="those that have ended, instead of those that go on")]
Resolver = Callable[..., Awaitable[referrals.StepView]]


@strawberry.type
class ReferralQuery:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What your agency was asked, and whom it has; what ends soonest first."
    )
    async def inbox(self, info: Asked) -> list[referrals.ReferralView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.inbox(db, caller)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Whom your agency refers; what is due soonest first."
    )
    async def outbox(self, info: Asked, ended: _ENDED = False) -> list[referrals.ReferralView]:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.outbox(db, caller, ended=ended)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="One referral, with its history; to a receiver, who it is only once they have the person."
    )
    async def referral(self, info: Asked, referral_id: UUID) -> referrals.ReferralWhole:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            ring, labels = context.keys.ring, context.labels.language
            return await referrals.referral(db, caller, referral_id=referral_id, ring=ring, labels=labels)

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="Who was told what of whom your agency refers, oldest first; for its managers and administrators."
    )
    async def disclosures(
        self,
        info: Asked,
        input: referrals.DisclosedIn | None = None,  # noqa: A002 - GraphQL's custom
    ) -> referrals.DisclosedPage:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.disclosed(db, caller, asked=input or referrals.DisclosedIn())

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="The places of a service of yours that are counted here, and how many are free now."
    )
    async def places(self, info: Asked, service_id: UUID) -> referrals.PoolView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.places(db, caller, service_id=service_id)


class ReferralMutation:
    """Whatever may be said of a referral or an offer; the verbs are added below, from their classes."""

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Begin to pass a person on: a draft, which you have in hand. `code` is for them."
    )
    async def create_referral(
        self,
        info: Asked,
        input: referrals.ReferralIn,  # noqa: A002 - GraphQL's custom
    ) -> referrals.Made:
        caller, context = known(info), info.context
        async with context.database.transaction(caller) as db:
            return await referrals.create(db, caller, referral=input, ring=context.keys.ring, once=context.once)

    @strawberry.mutation(  # type: ignore[untyped-decorator]
        description="Count the places of a service here: each acceptance then takes one, and none is promised twice."
    )
    async def set_places(
        self,
        info: Asked,
        service_id: UUID,
        input: referrals.PoolIn,  # noqa: A002 - GraphQL's custom
    ) -> referrals.PoolView:
        caller = known(info)
        async with info.context.database.transaction(caller) as db:
            return await referrals.set_places(db, caller, service_id=service_id, pool=input)


def _of_referral(kind: type[referrals.Said]) -> Resolver:
    async def say(info: Asked, referral_id: UUID, input: referrals.Said | None = None) -> referrals.StepView:  # noqa: A002
        caller, context, what = known(info), info.context, input or kind()
        async with context.database.transaction(caller) as db:
            return await referrals.act(db, caller, referral_id=referral_id, said=what, once=context.once)

    return _typed(say, kind, "referral")


def _of_offer(kind: type[referrals.Said]) -> Resolver:
    async def say(info: Asked, offer_id: UUID, input: referrals.Said | None = None) -> referrals.StepView:  # noqa: A002
        caller, context, what = known(info), info.context, input or kind()
        async with context.database.transaction(caller) as db:
            return await referrals.answer(
                db, caller, offer_id=offer_id, said=what, ring=context.keys.ring, once=context.once
            )

    return _typed(say, kind, "offer")


def _typed(say: Resolver, kind: type[referrals.Said], what: str) -> Resolver:
    """With its own name, and the class as its input: needed, where a part of it is; none, where it has no parts."""
    say.__name__ = f"{kind.verb}_{what}"
    stated = inspect.signature(say)
    info, subject, said = stated.parameters.values()
    if any(field.is_required() for field in kind.model_fields.values()):
        said = said.replace(annotation=kind, default=inspect.Parameter.empty)
    else:
        said = said.replace(annotation=kind | None)
    taken = [info, subject, said] if kind.model_fields else [info, subject]
    say.__signature__ = stated.replace(parameters=taken)  # type: ignore[attr-defined]
    say.__annotations__ = {one.name: one.annotation for one in taken} | {"return": stated.return_annotation}
    return say


for _kinds, _make in ((referrals.OF_REFERRAL, _of_referral), (referrals.OF_OFFER, _of_offer)):
    for _kind in _kinds:
        _say = _make(_kind)
        setattr(ReferralMutation, _say.__name__, strawberry.mutation(_say, description=_kind.__doc__))
strawberry.type(ReferralMutation)
