"""What is said of agencies, people and keys: never a secret, never a hash."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from core.security import Caller, Role


class View(BaseModel):
    model_config = ConfigDict(frozen=True)


class AgencyView(View):
    """An organization that takes part."""

    id: UUID
    name: str
    roles: list[Role] = Field(description="the roles its people may be given")
    organization_id: UUID | None = Field(description="its listing in the directory")


class MemberView(View):
    """A person in an agency, with all the roles they hold there."""

    person_id: UUID
    name: str
    email: str
    roles: list[Role]


class GlassView(View):
    """Somebody of one agency may look into another: why, and until when."""

    id: UUID
    agency_id: UUID = Field(description="the agency that looks")
    agency: str
    target_id: UUID = Field(description="the agency that is looked into")
    target: str
    reason: str
    made_at: datetime
    ends_at: datetime
    ended_at: datetime | None = Field(description="when somebody ended it, earlier than it would have by itself")


class InvitationView(View):
    """An offer to take a role."""

    id: UUID
    agency: str
    role: Role
    email: str
    ends_at: datetime
    has_account: bool = Field(description="whether somebody with this address has a password here already")


class KeyView(View):
    """A machine's key, without the secret."""

    id: UUID
    name: str
    scopes: list[str]
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = Field(description="when it last opened something, to the minute")
    ended_at: datetime | None
    replaces: UUID | None = Field(description="the key that it was made to follow")


class HoldView(View):
    """What is kept although its time is over, until the hold is ended."""

    id: UUID
    agency_id: UUID | None
    person_id: UUID | None = Field(description="nobody: all of the agency")
    reason: str
    made_at: datetime
    ended_at: datetime | None


class MeView(View):
    """Who is signed in, for which agency, and what else they could act for."""

    person_id: UUID | None
    key_id: UUID | None
    agency: AgencyView | None
    roles: list[Role]
    scopes: list[str]
    agencies: list[AgencyView]


class Made(View):
    """A key that was just made. `secret` is shown this once."""

    key: KeyView
    secret: str


class NewCodes(View):
    """A secret for an authenticator, which counts once it is confirmed. `sealed` holds it until then, for its owner."""

    secret: str
    sealed: str


class SignInView(View):
    """Somewhere that somebody is signed in."""

    id: UUID
    since: datetime
    seen_at: datetime = Field(description="when it was last used, to the minute")
    shared: bool = Field(description="a computer that others use")
    here: bool


class SignedIn(View):
    """Somebody who proved who they are. `token` belongs in their cookie and nowhere else."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    token: str
    caller: Caller
    ends_at: datetime
    shared: bool = False


class ClientKeyView(View):
    """A public key of a machine."""

    kid: str
    alg: str
    made_at: datetime
    ends_at: datetime | None = Field(description="when it stops to open, where another took its place")


class ClientView(View):
    """A machine that proves itself with a key of its own (`private_key_jwt`)."""

    id: UUID = Field(description="its client id: `iss` and `sub` of what it signs")
    name: str
    scopes: list[str]
    jwks_uri: str | None = Field(description="where it publishes its keys, if not here")
    keys: list[ClientKeyView]
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = Field(description="when it last got a token, to the minute")
    ended_at: datetime | None


class ClientToProve(View):
    """What is known of a machine that says who it is, before it has proved it."""

    id: UUID
    keys: list[dict[str, Any]]
    jwks_uri: str | None


class ProviderView(View):
    """Where people of an agency have their account, and sign in."""

    id: UUID
    issuer: str
    client_id: str
    domains: list[str] = Field(description="its word counts for addresses of these")
    has_secret: bool
    returns_to: str = Field(description="the path of the redirect URI to name there")
    made_at: datetime
    ended_at: datetime | None


class ProviderOffered(View):
    """A provider that somebody may go on to."""

    id: UUID
    agency: str
    issuer: str


class Leaving(View):
    """Somebody on their way to a provider: what goes along in the URL, and what stays in their browser."""

    state: str
    nonce: str
    verifier: str
    browser: str


class Returned(View):
    """Somebody who came back, in the same browser and for the first time."""

    nonce: str
    verifier: str
    shared: bool
    client_id: str
    client_secret: str | None
    issuer: str


class Granted(View):
    """A token for a few minutes. `token` is shown this once."""

    client_id: UUID
    token: str
    scopes: list[str]
    lasts: timedelta
