"""Agencies, people and machines: who somebody is, and what they may do. The front door to all of it."""

from core.access.errors import (
    BadAddress,
    BadProvider,
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
from core.access.outgoing import Outgoing
from core.access.personal import COLUMNS
from core.access.published import Published
from core.access.queries import keys, me, people
from core.access.rules.addresses import address
from core.access.rules.assertions import ASSERTION_TYPE, prove
from core.access.rules.discovery import Description, describe, issuer_address
from core.access.rules.id_tokens import LONGEST as LONGEST_ID_TOKEN
from core.access.rules.id_tokens import Identity, identify, verified_address
from core.access.rules.key_sets import ALGORITHMS as CLIENT_ALGORITHMS
from core.access.rules.passwords import SHORTEST as SHORTEST_PASSWORD
from core.access.rules.signed import Unproven
from core.access.rules.signed import read as read_signed
from core.access.service.agencies import (
    accept_invitation,
    agencies,
    create_agency,
    end_membership,
    invite,
    look_at_invitation,
    sign_out_everywhere,
)
from core.access.service.clients import clients, end_client, register_client, replace_client_keys
from core.access.service.linking import AWAY, come_back, leave, sign_in_by_provider
from core.access.service.machines import LONGEST as LONGEST_KEY
from core.access.service.machines import SCOPES, end_key, machine_of, make_key, rotate_key
from core.access.service.providers import (
    end_provider,
    look_before_making,
    make_provider,
    offered,
    provider_known,
    providers,
)
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
from core.access.service.tokens import client_to_prove, grant_token
from core.access.views import (
    AgencyView,
    ClientKeyView,
    ClientToProve,
    ClientView,
    Granted,
    InvitationView,
    KeyView,
    Leaving,
    Made,
    MemberView,
    MeView,
    ProviderOffered,
    ProviderView,
    Returned,
    SignedIn,
)

__all__ = [
    "ASSERTION_TYPE",
    "AWAY",
    "CLIENT_ALGORITHMS",
    "COLUMNS",
    "LONGEST_ID_TOKEN",
    "LONGEST_KEY",
    "SCOPES",
    "SHORTEST_PASSWORD",
    "AgencyView",
    "BadAddress",
    "BadProvider",
    "ClientKeyView",
    "ClientToProve",
    "ClientView",
    "Description",
    "Granted",
    "Identity",
    "InvitationView",
    "KeyView",
    "Leaving",
    "LinkUsedUp",
    "Made",
    "MeView",
    "MemberView",
    "NoSuchProvider",
    "NotAllowed",
    "NotFromHere",
    "NotSignedIn",
    "Outgoing",
    "ProviderOffered",
    "ProviderRefused",
    "ProviderUnreachable",
    "ProviderView",
    "Published",
    "Returned",
    "SignedIn",
    "TokenRefused",
    "TooWeak",
    "Unproven",
    "WrongPassword",
    "accept_invitation",
    "act_for_agency",
    "address",
    "agencies",
    "caller_of",
    "client_to_prove",
    "clients",
    "come_back",
    "confirm_totp",
    "create_agency",
    "describe",
    "end_client",
    "end_key",
    "end_membership",
    "end_provider",
    "grant_token",
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
    "me",
    "offered",
    "open_for",
    "people",
    "prove",
    "provider_known",
    "providers",
    "read_signed",
    "register_client",
    "replace_client_keys",
    "rotate_key",
    "set_password",
    "sign_in",
    "sign_in_by_provider",
    "sign_out",
    "sign_out_everywhere",
    "start_totp",
    "verified_address",
]
