"""What each item weighs in an index: the same, as given, or as in a path model, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import DataError
from workbench.survey.replicates import replicate_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["ShareReplicates", "item_shares", "path_shares", "share_replicates"]

_GROUPS = 50


def item_shares(
    answers: pd.DataFrame,
    items: tuple[str, ...],
    item_weights: str | Sequence[float] | Mapping[str, float],
    model: Any,
    weight: str | None,
) -> tuple[NDArray[np.float64], str]:
    """Return the items' weights, summing to 1, and what they are called."""
    if isinstance(item_weights, str):
        if item_weights == "equal":
            return np.full(len(items), 1 / len(items)), "equal"
        if item_weights == "pls":
            return path_shares(answers, items, model, weight), "pls"
        raise DataError(
            f"item_weights must be 'equal', 'pls' or a number per item; found '{item_weights}'."
        )
    if isinstance(item_weights, dict):
        absent = [item for item in items if item not in item_weights]
        if absent:
            raise DataError(f"item_weights must have every item; '{absent[0]}' is not in it.")
        numbers = [item_weights[item] for item in items]
    else:
        numbers = list(item_weights)
    shares = np.array(numbers, dtype=float)
    if shares.shape != (len(items),) or not np.isfinite(shares).all():
        raise DataError(f"item_weights must be one finite number for each of {len(items)} items.")
    if (shares < 0).any() or shares.sum() <= 0:
        raise DataError("item_weights must not be negative, and must not all be zero.")
    return shares / shares.sum(), "given"


def path_shares(
    answers: pd.DataFrame, items: tuple[str, ...], model: Any, weight: str | None
) -> NDArray[np.float64]:
    """Return the index weights of the construct that holds just these items."""
    from workbench.survey.paths import pls

    fitted = pls(answers, model, weight=weight)
    weights = fitted.index_weights
    found = weights[weights["item"].isin(items)]
    if set(found["item"]) != set(items) or len(set(found["construct"])) != 1:
        raise DataError(
            "item_weights='pls' needs a model with one construct of just these items; name it "
            "in model=."
        )
    shares = found.set_index("item")["estimate"].reindex(list(items)).to_numpy(dtype=float)
    if not np.isfinite(shares).all():
        outer = fitted.outer_weights.set_index("item")["estimate"].loc[list(items)]
        worst = str(outer.idxmin())
        raise DataError(
            f"The path model gives item '{worst}' a negative weight: it may be coded the other "
            f"way round. Recode it, or use item_weights='equal'."
        )
    return shares / shares.sum()


@dataclass(frozen=True, eq=False)
class ShareReplicates:
    """Item weights estimated again without one group of respondents at a time.

    Parameters
    ----------
    shares
        A row per replicate, a column per item.
    weights
        Respondents' weights in each replicate, a column per replicate.
    scale
        What each replicate's squared deviation is multiplied with.
    """

    shares: NDArray[np.float64]
    weights: NDArray[np.float64]
    scale: NDArray[np.float64]

    def added_variance(
        self,
        places: NDArray[np.float64],
        full: NDArray[np.float64],
        rows: NDArray[np.intp],
    ) -> float:
        """Return what estimating the item weights adds to the variance of a segment's index.

        The jackknife's variance with the weights of each replicate, minus that with the weights
        held still; not below zero.

        Parameters
        ----------
        places
            Items on 0-100, a row per respondent.
        full
            The item weights of the whole sample.
        rows
            Respondents of the segment.
        """
        moving, still = np.zeros(self.scale.size), np.zeros(self.scale.size)
        answered = ~np.isnan(places[rows])
        points = np.where(answered, places[rows], 0.0)
        fixed = points @ full / (answered @ full)
        for place, shares in enumerate(self.shares):
            weights = self.weights[rows, place]
            total = weights.sum()
            if total <= 0:
                continue
            index = points @ shares / np.maximum(answered @ shares, 1e-12)
            moving[place] = weights @ index / total - weights @ fixed / total
            still[place] = weights @ fixed / total
        whole = still[still != 0]
        if not whole.size:
            return 0.0
        centre = whole.mean()
        spread = np.where(still != 0, still - centre, 0.0)
        together = self.scale @ (spread + moving) ** 2
        return max(float(together - self.scale @ spread**2), 0.0)


def share_replicates(
    answers: pd.DataFrame,
    items: tuple[str, ...],
    model: Any,
    *,
    weight: str | None,
    strata: str | None,
    cluster: str | None,
) -> ShareReplicates:
    """Estimate a path model's index weights again in each jackknife sample."""
    replicates = replicate_weights(
        answers, weight=weight, strata=strata, cluster=cluster, groups=_GROUPS
    )
    columns = replicates.weights.to_numpy(dtype=float)
    name = "jackknife weight"
    shares = [
        path_shares(answers.assign(**{name: column}), items, model, name) for column in columns.T
    ]
    return ShareReplicates(np.array(shares), columns, replicates.scale)
