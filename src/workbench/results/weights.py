"""Records of weighting: raked weights and replicate weights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from workbench.language import Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["RakeResult", "ReplicateWeights"]


@dataclass(frozen=True, kw_only=True, eq=False)
class RakeResult(Result):
    """Weights that meet known margins, and what they cost.

    ``table`` audits the margins, a row per category: ``column value n`` (null below the floor),
    shares ``target before after`` and ``mean_weight``.

    Parameters
    ----------
    weights
        One per answer, aligned with the answers. They sum to the population when the margins are
        counts, to the number of answers when they are shares.
    n_effective
        Answers of equal weight that would be as precise (Kish).
    design_effect
        Answers over effective answers: by how much the weights widen a variance.
    cycles
        Passes over the margins.
    capped
        How many weights stand at a bound.
    cap
        Largest weight, and one over the smallest, as a multiple of the mean; None: no bounds.
    error
        Largest relative distance of a margin from its target.
    """

    kind: ClassVar[str] = "rake"

    weights: pd.Series
    n_effective: float
    design_effect: float
    cycles: int
    capped: int
    cap: float | None
    error: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Key and caption of ``table``."""
        return {
            "table": TableSpec(
                key=("column", "value"),
                caption=Message("Shares in the population, before and after weighting"),
                sums_over=("value",),
            )
        }

    @property
    def message(self) -> Message:
        """What the weights correct, and what they cost."""
        gap = float((self.table["before"] - self.table["target"]).abs().max())
        return Message(
            "Weighting mends shares that were off by up to {gap:number} percentage points; "
            "{n:integer} answers then count as {effective:integer} (design effect "
            "{effect:number2}).",
            gap=100 * gap if np.isfinite(gap) else None,
            n=len(self.weights),
            effective=self.n_effective,
            effect=self.design_effect,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ReplicateWeights:
    """Weights of many samples like this one, to carry sampling and weighting into any estimate.

    Parameters
    ----------
    weights
        A row per answer, a column per replicate.
    full
        The weights of the sample itself.
    scale
        What each replicate's squared deviation is multiplied with.
    kind
        ``jackknife`` or ``bootstrap``.
    df
        Clusters minus strata.
    dropped
        Bootstrap samples that could not be weighted, because a category was not in them.
    """

    weights: pd.DataFrame
    full: pd.Series
    scale: NDArray[np.float64]
    kind: str
    df: int
    dropped: int = 0

    def variance(self, statistic: Callable[[NDArray[np.float64]], float]) -> float:
        """Return the sampling variance of a statistic of the weights, around the full sample's.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({0: [0.0, 2.0], 1: [2.0, 0.0]})
        >>> ones, half = pd.Series([1.0, 1.0]), np.full(2, 0.5)
        >>> replicates = ReplicateWeights(
        ...     weights=frame, full=ones, scale=half, kind="jackknife", df=1)
        >>> values = np.array([10.0, 14.0])
        >>> replicates.variance(lambda w: float(w @ values / w.sum()))
        4.0
        """
        centre = statistic(self.full.to_numpy(dtype=float))
        found = np.array([statistic(column) for column in self.weights.to_numpy(dtype=float).T])
        return float(self.scale @ (found - centre) ** 2)

    def standard_error(self, statistic: Callable[[NDArray[np.float64]], float]) -> float:
        """Return the square root of :meth:`variance`."""
        return float(np.sqrt(self.variance(statistic)))
