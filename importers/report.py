"""What an import did with every row, where it stands, and why, in words a person can act on."""

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from uuid import UUID


class Outcome(StrEnum):
    """The fate of a row: one of the first four. `kept` is said of members that travel along unread."""

    imported = "imported"
    altered = "altered"
    refused = "refused"
    unchanged = "unchanged"
    kept = "kept"


_FATES = (Outcome.imported, Outcome.altered, Outcome.refused, Outcome.unchanged)
_WORST_FIRST = (Outcome.refused, Outcome.altered, Outcome.imported, Outcome.unchanged)
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one member of a row. `detail` quotes it, and is empty wherever a place is described."""

    outcome: Outcome
    path: str
    why: str
    detail: str | None = None


@dataclass(slots=True)
class Row:
    """One row of the source, what was found in it, and the ids it has with us."""

    path: str
    kind: str
    ids: list[UUID] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    outcome: Outcome = Outcome.imported

    def note(self, outcome: Outcome, path: str, why: str, detail: str | None = None) -> None:
        """Say what became of a member."""
        self.findings.append(Finding(outcome, path, why, detail))

    def refuse(self, why: str, *, path: str | None = None) -> None:
        """Nothing of this row is imported."""
        self.outcome = Outcome.refused
        self.note(Outcome.refused, path or self.path, why)

    def hush(self) -> None:
        """Quote nothing of this row, and say that what would have been kept of it is not: a place here is hidden."""
        self.findings = [
            replace(one, detail=None)
            if one.outcome is not Outcome.kept
            else Finding(Outcome.altered, one.path, "not kept what is not modelled, for a place here stays hidden")
            for one in self.findings
        ]

    def settle(self, *, changed: bool) -> None:
        """Decide the fate of a row that was not refused, once the database has answered."""
        if self.outcome is Outcome.refused:
            return
        if not changed:
            self.outcome = Outcome.unchanged
        elif any(finding.outcome is not Outcome.kept for finding in self.findings):
            self.outcome = Outcome.altered
        else:
            self.outcome = Outcome.imported

    def as_json(self) -> dict[str, Any]:
        """The row as the report's file has it."""
        return {
            "outcome": self.outcome.value,
            "kind": self.kind,
            "path": self.path,
            "ids": [str(one) for one in self.ids],
            "findings": [
                {"outcome": f.outcome.value, "path": f.path, "why": f.why, "detail": f.detail} for f in self.findings
            ],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The whole import. `changes` counts rows of our tables; `counts` counts rows of the source."""

    source: str
    format: str
    digest: str
    dry_run: bool
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    changes: dict[str, int]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows met which fate (these add up to `rows`), and how many kept members travel along."""
        fates = Counter(row.outcome.value for row in self.rows)
        kept = sum(finding.outcome is Outcome.kept for row in self.rows for finding in row.findings)
        return {"rows": len(self.rows), **{fate.value: fates[fate.value] for fate in _FATES}, "kept": kept}

    @property
    def changed(self) -> bool:
        """Whether anything in the directory is (or, in a dry run, would be) different."""
        return any(number for kind, number in self.changes.items() if kind != "unchanged")

    def summary(self) -> str:
        """The report for a person: the counts, what holds for the whole file, and the rows to look at first."""
        counts = self.counts
        would = "Nothing is written (dry run). " if self.dry_run else ""
        fates = ", ".join(f"{counts[fate.value]} {fate.value}" for fate in _FATES)
        lines = [f"{would}{self.source} ({self.format}): {counts['rows']} rows: {fates}."]
        if counts["kept"]:
            lines.append(f"{counts['kept']} objects carry members that are not modelled yet, kept word for word.")
        if removed := self.changes.get("removed"):
            lines.append(
                f"{removed} stored parts of these rows (hours, phones, places ...) that the file lacks are removed."
            )
        lines += self.notes
        found = [
            (finding.outcome, row.kind, finding)
            for row in self.rows
            for finding in row.findings
            if finding.outcome is not Outcome.kept
        ]
        found.sort(key=lambda one: one[0] is not Outcome.refused)
        lines += [
            f"  {outcome.value}: {finding.path} ({kind}): {finding.why}" for outcome, kind, finding in found[:_SHOWN]
        ]
        if len(found) > _SHOWN:
            lines.append(f"  ... and {len(found) - _SHOWN} more, in the report's file (--report FILE.json).")
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """The report as it is saved: plain values, refused rows first, then altered ones."""
        rows = sorted(self.rows, key=lambda row: _WORST_FIRST.index(row.outcome))
        return {
            "source": self.source,
            "format": self.format,
            "digest": self.digest,
            "dry_run": self.dry_run,
            "counts": self.counts,
            "changes": self.changes,
            "notes": list(self.notes),
            "rows": [row.as_json() for row in rows],
        }
