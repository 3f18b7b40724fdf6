"""What can go wrong with accounts, roles and keys."""

from typing import Literal

from core.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable

TokenReason = Literal["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"]


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


class LastAdministrator(Conflict):
    """An agency keeps an administrator."""


class NoSuchHold(NotFound):
    """There is no such legal hold."""


class BadReason(Invalid):
    """A legal hold needs a reason."""


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


class NoSuchClient(NotFound):
    """There is no such client."""


class BadKeys(Invalid):
    """Those keys cannot be registered."""


class TokenRefused(Invalid):
    """No token is given for that.

    `code`: OAuth's own word for the kind of reason (RFC 6749), and all that is told.
    """

    def __init__(self, code: TokenReason) -> None:
        super().__init__("See RFC 6749, section 5.2.", code=code)
        self.code = code


class NotFromHere(Invalid):
    """That sign-in did not begin here."""

    def __init__(self) -> None:
        super().__init__("It did not begin in this browser, took too long, or was used before.")


class NoSuchProvider(NotFound):
    """There is no such provider."""


class BadProvider(Invalid):
    """That provider cannot be used."""


class ProviderUnreachable(Unavailable):
    """The provider does not answer."""


class ProviderRefused(ProviderUnreachable):
    """The provider does not give what it was asked for."""


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
