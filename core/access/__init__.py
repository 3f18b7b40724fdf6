"""Agencies, people and machines: who somebody is, and what they may do. The front door to all of it."""

from core.access.errors import LinkUsedUp, NotAllowed, NotSignedIn, TooWeak, WrongPassword
from core.access.personal import COLUMNS
from core.access.queries import keys, me, names_of, openings, people
from core.access.rules.passwords import SHORTEST as SHORTEST_PASSWORD
from core.access.service.agencies import (
    accept_invitation,
    agencies,
    create_agency,
    end_agency,
    end_membership,
    end_person,
    invite,
    look_at_invitation,
    sign_out_everywhere,
)
from core.access.service.glass import Glass, break_glass, end_glass, glass_people, standing_glass
from core.access.service.machines import LONGEST as LONGEST_KEY
from core.access.service.machines import SCOPES, end_key, machine_of, make_key, rotate_key
from core.access.service.signing_in import (
    act_for_agency,
    caller_of,
    confirm_totp,
    open_for,
    set_password,
    sign_in,
    sign_out,
    start_totp,
)
from core.access.service.telling import tell
from core.access.views import AgencyView, GlassView, InvitationView, KeyView, Made, MemberView, MeView, SignedIn

__all__ = [
    "COLUMNS",
    "LONGEST_KEY",
    "SCOPES",
    "SHORTEST_PASSWORD",
    "AgencyView",
    "Glass",
    "GlassView",
    "InvitationView",
    "KeyView",
    "LinkUsedUp",
    "Made",
    "MeView",
    "MemberView",
    "NotAllowed",
    "NotSignedIn",
    "SignedIn",
    "TooWeak",
    "WrongPassword",
    "accept_invitation",
    "act_for_agency",
    "agencies",
    "break_glass",
    "caller_of",
    "confirm_totp",
    "create_agency",
    "end_agency",
    "end_glass",
    "end_key",
    "end_membership",
    "end_person",
    "glass_people",
    "invite",
    "keys",
    "look_at_invitation",
    "machine_of",
    "make_key",
    "me",
    "names_of",
    "open_for",
    "openings",
    "people",
    "rotate_key",
    "set_password",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "standing_glass",
    "start_totp",
    "tell",
]
