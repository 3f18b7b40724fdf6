"""What the pages say, in every language they speak: one file each, the same keys in all of them."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import orjson

import directory
from api.deps import LANGUAGES


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language."""

    language: str
    said: dict[str, str]

    def __call__(self, key: str, **parts: object) -> str:
        """The sentence of that key, with its parts filled in."""
        sentence = self.said[key]
        return sentence.format(**parts) if parts else sentence

    def label(self, taxonomy: str, code: str) -> str:
        """The label of one of our codes."""
        return directory.vocabulary(taxonomy).label(code, self.language)

    def defined(self, taxonomy: str, code: str) -> str:
        """What one of our codes means; empty where its label says it all."""
        return self._of("definitions", taxonomy, code)

    def asks(self, taxonomy: str, code: str) -> str:
        """What to ask when that is not stated; empty where there is nothing to ask."""
        return self._of("asks", taxonomy, code)

    def attribute(self, taxonomy: str, code: str) -> str:
        """The attribute that states it; empty where there is none."""
        term = directory.vocabulary(taxonomy).terms.get(code)
        return (term and term.attribute) or ""

    @property
    def other(self) -> str:
        """The language to offer instead."""
        return next(language for language in LANGUAGES if language != self.language)

    def _of(self, part: str, taxonomy: str, code: str) -> str:
        term = directory.vocabulary(taxonomy).terms.get(code)
        if term is None:
            return ""
        by_language: dict[str, str] = getattr(term, part)
        return by_language.get(self.language) or by_language.get("en", "")


@lru_cache(maxsize=len(LANGUAGES))
def words(language: str) -> Words:
    """The words of that language."""
    return Words(language, orjson.loads(files(__package__).joinpath("texts", f"{language}.json").read_bytes()))
