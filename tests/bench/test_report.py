from datetime import UTC, datetime

from tests.bench.report import Line, Report, percentile


def test_a_floor_that_falls_short_is_said_in_its_line_and_by_the_report() -> None:
    report = Report("search", 50_000, datetime(2026, 11, 23, tzinfo=UTC))
    report.lines = [Line("ratio", 0.61, floor=0.6), Line("rate", 1234.5, " /s")]
    assert report.held
    report.lines.append(Line("other ratio", 0.59, floor=0.6))
    assert not report.held
    assert "MISSED, >= 0.6" in report.table().splitlines()[-1]


def test_percentiles_are_measured_values() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile(list(range(100)), 0.99) == 99
    assert percentile([7], 0.99) == 7
