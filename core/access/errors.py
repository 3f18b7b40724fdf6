"""What can go wrong with accounts, roles and keys."""

from typing import Literal

from core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated


class NotSignedIn(Unauthenticated):
    """You are not signed in.

    `reason`: none was sent, it was malformed, or it is not valid (any more). Which of the last two is told to nobody.
    """

    def __init__(self, reason: Literal["missing", "malformed", "invalid"]) -> None:
        super().__init__("Sign in, or send a key that is valid.", reason=reason)


class NotAllowed(Forbidden):
    """Your role does not allow that."""


class NoSuchAgency(NotFound):
    """There is no such agency."""


class NoSuchPerson(NotFound):
    """There is no such person."""


class NoSuchKey(NotFound):
    """There is no such key."""


class LinkUsedUp(NotFound):
    """The link does not lead anywhere any more."""

    def __init__(self) -> None:
        super().__init__("It was used before, has run out, or never was. Ask whoever sent it for a new one.")


class WrongPassword(Unauthenticated):
    """Address, password or code are not right."""

    def __init__(self) -> None:
        super().__init__("Address, password or code are not right. Look at them once more.", reason="credentials")


class TooWeak(Invalid):
    """That password is too easy to guess."""


class AlreadyMember(Conflict):
    """That person has this role already."""


class BadRole(Invalid):
    """There is no such role."""


class BadAddress(Invalid):
    """That is no e-mail address."""


class BadScope(Invalid):
    """A key cannot be made so."""


class NoSuchGlass(NotFound):
    """There is no such break-glass access."""

    def __init__(self) -> None:
        super().__init__("There is none of that id that is yours.")


class GlassOver(Forbidden):
    """That access has ended."""


class BadGlass(Invalid):
    """The glass cannot be broken so."""


class NobodyToTell(Conflict):
    """There is nobody to tell of it."""
