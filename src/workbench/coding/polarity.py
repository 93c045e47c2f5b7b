"""Factors that help in some cases and hinder in others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from scipy.stats import binomtest

from workbench.coding.basis import ordered_keys, settled_mentions
from workbench.language import Message
from workbench.results.matrices import PolarityResult

if TYPE_CHECKING:
    from workbench.coding.reading import CorpusReader

__all__ = ["polarity_matrix"]

_TABLE = ("key", "case", "polarity", "n_success", "n_barrier", "n_both", "n_unsigned")
_FACTORS = ("key", "n_cases", "success", "barrier", "both", "unsigned", "p_value")


def polarity_matrix(
    corpus: CorpusReader,
    *,
    level: str = "theme",
    coder: str | None = None,
    open_answers: bool | None = None,
) -> PolarityResult:
    """Say of each factor and case whether it is a success, a barrier, or both.

    Codings that deny a theme do not count: they say that it is not so.

    Parameters
    ----------
    corpus
        The corpus.
    level, coder, open_answers
        See :func:`workbench.theme_table`.
    """
    mentions = settled_mentions(corpus, level=level, coder=coder, open_answers=open_answers)
    mentions = mentions[(mentions["stance"] != "denies")].dropna(subset=["case"])
    keys = ordered_keys(corpus, mentions, level)
    counts = (
        mentions.assign(sign=mentions["polarity"].fillna("unsigned"))
        .drop_duplicates(["key", "case", "act"])
        .groupby(["key", "case", "sign"], sort=False)
        .size()
        .to_dict()
    )
    cases = list(dict.fromkeys(mentions["case"].unique()))
    rows: list[tuple[Any, ...]] = []
    for key in keys:
        for case in cases:
            signs = ("success", "barrier", "both", "unsigned")
            numbers = [int(counts.get((key, case, sign), 0)) for sign in signs]
            if any(numbers):
                rows.append((key, case, _sign(*numbers[:3]), *numbers))
    table = pd.DataFrame(rows, columns=list(_TABLE)).astype({"polarity": "str"})
    return PolarityResult(
        table=table,
        method=Message(
            "A case is a success where all its codings of the factor are, a barrier likewise, and "
            "both where they differ."
        ),
        factors=_factors(table, keys),
        level=level,
    )


def _sign(success: int, barrier: int, both: int) -> str | None:
    if both or (success and barrier):
        return "both"
    if success:
        return "success"
    return "barrier" if barrier else None


def _factors(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for key in keys:
        signs = table.loc[table["key"] == key, "polarity"]
        if signs.empty:
            continue
        success, barrier = int((signs == "success").sum()), int((signs == "barrier").sum())
        test = binomtest(success, success + barrier).pvalue if success + barrier else None
        rows.append(
            (
                *(key, len(signs), success, barrier),
                *(int((signs == "both").sum()), int(signs.isna().sum()), test),
            )
        )
    return pd.DataFrame(rows, columns=list(_FACTORS))
