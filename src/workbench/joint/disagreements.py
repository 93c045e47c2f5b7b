"""Where numbers and voices point apart: each with the tests that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from workbench.results.joint import JointResult

__all__ = ["KINDS", "disagreements_of"]

KINDS = ("graded_high_said_barrier", "graded_low_said_success", "graded_low_unsaid", "opposite")
"""A good grade with barriers said, and not by fewer than elsewhere; a poor grade with success said;
a poor grade that few write about; a theme whose score goes against what it is said to be."""

_COLUMNS = ("about", "kind", "performance", "barrier", "success", "difference", "outcome")


def disagreements_of(table: pd.DataFrame, themes: JointResult | None) -> pd.DataFrame:
    """Return a row per disagreement: ``about kind performance barrier success difference outcome``.

    Parameters
    ----------
    table
        Of the touchpoints, judged.
    themes
        Themes against scores; None: touchpoints alone.
    """
    rows: list[dict[str, object]] = []
    for row in table.to_dict("records"):
        for kind in _kinds(str(row["grade"]), str(row["voices"]), str(row["said"])):
            shown = {name: row[name] for name in ("performance", "barrier", "success")}
            rows.append({"about": row["touchpoint"], "kind": kind, **shown})
    if themes is not None:
        for row in themes.opposite.to_dict("records"):
            rows.append(
                {
                    "about": row["theme"],
                    "kind": "opposite",
                    "difference": row["difference"],
                    "outcome": row["outcome"],
                }
            )
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(
        {
            **dict.fromkeys(["about", "kind", "outcome"], "str"),
            **dict.fromkeys(["performance", "barrier", "success", "difference"], "float64"),
        }
    )


def _kinds(grade: str, voices: str, said: str) -> list[str]:
    found: list[str] = []
    if grade == "above" and voices == "barriers" and said != "fewer":
        found.append("graded_high_said_barrier")
    if grade == "below" and voices == "successes":
        found.append("graded_low_said_success")
    if grade == "below" and said == "fewer":
        found.append("graded_low_unsaid")
    return found
