"""Whether a peer answers what it was asked: a fast answer to something else would win."""

import http.client
import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from psycopg import Connection

from tests.bench.peers.ask import Question
from tests.bench.peers.table import matching

_TIMEOUT_S = 30


def difference(db: Connection[Any], port: int, questions: Sequence[Question], requests: Sequence[str]) -> str | None:
    """What is wrong with the first wrong answer. All peers order by key, so the very rows are known."""
    for question, request in zip(questions, requests, strict=False):
        want = sorted(matching(db, question))[: question.limit]
        found = answer(port, request)
        if found != want:
            return (
                f"answers {len(found)} rows, {len(set(found) & set(want))} of the {len(want)} that fit, at {question}"
            )
    return None


def answer(port: int, request: str) -> list[str]:
    """The ids of one answer, in its order."""
    head, _, body = request.partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, path, _ = first.split(" ")
    headers = dict(line.split(": ", 1) for line in lines)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_S)
    try:
        line.request(method, quote(path, safe="/?&=%+,"), body or None, headers)
        found = json.loads(line.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return []
    finally:
        line.close()
    return [str(row["id"]) for row in _rows(found)]


def _rows(found: dict[str, Any]) -> list[dict[str, Any]]:
    if "features" in found:
        return list(found["features"])
    data = found.get("data") or {}
    return list((data.get("allPeerServices") or {}).get("nodes") or [])
