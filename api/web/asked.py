"""What a person asked for with the form: read, checked, and sayable again in the next form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from api.web.needs import ANY, NEEDS, need_of
from directory import SearchInput

# Languages to choose from, each by its own name; the search takes any ISO 639 code.
SPOKEN = {
    "en": "English",
    "es": "Español",
    "ase": "American Sign Language",
    "ar": "العربية",
    "fr": "Français",
    "hmn": "Hmoob",
    "ht": "Kreyòl ayisyen",
    "ko": "한국어",
    "pt": "Português",
    "ru": "Русский",
    "so": "Soomaali",
    "tl": "Tagalog",
    "vi": "Tiếng Việt",
    "zh": "中文",
}
REACHES = (8_000, 40_000, 80_000, 240_000)
USUAL = 80_000
FARTHEST = REACHES[-1]
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
# The page may be linked to with these; where a person is, and their own words, never stand in a URL.
LINKABLE = ("need", "kind", "open", "language", "mode")


class NotUsable(Exception):
    """Something in the form cannot be used; `fields` says which parts."""

    def __init__(self, fields: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = fields


@dataclass(frozen=True, slots=True)
class Asked:
    """The form, as it was filled in."""

    near: str = ""
    need: str = ""
    kind: str = ""
    open: str = "now"
    language: str = ""
    mode: str = ""
    q: str = ""
    within_m: str = str(USUAL)
    cursor: str = ""

    @classmethod
    def of(cls, form: Mapping[str, Sequence[str]], only: Sequence[str] | None = None) -> "Asked":
        """Read the fields that are ours; the last value of each counts, as a pressed button comes last."""
        names = cls.__dataclass_fields__ if only is None else only
        asked = cls(**{name: _CONTROLS.sub(" ", form[name][-1]).strip() for name in names if form.get(name)})
        if asked.need:  # a pressed tile is wider than the kind that was chosen before
            return replace(asked, kind="")
        if not asked.kind and form.get("was"):
            return replace(asked, need=form["was"][-1])
        return asked

    def but(self, **changes: str) -> "Asked":
        """The same question with something else in it, from its start."""
        return replace(self, **{"cursor": "", **changes})

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds asked for: the exact one, else those of the need, else any."""
        return (self.kind,) if self.kind else NEEDS.get(self.need, ())

    @property
    def about(self) -> str:
        """The need that was chosen, or that the exact kind belongs to."""
        return need_of(self.kind) if self.kind else self.need if self.need in NEEDS else ANY

    def said(self) -> Iterator[tuple[str, str]]:
        """Every field that was filled in, to be sent again."""
        for name in self.__dataclass_fields__:
            if value := getattr(self, name):
                yield name, value

    def search(self, limit: int) -> SearchInput:
        """The search that this means.

        Raises:
            NotUsable: a field holds what no search can use.
        """
        filled: dict[str, Any] = {
            name: value for name in ("near", "open", "language", "mode", "q", "within_m", "cursor")
            if (value := getattr(self, name))
        }  # fmt: skip
        try:
            return SearchInput.model_validate({**filled, "kind": list(self.kinds), "limit": limit})
        except ValidationError as error:
            raise NotUsable(
                frozenset(str(entry["loc"][0]) if entry["loc"] else "other" for entry in error.errors())
            ) from None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a question: a sentence for each field, and places to choose from."""

    by_field: dict[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    note: str = ""
