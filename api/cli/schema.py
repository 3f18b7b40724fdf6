"""`doorlight schema`: what others build against, written to standard output."""

import sys
from enum import StrEnum
from typing import Annotated

import orjson
import typer

from api.app import create_app
from api.graphql import schema as graphql
from core.settings import Settings


class Kind(StrEnum):
    """The two interfaces."""

    openapi = "openapi"
    graphql = "graphql"


def add_to(app: typer.Typer) -> None:
    """Add this verb."""
    app.command()(schema)


def schema(kind: Annotated[Kind, typer.Argument(help="Which interface.")]) -> None:
    """Print the OpenAPI document or the GraphQL schema.

    Example: `doorlight schema openapi > openapi.json`
    """
    if kind is Kind.graphql:
        sys.stdout.write(graphql.as_str() + "\n")
        return
    described = create_app(Settings(service_dsn="postgresql://nobody@localhost/unused")).openapi()
    sys.stdout.write(orjson.dumps(described, option=orjson.OPT_INDENT_2).decode() + "\n")
