"""A run's figures: kept as JSON, printed as a table, judged by its floors."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One measure. With a floor it is judged, or with a ceiling (`most`), without one it is only printed."""

    measure: str
    value: float
    unit: str = ""
    floor: float | None = None
    detail: str = ""
    most: bool = False

    @property
    def held(self) -> bool:
        """Whether the floor holds, or there is none."""
        if self.floor is None:
            return True
        return self.value <= self.floor if self.most else self.value >= self.floor

    def columns(self) -> tuple[str, str, str, str]:
        """As the table shows it."""
        sign = "<=" if self.most else ">="
        floor = "" if self.floor is None else f"{'' if self.held else 'MISSED, '}{sign} {self.floor:g}"
        return self.measure, f"{_number(self.value)}{self.unit}", floor, self.detail


@dataclass(slots=True)
class Report:
    """What one run of one bench found."""

    bench: str
    rows: int
    at: datetime
    lines: list[Line] = field(default_factory=list)
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Whether no floor was missed."""
        return all(line.held for line in self.lines)

    def keep(self, folder: Path) -> Path:
        """Write all figures down."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.bench}-{self.rows}-{self.at:%Y%m%dT%H%M%S}.json"
        machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.system()}
        figures = {
            "bench": self.bench,
            "rows": self.rows,
            "at": self.at.isoformat(),
            "machine": machine,
            "held": self.held,
            "lines": [asdict(line) | {"held": line.held} for line in self.lines],
            "raw": self.raw,
        }
        path.write_text(json.dumps(figures, indent=1) + "\n")
        return path

    def table(self) -> str:
        """The table, aligned."""
        cells = [("measure", "value", "floor", ""), *(line.columns() for line in self.lines)]
        widths = [max(len(row[n]) for row in cells) for n in range(3)]
        return "\n".join(f"{a:<{widths[0]}}  {b:>{widths[1]}}  {c:<{widths[2]}}  {d}".rstrip() for a, b, c, d in cells)


def percentile(took: Sequence[float], share: float) -> float:
    """The value that so large a share does not exceed."""
    ranked = sorted(took)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else float("nan")


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 1 else f"{value:.3f}"
