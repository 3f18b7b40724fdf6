"""What is stated of a service: by whoever answers for it, and confirmed, where that is wanted, by the community."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from core.security import Caller
from directory.errors import NoSuchRow, NotAllowed
from directory.models import Attribute, Service
from directory.queries import answers_somewhere
from directory.rules.editing import REVIEWED, may_review
from directory.service.editing import said
from directory.service.editing.edit import Act, as_written
from directory.service.editing.services import edit_service
from directory.service.editing.whole import Whole
from directory.service.flatten import Flat, term_id
from directory.views.editing import AttributeSaid
from directory.views.history import EditedView
from directory.views.inputs import AttributeIn


async def state_service_attributes(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    attributes: Sequence[AttributeSaid],
    version: str | None,
    now: datetime,
) -> EditedView:
    """Say yes or no to terms; what was said of others stays. Who stood for another answer stands for this no more.

    Raises:
        UnknownCode: a code of ours that does not exist.
    """

    async def make(whole: Whole) -> Flat:
        flat = Flat()
        for one in attributes:
            said.dated(one, now=now)
        flat.attributes([AttributeIn.model_validate(one.model_dump()) for one in attributes], link_id=service_id)
        flat.within.pop(Attribute)  # others stay
        stored = whole.rows.get(Attribute, {})
        for row in flat.rows[Attribute]:
            before = stored.get(row["id"])
            row["stated_by"] = said.capacity(caller)
            if before is not None and before["answer"] == row["answer"]:
                row["confirmed_by"] = before["confirmed_by"]
        return flat

    source = next((one.source for one in attributes if one.source is not None), None)
    act = Act("state_service_attributes", source=source)
    return await edit_service(db, caller, service_id=service_id, version=version, act=act, make=make, now=now)


async def withdraw_service_attribute(
    db: AsyncSession,
    caller: Caller,
    *,
    service_id: UUID,
    taxonomy: str,
    code: str,
    value: str | None = None,
    source: str | None = None,
    stated_on: date | None = None,
    version: str | None,
    now: datetime,
) -> EditedView:
    """A term is not stated any more, neither yes nor no. `source`: why a police level may fall by it, where one does.

    Raises:
        NoSuchRow: it is not stated.
    """

    async def make(whole: Whole) -> Flat:
        row_id = _id(service_id, taxonomy, code, value)
        if row_id not in whole.rows.get(Attribute, {}):
            raise NoSuchRow("attribute", row_id)
        flat = Flat()
        flat.within[Attribute]["id"] = {row_id}
        return flat

    act = Act("withdraw_service_attribute", source=source, stated_on=stated_on)
    return await edit_service(db, caller, service_id=service_id, version=version, act=act, make=make, now=now)


async def confirm_service_attribute(
    db: AsyncSession, caller: Caller, *, service_id: UUID, code: str, version: str | None, now: datetime
) -> EditedView:
    """Somebody of the community stands for what an organisation says of itself: that it is run by peers, or grassroots.

    Raises:
        NotAllowed: not a reviewer, or of an agency that answers for the listing, whichever they act for now.
        NoSuchRow: it is not stated so.
    """
    if not may_review(caller.roles, answers=False):
        raise NotAllowed("Community reviewers confirm that.", act="review")

    async def make(whole: Whole) -> Flat:
        if whole.organization_id is not None and await answers_somewhere(db, caller, whole.organization_id):
            raise NotAllowed("Nobody confirms what their own agency says of itself.", act="review")
        row = whole.rows.get(Attribute, {}).get(_id(service_id, "attribute", code, None))
        if code not in REVIEWED or row is None or row["answer"] != "yes":
            raise NoSuchRow("attribute", _id(service_id, "attribute", code, None))
        flat = Flat()
        flat.rows[Attribute].append(as_written(row) | {"confirmed_by": "community"})
        flat.rows[Service].append(as_written(whole.row))
        return flat

    act = Act("confirm_service_attribute", reviews=True)
    return await edit_service(db, caller, service_id=service_id, version=version, act=act, make=make, now=now)


def _id(service_id: UUID, taxonomy: str, code: str, value: str | None) -> UUID:
    """The id of the row in which a term is stated of a service."""
    return uuid5(service_id, f"{term_id(taxonomy, code)}:{value or ''}")
