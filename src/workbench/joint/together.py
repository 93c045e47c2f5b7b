"""Correct every comparison of a joint report together: what is sure is sure among all looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
import pandas as pd

from workbench.joint.comparing import correction_words, false_discovery, verdict_of
from workbench.results.joint import JointResult, ThemeGroupsResult

__all__ = ["adjust_jointly"]

Looked = TypeVar("Looked", bound=JointResult | ThemeGroupsResult)

_OPPOSITES = {("barrier", "higher"), ("success", "lower")}


def adjust_jointly(*results: Looked) -> tuple[Looked, ...]:
    """Correct the differences of several joint tables for all that were looked at together.

    Parameters
    ----------
    results
        Every result of :func:`joint` and :func:`theme_groups` that a report shows; correction and
        alpha are those of the first.

    Returns
    -------
    tuple
        The same results with ``p_adjusted``, ``verdict`` and ``sign`` over all rows of all tables.
    """
    if not results:
        return ()
    first = results[0]
    every = np.concatenate([result.table["p_value"].to_numpy(dtype=float) for result in results])
    adjusted = false_discovery(every, first.correction)
    family = int(np.count_nonzero(~np.isnan(every)))
    words = correction_words(first.correction, family)
    made: list[Looked] = []
    place = 0
    for result in results:
        size = len(result.table)
        table = _judged(result.table, adjusted[place : place + size], first.alpha)
        place += size
        method = result.method.with_values(correction=words)
        made.append(replace(result, table=table, family=family, method=method))
    return tuple(made)


def _judged(table: pd.DataFrame, p_adjusted: np.ndarray, alpha: float) -> pd.DataFrame:
    """Return the table with what the corrected tests say."""
    hidden = table["suppressed"].where(table["difference"].isna(), "")
    verdicts = [
        verdict_of(tag, p, change, alpha)
        for tag, p, change in zip(hidden, p_adjusted, table["difference"], strict=True)
    ]
    judged = table.assign(p_adjusted=p_adjusted, verdict=pd.array(verdicts, dtype="str"))
    if "sign" in table.columns:
        signs = [
            "opposite" if pair in _OPPOSITES else ""
            for pair in zip(table["polarity"], verdicts, strict=True)
        ]
        judged["sign"] = pd.array(signs, dtype="str")
    return judged
