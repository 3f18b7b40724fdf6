"""Agencies, people and machines: who somebody is, and what they may do. The front door to all of it."""

from core.access.errors import BadRole, LinkUsedUp, NotAllowed, NotSignedIn, TooWeak, WrongPassword
from core.access.personal import COLUMNS
from core.access.queries import keys, me, people
from core.access.rules.passwords import SHORTEST as SHORTEST_PASSWORD
from core.access.rules.roles import Act, may, may_invite
from core.access.service.agencies import (
    accept_invitation,
    agencies,
    create_agency,
    end_membership,
    invite,
    look_at_invitation,
    sign_out_everywhere,
)
from core.access.service.machines import LONGEST as LONGEST_KEY
from core.access.service.machines import SCOPES, end_key, machine_of, make_key, rotate_key
from core.access.service.proofs import confirm_totp, own_address, start_totp
from core.access.service.sign_ins import end_sign_in, sign_ins, sign_out_person
from core.access.service.signing_in import (
    act_for_agency,
    caller_of,
    change_password,
    open_for,
    set_password,
    sign_in,
    sign_out,
)
from core.access.views import (
    AgencyView,
    InvitationView,
    KeyView,
    Made,
    MemberView,
    MeView,
    NewCodes,
    SignedIn,
    SignInView,
)

__all__ = [
    "COLUMNS",
    "LONGEST_KEY",
    "SCOPES",
    "SHORTEST_PASSWORD",
    "Act",
    "AgencyView",
    "BadRole",
    "InvitationView",
    "KeyView",
    "LinkUsedUp",
    "Made",
    "MeView",
    "MemberView",
    "NewCodes",
    "NotAllowed",
    "NotSignedIn",
    "SignInView",
    "SignedIn",
    "TooWeak",
    "WrongPassword",
    "accept_invitation",
    "act_for_agency",
    "agencies",
    "caller_of",
    "change_password",
    "confirm_totp",
    "create_agency",
    "end_key",
    "end_membership",
    "end_sign_in",
    "invite",
    "keys",
    "look_at_invitation",
    "machine_of",
    "make_key",
    "may",
    "may_invite",
    "me",
    "open_for",
    "own_address",
    "people",
    "rotate_key",
    "set_password",
    "sign_in",
    "sign_ins",
    "sign_out",
    "sign_out_everywhere",
    "sign_out_person",
    "start_totp",
]
