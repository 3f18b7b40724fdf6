"""Agencies, the people in them, how they sign in, and the machines that act for them."""

from core.access.models.accounts import Agency, ApiKey, Invitation, LocalAccount, Membership, Person, SignIn
from core.access.models.clients import AccessToken, AssertionSeen, Client, ClientKey
from core.access.models.glass import BreakGlass
from core.access.models.holds import LegalHold
from core.access.models.providers import IdentityProvider, LinkedIdentity, OidcFlow

__all__ = [
    "AccessToken",
    "Agency",
    "ApiKey",
    "AssertionSeen",
    "BreakGlass",
    "Client",
    "ClientKey",
    "IdentityProvider",
    "Invitation",
    "LegalHold",
    "LinkedIdentity",
    "LocalAccount",
    "Membership",
    "OidcFlow",
    "Person",
    "SignIn",
]
