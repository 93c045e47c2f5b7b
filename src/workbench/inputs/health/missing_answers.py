"""Missing answers of four kinds, and what it costs to use complete rows only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.inputs.scales import MISSING_KINDS
from workbench.language import Message
from workbench.results.health import ListwiseResult, MissingResult

if TYPE_CHECKING:
    from workbench.inputs.health.material import Material

__all__ = ["listwise", "missing_answers"]


def missing_answers(material: Material) -> MissingResult:
    """Return the four kinds of missing for every item, in the latest wave and over waves."""
    asked = {*material.scales, *_ruled(material)}
    counted = material.reading.missing[material.reading.missing["item"].isin(asked)]
    wide = counted.pivot_table(
        index=["item", "wave"], columns="kind", values="n", aggfunc="sum", sort=False
    ).reindex(columns=list(MISSING_KINDS))
    answered = counted.groupby(["item", "wave"], sort=False)["n_answered"].first()
    wide = wide.assign(answered=answered)
    n = wide.sum(axis=1)
    shares = wide.div(n.where(n > 0), axis=0).assign(n=n)
    history = shares.reset_index()[["item", "wave", "n", "answered", *MISSING_KINDS]]
    history = history[history["n"] > 0].astype({"n": "int64"}).reset_index(drop=True)
    latest = material.waves[-1] if material.waves else ""
    now = history[history["wave"] == latest].drop(columns="wave").reset_index(drop=True)
    return MissingResult(
        table=now,
        history=history,
        wave=latest,
        method=Message(
            "An empty cell is blank; other kinds of missing are what the study’s rules say. "
            "Don’t know, not asked, blank and out of scale are counted apart."
        ),
    )


def _ruled(material: Material) -> set[str]:
    """Return the items that a rule of the study is about, dates aside."""
    from workbench.inputs.models.survey import pattern_matches

    patterns = [name for name, rule in material.survey.items.items() if rule.kind != "date"]
    return {
        item
        for item in material.reading.kinds
        if any(pattern_matches(pattern, item) for pattern in patterns)
    }


def listwise(material: Material) -> ListwiseResult | None:
    """Return how many rows have an answer to every item of outcomes and drivers."""
    survey = material.survey
    parts = [*survey.outcomes.values(), *(driver for driver in survey.drivers.values())]
    used = [getattr(part, "columns", None) or getattr(part, "items", ()) for part in parts]
    items = list(dict.fromkeys(item for group in used for item in group))
    items = [item for item in items if item in material.reading.kinds]
    if len(items) < 2 or not material.waves:
        return None
    answered = np.stack([material.kinds(item) == 0 for item in items])
    rows: list[dict[str, Any]] = []
    for wave in material.waves:
        here = answered[:, material.in_wave(wave)]
        asked = here[here.any(axis=1)]
        n, complete = here.shape[1], int(asked.all(axis=0).sum()) if len(asked) else 0
        share = complete / n if n else None
        rows.append({"wave": wave, "n": n, "complete": complete, "share": share})
    last = answered[:, material.in_wave(material.waves[-1])]
    kept = [place for place in range(len(items)) if last[place].any()]
    lacking = (~last[kept]).sum(axis=0)
    costs = [
        {
            "item": items[place],
            "complete_without": int(((lacking - ~last[place]) == 0).sum()),
            "rows_gained": int(((lacking == 1) & ~last[place]).sum()),
        }
        for place in kept
    ]
    table = pd.DataFrame(costs, columns=["item", "complete_without", "rows_gained"])
    table = table.sort_values("rows_gained", ascending=False, kind="stable")
    return ListwiseResult(
        table=pd.DataFrame(rows).astype({"share": "float64"}),
        items=table.sort_values("rows_gained", ascending=False, kind="stable").reset_index(
            drop=True
        ),
        n_items=len(kept),
        method=Message(
            "Complete rows answer every item of the outcomes and drivers that were asked."
        ),
    )
