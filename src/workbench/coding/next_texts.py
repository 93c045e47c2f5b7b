"""Which texts to code next, so that the least reading teaches the most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.coding.suggest import learn_codes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from workbench.coding.encoders import Encoder

    SparseRows = Any  # SciPy's stubs do not let a sparse array be indexed

__all__ = ["coding_order"]


def coding_order(
    texts: pd.Series,
    coded: pd.Series | Sequence[str | None],
    codes: Sequence[Collection[str]],
    *,
    n: int = 50,
    encoder: Encoder | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Order texts for coding: those the model is least sure of, and unlike those read before.

    For learning, not for counting: shares computed from texts chosen this way are not shares of
    all texts. Measure agreement and prevalence on a random sample.

    Parameters
    ----------
    texts
        Texts that are not yet coded; missing and empty ones are left out, and of equal texts the
        first stands for all.
    coded, codes
        Coded texts and their sets of codes. None coded yet: texts unlike each other are chosen.
    n
        Texts to choose.
    encoder
        As in :func:`workbench.suggest`.
    seed
        Of the model.

    Returns
    -------
    DataFrame
        One row per chosen text, the first to be read first: ``text`` (its index label), ``rank``,
        ``score`` (of the likeliest code, 0-1; null when nothing is coded), ``similarity`` (to the
        nearest text coded or chosen before, 0-1).

    Examples
    --------
    >>> texts = pd.Series(["lång kö", "lång kö idag", "trasig app"])
    >>> coding_order(texts, ["lång kö i kassan"], [{"queue"}], n=1)["text"].tolist()
    [2]
    """
    clean = texts[texts.notna() & (texts.fillna("").str.strip() != "")].drop_duplicates()
    contents: list[str] = clean.tolist()
    if not contents:
        return _framed(clean.index, [], [], None)
    known = any(len(found) > 0 for found in codes)
    model = learn_codes(coded, codes, encoder=encoder, seed=seed) if known else None
    if model is None:
        model = learn_codes(contents, [{"text"}] * len(contents), encoder=encoder, seed=seed)
    rows = model.features.rows(contents)
    sure = model.scores(contents).max(axis=1).to_numpy() if known else None
    alike = _similarity(rows, model.features.coded) if known else np.zeros(len(contents))
    doubt = np.ones(len(contents)) if sure is None else 1 - sure
    order, found = _spread(rows, doubt, alike, min(n, len(contents)))
    return _framed(clean.index, order, found, sure)


def _similarity(rows: SparseRows, others: SparseRows) -> NDArray[np.float64]:
    """Return the similarity of each row to the nearest of the others, 0-1."""
    both = (rows @ others.T).max(axis=1).toarray().ravel()
    return np.clip(both / max(_norm(rows), 1e-12), 0, 1)


def _norm(rows: SparseRows) -> float:
    return float(rows.multiply(rows).sum(axis=1).max())


def _spread(
    rows: SparseRows, doubt: NDArray[np.float64], alike: NDArray[np.float64], n: int
) -> tuple[list[int], list[float]]:
    """Choose one text after the other; a text like one chosen before waits."""
    order: list[int] = []
    found: list[float] = []
    left = doubt.copy() + 1e-9
    for _ in range(n):
        place = int(np.argmax(left * (1 - alike) + 1e-12 * left))
        order.append(place)
        found.append(float(alike[place]))
        left[place] = -1.0
        alike = np.maximum(alike, _similarity(rows, rows[[place]]))
    return order, found


def _framed(
    labels: pd.Index, order: list[int], alike: list[float], sure: NDArray[np.float64] | None
) -> pd.DataFrame:
    score = [None] * len(order) if sure is None else [float(sure[place]) for place in order]
    return pd.DataFrame(
        {
            "text": labels.take(order),
            "rank": np.arange(1, len(order) + 1),
            "score": pd.array(score, dtype="Float64"),
            "similarity": np.array(alike, float),
        }
    )
