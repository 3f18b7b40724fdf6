"""How texts become words, on the way in and on the way out alike."""

import re
import unicodedata

_APOSTROPHES = re.compile("['`\u00b4\u02bc\u2018\u2019]")
_GAPS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Letters and digits, one space between words.

    The database's own parser would read `food/clothing` as a file and `St.Mary` as a host, and neither word would be
    found. An apostrophe leaves no gap: women's is what others write as womens.
    """
    return _GAPS.sub(" ", _APOSTROPHES.sub("", unicodedata.normalize("NFC", text))).strip()


def fold(word: str) -> str:
    """Small letters without accents, for comparing with words of ours."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
