"""Names of places as they are looked up, however somebody writes them."""

import re
import unicodedata

# As written in full and as shortened; post offices use either.
_SHORT = {"saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"}
_FULL = {short: full for full, short in _SHORT.items()}
_PREFIX = re.compile(
    r"^(?:city and county of|county of|city of|town of|parish of|borough of|municipio de|condado de)\s+"
)
_KIND = re.compile(
    r"\s+(city and borough|census area|city and county|counties|county|co|parish|borough|municipality|municipio"
    r"|city)$"
)


def fold(name: str) -> str:
    """A name as it is looked up: lower case, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join(plain.replace(".", " ").lower().split())


def spellings(name: str) -> list[str]:
    """The folded name and other ways of writing it: saint or st, O'Fallon or O Fallon, Winston-Salem with a space."""
    folded = fold(name)
    found = [folded, folded.replace("'", " "), folded.replace("'", ""), folded.replace("-", " ")]
    for one in list(found):
        first, _, rest = one.partition(" ")
        other = _SHORT.get(first) or _FULL.get(first)
        if other and rest:
            found.append(f"{other} {rest}")
    return list(dict.fromkeys(" ".join(one.split()) for one in found))


def county_kind(name: str) -> str | None:
    """What the name calls itself: `city`, `county` (or what a state has in its place), or nothing."""
    folded = fold(name)
    if folded.startswith("city of "):
        return "city"
    if _PREFIX.match(folded):
        return "county"
    kind = _KIND.search(folded)
    return None if kind is None else "city" if kind[1] == "city" else "county"


def county_fold(name: str) -> str:
    """A county's bare name, letters only: De Kalb is DeKalb, and Saint Louis County is St. Louis."""
    folded = _KIND.sub("", _PREFIX.sub("", fold(name)))
    words = (_SHORT.get(word, word) for word in re.split(r"[^a-z']+", folded))
    return "".join(words).replace("'", "")
