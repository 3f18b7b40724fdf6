"""What a log must never hold."""

import pytest
import structlog

from core import log


def test_the_row_that_broke_a_constraint_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure()
    try:
        raise ValueError("violates check constraint\nDETAIL:  Failing row contains (12 Canary Street).\n[SQL: INSERT]")
    except ValueError as error:
        structlog.get_logger().error("unexpected", exc_info=error)
    said = capsys.readouterr().err
    assert "violates check constraint" in said
    assert "Canary" not in said
