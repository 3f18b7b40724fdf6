"""Latency by filter and size as a picture: small, of text, and made by nothing but this."""

from collections.abc import Mapping, Sequence
from math import log
from pathlib import Path

from tests.bench.questions import FILTERS
from tests.bench.report import percentile

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 640, 300, 52, 30, 44
_TICKS = (1, 2, 5, 10, 20, 50, 100, 200)
_SHADES = ("#9ecae1", "#4292c6", "#08519c")


def plot(took: Mapping[tuple[int, str], Sequence[int]]) -> str:
    """An SVG: for each filter a bar a size up to its p50, and a line on to its p99; milliseconds, logarithmic."""
    sizes = sorted({rows for rows, _ in took})
    ms = {key: (percentile(several, 0.5) / 1000, percentile(several, 0.99) / 1000) for key, several in took.items()}
    least, most = 0.5, max(2.0, *(p99 for _, p99 in ms.values()))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="18">Search in cities, one client: p50 (bar) and p99 (line), milliseconds</text>',
    ]

    def y(value: float) -> float:
        from_bottom = log(max(value, least) / least) / log(most / least)
        return _HEIGHT - _BOTTOM - from_bottom * (_HEIGHT - _BOTTOM - _TOP)

    for tick in (tick for tick in _TICKS if tick < most):
        parts.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y(tick):.0f}" y2="{y(tick):.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y(tick) + 4:.0f}" text-anchor="end">{tick}</text>')
    step = (_WIDTH - _LEFT) / len(FILTERS)
    wide = step / (len(sizes) + 1.5)
    for n, filters in enumerate(FILTERS):
        for m, rows in enumerate(sizes):
            p50, p99 = ms[rows, f"{filters} urban"]
            x = _LEFT + n * step + (m + 0.75) * wide
            parts.append(
                f'<rect x="{x:.0f}" y="{y(p50):.0f}" width="{wide - 3:.0f}" height="{y(least) - y(p50):.0f}"'
                f' fill="{_SHADES[m]}"/>'
            )
            middle = x + (wide - 3) / 2
            parts.append(
                f'<line x1="{middle:.0f}" x2="{middle:.0f}" y1="{y(p50):.0f}" y2="{y(p99):.0f}" stroke="#333"/>'
            )
        parts.append(
            f'<text x="{_LEFT + (n + 0.5) * step:.0f}" y="{_HEIGHT - 26}" text-anchor="middle">{filters}</text>'
        )
    for m, rows in enumerate(sizes):
        x = _LEFT + m * 150
        parts.append(f'<rect x="{x}" y="{_HEIGHT - 16}" width="10" height="10" fill="{_SHADES[m]}"/>')
        parts.append(f'<text x="{x + 15}" y="{_HEIGHT - 7}">{rows:,} rows</text>')
    return "\n".join([*parts, "</svg>", ""])


def keep(svg: str, folder: Path) -> Path:
    """Write it where the documentation shows it from."""
    path = folder / "search-latency.svg"
    path.write_text(svg)
    return path
