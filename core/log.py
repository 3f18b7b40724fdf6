"""One line of JSON an event, to standard error. Positions reach it rounded, or not at all."""

import json
import logging
import re
import sys
from typing import Any

import structlog

from core.rounding import is_position, rounded, rounded_text

_ROW = re.compile(r"^(\s*DETAIL:).*$", re.MULTILINE)


def configure(level: str = "info") -> None:
    """Set up logging for this process; `level` is one of debug, info, warning, error."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(_OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[others])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_rows,
            _without_positions,
            structlog.processors.JSONRenderer(serializer=_one_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


class _Discreet(logging.Formatter):
    """What libraries log, tracebacks too, with no more in it than our own events may hold."""

    def format(self, record: logging.LogRecord) -> str:
        return rounded_text(_ROW.sub(r"\1 (not logged)", super().format(record)))


class _OneLine(_Discreet):
    """The same on one line of JSON: whatever a record quotes, it begins no line of its own and paints no terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return _one_line({"event": super().format(record), "logger": record.name, "level": record.levelname.lower()})


def _one_line(event: object, **how: Any) -> str:
    return json.dumps(event, **how).replace("\x7f", "\\u007f")  # the one control that JSON leaves as it is


def _without_rows(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """PostgreSQL quotes the row that broke a constraint, and that row may be somebody's address."""
    if isinstance(told := event.get("exception"), str):
        event["exception"] = _ROW.sub(r"\1 (not logged)", told)
    return event


def _without_positions(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Nobody who reads a log needs to know more exactly than to a kilometre where somebody asked from."""
    return {name: rounded(value, named=is_position(name)) for name, value in event.items()}
