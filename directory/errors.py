"""What can go wrong in the directory."""

from uuid import UUID

from core.errors import Conflict, Invalid, NotFound


class NoSuchRow(NotFound):
    """There is nothing in the directory by that id."""

    def __init__(self, what: str, row_id: UUID) -> None:
        super().__init__(f"There is no {what} {row_id}.", what=what)


class BadSchedule(Invalid):
    """Those hours cannot be used."""


class BadArea(Invalid):
    """That service area cannot be used."""


class PlaceNotFound(Invalid):
    """We do not know that place."""


class PlaceAmbiguous(Invalid):
    """More than one place has that name."""


class TimeTooFar(Invalid):
    """Hours cannot be told for that time."""


class Contradiction(Invalid):
    """Parts of that question cannot both hold."""


class TooMany(Invalid):
    """That many results cannot be had at once."""


class NoSuchClaim(NotFound):
    """There is no such claim."""

    def __init__(self) -> None:
        super().__init__("There is no claim of that id that you can see.")


class AlreadyClaimed(Conflict):
    """Your agency has claimed that listing already."""


class AskedTooOften(Conflict):
    """That listing was asked for too often."""


class ClaimNotOpen(Conflict):
    """That step is not open to this claim any more."""


class WrongCode(Invalid):
    """That is not the code."""


class NoSuchChoice(Invalid):
    """The listing publishes nothing by that id."""


class NoReason(Invalid):
    """Say why."""


class BadCorrection(Invalid):
    """That correction cannot be used."""


class AddressNotKept(Invalid):
    """The address of that place is confidential: we neither show nor keep it."""


class TooManyOpen(Conflict):
    """Enough corrections wait there already."""


class NoSuchCorrection(NotFound):
    """There is no such correction."""

    def __init__(self) -> None:
        super().__init__("There is no correction of that id that you can see.")


class CorrectionNotOpen(Conflict):
    """That correction is decided already."""
