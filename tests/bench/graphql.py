"""The hot query in GraphQL: what a client's list of results shows, of everything a search answers."""

import json

from directory import SearchInput

QUERY = """query Near($input: SearchInput!) {
  search(input: $input) { fits { ...Shown } mightFit { ...Shown } next nextMightFit }
}
fragment Shown on Result {
  id name organization kinds group
  open { state label until opensAt closesInMin zone }
  distance { metres precision }
  police { level label countsAs source statedOn }
  access { kind label modes number url open { state } }
  languages confirmedOn freshness ask
}"""


def graphql_request(ask: SearchInput) -> str:
    """The request as it goes over the wire."""
    asked = ask.model_dump(exclude_defaults=True)
    variables = {"input": {_camel(name): value for name, value in asked.items()}}
    body = json.dumps({"query": QUERY, "variables": variables})
    return (
        "POST /graphql HTTP/1.1\r\nHost: doorlight.test\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body.encode())}\r\n\r\n{body}"
    )


def _camel(name: str) -> str:
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part.title() for part in rest)
