"""The schema: queries over the front doors."""

import strawberry
import structlog
from graphql import GraphQLError
from strawberry import Info
from strawberry.pydantic import InputValidationError
from strawberry.types import ExecutionContext

import directory
from api.graphql.context import Context
from api.graphql.nodes import SearchAnswer, SearchInput
from api.problems import NO_DATABASE, NO_DATABASE_DETAIL, NO_DATABASE_TITLE, kind_of
from core.errors import DoorlightError

_log = structlog.get_logger()


@strawberry.type
class Query:
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What is open, near, and takes this person; the same answer as REST."
    )
    async def search(self, info: Info[Context, None], input: SearchInput) -> SearchAnswer:  # noqa: A002 - GraphQL's custom
        context = info.context
        async with context.database.reading() as reader:
            answer = await directory.search(reader, context.caller, ask=input, now=context.now, labels=context.labels)
        return answer.view()


class Schema(strawberry.Schema):
    """Ours says of each expected failure what REST says of it; an unexpected one is logged and says nothing."""

    def process_errors(
        self,
        errors: list[GraphQLError],
        execution_context: ExecutionContext | None = None,  # noqa: ARG002 - Strawberry calls it so
    ) -> None:
        for error in errors:
            cause = error.original_error
            if isinstance(cause, DoorlightError):
                error.extensions = {"type": f"/problems/{kind_of(cause)}", "title": cause.title, **cause.facts}
            elif isinstance(cause, NO_DATABASE):
                _log.error("no database", path="/graphql", exc_info=cause)
                error.extensions = {"type": "/problems/no-database", "title": NO_DATABASE_TITLE}
                error.message = NO_DATABASE_DETAIL
            elif cause is not None and not isinstance(cause, InputValidationError):
                _log.error("unexpected", path="/graphql", exc_info=cause)
                error.message = "Something went wrong on our side. It has been logged."


schema = Schema(query=Query)
