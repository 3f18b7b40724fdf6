"""How large a document may be, before anybody validates or executes it.

The numbers are those that GraphQL Armor sets out with. Cost counts 2 for an object and 1 for a plain field, each level
weighing one and a half times the one above it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Visitor,
    visit,
)

LONGEST = 20_000  # characters: a comment is no token, and a name may be long
TOKENS, DEPTH, ALIASES, DIRECTIVES, COST = 1_000, 6, 15, 50, 5_000
# Fields of one name in one selection are compared with each other, each with each.
REPEATS = 15
_OBJECT, _PLAIN, _DEEPER = 2.0, 1.0, 1.5
_ABOUT_THE_SCHEMA = frozenset({"__schema", "__type"})


class _Counted(Visitor):
    """What occurs in a text, wherever."""

    aliases = 0
    directives = 0
    repeats = 0

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.aliases += node.alias is not None

    def enter_selection_set(self, node: SelectionSetNode, *_: object) -> None:
        named = Counter(key for one in node.selections if (key := _key(one)))
        self.repeats = max(self.repeats, *named.values(), 0)

    def enter_directive(self, *_: object) -> None:
        self.directives += 1


@dataclass(slots=True)
class _Measured:
    """How deep each selection goes and what it costs, fragments taken in; each fragment is measured once."""

    fragments: dict[str, SelectionSetNode]
    known: dict[str, tuple[int, float]] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)

    def of(self, selected: SelectionSetNode | None) -> tuple[int, float]:
        """Levels, and cost. A fragment within itself counts as nothing here: validation refuses it."""
        depth, cost = 0, 0.0
        for node in () if selected is None else selected.selections:
            deep, dear = self._one(node)
            depth, cost = max(depth, deep), cost + dear
        return depth, cost

    def _one(self, node: object) -> tuple[int, float]:
        if isinstance(node, FragmentSpreadNode):
            return self._spread(node.name.value)
        selected = getattr(node, "selection_set", None)
        depth, cost = self.of(selected)
        if not isinstance(node, FieldNode):
            return depth, cost  # an inline fragment is no level of its own
        if node.name.value in _ABOUT_THE_SCHEMA:
            return 1, _OBJECT
        return 1 + depth, _PLAIN if selected is None else _OBJECT + _DEEPER * cost

    def _spread(self, name: str) -> tuple[int, float]:
        if name not in self.known:
            if name in self.under_way:
                return 0, 0.0
            self.under_way.add(name)
            self.known[name] = self.of(self.fragments.get(name))
            self.under_way.discard(name)
        return self.known[name]


def beyond(document: DocumentNode) -> list[GraphQLError]:
    """What of it is too much, one error for each; none of a document that may be looked at further."""
    return [GraphQLError(said) for said in _too_much(document)]


def asks_about_the_schema(document: DocumentNode) -> bool:
    """Whether it wants to know what there is to be asked."""
    found = _Introspects()
    visit(document, found)
    return found.so


def _key(node: SelectionNode) -> str:
    """Under which name it stands in the answer; of a fragment, which it is."""
    name = getattr(node, "alias", None) or getattr(node, "name", None)
    return str(getattr(name, "value", ""))


class _Introspects(Visitor):
    so = False

    def enter_field(self, node: FieldNode, *_: object) -> None:
        self.so = self.so or node.name.value in _ABOUT_THE_SCHEMA


def _too_much(document: DocumentNode) -> Iterator[str]:
    counted = _Counted()
    visit(document, counted)
    if counted.aliases > ALIASES:
        yield f"At most {ALIASES} aliases; these are {counted.aliases}."
    if counted.directives > DIRECTIVES:
        yield f"At most {DIRECTIVES} directives; these are {counted.directives}."
    if counted.repeats > REPEATS:
        yield f"At most {REPEATS} fields of one name in one place; these are {counted.repeats}."
    fragments = {
        one.name.value: one.selection_set for one in document.definitions if isinstance(one, FragmentDefinitionNode)
    }
    measured = _Measured(fragments)
    each = [measured.of(one.selection_set) for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    depth, cost = max((one[0] for one in each), default=0), sum(one[1] for one in each)
    if depth > DEPTH:
        yield f"At most {DEPTH} levels; these are {depth}."
    if cost > COST:
        yield f"It may cost at most {COST}; it costs {cost:.0f}."
