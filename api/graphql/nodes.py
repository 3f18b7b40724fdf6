"""The views of the front doors as GraphQL types; the only file that touches Strawberry's young pydantic support."""

import strawberry

import directory
from core.access import AgencyView, GlassView, InvitationView, KeyView, Made, MemberView, MeView
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

strawberry.enum(OpenState)
strawberry.enum(Listed)
strawberry.enum(Role)
strawberry.enum(ClaimState, name="ClaimState")
strawberry.enum(ClaimWay, name="ClaimWay")
strawberry.enum(CorrectionAbout, name="CorrectionAbout")
strawberry.enum(CorrectionPart, name="CorrectionPart")
strawberry.enum(CorrectionState, name="CorrectionState")
# Leaves before what holds them.
for view in (
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
    InvitationView,
    KeyView,
    Made,
    MemberView,
    MeView,
    ClaimChoice,
    ClaimView,
    CorrectionTaken,
    CorrectionView,
    GlassView,
):
    strawberry.pydantic.type(name=view.__name__.removesuffix("View"), description=view.__doc__)(view)
strawberry.pydantic.input(name="SearchInput", description=SearchInput.__doc__)(SearchInput)
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
    "ClaimChoice",
    "ClaimView",
    "ClaimWay",
    "CorrectionIn",
    "CorrectionTaken",
    "CorrectionView",
    "GlassView",
    "InvitationView",
    "KeyView",
    "Listed",
    "Made",
    "MeView",
    "MemberView",
    "ResultConnection",
    "Role",
    "SearchAnswer",
    "SearchInput",
    "connection",
]
