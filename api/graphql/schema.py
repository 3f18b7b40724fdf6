"""The schema: queries over the front doors."""

from typing import Annotated

import strawberry
import structlog
from graphql import GraphQLError
from strawberry import Info
from strawberry.pydantic import InputValidationError
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.name_converter import HasGraphQLName, NameConverter
from strawberry.types import ExecutionContext

import directory
from api import watch
from api.graphql.accounts import AccountMutation, AccountQuery
from api.graphql.claims import ClaimMutation, ClaimQuery
from api.graphql.clients import ClientMutation, ClientQuery
from api.graphql.contacts import ContactMutation, ContactQuery
from api.graphql.context import Context
from api.graphql.corrections import CorrectionMutation, CorrectionQuery
from api.graphql.documents import ReadOnce
from api.graphql.doors import DoorMutation
from api.graphql.editing import EditingMutation, EditingQuery
from api.graphql.glass import GlassMutation, GlassQuery
from api.graphql.holds import HoldMutation, HoldQuery
from api.graphql.nodes import Listed, ResultConnection, SearchAnswer, SearchInput, connection
from api.graphql.providers import ProviderMutation, ProviderQuery
from api.graphql.referrals import ReferralMutation, ReferralQuery
from api.graphql.updates import Subscription
from api.graphql.webhooks import WebhookMutation, WebhookQuery
from api.problems import INVALID, INVALID_TITLE, NO_DATABASE, NO_DATABASE_DETAIL, NO_DATABASE_TITLE, kind_of, status_of
from core.errors import DoorlightError
from core.security import PUBLIC

_log = structlog.get_logger()


@strawberry.type
class Query(
    AccountQuery,
    ClientQuery,
    ClaimQuery,
    HoldQuery,
    ProviderQuery,
    EditingQuery,
    CorrectionQuery,
    GlassQuery,
    ReferralQuery,
    ContactQuery,
    WebhookQuery,
):
    @strawberry.field(  # type: ignore[untyped-decorator]
        description="What is open, near, and takes this person; the same answer as REST."
    )
    async def search(self, info: Info[Context, None], input: SearchInput) -> SearchAnswer:  # noqa: A002 - GraphQL's custom
        context = info.context
        async with context.database.reading() as reader:
            answer = await directory.search(
                reader,
                context.caller,
                ask=input,
                now=context.now,
                labels=context.labels.language,
                fallback=context.labels.fallback,
            )
        return answer.view()

    @strawberry.field(  # type: ignore[untyped-decorator]
        description="One list of a search, page by page; `first` and `after` stand for `limit` and `cursor`."
    )
    async def services(
        self,
        info: Info[Context, None],
        input: SearchInput,  # noqa: A002 - GraphQL's custom
        list_: Annotated[Listed, strawberry.argument(name="list")] = Listed.FITS,
        first: Annotated[int, strawberry.argument(description="at most 100")] = 20,
        after: Annotated[str | None, strawberry.argument(description="the cursor of an edge, or `endCursor`")] = None,
    ) -> ResultConnection:
        context = info.context
        async with context.database.reading() as reader:
            page = await directory.page(
                reader,
                context.caller,
                ask=input,
                of=list_,
                first=first,
                after=after,
                now=context.now,
                labels=context.labels.language,
            )
        labels = directory.Labels(language=context.labels.language, fallback=context.labels.fallback)
        return connection(page, after=after, labels=labels)


@strawberry.type
class Mutation(
    AccountMutation,
    ClientMutation,
    ClaimMutation,
    HoldMutation,
    ProviderMutation,
    EditingMutation,
    CorrectionMutation,
    GlassMutation,
    ReferralMutation,
    ContactMutation,
    WebhookMutation,
    DoorMutation,
):
    """The verbs of every domain."""


class Names(NameConverter):
    """A trailing underscore keeps a word from Python, as in `from_`; GraphQL has no need of it."""

    def get_graphql_name(self, obj: HasGraphQLName) -> str:
        return super().get_graphql_name(obj).rstrip("_")


class Schema(strawberry.Schema):
    """Ours says of each expected failure what REST says of it; an unexpected one is logged and says nothing."""

    def process_errors(
        self,
        errors: list[GraphQLError],
        execution_context: ExecutionContext | None = None,
    ) -> None:
        context = None if execution_context is None else execution_context.context
        caller = context.caller if isinstance(context, Context) else PUBLIC
        for error in errors:
            cause = error.original_error
            if isinstance(cause, DoorlightError):
                watch.refused_at(
                    "/graphql", caller, status=status_of(cause), kind=kind_of(cause), reason=cause.facts.get("reason")
                )
                error.extensions = {"type": f"/problems/{kind_of(cause)}", "title": cause.title, **cause.facts}
            elif isinstance(cause, NO_DATABASE):
                _log.error("no database", route="/graphql", exc_info=cause)
                error.extensions = {"type": "/problems/no-database", "title": NO_DATABASE_TITLE}
                error.message = NO_DATABASE_DETAIL
            elif isinstance(cause, InputValidationError):
                error.extensions = {
                    "type": f"/problems/{INVALID}",
                    "title": INVALID_TITLE,
                    "errors": [{"where": ".".join(one.location[1:]), "why": one.message} for one in cause.errors],
                    **(error.extensions or {}),
                }
            elif cause is not None and not isinstance(cause, GraphQLError):  # which says what is wrong with a variable
                _log.error("unexpected", route="/graphql", exc_info=cause)
                error.message = "Something went wrong on our side. It has been logged."


schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    config=StrawberryConfig(name_converter=Names()),
    extensions=[ReadOnce],
)
