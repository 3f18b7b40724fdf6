"""Agencies, people and machines: who somebody is, and what they may do. The front door to all of it."""

from core.access.errors import BadRole, LinkUsedUp, NotAllowed, NotSignedIn, TokenRefused, TooWeak, WrongPassword
from core.access.outgoing import Outgoing
from core.access.personal import COLUMNS, PURGE
from core.access.published import Published
from core.access.queries import keys, me, names_of, opens, people
from core.access.rules.assertions import ASSERTION_TYPE, prove
from core.access.rules.key_sets import ALGORITHMS as CLIENT_ALGORITHMS
from core.access.rules.passwords import SHORTEST as SHORTEST_PASSWORD
from core.access.rules.roles import Act, may, may_invite
from core.access.rules.signed import Unproven
from core.access.rules.signed import read as read_signed
from core.access.service.agencies import (
    accept_invitation,
    agencies,
    create_agency,
    end_membership,
    invite,
    look_at_invitation,
    sign_everybody_out,
    sign_out_everywhere,
)
from core.access.service.clients import clients, end_client, register_client, replace_client_keys
from core.access.service.holds import end_hold, hold, holds
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
from core.access.service.telling import tell
from core.access.service.tokens import client_to_prove, grant_token
from core.access.views import (
    AgencyView,
    ClientKeyView,
    ClientToProve,
    ClientView,
    Granted,
    HoldView,
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
    "ASSERTION_TYPE",
    "CLIENT_ALGORITHMS",
    "COLUMNS",
    "LONGEST_KEY",
    "PURGE",
    "SCOPES",
    "SHORTEST_PASSWORD",
    "Act",
    "AgencyView",
    "BadRole",
    "ClientKeyView",
    "ClientToProve",
    "ClientView",
    "Granted",
    "HoldView",
    "InvitationView",
    "KeyView",
    "LinkUsedUp",
    "Made",
    "MeView",
    "MemberView",
    "NewCodes",
    "NotAllowed",
    "NotSignedIn",
    "Outgoing",
    "Published",
    "SignInView",
    "SignedIn",
    "TokenRefused",
    "TooWeak",
    "Unproven",
    "WrongPassword",
    "accept_invitation",
    "act_for_agency",
    "agencies",
    "caller_of",
    "change_password",
    "client_to_prove",
    "clients",
    "confirm_totp",
    "create_agency",
    "end_client",
    "end_hold",
    "end_key",
    "end_membership",
    "end_sign_in",
    "grant_token",
    "hold",
    "holds",
    "invite",
    "keys",
    "look_at_invitation",
    "machine_of",
    "make_key",
    "may",
    "may_invite",
    "me",
    "names_of",
    "open_for",
    "opens",
    "own_address",
    "people",
    "prove",
    "read_signed",
    "register_client",
    "replace_client_keys",
    "rotate_key",
    "set_password",
    "sign_everybody_out",
    "sign_in",
    "sign_ins",
    "sign_out",
    "sign_out_everywhere",
    "sign_out_person",
    "start_totp",
    "tell",
]
