"""What can go wrong with letters. No error here quotes whom a letter is to, or what it says."""

from core.errors import DoorlightError, Invalid, Unavailable


class BadRecipient(Invalid):
    """Nothing can be sent to that address."""


class TooLong(Invalid):
    """That does not fit into a text message."""


class TransportUnusable(Unavailable):
    """Letters cannot be sent with these settings."""


class NotSent(DoorlightError):
    """The letter did not get through."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why  # one word, which may be logged and stored


class Refused(NotSent):
    """It never will: whoever takes letters for that address does not want this one."""


class Undelivered(NotSent):
    """It may another time. `outage`: the others that go the same way would not get through now either."""

    def __init__(self, why: str, *, outage: bool = False) -> None:
        super().__init__(why)
        self.outage = outage
