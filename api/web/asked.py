"""What a person asked for with the form: read, checked, and sayable again in the next form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
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
# How long it has to be open: the field of the search, and its minutes.
LASTING = {
    "for_30": ("open_for_min", 30),
    "for_60": ("open_for_min", 60),
    "for_120": ("open_for_min", 120),
    "within_30": ("opens_within_min", 30),
    "within_60": ("opens_within_min", 60),
}
FREE = ("1", "2", "3", "4", "6")
# The page may be linked to with these; where and who a person is, and their own words, never stand in a URL.
LINKABLE = ("need", "kind", "open", "language", "mode", "who", "arrive", "police_max", "involuntary_max", "lasting")
# Of these any number may be chosen.
SEVERAL = ("must", "must_not")
# What the search calls a field, where the page calls it otherwise (`from` is no name in Python).
_CALLED = {"who": "from"}
_PLAIN = (
    "near", "open", "language", "mode", "q", "within_m", "who", "arrive", "police_max", "involuntary_max", "age",
    "free", "hidden", "cursor",
)  # fmt: skip


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
    who: str = ""
    arrive: str = ""
    police_max: str = ""
    involuntary_max: str = ""
    age: str = ""
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    free: str = ""
    lasting: str = ""
    hidden: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, form: Mapping[str, Sequence[str]], only: Sequence[str] | None = None) -> "Asked":
        """Read the fields that are ours; the last value of each counts, as a pressed button comes last."""
        names = cls.__dataclass_fields__ if only is None else only
        said = {name: [_CONTROLS.sub(" ", value).strip() for value in form[name]] for name in names if form.get(name)}
        chosen: dict[str, Any] = {
            name: tuple(dict.fromkeys(filter(None, values))) if name in SEVERAL else values[-1]
            for name, values in said.items()
        }
        asked = cls(**chosen)
        if asked.need:  # a pressed tile is wider than the kind that was chosen before
            return replace(asked, kind="")
        if not asked.kind and form.get("was"):
            return replace(asked, need=form["was"][-1])
        return asked

    def but(self, **changes: Any) -> "Asked":
        """The same question with something else in it, from its start, and for what fits."""
        return replace(self, **{"cursor": "", "hidden": "", **changes})

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds asked for: the exact one, else those of the need, else any."""
        return (self.kind,) if self.kind else NEEDS.get(self.need, ())

    @property
    def about(self) -> str:
        """The need that was chosen, or that the exact kind belongs to."""
        return need_of(self.kind) if self.kind else self.need if self.need in NEEDS else ANY

    @property
    def now(self) -> bool:
        """Whether it is about hours from now on; open for an hour means from now unless a time is chosen."""
        return not self.time and (bool(self.lasting) or self.open != "any")

    @property
    def time(self) -> datetime | None:
        """The time it has to be open at, where it is neither now nor any."""
        try:
            read = datetime.fromisoformat(self.open)
        except ValueError:
            return None
        return read if read.tzinfo is not None else None

    def in_link(self) -> dict[str, str]:
        """What of the question may stand in a link."""
        return {name: value for name in LINKABLE if (value := getattr(self, name))}

    @property
    def finer(self) -> tuple[str, ...]:
        """Which of the further choices were made."""
        names = (
            "who",
            "arrive",
            "police_max",
            "involuntary_max",
            "age",
            *SEVERAL,
            "free",
            "lasting",
            "language",
            "mode",
        )
        return tuple(name for name in (*names, "kind", "q") if getattr(self, name))

    def said(self) -> Iterator[tuple[str, str]]:
        """Every field that was filled in, to be sent again."""
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            for one in value if isinstance(value, tuple) else (value,) if value else ():
                yield name, one

    def search(self, limit: int) -> SearchInput:
        """The search that this means.

        Raises:
            NotUsable: a field holds what no search can use.
        """
        filled: dict[str, Any] = {_CALLED.get(name, name): value for name in _PLAIN if (value := getattr(self, name))}
        if self.lasting:
            if self.lasting not in LASTING:
                raise NotUsable(frozenset({"lasting"}))
            name, minutes = LASTING[self.lasting]
            filled |= {name: minutes} | ({} if self.time else {"open": "now"})
        try:
            return SearchInput.model_validate(
                {
                    **filled,
                    "kind": list(self.kinds),
                    **{name: list(getattr(self, name)) for name in SEVERAL},
                    "limit": limit,
                }
            )
        except ValidationError as error:
            named = (str(entry["loc"][0]) if entry["loc"] else "other" for entry in error.errors())
            raise NotUsable(frozenset("who" if name == "from" else name for name in named)) from None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a question: a sentence for each field, the code refused, and places to choose from."""

    by_field: dict[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    note: str = ""
    refused: str = ""
