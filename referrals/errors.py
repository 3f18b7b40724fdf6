"""What goes wrong with a referral. Each says what stands now, and what one may do."""

from collections.abc import Collection, Iterable, Sequence

from core.errors import Conflict, Forbidden, Invalid, NotFound


class StandsOtherwise(Conflict):
    """It stands otherwise."""

    def __init__(self, detail: str, *, state: str, may: Iterable[str]) -> None:
        super().__init__(detail, state=state, may=list(may))


class IllegalMove(StandsOtherwise):
    """That step is not open from here."""

    def __init__(self, verb: str, now: str, open_to_you: Sequence[str]) -> None:
        ways = f" You may: {', '.join(open_to_you)}." if open_to_you else ""
        super().__init__(f"It is {now}, from where nobody can {verb}.{ways}", state=now, may=open_to_you)


class NotYours(Forbidden):
    """That is somebody else's to say."""

    def __init__(self, verb: str, by: str, whose: Collection[str]) -> None:
        super().__init__(f"As {by} you cannot {verb}: {', '.join(sorted(whose))} can.", verb=verb)


class TooLate(StandsOtherwise):
    """That offer does not stand any more."""


class NoPlace(StandsOtherwise):
    """There is no place left."""


class NoConsent(StandsOtherwise):
    """The person has not agreed to that."""


class NobodyToReturnTo(StandsOtherwise):
    """Nobody is left to whom they could be given back."""


class NoSuchReferral(NotFound):
    """There is no such referral."""


class NoSuchOffer(NotFound):
    """There is no such offer."""


class BadReferral(Invalid):
    """A referral cannot be that."""


class NoSuchPool(NotFound):
    """There are no such places."""


class NoSuchWebhook(NotFound):
    """There is no such webhook."""


class TooManyWebhooks(StandsOtherwise):
    """That is as many webhooks as an agency may have."""


class BadCursor(Invalid):
    """That is no cursor."""


class NoSuchCode(NotFound):
    """There is nothing by that code."""

    def __init__(self) -> None:
        super().__init__("Look at the paper once more, or ask whoever gave it to you.")


class LinkOver(NotFound):
    """That link leads nowhere any more."""

    def __init__(self) -> None:
        super().__init__("It was answered, its time is over, or it never was.")


class NoSuchInvolvement(NotFound):
    """There is no such record of police."""


class NotReachable(Invalid):
    """Nothing can be sent there."""


class HasAccount(StandsOtherwise):
    """Whoever has an account says that there."""

    def __init__(self, *, state: str, may: Iterable[str]) -> None:
        super().__init__("Sign in, and say it there: a link is for those who have no account.", state=state, may=may)
