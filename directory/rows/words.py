"""The words a row is found by: what the listing says, and what people call such a service; and all that are known."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from psycopg import AsyncConnection

from directory.rules.words import plain
from directory.taxonomy import vocabulary

# A longer number is a ZIP, a telephone or a coordinate: nobody means another when mistyping it, so none is kept.
_LONG_NUMBER = 4

REMEMBER = """
INSERT INTO search_word (word, english, spanish)
SELECT word, doorlight_stem('pg_catalog.english', word), doorlight_stem('pg_catalog.spanish', word)
FROM (SELECT DISTINCT doorlight_fold(said) AS word FROM unnest(%s::text[]) AS indexed(said) OFFSET 0) AS folded
WHERE length(word) BETWEEN 2 AND 40 AND word !~ '[[:space:][:punct:]]'
    AND NOT EXISTS (SELECT FROM search_word AS known WHERE known.word = folded.word)
ORDER BY word
ON CONFLICT DO NOTHING
"""


def words_of(said: Iterable[str | None], *, kinds: Iterable[str] = (), attributes: Iterable[str] = ()) -> str:
    """The text to index: what is said, and labels and synonyms of its kinds and attributes in every language.

    `attributes` are those stated with yes. One without synonyms is a limit or a warning: whoever types `sober up` is
    not looking for a place that takes the sober only, so its words stay out.
    """
    named = [word for code in kinds for word in _called("kind", code)]
    named += [word for code in attributes for word in _called("attribute", code)]
    return plain(" ".join(dict.fromkeys([*(text for text in said if text), *named])))


async def remember(driver: AsyncConnection[Any], texts: Collection[str]) -> None:
    """Add the words of these texts that are new; the texts are as `words_of` gives them.

    To be called last in a transaction and once: who adds a word that another transaction is adding waits for it, and
    in alphabetical order, so that no two wait for each other.
    """
    if words := said_in(texts):
        await driver.execute(REMEMBER, (list(words),))


def said_in(texts: Iterable[str]) -> set[str]:
    """The words of texts, each once, without the numbers that nobody means another by."""
    words = {word for text in texts for word in text.lower().split()}
    return {word for word in words if len(word) < _LONG_NUMBER or not word.isdecimal()}


@lru_cache(maxsize=2048)
def _called(taxonomy: str, code: str) -> tuple[str, ...]:
    term = vocabulary(taxonomy).terms.get(code)
    if term is None or (taxonomy == "attribute" and not term.synonyms):
        return ()
    return (*term.labels.values(), *(word for said in term.synonyms.values() for word in said))
