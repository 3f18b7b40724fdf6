"""What a log must never hold."""

import pytest
import structlog

from core import log


def test_the_row_that_broke_a_constraint_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure()
    street = "12 Canary Street"
    told = ValueError(f"violates check constraint\nDETAIL:  Failing row contains ({street}).\n[SQL: INSERT]")
    structlog.get_logger().error("unexpected", exc_info=told)
    said = capsys.readouterr().err
    assert "violates check constraint" in said
    assert street not in said
