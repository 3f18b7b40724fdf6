"""What is said of agencies, people and keys: never a secret, never a hash."""

from datetime import datetime
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


class SignedIn(View):
    """Somebody who proved who they are. `token` belongs in their cookie and nowhere else."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    token: str
    caller: Caller
    ends_at: datetime
