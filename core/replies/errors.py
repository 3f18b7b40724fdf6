"""What can be wrong with a key for a request that may be sent again."""

from core.errors import Conflict, Invalid


class BadKey(Invalid):
    """That is no Idempotency-Key."""

    def __init__(self) -> None:
        super().__init__('An Idempotency-Key is one text of 1 to 255 printed characters, such as "8e03978e-40d5".')


class KeyReused(Invalid):
    """That Idempotency-Key was sent with another request."""

    def __init__(self) -> None:
        super().__init__("Send the same request with it, or draw a new key for this one.")


class StillUnderWay(Conflict):
    """The same request is being answered at this moment."""

    def __init__(self) -> None:
        super().__init__("Send it again in a moment, to get its answer.", retry_after=1)
