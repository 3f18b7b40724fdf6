"""Documents, each read once by its text: parsed, validated, and compiled where that is possible."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)
from strawberry.extensions import SchemaExtension
from strawberry.schema.base import BaseSchema

from api.graphql import asking, limits, projection
from api.graphql.asking import Ask
from core.security import Caller
from directory import Selection

# A client sends the same few documents again and again; what is longer, or rarer, is read anew.
_LONGEST = 16_000
_KEPT = 256
# Of a document with a thousand mistakes the first few say enough.
ERRORS = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """A document that asks for one search and selects plain fields of it."""

    operation: str | None
    node: FieldNode
    key: str
    ask: Ask
    only: Selection


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document."""

    node: DocumentNode
    errors: list[GraphQLError]
    plan: Plan | None
    about_the_schema: bool = False

    def refusals(self, caller: Caller) -> list[GraphQLError]:
        """Why it is not executed for that caller. What there is to be asked is told to those who take part."""
        if self.about_the_schema and not caller.is_known:
            return [GraphQLError("Sign in, or send a key, to be told what the schema holds.")]
        return self.errors


def core(schema: BaseSchema) -> GraphQLSchema:
    """The schema as graphql-core has it, of which Strawberry's is made."""
    return schema._schema  # type: ignore[attr-defined, no-any-return]  # noqa: SLF001 - there is no other way to it


def document(schema: GraphQLSchema, text: str) -> Document:
    """The document of that text.

    Raises:
        GraphQLError: it cannot be parsed.
    """
    return _kept(schema, text) if len(text) <= _LONGEST else _read(schema, text)


def _read(schema: GraphQLSchema, text: str) -> Document:
    if len(text) > limits.LONGEST:
        raise GraphQLError(f"At most {limits.LONGEST:,} characters; these are {len(text):,}.")
    try:
        node = parse(text, max_tokens=limits.TOKENS)
        errors = limits.beyond(node) or validate(schema, node, hide_suggestions=True)[:ERRORS]
    except RecursionError:
        raise GraphQLError("That document is nested too deeply.") from None
    return Document(node, errors, None if errors else _plan(schema, node), limits.asks_about_the_schema(node))


_kept = lru_cache(maxsize=_KEPT)(_read)


class ReadOnce(SchemaExtension):
    """Gives Strawberry's own execution the documents that we keep."""

    def on_parse(self) -> Iterator[None]:
        context = self.execution_context
        if context.query:  # what cannot be read ends here: Strawberry would read all of it once more, without a limit
            context.graphql_document = document(core(context.schema), context.query).node
        yield

    def on_validate(self) -> Iterator[None]:
        context = self.execution_context
        if context.query:
            read = document(core(context.schema), context.query)
            context.pre_execution_errors = list(read.refusals(context.context.caller))
        yield


def _plan(schema: GraphQLSchema, node: DocumentNode) -> Plan | None:
    operations = [one for one in node.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) != 1:
        return None
    (operation,) = operations
    if operation.operation is not OperationType.QUERY or operation.directives:
        return None
    selections = operation.selection_set.selections
    root = selections[0]
    if len(selections) != 1 or not isinstance(root, FieldNode):
        return None
    assert schema.query_type  # noqa: S101 - ours has one
    field = schema.query_type.fields.get(root.name.value)
    if field is None or root.name.value != "search" or root.directives:
        return None
    try:
        return Plan(
            operation=operation.name.value if operation.name else None,
            node=root,
            key=root.alias.value if root.alias else root.name.value,
            ask=asking.asks(schema, operation, root, field),
            only=projection.selection(field.type, [root], node),
        )
    except (asking.NotPlain, projection.NotPlain):
        return None
