"""Nothing that is kept with the codes takes a name: every code is of a list, and no text is free but a manager's."""

from enum import StrEnum
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import referrals
from referrals.rules.reasons import Asks, LetGo, NotWanted, TakenBack
from referrals.views import said

# What would pass for a code, and says who somebody is and how they are reached.
NAME = "Maria.Lopez.3035550123"
_KINDS: tuple[type[BaseModel], ...] = (
    referrals.ReferralIn, referrals.PoolIn, *said.OF_REFERRAL, *said.OF_OFFER, *referrals.OF_PERSON,
)  # fmt: skip
_PARTS = [
    pytest.param(kind, name, id=f"{kind.__name__}.{name}") for kind in _KINDS for name in kind.model_fields
    if (kind, name) != (said.DeclineIn, "note")  # sealed, and kept apart
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), _PARTS)
def test_no_part_of_what_is_said_takes_a_name(kind: type[BaseModel], name: str) -> None:
    part = kind.model_fields[name]
    adapter = TypeAdapter[Any](part.rebuild_annotation())
    for written in (NAME, [NAME], NAME.casefold(), [NAME.casefold()], "maria", ["maria"]):
        with pytest.raises(ValidationError):
            adapter.validate_python(written)


@pytest.mark.parametrize(
    "tag", ["en", "es-419", "es-MX", "zh-Hant", "zh-Hant-TW", "ase"]
)  # fmt: skip
def test_a_language_is_a_tag_as_such_tags_are(tag: str) -> None:
    assert referrals.ReferralIn(kinds=["SITE.SOBER"], languages=[tag]).languages == [tag]


@pytest.mark.parametrize("tag", ["en-Maria", "es-Lopez-US", "en-3035550123", "es-MX-x-maria", "en-us", "english", ""])
def test_what_only_looks_like_one_is_none(tag: str) -> None:
    with pytest.raises(ValidationError):
        referrals.ReferralIn(kinds=["SITE.SOBER"], languages=[tag])


def test_what_is_needed_is_said_in_the_codes_of_the_directory() -> None:
    with pytest.raises(ValidationError, match="there is no such kind") as refused:
        referrals.ReferralIn(kinds=["SITE.SOBER", NAME])
    assert NAME not in refused.value.errors()[0]["msg"]
    with pytest.raises(ValidationError, match="there is no such attribute"):
        referrals.ReferralIn(kinds=["SITE.SOBER"], access=["SITE.SOBER"])


@pytest.mark.parametrize(
    ("kind", "reasons"),
    [
        (said.PersonDeclinesIn, NotWanted), (said.WithdrawIn, NotWanted), (said.StopIn, NotWanted),
        (said.WithdrawOfferIn, TakenBack), (said.ReleaseIn, LetGo),
    ],
)  # fmt: skip
def test_each_reason_may_be_said(kind: Any, reasons: type[StrEnum]) -> None:
    assert [kind(reason=str(one)).reason for one in reasons] == list(reasons)


def test_what_a_provider_asks_for_is_one_list() -> None:
    assert said.AcceptIfIn.model_validate({"asks": list(map(str, Asks))}).asks == list(Asks)
