"""A selection of plain fields as the part of an answer that it selects.

An answer has, under the names of our views, what GraphQL's own execution would read field by field off those views; so
a selection comes down to leaving out and renaming. Whatever could do anything else is left to that execution.
"""

from collections.abc import Iterable
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
)

from directory import Member, Selection

# A selection that asks for the same over and over is not worth keeping.
_MOST = 400
# Written in an answer as GraphQL writes them.
_AS_THEY_ARE = frozenset({"Boolean", "Date", "DateTime", "Float", "Int", "String", "UUID"})


class NotPlain(Exception):
    """That selection is for GraphQL's own execution."""


def selection(type_: GraphQLOutputType, fields: Iterable[FieldNode], document: DocumentNode) -> Selection:
    """What these fields, which are of that type, select.

    Raises:
        NotPlain: there are directives, arguments, introspection of the schema, or very many fields.
    """
    return Selection(_Reading(document).members(type_, fields) or ())


class _Reading:
    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {
            one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.many = 0

    def members(self, type_: GraphQLOutputType, fields: Iterable[FieldNode]) -> tuple[Member, ...] | None:
        """The members of an object, or of each in a list; None of what has none."""
        named = get_named_type(type_)
        if isinstance(named, GraphQLObjectType):
            selected: dict[str, list[FieldNode]] = {}
            for field in fields:
                self._collect(field.selection_set, selected, set())
            return tuple(self._member(named, key, nodes) for key, nodes in selected.items())
        if isinstance(named, GraphQLScalarType) and named.name in _AS_THEY_ARE:
            return None
        if isinstance(named, GraphQLEnumType) and all(_same(name, one.value) for name, one in named.values.items()):
            return None
        raise NotPlain

    def _member(self, type_: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> Member:
        self.many += 1
        if self.many > _MOST:
            raise NotPlain
        name = nodes[0].name.value
        if name == "__typename":
            return Member(key, name, constant=orjson.dumps(type_.name).decode())
        field = type_.fields[name]
        return Member(key, _ours(field), self.members(field.type, nodes))

    def _collect(
        self,
        selections: SelectionSetNode | None,
        into: dict[str, list[FieldNode]],
        seen: set[str],
    ) -> None:
        """Fields by the name they are answered under, in the order in which that name comes first."""
        for one in selections.selections if selections else ():
            if one.directives:
                raise NotPlain
            if isinstance(one, FieldNode):
                if one.arguments:
                    raise NotPlain
                into.setdefault(one.alias.value if one.alias else one.name.value, []).append(one)
            elif isinstance(one, InlineFragmentNode):
                self._collect(one.selection_set, into, seen)
            elif isinstance(one, FragmentSpreadNode) and one.name.value not in seen:
                seen.add(one.name.value)
                fragment = self.fragments[one.name.value]
                if fragment.directives:
                    raise NotPlain
                self._collect(fragment.selection_set, into, seen)


def _ours(field: GraphQLField) -> str:
    """The name of that field in our views; a field with a resolver of its own has none."""
    ours = field.extensions.get("strawberry-definition")
    if ours is None or ours.base_resolver is not None:
        raise NotPlain
    return str(ours.python_name)


def _same(name: str, value: Any) -> bool:
    return bool(name == getattr(value, "value", value))
