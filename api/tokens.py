"""A machine's proof for a token: look up, fetch its keys where it publishes them, verify, write."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core import access
from core.db import Database
from core.errors import DoorlightError
from core.security import SYSTEM

PATH = "/oauth/token"
_PARAMETERS = ("grant_type", "client_assertion_type", "client_assertion", "scope")


async def token_for(
    database: Database, fields: Mapping[str, Sequence[str]], *, published: access.Published, public_url: str,
    now: datetime,
) -> access.Granted:  # fmt: skip
    """A token for a form as RFC 6749 and RFC 7523 have it.

    Raises:
        TokenRefused: with OAuth's word for the kind of reason.
    """
    asked = _read(fields)
    try:
        assertion = access.read_signed(asked["client_assertion"])
        async with database.transaction(SYSTEM) as db:
            client = await access.client_to_prove(db, assertion=assertion, now=now)
        said = asked.get("client_id")  # may stand beside the proof, and then says the same
        if said is not None and said != str(client.id):
            raise access.TokenRefused("invalid_client")
        keys = [*client.keys, *await _fetched(client, assertion.kid, published, now)]
        proven = access.prove(
            assertion, keys, client_id=client.id, audience=f"{public_url}{PATH}", jwks_uri=client.jwks_uri, now=now
        )
    except access.Unproven as error:
        raise access.TokenRefused("invalid_client") from error
    async with database.transaction(SYSTEM) as db:
        return await access.grant_token(
            db, client_id=client.id, proven=proven, scopes=asked.get("scope", "").split(" "), now=now
        )


def _read(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each once; what we do not know is left alone, as RFC 6749 wants it."""
    known = {name: values for name, values in fields.items() if name in {*_PARAMETERS, "client_id", "client_secret"}}
    if any(len(values) != 1 for values in known.values()) or "client_secret" in known or "grant_type" not in known:
        raise access.TokenRefused("invalid_request")
    asked = {name: values[0] for name, values in known.items()}
    if asked["grant_type"] != "client_credentials":
        raise access.TokenRefused("unsupported_grant_type")
    if asked.get("client_assertion_type") != access.ASSERTION_TYPE or "client_assertion" not in asked:
        raise access.TokenRefused("invalid_client")
    return asked


async def _fetched(
    client: access.ClientToProve, kid: str | None, published: access.Published, now: datetime
) -> list[Mapping[str, Any]]:
    """The key of that id, where the client publishes its keys and has none of that id here."""
    if client.jwks_uri is None or kid is None or any(key.get("kid") == kid for key in client.keys):
        return []
    try:
        key = await published.key(client.jwks_uri, kid=kid, now=now)
    except DoorlightError as error:
        raise access.TokenRefused("invalid_client") from error
    return [] if key is None else [key]
