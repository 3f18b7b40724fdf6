"""What is made of pip-audit's report."""

from typing import Any

import pytest

from tests.judges.packages import Told, judge, read

CLEAN = {"name": "a", "version": "1", "vulns": []}
HOLED = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": []}]}
LEFT = {"name": "c", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("packages", "told", "code"),
    [
        ([CLEAN], Told(1), 0),
        ([CLEAN, HOLED], Told(2, 0, ("b 2: PYSEC-1",)), 1),
        ([CLEAN, LEFT], Told(1, 1), 0),
        ([LEFT, LEFT], Told(None, 2), 2),
    ],
)
def test_a_report_is_read_as_it_is(packages: list[dict[str, Any]], told: Told, code: int) -> None:
    said: list[str] = []
    assert read({"dependencies": packages, "fixes": []}) == told
    assert judge([("requirements.txt", told)], said.append) == code
    assert ("NOT LOOKED AT" in said[0]) == (code == 2)
