"""Which places must never be found on a map."""

import re
from collections.abc import Iterable

CONFIDENTIAL_KINDS = frozenset({"DV.SHELTER"})
# Marks seen in exports of directories, in columns named for privacy or in the text of an address.
_MARK = re.compile(
    r"\b(confidential|undisclosed|not disclosed|private address|address withheld|do not publish"
    r"|direcci[oó]n confidencial|no publicar)\b",
    re.IGNORECASE,
)
_VIOLENCE = re.compile(
    r"(domestic violence|family violence|sexual (violence|assault)|battered|violencia dom[eé]stica)",
    re.IGNORECASE,
)
_SHELTER = re.compile(r"\b(shelter|safe ?house|refuge|refugio|albergue)\b", re.IGNORECASE)


def is_confidential(
    *, kinds: Iterable[str] = (), texts: Iterable[str | None] = (), names: Iterable[str | None] = ()
) -> bool:
    """Whether a place must be kept off every map.

    `kinds` are our service kinds there; `texts` what stands in its address and notes; `names` of service and place.
    A violence shelter is confidential whatever else is said. In doubt it is: what was shown cannot be taken back.
    """
    if CONFIDENTIAL_KINDS.intersection(kinds):
        return True
    if any(text and _MARK.search(text) for text in texts):
        return True
    return any(name and _VIOLENCE.search(name) and _SHELTER.search(name) for name in names)
