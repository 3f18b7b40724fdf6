"""`/offers/TOKEN`: whoever holds the link of an offer is asked whether they take the person. They need no account.

The link only shows; what is said is said by a form sent from that page. Who it is stands in the answer to such a form
alone, so that no program that follows links ever reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

import referrals
from api import watch
from api.deps import ring
from api.problems import kind_of, status_of
from api.web import say as speak
from api.web.render import chosen, page
from api.web.visits import given
from api.web.ways import languages
from api.web.words import Words
from api.who import database
from core.errors import Conflict, Invalid
from core.security import SYSTEM

router = APIRouter()
_KINDS = {kind.verb: kind for kind in (*referrals.BY_LINK, *referrals.BY_LINK_AFTER)}
_NOT_OURS = frozenset({
    referrals.Declined.no_answer, referrals.Declined.person_declined, referrals.Declined.behaviour_history,
})  # fmt: skip
REASONS = tuple(one for one in referrals.Declined if one not in _NOT_OURS)


@dataclass(frozen=True, slots=True)
class Asked:
    """The page, ready to be written."""

    title: str
    lead: str
    facts: tuple[tuple[str, str], ...]
    person: tuple[tuple[str, str], ...]
    given: tuple[tuple[str, str], ...]  # what the person is told under
    notice: str
    has: bool
    may: frozenset[str]


@router.get("/offers/{token}")
async def look(request: Request, token: str) -> Response:
    """What is asked; looking uses nothing up."""
    return await _look(request, token)


@router.post("/offers/{token}")
async def say_so(request: Request, token: str) -> Response:
    """From the page, and only from there."""
    here = await given(request)
    if here is None:
        watch.refused(request, status=403, kind="not-from-here")
        return await _look(request, token, note="not_from_here", status=403)
    kind = _KINDS.get(here.get("do", ""))
    if kind is None:
        return await _look(request, token, opened=True)
    try:
        said = kind.model_validate(_said(here, _several(here)))
    except ValueError:
        return await _look(request, token, note="offer_choose", status=422)
    return await _answered(request, token, said)


async def _answered(request: Request, token: str, said: referrals.Said) -> Response:
    try:
        async with database(request).transaction(SYSTEM) as db:
            view = await referrals.answer_link(db, token=token, said=said, ring=ring(request))
    except (referrals.LinkOver, referrals.TooLate) as error:
        return _over(request, error)
    except (Conflict, Invalid) as error:
        watch.refused(request, status=status_of(error), kind=kind_of(error))
        full = isinstance(error, referrals.NoPlace)
        return await _look(request, token, note="offer_full" if full else "offer_not_now", status=409)
    if view is None:
        return page(request, "offer_over.html", note="", kind="thanks")
    return _shown(request, view, note=f"offer_did_{said.verb}")


async def _look(
    request: Request, token: str, *, opened: bool = False, note: str = "", status: int = 200
) -> Response:  # fmt: skip
    try:
        async with database(request).transaction(SYSTEM) as db:
            look = referrals.open_link if opened else referrals.look_at_link
            view = await look(db, token=token, ring=ring(request))
    except (referrals.LinkOver, referrals.TooLate) as error:
        return _over(request, error)
    return _shown(request, view, note=note, status=status)


def _over(request: Request, error: referrals.LinkOver | referrals.TooLate) -> Response:
    watch.refused(request, status=status_of(error), kind=kind_of(error))
    late = isinstance(error, referrals.TooLate)
    return page(request, "offer_over.html", status=status_of(error), note="", kind="late" if late else "gone")


def _shown(request: Request, view: referrals.LinkView, *, note: str = "", status: int = 200) -> Response:
    say = chosen(request)
    return page(
        request, "offer.html", status=status, note=say(note) if note else "", offer=_asked(view, say), reasons=REASONS,
        asks=tuple(referrals.Asks), returns=tuple(referrals.Returned),
    )  # fmt: skip


def _said(here: Mapping[str, str], asks: list[str]) -> dict[str, object]:
    """The fields of the form as the verb's class knows them."""
    match here["do"]:
        case "accept_if":
            return {"asks": asks}
        case "waitlist":
            return {"position": here.get("position") or None}
        case "decline" | "return":
            return {"reason": here.get("reason")}
        case "hand_off":
            return {"person_present": here.get("person_present") == "yes"}
        case _:
            return {}


def _several(here: Mapping[str, str]) -> list[str]:
    return [one for one in referrals.Asks if f"ask_{one}" in here]


def _asked(view: referrals.LinkView, say: Words) -> Asked:
    until = None if view.timer is None else speak.clock(view.timer.until, now=view.now, zone=view.zone, say=say)
    accepted = view.status in {referrals.OfferStatus.accepted, referrals.OfferStatus.fulfilled}
    kind = "has" if view.has else "chosen" if accepted else "asks"
    facts = (
        ("offer_needs", ", ".join(say.label("kind", one) for one in view.kinds)),
        ("offer_urgency", say(f"urgency_{view.urgency}")),
        ("offer_age", say(f"age_band_{view.age_band}") if view.age_band else ""),
        ("languages", languages(view.languages)),
        ("offer_access", ", ".join(say.label("attribute", one) for one in view.access)),
        ("offer_refuses", ", ".join(say(f"refuses_{one}") for one in view.refuses)),
        ("offer_area", view.area or ""),
    )
    person = {} if view.person is None else view.person.model_dump(exclude={"basis", "given"}, exclude_none=True)
    under = None if view.person is None else view.person.given
    return Asked(
        title=say(f"offer_{kind}", service=view.service),
        lead=say(f"offer_{kind}_lead") if until is None else say(f"offer_{kind}_until", until=until),
        facts=tuple((say(name), said) for name, said in facts if said),
        person=tuple((say(f"person_{name}"), said) for name, said in person.items()),
        given=() if under is None else _given(under, view.zone, say),
        notice="" if under is None else _notice(under, say),
        has=view.has,
        may=frozenset(view.may),
    )


def _given(given: referrals.GivenView, zone: str, say: Words) -> tuple[tuple[str, str], ...]:
    facts = (
        ("offer_given_how", say(f"given_{given.how}")),
        ("offer_given_purpose", say(f"purpose_{given.purpose}")),
        ("offer_given_fields", ", ".join(say(f"person_{one}") for one in given.fields)),
        ("offer_given_until", "" if given.until is None else speak.moment(given.until, zone=zone, say=say)),
    )
    return tuple((say(name), said) for name, said in facts if said)


def _notice(given: referrals.GivenView, say: Words) -> str:
    return next(one.text for one in given.notice_texts if one.language == say.language)
