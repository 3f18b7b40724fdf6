"""What a log must never hold."""

import json
import logging
import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from core import log
from core.geo import Point
from core.rounding import rounded, rounded_text

latitudes = st.floats(-90, 90).filter(lambda degrees: abs(degrees) > 0.01)
longitudes = st.floats(-180, 180).filter(lambda degrees: abs(degrees) > 0.01)
TEMPLATES = (
    "{} {}",
    "{},{}",
    "{}, {}",
    "POINT({1} {0})",
    "SRID=4326;POINT({1} {0})",
    "GET /api/v1/search?lat={}&lon={}",
    "GET /?near={}%2C{}",
    "GET /?next=%2Fsearch%3Flat%3D{}%26lon%3D{}",
    "near={}+{}",
    '{{"lat":{},"lon":{}}}',
    '{{"latitude": "{}", "longitude": "{}"}}',
    "{{'at': [{}, {}]}}",
    "{}N {}W",
    "Point(latitude={}, longitude={})",
    "lat:{} lon:{}",
    "text\\n{}\\n{}",
)


def test_the_row_that_broke_a_constraint_is_not_logged(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure()
    street = "12 Canary Street"
    told = ValueError(f"violates check constraint\nDETAIL:  Failing row contains ({street}).\n[SQL: INSERT]")
    structlog.get_logger().error("unexpected", exc_info=told)
    said = capsys.readouterr().err
    assert "violates check constraint" in said
    assert street not in said


@given(st.sampled_from(TEMPLATES), latitudes, longitudes, st.sampled_from(["{:.3f}", "{:.4f}", "{:.9f}", "{!r}"]))
def test_no_text_keeps_more_than_two_decimals_of_a_position(
    template: str, latitude: float, longitude: float, written: str
) -> None:
    at = [written.format(degrees) for degrees in (latitude, longitude)]
    said = rounded_text(template.format(*at))
    assert not re.search(r"\d\.\d{3,}", said)
    found = sorted(float(number) for number in re.findall(r"-?\d+\.\d+", said.replace("%2C", " ").replace("%3D", " ")))
    assert found == pytest.approx(sorted((latitude, longitude)), abs=0.0056)


@given(
    st.one_of(
        st.uuids().map(str),
        st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat),
        st.datetimes().map(lambda at: f"{at:%Y-%m-%d %H:%M:%S,%f}"),
        st.times().map(str),
        st.ip_addresses().map(str),
        st.integers().map(str),
        st.tuples(*[st.integers(0, 9999)] * 3).map(lambda parts: ".".join(map(str, parts))),
        st.floats(1_000, 4_102_444_800).map(lambda at: f"{at:.6f}"),
        st.binary(min_size=8).map(bytes.hex),
    )
)
def test_ids_and_times_stay_as_they_are(text: str) -> None:
    assert rounded_text(text) == text
    assert rounded_text(f"job {text} done") == f"job {text} done"


@given(latitudes, longitudes)
def test_a_position_is_rounded_under_whatever_name(latitude: float, longitude: float) -> None:
    for event in (
        {"lat": latitude, "lon": longitude},
        {"at_latitude": latitude, "at_longitude": longitude},
        {"ask": {"near": f"{latitude:.6f},{longitude:.6f}"}},
        {"at": (latitude, longitude)},
        {"body": [{"lat": latitude}, {"lng": longitude}]},
        {"point": Point(latitude, longitude)},
        {"failure": ValueError(f"{latitude:.5f} {longitude:.5f}")},
    ):
        assert not re.search(r"\d\.\d{3,}", json.dumps(rounded(event)))


def test_how_long_it_took_and_when_stay_exact() -> None:
    event = {"took": 0.123456, "rows": 3, "slot": datetime(2026, 11, 20, 19, tzinfo=UTC), "id": UUID(int=7), "ok": True}
    assert rounded(event) == event


def test_events_and_what_libraries_log_are_rounded(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure()
    structlog.get_logger().warning("asked", lat=39.7392, path="/?lon=-104.9848", at=Point(39.7392, -104.9848))
    event = json.loads(capsys.readouterr().err)
    assert (event["lat"], event["path"]) == (39.74, "/?lon=-104.98")
    assert "39.7392" not in event["at"]
    assert re.search(r":\d\d\.\d{4,}Z", event["timestamp"])
    record = logging.LogRecord("psycopg", logging.ERROR, __file__, 1, "POINT(%s %s)", (-104.9848, 39.7392), None)
    assert log._Discreet("%(message)s").format(record) == "POINT(-104.98 39.74)"


@given(st.text(max_size=80), st.sampled_from(["\n", "\r", "\x1b[31m", "\x85", "\u2028", "\x00", "\x7f", "\x9b"]))
def test_nothing_that_is_said_begins_a_line_of_its_own(said: str, control: str) -> None:
    forged = f'{said}{control}{{"event": "forged"}}'
    record = logging.LogRecord("uvicorn", logging.WARNING, __file__, 1, "Invalid: %s", (forged,), None)
    for line in (log._OneLine().format(record), log._one_line({"path": forged, forged: 1}, default=repr)):
        assert line.isascii()
        assert line.isprintable()
        assert json.loads(line)
