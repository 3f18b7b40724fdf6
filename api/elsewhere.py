"""Signing in at an agency's own provider: look up, ask it, verify, write. No transaction waits for anybody outside."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from authlib.oauth2.client import OAuth2Client

from core import access
from core.db import Database
from core.errors import DoorlightError
from core.secrets import Ring
from core.security import SYSTEM

_SCOPE = "openid email"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What it takes to send people to providers and to take them back."""

    database: Database
    published: access.Published
    public_url: str
    ring: Ring

    async def describe(self, issuer: str, *, now: datetime) -> access.Description:
        """What a provider says of itself.

        Raises:
            BadAddress, BadProvider, ProviderUnreachable: as they say.
        """
        return access.describe(
            await self.published.document(access.issuer_address(issuer), now=now),
            issuer,
            also=self.published.outgoing.way.also,
        )

    async def leave(self, provider_id: UUID, *, shared: bool, now: datetime) -> tuple[str, str]:
        """Where to send somebody, and what their browser keeps meanwhile.

        Raises:
            NoSuchProvider, BadAddress, BadProvider, ProviderUnreachable: as they say.
        """
        async with self.database.transaction(SYSTEM) as db:
            known = await access.provider_known(db, provider_id=provider_id)
        described = await self.describe(known.issuer, now=now)
        async with self.database.transaction(SYSTEM) as db:
            away = await access.leave(db, provider_id=provider_id, shared=shared, ring=self.ring, now=now)
        client = OAuth2Client(
            None, client_id=known.client_id, redirect_uri=self._back(provider_id), scope=_SCOPE,
            code_challenge_method="S256",
        )  # fmt: skip
        # where others sit down next, it is not enough that somebody signed in there before
        again = {"prompt": "login"} if shared else {}
        url, _ = client.create_authorization_url(
            described.authorization_endpoint, state=away.state, code_verifier=away.verifier, nonce=away.nonce, **again
        )
        return url, away.browser

    async def come_back(
        self, provider_id: UUID, said: Mapping[str, str], *, browser: str, now: datetime
    ) -> tuple[access.SignedIn | None, bool]:
        """Their sign-in, and whether others use that computer; None where the agency has invited nobody of that name.

        Raises:
            NotFromHere: nobody left so, from that browser. NoSuchProvider: nobody signs in by that any more.
            Unproven: the provider does not vouch for them. BadProvider, ProviderUnreachable: as they say.
        """
        async with self.database.transaction(SYSTEM) as db:
            left = await access.come_back(
                db, provider_id=provider_id, state=said.get("state", ""), browser=browser, ring=self.ring, now=now
            )
        if left is None:
            raise access.NotFromHere
        described = await self.describe(left.issuer, now=now)
        named = said.get("iss")
        if (named is None and described.names_itself) or named not in (None, left.issuer):
            raise access.Unproven("another provider answers")
        if "error" in said or not said.get("code"):
            raise access.Unproven("refused there")
        identity = await self._identity(described, left, code=said["code"], back=self._back(provider_id), now=now)
        async with self.database.transaction(SYSTEM) as db:
            signed = await access.sign_in_by_provider(
                db, provider_id=provider_id, identity=identity, shared=left.shared, ring=self.ring, now=now
            )
        return signed, left.shared

    async def farewell(self, provider_id: UUID, *, now: datetime) -> str | None:
        """Where somebody can sign out there, too; None where that is not offered, or it does not answer."""
        try:
            async with self.database.transaction(SYSTEM) as db:
                known = await access.provider_known(db, provider_id=provider_id)
            described = await self.describe(known.issuer, now=now)
        except DoorlightError:
            return None
        if described.end_session_endpoint is None:
            return None
        asked = urlencode({"client_id": known.client_id, "post_logout_redirect_uri": f"{self.public_url}/"})
        mark = "&" if urlsplit(described.end_session_endpoint).query else "?"
        return f"{described.end_session_endpoint}{mark}{asked}"

    async def _identity(
        self, described: access.Description, left: access.Returned, *, code: str, back: str, now: datetime
    ) -> access.Identity:
        answer = await self._token(described, left, code, back)
        text, token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(text, str) or not isinstance(token, str | None):
            raise access.Unproven("no ID token")
        signed = access.read_signed(text, longest=access.LONGEST_ID_TOKEN)
        jwk = await self.published.key(described.jwks_uri, kid=signed.kid, now=now)
        if jwk is None:
            raise access.Unproven("no such key")
        identity = access.identify(
            signed, jwk, issuer=left.issuer, client_id=left.client_id, nonce=left.nonce, access_token=token, now=now
        )
        if "email" in signed.claims or described.userinfo_endpoint is None or token is None:
            return identity
        told = await self.published.outgoing.get_json(described.userinfo_endpoint, bearer=token)
        if not isinstance(told, Mapping) or told.get("sub") != identity.subject:
            raise access.Unproven("somebody else's claims")
        return access.Identity(identity.subject, access.verified_address(told))

    async def _token(
        self, described: access.Description, left: access.Returned, code: str, back: str
    ) -> Mapping[str, Any]:
        asked = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": left.verifier,
        }  # fmt: skip
        headers = {}
        if left.client_secret is None:
            asked["client_id"] = left.client_id
        elif described.method == "client_secret_post":
            asked |= {"client_id": left.client_id, "client_secret": left.client_secret}
        else:  # each part as a form would write it: RFC 6749, section 2.3.1
            pair = f"{quote(left.client_id, safe='')}:{quote(left.client_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        answer = await self.published.outgoing.post_form(described.token_endpoint, asked, headers=headers)
        if not isinstance(answer, Mapping):
            raise access.Unproven("no answer")
        return answer

    def _back(self, provider_id: UUID) -> str:
        return f"{self.public_url}/sign-in/back/{provider_id}"
