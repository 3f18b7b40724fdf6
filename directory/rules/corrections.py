"""What anybody may propose of a listing, and which of it can be written as it is said."""

import re
from collections.abc import Mapping
from enum import StrEnum

from core.security import Role
from directory.errors import BadCorrection, CorrectionNotOpen

DECIDES = frozenset({Role.steward, Role.system})
# May see what is proposed of the listings that their agency answers for, and not decide on it.
ANSWERS = frozenset({Role.provider_manager, Role.administrator})
MOST_OPEN = 20  # for one listing: what nobody comes to read is no use
LONGEST, LONGEST_LINE, LONGEST_CONTACT = 2_000, 500, 254
_LINK = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)
_MAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+")


class About(StrEnum):
    """What a correction is about."""

    organization = "organization"
    service = "service"
    location = "location"


class Part(StrEnum):
    """What of it is not right."""

    name = "name"
    alternate_name = "alternate_name"
    description = "description"
    email = "email"
    website = "website"
    fees = "fees"
    eligibility = "eligibility"
    application = "application"
    transportation = "transportation"
    hours = "hours"
    phone = "phone"
    address = "address"
    closed = "closed"
    police = "police"
    other = "other"


class State(StrEnum):
    """What has become of it."""

    proposed = "proposed"
    accepted = "accepted"
    refused = "refused"
    withdrawn = "withdrawn"


# Plain text that can stand in a column as it was said. Anything else is told to a steward, who edits.
COLUMNS: Mapping[About, Mapping[Part, str]] = {
    About.organization: {
        Part.name: "name",
        Part.alternate_name: "alternate_name",
        Part.description: "description",
        Part.email: "email",
        Part.website: "website",
    },
    About.service: {
        Part.name: "name",
        Part.alternate_name: "alternate_name",
        Part.description: "description",
        Part.email: "email",
        Part.website: "url",
        Part.fees: "fees_description",
        Part.eligibility: "eligibility_description",
        Part.application: "application_process",
    },
    About.location: {
        Part.name: "name",
        Part.alternate_name: "alternate_name",
        Part.description: "description",
        Part.transportation: "transportation",
    },
}
_TOLD = frozenset({Part.hours, Part.phone, Part.address, Part.closed, Part.police, Part.other})
_LINES = frozenset({Part.name, Part.alternate_name, Part.email, Part.website})


def move(now: State, to: State) -> State:
    """What is proposed is decided once.

    Raises:
        CorrectionNotOpen: it was.
    """
    if now is not State.proposed or to is State.proposed:
        raise CorrectionNotOpen(f"That correction is {now}.", now=now.value)
    return to


def checked(about: About, part: Part, says: str) -> str:
    """What is proposed, as it could be written.

    Raises:
        BadCorrection: it could not, or that part is none of what it is about.
    """
    if part not in _TOLD and part not in COLUMNS[about]:
        raise BadCorrection(
            f"Of {about} one can correct: {', '.join(sorted({*COLUMNS[about], *_TOLD}))}.", where="part"
        )
    said = says.strip()
    if part in _LINES:
        said = " ".join(said.split())
    if not said or len(said) > (LONGEST_LINE if part in _LINES else LONGEST):
        raise BadCorrection(
            f"Say what it should be, in at most {LONGEST} characters, a name in {LONGEST_LINE}.", where="says"
        )
    if part is Part.email and not _MAIL.fullmatch(said):
        raise BadCorrection("Write one e-mail address such as front@example.org.", where="says")
    if part is Part.website and not is_link(said):
        raise BadCorrection("Write the whole address of the page, with https:// in front.", where="says")
    return said


def is_link(text: str) -> bool:
    """Whether it is the address of a page."""
    return len(text) <= LONGEST and _LINK.fullmatch(text) is not None
