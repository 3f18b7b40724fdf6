"""The words asked for as a full-text query: misspelt ones replaced, and whether few enough rows can hold them."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Any, LiteralString

from psycopg import AsyncRawCursor

from core.db import Reader
from directory.rules.asked import Term, parse
from directory.rules.spelling import SHORTEST, meant

# A walk outward meets so many rows for each that it wants and cannot have: it sees this many times the share of rows
# that have the words, turned over; fetching them by their words sees each of them. The two are even at its root.
_WALKED = 100
# Nobody's eleventh unknown word decides, and each takes milliseconds.
_GUESSED = 10
_MANY = 1 << 31
_STEM = re.compile(r"'((?:[^']|'')*)'")
_NEXT = re.compile(r"<(?:-|\d+)>")
# True of every row.
_EVERY = "(0 | !0)"

# A row for each text: its words as a query and as a phrase in both languages; about how many rows hold it, when it is
# a known word; and when it is not, the words like it.
_LOOK_UP: LiteralString = """
SELECT plainto_tsquery('pg_catalog.english', word)::text, plainto_tsquery('pg_catalog.spanish', word)::text,
    phraseto_tsquery('pg_catalog.english', word)::text, phraseto_tsquery('pg_catalog.spanish', word)::text,
    word, (SELECT reltuples FROM pg_class WHERE oid = 'search_row'::regclass), known.rows,
    CASE WHEN guess AND known.rows IS NULL THEN (
        SELECT json_agg(json_build_array(s.word, s.english, s.spanish, s.rows)) FROM doorlight_similar(word) AS s
    ) END
FROM unnest($1::text[], $2::bool[]) WITH ORDINALITY AS asked(said, guess, n)
CROSS JOIN LATERAL (SELECT btrim(doorlight_fold(said)) AS word OFFSET 0) AS plain
CROSS JOIN LATERAL (
    SELECT max(w.rows) AS rows FROM search_word AS w WHERE w.word = plain.word
        OR w.english = doorlight_stem('pg_catalog.english', plain.word)
        OR w.spanish = doorlight_stem('pg_catalog.spanish', plain.word)
) AS known
ORDER BY n
"""


@dataclass(frozen=True, slots=True)
class Words:
    """`query`: the text of a tsquery, to be cast with `::text::tsquery`; empty when no word says anything.

    `stems`: the same as a query_int over the numbers of its stems, true of every row of which `query` is. The other way
    round it holds only where `phrases` is false, for numbers do not know which word follows which.
    `rare`: by what is known, no more than a few rows hold what is asked.
    """

    query: str
    stems: str
    rare: bool

    @property
    def phrases(self) -> bool:
        """Whether it says that words stand next to each other."""
        return "<" in self.query


@dataclass(frozen=True, slots=True)
class _Found:
    """A text's query in English and in Spanish, empty where it is all particles, and about how many rows meet it."""

    query: tuple[str, str]
    phrase: tuple[str, str]
    rows: int


async def asked_words(reader: Reader, q: str, *, few: int | None = None) -> Words:
    """Turn what somebody typed into a query, in one round trip.

    English and Spanish are alternatives; in each, all the words must be there. A word that occurs, as it is or by its
    stem, stands; any other may also be one of the most similar that do occur. Quoted phrases and -exclusions mean
    exactly what they say, and `or` parts alternatives. Words that are particles in either language (the, de la), or no
    words at all, ask for nothing: the query is empty, and the search is one without words.
    """
    alternatives = parse(q)
    found, total = await _look_up(reader, [term for terms in alternatives for term in terms])
    most = math.sqrt(_WALKED * max(total, 0)) if few is None else few
    queries: list[str] = []
    stems: list[str] = []
    rows = 0
    for terms in alternatives:
        english, spanish = (_all_of(terms, found, language) for language in (0, 1))
        if english[0] and spanish[0]:
            queries += dict.fromkeys([english[0], spanish[0]])
            stems += dict.fromkeys([english[1], spanish[1]])
            rows += max(english[2], spanish[2])
    return Words(_any_of(queries), _any_of(stems), rare=bool(queries) and rows <= most)


def _any_of(queries: Sequence[str]) -> str:
    return " | ".join(f"({query})" for query in queries)


def _all_of(terms: Sequence[Term], found: Mapping[str, _Found], language: int) -> tuple[str, str, int]:
    """The conjunction in one language, also by numbers, and about how many rows meet it: the rarest word decides."""
    parts: list[str] = []
    stems: list[str] = []
    rows = _MANY
    for term in terms:
        text = found[" ".join(term.words)]
        if term.excluded:
            # in neither language: a word that one of them stems otherwise would slip through
            parts += (out := [f"!({query})" for query in text.phrase if query])
            # a row with both words may have them apart, and is not excluded by numbers
            stems += [_EVERY if "<" in query else _numbered(query) for query in out]
            continue
        query = (text.phrase if term.exact else text.query)[language]
        if query:
            parts.append(f"({query})")
            stems.append(_numbered(parts[-1]))
            rows = min(rows, *(found[word].rows for word in term.words))
    return " & ".join(parts), " & ".join(stems), rows


def _numbered(query: str) -> str:
    """A tsquery as a query_int; what stands next to each other is merely there."""
    return _NEXT.sub("&", _STEM.sub(lambda found: str(stem_number(_plain(found[1]))), query))


def stem_number(stem: str) -> int:
    """As `doorlight_number` has it."""
    return int.from_bytes(md5(stem.encode(), usedforsecurity=False).digest()[:4], "big", signed=True)


def _plain(quoted: str) -> str:
    return quoted.replace("''", "'").replace("\\\\", "\\")


async def _look_up(reader: Reader, terms: Sequence[Term]) -> tuple[Mapping[str, _Found], float]:
    """What is known of each term and of its words; and how many rows there are, below 0 if nobody counted."""
    single = [term.words[0] for term in terms if not term.exact]
    within = [word for term in terms if term.exact for word in (" ".join(term.words), *term.words)]
    texts = list(dict.fromkeys([*single, *within]))
    guessed = [word for word in dict.fromkeys(single) if len(word) >= SHORTEST][:_GUESSED]
    if not texts:
        return {}, 0.0
    async with AsyncRawCursor(reader) as cursor:
        await cursor.execute(_LOOK_UP, [texts, [text in guessed for text in texts]], prepare=True)
        rows: list[tuple[Any, ...]] = await cursor.fetchall()
    return {text: _found(row) for text, row in zip(texts, rows, strict=True)}, rows[0][5]


def _found(row: tuple[Any, ...]) -> _Found:
    english, spanish, phrase, phrase_es, word, _, rows, similar = row
    if rows is None and (len(word) == 1 or " " in word):
        rows = _MANY  # neither a letter nor several words are counted
    # a particle of one language is no misspelt word of the other
    known = {each[0]: each for each in similar or ()} if english and spanish else {}
    instead = [known[one] for one in meant(word, known)]
    query = (
        " | ".join([english, *(_quoted(stem) for _, stem, _, _ in instead if stem)]),
        " | ".join([spanish, *(_quoted(stem) for _, _, stem, _ in instead if stem)]),
    )
    return _Found(query, (phrase, phrase_es), sum(each[3] for each in instead) if rows is None else rows)


def _quoted(stem: str) -> str:
    return "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"
