"""Kinds of failure. A kind decides the answer's status in one table at the edge; here nobody knows HTTP."""

from collections.abc import Mapping


class DoorlightError(Exception):
    """Something went wrong."""

    def __init__(self, detail: str, **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts: Mapping[str, object] = facts

    @property
    def title(self) -> str:
        """The class docstring: what happened, in a few words."""
        return (type(self).__doc__ or "Something went wrong.").strip().splitlines()[0]


class NotFound(DoorlightError):
    """There is nothing here by that name."""


class Unauthenticated(DoorlightError):
    """Nobody knows who you are."""


class Forbidden(DoorlightError):
    """You may not do that."""


class Conflict(DoorlightError):
    """That does not fit with how things stand now."""


class Invalid(DoorlightError):
    """Something in the request cannot be used."""


class Unavailable(DoorlightError):
    """Doorlight cannot answer just now."""


class TooMuch(DoorlightError):
    """That is more than anybody may ask."""


class PreconditionMissing(DoorlightError):
    """Say which version you have seen."""


class PreconditionFailed(DoorlightError):
    """Somebody was faster."""
