"""From findings to a grade for each file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.results.health import CHECKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from workbench.inputs.health.material import Material
    from workbench.results.health import Finding, Grade

__all__ = ["graded", "graded_files"]

_SEVERITIES = ("", "note", "care", "alarm")
_MANY_ALARMS = 3
_MOST_ROWS = 0.25
_ROW_CHECKS = {*CHECKS["respondents"], *CHECKS["answering"], "set_aside"}


def graded(findings: Iterable[Finding]) -> Grade:
    """Return the grade that findings give.

    A: nothing to take care with. B: something to take care with. C: an alarm. D: alarms of three
    kinds or more, or one that hits a quarter of the rows.

    Examples
    --------
    >>> graded([])
    'A'
    """
    found = list(findings)
    alarms = [finding for finding in found if finding.severity == "alarm"]
    if not alarms:
        return "B" if any(finding.severity == "care" for finding in found) else "A"
    hits_most = any(
        (alarm.share or 0) >= _MOST_ROWS for alarm in alarms if alarm.check in _ROW_CHECKS
    )
    kinds = {alarm.check for alarm in alarms}
    return "D" if hits_most or len(kinds) >= _MANY_ALARMS else "C"


def graded_files(material: Material, findings: Sequence[Finding]) -> pd.DataFrame:
    """Return one row per file and wave: grade, how much was found, the worst of each group."""
    rows: list[dict[str, Any]] = []
    pairs = pd.DataFrame({"input": material.reading.files, "wave": material.wave})
    sizes = pairs.groupby(["input", "wave"], sort=False).size().reset_index(name="n")
    for path, wave, n in sizes.itertuples(index=False, name=None):
        own = [
            finding
            for finding in findings
            if path in finding.files and finding.wave in {"", str(wave)}
        ]
        row: dict[str, Any] = {
            "input": str(path),
            "wave": str(wave),
            "n": int(n),
            "health": graded(own),
        }
        for plural, severity in (("alarms", "alarm"), ("cares", "care"), ("notes", "note")):
            row[plural] = sum(finding.severity == severity for finding in own)
        for group, checks in CHECKS.items():
            hits = [f.severity for f in own if f.check in checks]
            row[f"checks_{group}"] = max(hits, key=_SEVERITIES.index, default="")
        rows.append(row)
    groups = [f"checks_{group}" for group in CHECKS]
    columns = ["input", "wave", "n", "health", "alarms", "cares", "notes", *groups]
    return pd.DataFrame(rows, columns=columns)
