"""What the OpenAPI document says of every operation, beside what each says of itself."""

from typing import Any

from api.once import CHANGING, HEADER
from api.problems import refusals

# A search and the person's code are sent by POST so that what is asked stays out of addresses; an assertion, and what
# a gateway brings under an id of its own, are good once as they are.
READING = frozenset({
    "/api/v1/search", "/oauth/token", "/api/v1/mine", "/api/v1/gateway/text", "/api/v1/gateway/keypad",
})  # fmt: skip
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "a text you draw for this request, such as a UUID: sent again within a day, it is not done again,"
    " and answered as it was then",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "examples": ["8e03978e-40d5-43dd-bc93-6894a57f9324"],
    },
}


def described(document: dict[str, Any]) -> dict[str, Any]:
    """The document, with that added."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            bodies = (408, 413) if "requestBody" in operation else ()
            for status, said in refusals(429, *bodies).items():
                operation["responses"].setdefault(str(status), said)
            if method.upper() in CHANGING and path not in READING:
                operation.setdefault("parameters", []).append(_KEY)
                for status, said in refusals(409, 422).items():
                    operation["responses"].setdefault(str(status), said)
    return document
