"""Agencies, people and machines: who somebody is, and what they may do. The front door to all of it."""

from core.access.errors import (
    BadAddress,
    BadProvider,
    BadRole,
    LinkUsedUp,
    NoSuchProvider,
    NotAllowed,
    NotFromHere,
    NotSignedIn,
    ProviderRefused,
    ProviderUnreachable,
    TokenRefused,
    TooWeak,
    WrongPassword,
)
from core.access.outgoing import ToProviders
from core.access.personal import COLUMNS, PURGE
from core.access.published import Published
from core.access.queries import keys, me, names_of, opens, people
from core.access.rules.addresses import address
from core.access.rules.assertions import ASSERTION_TYPE, prove
from core.access.rules.discovery import Description, describe, issuer_address
from core.access.rules.id_tokens import LONGEST as LONGEST_ID_TOKEN
from core.access.rules.id_tokens import Identity, identify, verified_address
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
from core.access.service.linking import AWAY, come_back, leave, sign_in_by_provider
from core.access.service.machines import LONGEST as LONGEST_KEY
from core.access.service.machines import SCOPES, end_key, machine_of, make_key, rotate_key
from core.access.service.proofs import confirm_totp, own_address, start_totp
from core.access.service.providers import (
    end_provider,
    look_before_making,
    make_provider,
    offered,
    provider_known,
    providers,
)
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
    Leaving,
    Made,
    MemberView,
    MeView,
    NewCodes,
    ProviderOffered,
    ProviderView,
    Returned,
    SignedIn,
    SignInView,
)

__all__ = [
    "ASSERTION_TYPE",
    "AWAY",
    "CLIENT_ALGORITHMS",
    "COLUMNS",
    "LONGEST_ID_TOKEN",
    "LONGEST_KEY",
    "PURGE",
    "SCOPES",
    "SHORTEST_PASSWORD",
    "Act",
    "AgencyView",
    "BadAddress",
    "BadProvider",
    "BadRole",
    "ClientKeyView",
    "ClientToProve",
    "ClientView",
    "Description",
    "Granted",
    "HoldView",
    "Identity",
    "InvitationView",
    "KeyView",
    "Leaving",
    "LinkUsedUp",
    "Made",
    "MeView",
    "MemberView",
    "NewCodes",
    "NoSuchProvider",
    "NotAllowed",
    "NotFromHere",
    "NotSignedIn",
    "ProviderOffered",
    "ProviderRefused",
    "ProviderUnreachable",
    "ProviderView",
    "Published",
    "Returned",
    "SignInView",
    "SignedIn",
    "ToProviders",
    "TokenRefused",
    "TooWeak",
    "Unproven",
    "WrongPassword",
    "accept_invitation",
    "act_for_agency",
    "address",
    "agencies",
    "caller_of",
    "change_password",
    "client_to_prove",
    "clients",
    "come_back",
    "confirm_totp",
    "create_agency",
    "describe",
    "end_client",
    "end_hold",
    "end_key",
    "end_membership",
    "end_provider",
    "end_sign_in",
    "grant_token",
    "hold",
    "holds",
    "identify",
    "invite",
    "issuer_address",
    "keys",
    "leave",
    "look_at_invitation",
    "look_before_making",
    "machine_of",
    "make_key",
    "make_provider",
    "may",
    "may_invite",
    "me",
    "names_of",
    "offered",
    "open_for",
    "opens",
    "own_address",
    "people",
    "prove",
    "provider_known",
    "providers",
    "read_signed",
    "register_client",
    "replace_client_keys",
    "rotate_key",
    "set_password",
    "sign_everybody_out",
    "sign_in",
    "sign_in_by_provider",
    "sign_ins",
    "sign_out",
    "sign_out_everywhere",
    "sign_out_person",
    "start_totp",
    "tell",
    "verified_address",
]
