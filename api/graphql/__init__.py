"""The GraphQL skin: the same front doors and the same views as REST."""

from api.graphql.schema import schema

__all__ = ["schema"]
