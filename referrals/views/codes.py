"""Codes and short texts as they are written: each of a list, or of a form that leaves no room for more."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

import directory


def _of(taxonomy: str) -> AfterValidator:
    """One of the directory's codes; a refusal does not say again what was said."""

    def known(said: str) -> str:
        if said not in directory.vocabulary(taxonomy).terms:
            raise ValueError(f"there is no such {taxonomy}")
        return said

    return AfterValidator(known)


# What somebody could write a name into would be kept with the codes, and of a survivor even counted: so nothing but
# what stands in a list, and a language in the form that such tags have.
_Code = StringConstraints(strip_whitespace=True, min_length=1, max_length=40)
Kind = Annotated[str, _Code, _of("kind")]
Attribute = Annotated[str, _Code, _of("attribute")]
Unit = Annotated[str, _Code, _of("unit")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Language = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$", max_length=12)
]
