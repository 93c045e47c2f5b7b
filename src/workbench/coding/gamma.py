"""Gamma: agreement on passages, where what coders marked is first aligned, then compared.

Other than alpha for passages, it lets passages of one coder overlap, and weighs place and code in
one number. What chance would give has no formula; it is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.coding.aligning import Dissimilarity, Passages, best_disorder
from workbench.coding.measuring import group_draws, percentile_interval
from workbench.coding.unitizing import document_lengths, names_of
from workbench.errors import DataError
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.coding import REASONS, GammaResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["gamma_agreement"]

_COLUMNS = (
    "document",
    "n_passages",
    "observed",
    "expected",
    "estimate",
    "ci_low",
    "ci_high",
    "reason",
)
_FEWEST, _MOST = 30, 500
_Z = 1.96


def gamma_agreement(
    spans: pd.DataFrame,
    *,
    length: int | Mapping[str, int],
    coders: Sequence[str] | None = None,
    alpha: float = 1.0,
    beta: float = 1.0,
    empty: float = 1.0,
    precision: float = 0.02,
    bootstrap: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> GammaResult:
    """Mathet's gamma for passages that coders mark out themselves, overlapping ones included.

    Expected disorder is the mean over draws in which each coder's passages are those of a coder
    taken at random, moved round the document by a random step (section 5.2 of the paper); steps
    are at least half the mean length of a passage apart. Draws go on until the mean is known to
    ``precision`` at 95 per cent, from 30 to 500 of them.

    Parameters
    ----------
    spans, length, coders
        See :func:`workbench.unitizing_agreement`.
    alpha, beta, empty
        Weight of place and of code, and the unlikeness of a passage that has no counterpart.
    precision
        Relative half-width to which the expected disorder is drawn.
    bootstrap, seed, confidence
        Documents are resampled; with one document there is no interval.

    Returns
    -------
    GammaResult
        One row per document, and ``all``, where documents weigh as many passages as they have.

    Raises
    ------
    DataError
        If a column is missing, a passage is empty or reaches beyond its document, or a weight is
        not above zero.

    References
    ----------
    Mathet, Y., Widlöcher, A., & Métivier, J.-P. (2015). The unified and holistic method gamma (γ)
    for inter-annotator agreement measure and alignment. Computational Linguistics, 41(3), 437-479.
    """
    if min(alpha, empty, precision) <= 0 or beta < 0:
        raise DataError("'alpha', 'empty' and 'precision' must be above 0, and 'beta' not below.")
    lengths = document_lengths(spans, length)
    found_coders, codes = names_of(spans, lengths)
    names = sorted({*found_coders, *(coders or ())})
    unlike = Dissimilarity(alpha=alpha, beta=beta, empty=empty)
    rng = np.random.default_rng(seed)
    measured = [
        _measured(_columns(spans, document, names, codes), size, unlike, precision, rng)
        for document, size in lengths.items()
    ]
    numbers = np.array(measured, dtype=float).reshape(-1, 4)
    few = len(names) < 2
    rows = [(document, *_row(numbers[[place]], few=few)) for place, document in enumerate(lengths)]
    rows.append(("all", *_row(numbers, few=few, interval=(bootstrap, seed, confidence))))
    draws = int(numbers[:, 3].sum())
    return GammaResult(
        table=pd.DataFrame(rows, columns=list(_COLUMNS)),
        method=Message(
            "Mathet’s gamma for passages: place weighs {alpha:number2}, code {beta:number2}. "
            "Expected disorder from {draws:integer} draws in {documents:integer} documents.",
            alpha=alpha,
            beta=beta,
            draws=draws,
            documents=len(lengths),
        ),
        checks=_checks(rows[-1][-1]),
        n_documents=len(lengths),
        n_draws=draws,
        confidence=confidence,
    )


def _columns(
    spans: pd.DataFrame, document: str, coders: Sequence[str], codes: Sequence[str]
) -> list[Passages]:
    """Return the passages of each coder in a document."""
    mine = spans[spans["document"].astype(str) == document]
    number = {code: place for place, code in enumerate(codes)}
    found: list[Passages] = []
    for coder in coders:
        own = mine[mine["coder"].astype(str) == coder].drop_duplicates(["start", "end", "code"])
        kinds = [number[str(code)] for code in own["code"]]
        found.append(
            Passages(
                own["start"].to_numpy(dtype=float),
                own["end"].to_numpy(dtype=float),
                np.array(kinds, dtype=np.intp),
            )
        )
    return found


def _measured(
    coders: Sequence[Passages],
    length: int,
    unlike: Dissimilarity,
    precision: float,
    rng: np.random.Generator,
) -> tuple[float, float, float, float]:
    """Return passages, observed and expected disorder, and how many draws that took."""
    n = sum(len(one) for one in coders)
    if len(coders) < 2 or n == 0:
        return float(n), 0.0, np.nan, 0.0
    found: list[float] = []
    for drawn in _draws(coders, length, rng):
        found.append(_disorder(drawn, unlike))
        if len(found) >= _FEWEST and _is_enough(found, precision):
            break
    return float(n), _disorder(coders, unlike), float(np.mean(found)), float(len(found))


def _disorder(coders: Sequence[Passages], unlike: Dissimilarity) -> float:
    """Return the disorder of the best alignment per passage of a coder."""
    n = sum(len(one) for one in coders)
    return best_disorder(coders, unlike) * len(coders) / n if n else 0.0


def _is_enough(found: Sequence[float], precision: float) -> bool:
    mean = float(np.mean(found))
    half = _Z * float(np.std(found, ddof=1)) / np.sqrt(len(found))
    return len(found) >= _MOST or half <= precision * mean


def _draws(
    coders: Sequence[Passages], length: int, rng: np.random.Generator
) -> Iterator[list[Passages]]:
    """Give documents that chance coded: passages of a coder at random, moved round."""
    lengths = np.concatenate([one.end - one.start for one in coders])
    apart = float(lengths.mean()) / 2
    while True:
        taken: list[float] = []
        drawn: list[Passages] = []
        for _ in coders:
            step = _step(taken, apart, length, rng)
            taken.append(step)
            own = coders[int(rng.integers(len(coders)))]
            start = (own.start + step) % length
            drawn.append(Passages(start, start + own.end - own.start, own.code))
        if sum(len(one) for one in drawn):
            yield drawn


def _step(taken: Sequence[float], apart: float, length: int, rng: np.random.Generator) -> float:
    """Return a random place that is not close to those taken, if there is one."""
    room = np.arange(length, dtype=float)
    for step in taken:
        away = np.abs(room - step)
        room = room[np.minimum(away, length - away) >= apart]
    return float(rng.choice(room)) if len(room) else float(rng.integers(length))


def _row(
    numbers: Floats, *, few: bool, interval: tuple[int, int, float] = (0, 0, 0.95)
) -> tuple[Any, ...]:
    """Return n_passages, observed, expected, estimate, ci_low, ci_high, reason."""
    known = numbers[np.isfinite(numbers[:, 2])]
    n = int(numbers[:, 0].sum())
    weight, observed, expected = known[:, 0], known[:, 1], known[:, 2]
    if few or not len(known) or expected.sum() <= 0:
        return (n, None, None, None, None, None, "FEW_UNITS")
    sums = np.stack([weight * observed, weight * expected, weight], axis=1)
    over = sums.sum(axis=0)
    found = (n, over[0] / over[2], over[1] / over[2], 1 - over[0] / over[1])
    if over[0] == 0:
        return (*found, None, None, "NO_DISAGREEMENT")
    if len(known) < 2:
        return (*found, None, None, "FEW_DOCUMENTS")
    bootstrap, seed, confidence = interval
    if not bootstrap:
        return (*found, None, None, "NO_RESAMPLES")
    drawn = group_draws(len(known), bootstrap, seed) @ sums
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(drawn[:, 1] > 0, 1 - drawn[:, 0] / drawn[:, 1], np.nan)
    return (*found, *percentile_interval(values, len(known), confidence))


def _checks(why: str) -> tuple[Check, ...]:
    if not why:
        return ()
    text = Message("No estimate or no interval: {why}.", why=REASONS[why])
    return (Check(id="complete", passed=False, text=text),)
