"""GraphQL over HTTP: what a request must be like, and in which of two media types it is answered.

As the GraphQL over HTTP draft has it: https://graphql.github.io/graphql-over-http/draft/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
# Ranges of media types that stand for each; where both are as welcome, the more telling one is sent.
_RANGES = {GRAPHQL: (GRAPHQL,), JSON: (JSON, "application/*", "*/*")}
_UTF8 = frozenset({"", "utf-8", "utf8"})
_REASON = "The request holds no GraphQL that could be executed."


class NotGraphQL(Exception):
    """That request cannot be executed, whatever the schema; `status` is the answer's."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    query: str
    operation: str | None
    variables: dict[str, Any] | None


@lru_cache(maxsize=256)
def media_type(accept: str) -> str:
    """Which one to answer in: `application/json` where nothing says otherwise.

    Raises:
        NotGraphQL: neither is acceptable.
    """
    if not accept.strip():
        return JSON
    welcome = {name: _weight(part) for part in accept.split(",") if (name := part.partition(";")[0].strip().lower())}
    best = {ours: next((welcome[one] for one in ranges if one in welcome), 0.0) for ours, ranges in _RANGES.items()}
    chosen = max(best, key=best.__getitem__)
    if not best[chosen]:
        raise NotGraphQL(406, f"The answer is {JSON} or {GRAPHQL}.")
    return chosen


def check_content(content_type: str) -> None:
    """Take only what no form of another site can send.

    Raises:
        NotGraphQL: it is not JSON in UTF-8.
    """
    if content_type == JSON:
        return
    name, _, rest = content_type.partition(";")
    parameters = dict(part.strip().lower().partition("=")[::2] for part in rest.split(";"))
    if name.strip().lower() != JSON or parameters.get("charset", "").strip('"') not in _UTF8:
        raise NotGraphQL(415, f"Post it as {JSON}, in UTF-8.")


def posted(body: bytes) -> Asked:
    """What was posted; `check_content` has seen what it is.

    Raises:
        NotGraphQL: it is no JSON, several requests in one, or a member is of the wrong kind.
    """
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotGraphQL(400, "The body is not JSON.") from None
    if not isinstance(said, dict):
        raise NotGraphQL(400, "One request at a time: the body is an object with a `query`.")
    return _asked(said)


def linked(parameters: Mapping[str, str]) -> Asked:
    """What the parameters of an address say, `variables` and `extensions` as JSON.

    Raises:
        NotGraphQL: see `posted`.
    """
    said: dict[str, Any] = {name: parameters[name] for name in ("query", "operationName") if name in parameters}
    for name in ("variables", "extensions"):
        if parameters.get(name):
            try:
                said[name] = orjson.loads(parameters[name])
            except orjson.JSONDecodeError:
                raise NotGraphQL(400, f"`{name}` is not JSON.") from None
    return _asked(said)


def _asked(said: dict[str, Any]) -> Asked:
    query, operation, variables = said.get("query"), said.get("operationName"), said.get("variables")
    if not isinstance(query, str) or not query:
        raise NotGraphQL(400, "`query` is the text of a GraphQL document.")
    if not isinstance(operation, str | None):
        raise NotGraphQL(400, "`operationName` is a text, or null.")
    if not isinstance(variables, dict | None):
        raise NotGraphQL(400, "`variables` is an object, or null.")
    if not isinstance(said.get("extensions"), dict | None):
        raise NotGraphQL(400, "`extensions` is an object, or null.")
    return Asked(query, operation or None, variables)


def _weight(part: str) -> float:
    for parameter in part.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name.strip().lower() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
