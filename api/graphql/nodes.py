"""The views of the front doors as GraphQL types; the only file that touches Strawberry's young pydantic support."""

from typing import Any

import strawberry

import directory
from directory import (
    Access,
    At,
    Distance,
    Hidden,
    Opening,
    OpenState,
    Police,
    PublicAddress,
    Result,
    SearchAnswer,
    SearchInput,
)

strawberry.enum(OpenState)
# Leaves before what holds them.
for view in (Opening, Distance, Police, Access, PublicAddress, Result, Hidden, At, SearchAnswer):
    strawberry.pydantic.type(name=view.__name__, description=view.__doc__)(view)
strawberry.pydantic.input(name="SearchInput", description=SearchInput.__doc__)(SearchInput)

Node = Any
__all__ = ["SearchAnswer", "SearchInput", "directory"]
