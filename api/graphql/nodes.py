"""The views of the front doors as GraphQL types; the only file that touches Strawberry's young pydantic support."""

import strawberry
from pydantic import BaseModel

import directory
from core.access import (
    AgencyView,
    ClientKeyView,
    ClientView,
    GlassView,
    HoldView,
    InvitationView,
    KeyView,
    Made,
    MemberView,
    MeView,
    ProviderView,
)
from core.security import Role
from directory import (
    Access,
    Ages,
    At,
    ClaimChoice,
    ClaimState,
    ClaimView,
    ClaimWay,
    CorrectionAbout,
    CorrectionIn,
    CorrectionPart,
    CorrectionState,
    CorrectionTaken,
    CorrectionView,
    Distance,
    FreePlaces,
    Group,
    Hidden,
    Labels,
    Level,
    Listed,
    Opening,
    OpenState,
    Police,
    PublicAddress,
    Result,
    SearchAnswer,
    SearchInput,
    Stated,
)
from directory.editing import (
    AccessPointSaid,
    AccessPointView,
    AddressSaid,
    AddressView,
    Answer,
    AttributeSaid,
    AttributeView,
    ChangeView,
    ClosureSaid,
    ClosureView,
    DisclosureSaid,
    DisclosureView,
    EditedView,
    FieldView,
    LanguageSaid,
    LanguageView,
    LocationCorrection,
    LocationNew,
    LocationType,
    LocationView,
    MenuSaid,
    MenuView,
    OrganizationCorrection,
    OrganizationNew,
    OrganizationView,
    PhoneSaid,
    PhoneView,
    PoliceFallView,
    Precision,
    Root,
    ScheduleSaid,
    ScheduleView,
    ServiceAreaSaid,
    ServiceAreaView,
    ServiceAtLocationView,
    ServiceCorrection,
    ServiceNew,
    ServiceView,
    Status,
)

# What an edit says and what it is answered with; leaves before what holds them.
EDITED: tuple[type[BaseModel], ...] = (
    LanguageView,
    PhoneView,
    ScheduleView,
    ClosureView,
    AddressView,
    ServiceAreaView,
    DisclosureView,
    MenuView,
    AccessPointView,
    AttributeView,
    ServiceAtLocationView,
    ServiceView,
    LocationView,
    OrganizationView,
    EditedView,
    FieldView,
    ChangeView,
    PoliceFallView,
)
SAID: tuple[type[BaseModel], ...] = (
    LanguageSaid,
    PhoneSaid,
    ScheduleSaid,
    ClosureSaid,
    AddressSaid,
    ServiceAreaSaid,
    MenuSaid,
    DisclosureSaid,
    AccessPointSaid,
    AttributeSaid,
    OrganizationNew,
    ServiceNew,
    LocationNew,
    OrganizationCorrection,
    ServiceCorrection,
    LocationCorrection,
)
strawberry.enum(OpenState)
strawberry.enum(Listed)
strawberry.enum(Role)
strawberry.enum(ClaimState, name="ClaimState")
strawberry.enum(ClaimWay, name="ClaimWay")
for choice in (Level, Answer, LocationType, Precision, Status):
    strawberry.enum(choice)
strawberry.enum(CorrectionAbout, name="CorrectionAbout")
strawberry.enum(CorrectionPart, name="CorrectionPart")
strawberry.enum(CorrectionState, name="CorrectionState")
# Leaves before what holds them.
SHOWN: tuple[type[BaseModel], ...] = (
    Opening,
    Distance,
    Police,
    Access,
    Stated,
    Ages,
    FreePlaces,
    PublicAddress,
    Result,
    Hidden,
    Group,
    Labels,
    At,
    SearchAnswer,
    AgencyView,
    ClientKeyView,
    ClientView,
    HoldView,
    InvitationView,
    KeyView,
    Made,
    MemberView,
    MeView,
    ClaimChoice,
    ClaimView,
    ProviderView,
    CorrectionTaken,
    CorrectionView,
    GlassView,
    *EDITED,
)
for view in SHOWN:
    strawberry.pydantic.type(name=view.__name__.removesuffix("View"), description=view.__doc__)(view)
strawberry.pydantic.input(name="SearchInput", description=SearchInput.__doc__)(SearchInput)
for said in SAID:
    strawberry.pydantic.input(name=f"{said.__name__.removesuffix('Said')}Input", description=said.__doc__)(said)
strawberry.pydantic.input(name="CorrectionInput", description=CorrectionIn.__doc__)(CorrectionIn)


@strawberry.type
class ResultEdge:
    """A result, and the cursor that continues behind it."""

    cursor: str
    node: Result


@strawberry.type
class PageInfo:
    """Where a list goes on. A page may be short, or empty, and still have a next one: `endCursor` leads there."""

    has_next_page: bool
    end_cursor: str | None
    has_previous_page: bool
    start_cursor: str | None


@strawberry.type
class ResultConnection:
    """One list of a search: places, then teams, then lines, each nearest and freshest first."""

    edges: list[ResultEdge]
    page_info: PageInfo
    labels: Labels


def connection(page: directory.Page, *, after: str | None, labels: Labels) -> ResultConnection:
    """A page as Relay has it."""
    edges = [ResultEdge(cursor=row.cursor, node=row.view()) for row in page.rows]
    ends = [edge.cursor for edge in edges]
    info = PageInfo(
        has_next_page=page.next is not None,
        end_cursor=page.next or (ends[-1] if ends else None),
        has_previous_page=after is not None,
        start_cursor=ends[0] if ends else None,
    )
    return ResultConnection(edges=edges, page_info=info, labels=labels)


__all__ = [
    "AccessPointSaid",
    "AddressSaid",
    "AttributeSaid",
    "ChangeView",
    "ClaimChoice",
    "ClaimView",
    "ClaimWay",
    "ClientView",
    "ClosureSaid",
    "CorrectionIn",
    "CorrectionTaken",
    "CorrectionView",
    "DisclosureSaid",
    "EditedView",
    "GlassView",
    "HoldView",
    "InvitationView",
    "KeyView",
    "LanguageSaid",
    "Listed",
    "LocationCorrection",
    "LocationNew",
    "LocationView",
    "Made",
    "MeView",
    "MemberView",
    "OrganizationCorrection",
    "OrganizationNew",
    "OrganizationView",
    "PhoneSaid",
    "PoliceFallView",
    "ProviderView",
    "ResultConnection",
    "Role",
    "Root",
    "ScheduleSaid",
    "SearchAnswer",
    "SearchInput",
    "ServiceAreaSaid",
    "ServiceCorrection",
    "ServiceNew",
    "ServiceView",
    "connection",
]
