"""Our own codes with their English and Spanish labels, read from the file that ships with the program (CC0)."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any

import orjson

from core.errors import Invalid


@dataclass(frozen=True, slots=True)
class Term:
    """One code. `labels`, `definitions`, `asks` and `synonyms` (what people say for it) are by language: `en`, `es`.

    `number` stands for the code in search tags and never changes; `attribute` is the attribute that states it.
    """

    code: str
    labels: dict[str, str]
    definitions: dict[str, str] = field(default_factory=dict)
    asks: dict[str, str] = field(default_factory=dict)
    parent: str | None = None
    number: int = 0
    attribute: str | None = None
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One of our taxonomies."""

    code: str
    names: dict[str, str]
    terms: dict[str, Term]

    def label(self, code: str, language: str = "en") -> str:
        """The label in that language, else in English, else the code itself."""
        term = self.terms.get(code)
        return code if term is None else term.labels.get(language) or term.labels["en"]


class UnknownCode(Invalid):
    """That code is not one of ours."""

    def __init__(self, taxonomy: str, code: str) -> None:
        known = {term.casefold(): term for term in vocabulary(taxonomy).terms}
        near = [known[each] for each in get_close_matches(code.casefold(), known, n=1, cutoff=0)]
        hint = f" Did you mean {near[0]}?" if near else ""
        super().__init__(f"There is no {taxonomy} {code!r}.{hint}", code=code, nearest=near[0] if near else None)


@lru_cache(maxsize=1)
def vocabularies() -> dict[str, Vocabulary]:
    """Every taxonomy of ours, by its code."""
    read: dict[str, Any] = orjson.loads(files(__name__).joinpath("doorlight.json").read_bytes())
    return {
        taxonomy["code"]: Vocabulary(
            taxonomy["code"], taxonomy["name"], {term["code"]: _term(term) for term in taxonomy["terms"]}
        )
        for taxonomy in read["taxonomies"]
    }


@lru_cache(maxsize=1)
def version() -> str:
    """The dated version of the file."""
    return str(orjson.loads(files(__name__).joinpath("doorlight.json").read_bytes())["version"])


def vocabulary(taxonomy: str) -> Vocabulary:
    """One taxonomy of ours by its code."""
    return vocabularies()[taxonomy]


def require(taxonomy: str, code: str) -> str:
    """The code, when it is one of ours.

    Raises:
        UnknownCode: it is not; names the nearest one that is.
    """
    if code not in vocabulary(taxonomy).terms:
        raise UnknownCode(taxonomy, code)
    return code


def _term(read: dict[str, Any]) -> Term:
    def by_language(key: str, prefix: str) -> dict[str, Any]:
        return {language: read[name] for language, name in (("en", key), ("es", f"{prefix}es")) if read.get(name)}

    return Term(
        code=read["code"],
        labels={"en": read["en"], "es": read["es"]},
        definitions=by_language("definition", "definition_"),
        asks=by_language("ask", "ask_"),
        parent=read.get("parent"),
        number=read.get("number", 0),
        attribute=read.get("attribute"),
        synonyms={language: tuple(said) for language, said in by_language("synonyms", "synonyms_").items()},
    )
