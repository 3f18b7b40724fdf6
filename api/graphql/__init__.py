"""The GraphQL skin: the same front doors and the same views as REST."""

from api.graphql.router import graphql_router
from api.graphql.schema import schema

__all__ = ["graphql_router", "schema"]
