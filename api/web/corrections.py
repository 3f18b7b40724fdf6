"""`/correction`: anybody says what of a service is not right. Which service it is stands in no URL."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

import directory
from api.deps import Asker, ring
from api.problems import status_of
from api.web.forms import fields
from api.web.render import chosen, page
from api.who import database
from core import clock
from core.errors import DoorlightError
from core.security import Caller
from directory import CorrectionAbout, CorrectionIn, CorrectionPart

router = APIRouter()
# In the order in which people miss them.
PARTS = (
    CorrectionPart.hours,
    CorrectionPart.phone,
    CorrectionPart.address,
    CorrectionPart.closed,
    CorrectionPart.police,
    CorrectionPart.website,
    CorrectionPart.name,
    CorrectionPart.description,
    CorrectionPart.other,
)
_ASKED = ("part", "says", "source_url", "contact")


@router.get("/correction")
async def from_nowhere() -> Response:
    """The form belongs to a service; without one there is only the search."""
    return RedirectResponse("/", status_code=303)


@router.post("/correction")
async def correct(request: Request, asker: Asker) -> Response:
    """The form; and, once it is sent with something in it, what was proposed."""
    read = await fields(request)
    given = {name: values[-1] for name, values in (read or {}).items()}
    try:
        async with database(request).transaction(asker, looking=True) as db:
            service = await directory.correctable(db, asker, service_id=UUID(given.get("service", "")))
        return await _sent(request, asker, service, given) if "send" in given else _form(request, service, given)
    except (ValueError, directory.NoSuchRow):
        return page(request, "correction_gone.html", status=404, note="")


async def _sent(request: Request, asker: Caller, service: directory.Correctable, given: Mapping[str, str]) -> Response:
    """What comes of a form: thanks, or the form again with what is wrong."""
    try:
        await _propose(request, asker, service, given)
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
        return _form(request, service, given, wrong=next((name for name in _ASKED if name in wrong), "says"))
    except directory.TooManyOpen as error:
        return _form(request, service, given, wrong="many", status=status_of(error))
    except (directory.BadCorrection, directory.AddressNotKept) as error:
        return _form(request, service, given, wrong=_where(error))
    return page(request, "correction_taken.html", note="", service=service)


async def _propose(request: Request, asker: Caller, service: directory.Correctable, given: Mapping[str, str]) -> None:
    said = {name: given.get(name, "").strip() or None for name in _ASKED}
    correction = CorrectionIn.model_validate(said | {"about": CorrectionAbout.service, "id": service.id})
    async with database(request).transaction(asker) as db:
        await directory.propose_correction(db, asker, correction=correction, ring=ring(request), now=clock.now())


def _where(error: DoorlightError) -> str:
    return str(error.facts["where"])


def _form(
    request: Request,
    service: directory.Correctable,
    given: Mapping[str, str],
    *,
    wrong: str = "",
    status: int = 422,
) -> Response:
    say = chosen(request)
    parts = [part for part in PARTS if part is not CorrectionPart.address or not service.address_hidden]
    return page(
        request,
        "correction.html",
        status=status if wrong else 200,
        note=say("correction_many") if wrong == "many" else "",
        wrong=wrong,
        service=service,
        parts=parts,
        given={name: given.get(name, "") for name in _ASKED},
    )
