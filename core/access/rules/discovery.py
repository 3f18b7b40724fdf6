"""What a provider publishes of itself (OpenID Connect Discovery), and whether we can work with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oidc.discovery import get_well_known_url

from core.access.errors import BadAddress, BadProvider
from core.access.rules.addresses import address
from core.addresses import Network

_METHODS = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True, slots=True)
class Description:
    """Where to go at a provider, and how."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None
    end_session_endpoint: str | None
    method: str  # how we say who we are, where we have a secret
    names_itself: bool  # in what it sends people back with (RFC 9207)


def issuer_address(issuer: str) -> str:
    """Where a provider of that name describes itself.

    Raises:
        BadAddress: it is no name of a provider.
    """
    if address(issuer).query or "?" in issuer:
        raise BadAddress("An issuer has no question mark in it.")
    url: str = get_well_known_url(issuer, external=True)
    return url


def describe(document: Any, issuer: str, *, also: Collection[Network] = ()) -> Description:
    """What the document says. `also`: networks beside the open internet that people may be sent to.

    Raises:
        BadProvider: it is another provider's, or nothing that we could sign in with.
    """
    if not isinstance(document, Mapping) or document.get("issuer") != issuer:
        raise BadProvider("What is described there is not that issuer. Copy it exactly, with or without a slash.")
    if not _offers(document, "response_types_supported", "code") or not _offers(
        document, "code_challenge_methods_supported", "S256"
    ):
        raise BadProvider("It does not offer the code flow with PKCE (S256).")
    methods = document.get("token_endpoint_auth_methods_supported", [_METHODS[0]])
    method = next((one for one in _METHODS if isinstance(methods, list) and one in methods), None)
    return Description(
        issuer=issuer,
        authorization_endpoint=_needed(document, also, "authorization_endpoint"),
        token_endpoint=_needed(document, also, "token_endpoint"),
        jwks_uri=_needed(document, also, "jwks_uri"),
        userinfo_endpoint=_endpoint(document, also, "userinfo_endpoint"),
        end_session_endpoint=_endpoint(document, also, "end_session_endpoint"),
        method=method or _METHODS[0],
        names_itself=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _offers(document: Mapping[str, Any], name: str, value: str) -> bool:
    """A provider that does not say what it offers may offer it."""
    offered = document.get(name)
    return offered is None or (isinstance(offered, list) and value in offered)


def _needed(document: Mapping[str, Any], also: Collection[Network], name: str) -> str:
    found = _endpoint(document, also, name)
    if found is None:
        raise BadProvider(f"Its description has no usable {name}.")
    return found


def _endpoint(document: Mapping[str, Any], also: Collection[Network], name: str) -> str | None:
    said = document.get(name)
    try:
        return said if isinstance(said, str) and address(said, also=also) else None
    except BadAddress:
        return None
