"""The input of a search, out of the variables of a request, without GraphQL's coercion of each part.

Takes only what is certainly valid, and then says what GraphQL would have said; anything else is GraphQL's to judge.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLSchema,
    ObjectValueNode,
    OperationDefinitionNode,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_named_type,
    is_input_type,
    type_from_ast,
    value_from_ast,
)
from graphql.language import Visitor, visit
from pydantic import ValidationError

from api.graphql.nodes import SearchInput

Variables = Mapping[str, Any]
Ask = Callable[[Variables], SearchInput | None]
_Takes = Callable[[Any], bool]
_INT = range(-(2**31), 2**31)
_TAKES: dict[str, _Takes] = {
    "Boolean": lambda value: type(value) is bool,
    "Float": lambda value: type(value) is float or type(value) is int,
    "Int": lambda value: type(value) is int and value in _INT,
    "String": lambda value: type(value) is str,
}


class NotPlain(Exception):
    """Those arguments are for GraphQL's own execution."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the input: its name in our views, and what it takes."""

    name: str
    takes: _Takes


@dataclass(frozen=True, slots=True)
class _FromVariable:
    """A part that a variable gives; the variable takes what it was declared to take."""

    name: str
    part: _Part
    takes: _Takes
    needed: bool


def asks(schema: GraphQLSchema, operation: OperationDefinitionNode, node: FieldNode, field: GraphQLField) -> Ask:
    """What reads the search's input; it returns None for what GraphQL may have something to say about.

    Raises:
        NotPlain: the input is neither one variable nor an object of variables and constants.
    """
    (argument,) = field.args.values()
    type_ = get_named_type(argument.type)
    assert isinstance(type_, GraphQLInputObjectType)  # noqa: S101 - ours
    parts = {name: _Part(_ours(part), _takes(part.type)) for name, part in type_.fields.items()}
    (given,) = node.arguments or ()
    declared = {one.variable.name.value: one for one in operation.variable_definitions or ()}
    if any(one.default_value for one in declared.values()):
        raise NotPlain
    if isinstance(given.value, VariableNode):
        return _whole(given.value.name.value, parts)
    if not isinstance(given.value, ObjectValueNode):
        raise NotPlain
    return _by_parts(_Sources(schema, declared).of(given.value, type_, parts))


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where the parts of an object come from, that is written in a document."""

    schema: GraphQLSchema
    declared: Mapping[str, VariableDefinitionNode]

    def of(
        self, given: ObjectValueNode, type_: GraphQLInputObjectType, parts: Mapping[str, _Part]
    ) -> tuple[dict[str, Any], list[_FromVariable]]:
        constant: dict[str, Any] = {}
        variable: list[_FromVariable] = []
        for one in given.fields:
            part = parts[one.name.value]
            if isinstance(one.value, VariableNode):
                variable.append(self._variable(one.value.name.value, part))
                continue
            value = (
                Undefined
                if _holds_variables(one.value)
                else value_from_ast(one.value, type_.fields[one.name.value].type)
            )
            if value is Undefined:
                raise NotPlain
            constant[part.name] = value
        return constant, variable

    def _variable(self, name: str, part: _Part) -> _FromVariable:
        type_ = type_from_ast(self.schema, self.declared[name].type)
        assert is_input_type(type_)  # noqa: S101 - validated
        return _FromVariable(name, part, _takes(type_), needed=isinstance(type_, GraphQLNonNull))


def _by_parts(sources: tuple[dict[str, Any], list[_FromVariable]]) -> Ask:
    constant, variable = sources

    def ask(variables: Variables) -> SearchInput | None:
        said = dict(constant)
        for one in variable:
            if one.name in variables:
                value = variables[one.name]
                if not one.takes(value) or not one.part.takes(value):
                    return None
                said[one.part.name] = value
            elif one.needed:
                return None
        return _valid(said)

    return ask


def _whole(name: str, parts: Mapping[str, _Part]) -> Ask:
    def ask(variables: Variables) -> SearchInput | None:
        given = variables.get(name)
        if type(given) is not dict:
            return None
        said = {}
        for key, value in given.items():
            part = parts.get(key)
            if part is None or not part.takes(value):
                return None
            said[part.name] = value
        return _valid(said)

    return ask


def _valid(said: dict[str, Any]) -> SearchInput | None:
    try:
        return SearchInput.model_validate(said, by_alias=False, by_name=True)
    except ValidationError:
        return None


def _ours(part: Any) -> str:
    return str(part.extensions["strawberry-definition"].python_name)


def _takes(type_: GraphQLInputType) -> _Takes:
    if isinstance(type_, GraphQLNonNull):
        return _takes_some(type_.of_type)
    some = _takes_some(type_)
    return lambda value: value is None or some(value)


def _takes_some(type_: GraphQLInputType) -> _Takes:
    if isinstance(type_, GraphQLList):
        each = _takes(type_.of_type)
        return lambda value: type(value) is list and all(map(each, value))
    if isinstance(type_, GraphQLScalarType):
        return _TAKES.get(type_.name, _nothing)
    return _nothing


def _nothing(_: Any) -> bool:
    return False


def _holds_variables(value: ValueNode) -> bool:
    found = []

    class Look(Visitor):
        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            found.append(node)

    visit(value, Look())
    return bool(found)
