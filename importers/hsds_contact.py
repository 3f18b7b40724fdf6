"""Phones, languages and addresses of an HSDS file."""

import re
from collections.abc import Iterator
from uuid import UUID

from directory import AddressIn, LanguageIn, PhoneIn
from importers.item import PROSE, Item
from importers.ledger import Ledger
from importers.node import Refused
from importers.phones import clean

LOCATION_TYPES = ("physical", "postal", "virtual")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
_ADDRESS = (
    "attention", "address_1", "address_2", "city", "region", "state_province", "postal_code", "country",
)  # fmt: skip


def one_of(item: Item, name: str, known: tuple[str, ...], otherwise: str) -> str:
    """A member that is one of a few words; another word is altered to `otherwise`."""
    value = item.text(name)
    if value is None:
        return otherwise
    word = value.lower().replace("_", " ") if any(" " in one for one in known) else value.lower()
    if word not in known:
        item.unusable(name, f"not one of {', '.join(known)}; read as {otherwise}")
        return otherwise
    return word


def languages(item: Item, ledger: Ledger, owner: UUID) -> Iterator[LanguageIn]:
    """The languages that hang on an object."""
    for one in item.items("languages"):
        own = ledger.child(one, "language", owner)
        if own is None:
            continue
        name, code = one.text("name"), one.text("code")
        if code is not None and not _LANGUAGE.match(code):
            if _LANGUAGE.match(code.lower()):
                code = code.lower()
            else:
                one.unusable("code", "not a language code such as es")
                code = None
        if name is None and code is None:
            one.row.note(one.row.outcome.refused, one.path, "a language without name or code; left out")
            continue
        yield one.make(LanguageIn, id=own, name=name, code=code, note=one.text("note", limit=PROSE))


def phones(item: Item, ledger: Ledger, owner: UUID) -> Iterator[PhoneIn]:
    """The phones that hang on an object, their numbers written one way."""
    for one in item.items("phones"):
        own = ledger.child(one, "phone", owner)
        if own is None:
            continue
        said = one.text("number")
        number = None if said is None else clean(said)
        if number is None:
            one.row.note(one.row.outcome.refused, one.path, "a phone without a number; left out")
            continue
        if not number.dialled:
            one.alter("number", "cannot be read as a phone number; shown as it was written")
        elif _digits(number.text) != _digits(said or "").removeprefix("1") and number.extension is None:
            one.alter("number", f"read as {number.text}")
        description = one.text("description", limit=PROSE)
        extension = _extension(one)
        yield one.make(
            PhoneIn,
            id=own,
            number=number.text,
            extension=extension if extension is not None else number.extension,
            type=one.text("type"),
            description=description,
            languages=tuple(languages(one, ledger, own)),
        )


def addresses(item: Item, ledger: Ledger, owner: UUID) -> Iterator[AddressIn]:
    """The addresses of a place."""
    for one in item.items("addresses"):
        own = ledger.child(one, "address", owner)
        if own is None:
            continue
        lines = {name: one.text(name) for name in _ADDRESS}
        if not any(lines.values()):
            one.row.note(one.row.outcome.refused, one.path, "an empty address; left out")
            continue
        kind = one_of(one, "address_type", LOCATION_TYPES, "physical")
        try:
            yield one.make(AddressIn, id=own, address_type=kind, **lines)
        except Refused as refused:
            one.row.note(one.row.outcome.refused, refused.path, refused.detail)


def _extension(item: Item) -> float | None:
    """HSDS wants a number; `x44` and `ext. 44` say one, `2311/12` does not."""
    said = item.raw("extension")
    if isinstance(said, str) and (digits := re.fullmatch(r"\s*(?:ext|x|ext\.)?\s*(\d{1,9})\s*", said, re.IGNORECASE)):
        return float(digits[1])
    return item.number("extension", 0, 999_999_999)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
