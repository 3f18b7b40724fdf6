"""`/api/v1/services/{id}/attributes`: what is stated of a service, and who stands for it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field

import directory
from api.rest.editing.facts import Source
from api.rest.editing.shape import CHANGING, Body, Changing
from core import clock
from directory.editing import AttributeSaid, EditedView

router = APIRouter(prefix="/services/{service_id}/attributes")
edit = directory.editing


class AttributesIn(Body):
    """Terms to state; others stay as they are."""

    attributes: Annotated[tuple[AttributeSaid, ...], Field(min_length=1, max_length=200)]


class WithdrawIn(Body):
    """The term to withdraw. `source`: why a police level may fall by it, where one does."""

    taxonomy: Source = "attribute"
    code: Source
    value: Source | None = None
    source: Source | None = None
    stated_on: date | None = None


@router.put("", summary="State attributes of a service", **CHANGING)
async def state(service_id: UUID, asked: AttributesIn, change: Changing) -> EditedView:
    """Yes or no, with source and date; what was said of other terms stays."""
    edited = await edit.state_service_attributes(
        change.db,
        change.caller,
        service_id=service_id,
        attributes=asked.attributes,
        version=change.version,
        now=clock.now(),
    )
    return change.answer(edited)


@router.post("/withdraw", summary="Withdraw an attribute of a service", **CHANGING)
async def withdraw(service_id: UUID, asked: WithdrawIn, change: Changing) -> EditedView:
    """It is not stated any more, neither yes nor no."""
    edited = await edit.withdraw_service_attribute(
        change.db, change.caller, service_id=service_id, taxonomy=asked.taxonomy, code=asked.code, value=asked.value,
        source=asked.source, stated_on=asked.stated_on, version=change.version, now=clock.now(),
    )  # fmt: skip
    return change.answer(edited)


@router.post("/{code}/confirm", summary="Confirm what an organisation says of itself", **CHANGING)
async def confirm(
    service_id: UUID,
    code: Annotated[str, Path(max_length=60)],
    change: Changing,
) -> EditedView:
    """For community reviewers: that it is run by peers, or grassroots."""
    edited = await edit.confirm_service_attribute(
        change.db, change.caller, service_id=service_id, code=code, version=change.version, now=clock.now()
    )
    return change.answer(edited)
