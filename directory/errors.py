"""What can go wrong in the directory."""

from collections.abc import Collection
from uuid import UUID

from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed, PreconditionMissing


class NoSuchRow(NotFound):
    """There is nothing in the directory by that id."""

    def __init__(self, what: str, row_id: UUID) -> None:
        self.row_id = row_id  # for our own eyes: another's row and a missing one are answered alike
        super().__init__(f"There is no such {what.replace('_', ' ')}.", what=what)


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


class NotAllowed(Forbidden):
    """Your role does not allow that."""


class SamePerson(Forbidden):
    """It takes a second person, of another account."""


class VersionMissing(PreconditionMissing):
    """Say which version you have seen."""

    def __init__(self) -> None:
        super().__init__("Read it first, and send the ETag of that answer as If-Match.")


class Stale(PreconditionFailed):
    """It has changed since you read it."""

    def __init__(self) -> None:
        super().__init__("Read it again, and look whether your change still fits.")


class ChangedSince(Conflict):
    """Something that would be put back has changed since."""

    def __init__(self, fields: Collection[str]) -> None:
        named = sorted(fields)
        super().__init__(f"Changed since: {', '.join(named)}. Change what is still wrong by itself.", fields=named)


class Forgotten(Conflict):
    """What stood there was forgotten, for it might say where a confidential place is."""


class NotUndoable(Conflict):
    """That cannot be undone."""


class AlreadyDecided(Conflict):
    """Somebody has decided that already."""


class RisesAndFalls(Conflict):
    """A part of that lets a police level rise, and another lets one fall."""


class HidesAndFalls(Conflict):
    """A part of that hides a place, and another lets a police level fall."""


class SourceNeeded(Invalid):
    """A police level falls only with a source."""


class BadEdit(Invalid):
    """That change cannot be made."""


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
