"""What somebody types into the search box, taken apart: words, "quoted phrases", -exclusions, and `or`."""

import re
from dataclasses import dataclass

from directory.rules.words import fold, plain

_CHUNK = re.compile(r'(?P<out>-?)"(?P<phrase>[^"]*)"|(?P<plain>[^\s"]+)|"')
# Words about the asking, not about what is asked for; no listing needs to have them to be the right one.
ASKING = frozenset({
    "i", "im", "ive", "need", "needs", "want", "wants", "looking", "look", "find", "where", "near", "nearby", "nearest",
    "closest", "get", "please", "how", "can", "could",
    "necesito", "necesita", "quiero", "busco", "buscar", "buscando", "encontrar", "conseguir", "donde", "cerca",
    "cercano", "hay", "puedo", "puede", "como", "favor", "mas", "tambien", "mi", "esta", "estan",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """Something that must hold, or must not (`excluded`). Several words stand next to each other, in that order.

    What is `exact` was quoted or excluded: it means just these words, so nobody guesses at what else was meant.
    """

    words: tuple[str, ...]
    exact: bool = False
    excluded: bool = False


def parse(q: str) -> list[list[Term]]:
    """Alternatives, and for each all the terms that it asks for; words joined by a hyphen or a slash stand alone."""
    alternatives: list[list[Term]] = [[]]
    for chunk in _CHUNK.finditer(q):
        if chunk["phrase"] is not None:
            alternatives[-1] += _exactly(chunk["phrase"], excluded=bool(chunk["out"]))
        elif chunk["plain"] is None:
            continue
        elif chunk["plain"].casefold() == "or" and alternatives[-1]:
            alternatives.append([])
        elif chunk["plain"].startswith("-"):
            alternatives[-1] += _exactly(chunk["plain"], excluded=True)
        else:
            alternatives[-1] += [Term((word,)) for word in plain(chunk["plain"]).split()]
    return [kept for terms in alternatives if (kept := _without_asking(terms))]


def _exactly(text: str, *, excluded: bool) -> list[Term]:
    words = tuple(plain(text).split())
    return [Term(words, exact=True, excluded=excluded)] if words else []


def _without_asking(terms: list[Term]) -> list[Term]:
    """The terms that say something; all of them when none does."""
    telling = [term for term in terms if term.exact or fold(term.words[0]) not in ASKING]
    return telling if any(not term.excluded for term in telling) else terms
