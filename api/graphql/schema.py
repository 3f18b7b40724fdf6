"""The schema: queries over the front doors."""

import strawberry
from strawberry import Info

import directory
from api.graphql.context import Context
from api.graphql.nodes import SearchAnswer, SearchInput


@strawberry.type
class Query:
    @strawberry.field(description="What is open, near, and takes this person; the same answer as REST.")
    async def search(self, info: Info[Context, None], input: SearchInput) -> SearchAnswer:  # noqa: A002 - GraphQL's custom
        context = info.context
        async with context.database.reading() as reader:
            answer = await directory.search(reader, context.caller, ask=input, now=context.now, labels=context.labels)
        return answer.view()


schema = strawberry.Schema(query=Query)
