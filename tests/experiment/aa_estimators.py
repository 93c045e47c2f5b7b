"""Every estimator over re-assigned units: rows in, an interval and its "no difference" out.

``aa_effects`` of the package covers what a matrix product can sum. The estimators here need ranks,
groups, weights, order statistics or strata, so each is run on the assignment itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy import stats

from workbench.experiment.adjustment import adjusted_effect, lin_from_rows
from workbench.experiment.clusters import ClusterSums, cluster_effect
from workbench.experiment.means import mean_effect, skew_reading, units_needed_for_skew
from workbench.experiment.moments import Moments
from workbench.experiment.proportions import proportion_effect
from workbench.experiment.quantile_effects import quantile_effect, quantile_reading
from workbench.experiment.ratios import ratio_effect
from workbench.experiment.scores import brunner_munzel, nps_effect, proportional_odds
from workbench.experiment.segment_effects import poststratified

Z = 1.959963984540054
Ends = tuple[float | None, float | None]


@dataclass(frozen=True)
class Estimator:
    """``ends`` of the interval for one assignment; ``null`` is what it should hold.

    ``exact`` tells methods that may cover more often than they claim. ``groups`` are assigned whole
    where given. ``skewness`` is that of the values behind a mean.
    """

    name: str
    ends: Callable[[np.ndarray], Ends]
    null: float = 0.0
    exact: bool = False
    groups: np.ndarray | None = None
    skewness: float = 0.0

    def is_skewed(self, units: int, share: float) -> bool:
        """Say whether the workbench itself warns: too few units for so skewed a mean."""
        return units_needed_for_skew(self.skewness) > units * min(share, 1 - share)


def covered(estimator: Estimator, n: int, *, units: int, share: float, seed: int) -> float:
    """Return how often the interval holds "no difference"; one that is not there does not."""
    rng = np.random.default_rng(seed)
    hits = 0
    for _ in range(n):
        if estimator.groups is None:
            treated = rng.random(units) < share
        else:
            sizes = int(estimator.groups.max()) + 1
            chosen = np.zeros(sizes, dtype=bool)
            chosen[rng.permutation(sizes)[: round(share * sizes)]] = True
            treated = chosen[estimator.groups]
        low, high = estimator.ends(treated)
        if low is not None and high is not None:
            hits += low <= estimator.null <= high
    return hits / n


class Sums:
    """Moments of both variants from one product: columns are centred once."""

    def __init__(self, **columns: np.ndarray) -> None:
        self.names = tuple(columns)
        table = np.column_stack([np.asarray(column, float) for column in columns.values()])
        self.shift = table.mean(axis=0)
        self.table = table - self.shift
        self.k = len(self.names)
        self.pairs = np.triu_indices(self.k)
        products = [self.table[:, i] * self.table[:, j] for i, j in zip(*self.pairs, strict=True)]
        self.wide = np.column_stack([np.ones(len(table)), self.table, *products, self.table**3])
        self.total = self.wide.sum(axis=0)

    def arms(self, treated: np.ndarray) -> tuple[Moments, Moments]:
        sums = treated.astype(float) @ self.wide
        return self._moments(sums), self._moments(self.total - sums)

    def _moments(self, sums: np.ndarray) -> Moments:
        k, products = self.k, np.zeros((self.k, self.k))
        products[self.pairs] = products.T[self.pairs] = sums[k + 1 : -k]
        return Moments(self.names, round(sums[0]), self.shift, sums[1 : k + 1], products, sums[-k:])


def both(effect: object) -> Ends:
    return effect.ci_low, effect.ci_high  # type: ignore[attr-defined]


def of_shares(hits: np.ndarray) -> Iterator[Estimator]:
    """Miettinen-Nurminen's difference and the score interval of the ratio."""

    def effect(treated):
        x = int(hits[treated].sum()), int(hits[~treated].sum())
        n = int(treated.sum())
        return proportion_effect(x[0], n, x[1], len(hits) - n)

    yield Estimator("share", lambda t: both(effect(t)))
    yield Estimator("lift of a share", lambda t: both(effect(t).lift))


def of_few(hits: np.ndarray) -> Iterator[Estimator]:
    """Boschloo's exact test as an interval: it holds zero when p is above 5 %."""

    def ends(treated):
        n = int(treated.sum())
        found = proportion_effect(int(hits[treated].sum()), n, int(hits[~treated].sum()),
                                  len(hits) - n)  # fmt: skip
        return (0.0, 0.0) if found.p_value > 0.05 else (1.0, 1.0)

    yield Estimator("exact test of few", ends, exact=True)


def of_means(y: np.ndarray, x: np.ndarray) -> Iterator[Estimator]:
    """Welch, Fieller's lift, Hall's correction for skewness, Lin and CUPED (also as a lift)."""
    sums = Sums(y=y, x=x)
    covariates = x[:, None]

    def adjusted(treated, slopes):
        return adjusted_effect(*sums.arms(treated), "y", ["x"], slopes=slopes).effect

    found: dict[str, Callable[[np.ndarray], Ends]] = {
        "mean": lambda t: both(mean_effect(*sums.arms(t), "y")),
        "lift of a mean": lambda t: both(mean_effect(*sums.arms(t), "y").lift),
        "mean, skewness taken out": lambda t: both(skew_reading(*sums.arms(t), "y")),
        "own slopes (Lin)": lambda t: both(adjusted(t, "lin")),
        "lift by own slopes": lambda t: both(adjusted(t, "lin").lift),
        "one slope (CUPED)": lambda t: both(adjusted(t, "cuped")),
        "own slopes, HC2": lambda t: both(lin_from_rows(y, t.astype(int), covariates)),
    }
    skewness = float(stats.skew(y))
    for name, ends in found.items():
        yield Estimator(name, ends, skewness=skewness)


def of_ratios(above: np.ndarray, below: np.ndarray) -> Iterator[Estimator]:
    sums = Sums(a=above, b=below)

    def effect(treated):
        return ratio_effect(*sums.arms(treated), "a", "b")

    yield Estimator("ratio", lambda t: both(effect(t)))
    yield Estimator("lift of a ratio", lambda t: both(effect(t).lift))


def of_weights(y: np.ndarray, weight: np.ndarray) -> Iterator[Estimator]:
    sums = Sums(a=y * weight, b=weight)
    yield Estimator("weighted mean", lambda t: both(ratio_effect(*sums.arms(t), "a", "b")))


def of_strata(y: np.ndarray, stratum: np.ndarray) -> Iterator[Estimator]:
    """Means by stratum, weighted to the shares of all units."""
    groups = [np.flatnonzero(stratum == value) for value in np.unique(stratum)]
    parts = [Sums(y=y[rows]) for rows in groups]
    shares = [len(rows) / len(y) for rows in groups]

    def ends(treated):
        found = [
            mean_effect(*part.arms(treated[rows]), "y")
            for part, rows in zip(parts, groups, strict=True)
        ]
        estimate, error = poststratified(
            [one.estimate for one in found], [one.standard_error**2 for one in found], shares
        )
        return estimate - Z * error, estimate + Z * error

    yield Estimator("post-stratified", ends)


def of_scores(score: np.ndarray) -> Iterator[Estimator]:
    """NPS as a trinomial, ranks, odds: all from counts of 0 to 10."""
    every = np.bincount(score, minlength=11)

    def tables(treated):
        own = np.bincount(score[treated], minlength=11)
        return own, every - own

    yield Estimator("NPS", lambda t: both(nps_effect(*tables(t))))
    yield Estimator("ranks (Brunner-Munzel)", lambda t: both(brunner_munzel(*tables(t))), null=0.5)
    yield Estimator("proportional odds", lambda t: both(proportional_odds(*tables(t))), null=1.0)


def of_quantiles(y: np.ndarray, share: float) -> Iterator[Estimator]:
    def ends(treated):
        arms = [quantile_reading(y[rows], share) for rows in (treated, ~treated)]
        return both(quantile_effect(*arms, (int(treated.sum()), int((~treated).sum())), share))

    yield Estimator(f"quantile {share:g}", ends)


def of_groups(y: np.ndarray, group: np.ndarray) -> Iterator[Estimator]:
    """Groups assigned whole: CR2 with Satterthwaite's degrees of freedom."""
    rows = np.bincount(group).astype(float)
    totals = np.bincount(group, weights=y)
    first = np.unique(group, return_index=True)[1]

    def ends(treated):
        chosen = treated[first]
        effect = cluster_effect(
            ClusterSums(rows * chosen, totals * chosen, rows * ~chosen, totals * ~chosen)
        )
        if effect.method == "cluster_permutation":
            return (0.0, 0.0) if effect.p_value > 0.05 else (1.0, 1.0)
        return both(effect)

    kind = "few groups, re-assigned" if len(rows) < 20 else "groups (CR2)"
    yield Estimator(kind, ends, exact=len(rows) < 20, groups=group)


def of_crossing_groups(y: np.ndarray, group: np.ndarray) -> Iterator[Estimator]:
    """Units assigned one by one inside groups that share a fate."""
    rows = np.bincount(group).astype(float)
    totals = np.bincount(group, weights=y)

    def ends(treated):
        own = np.bincount(group[treated], minlength=len(rows)).astype(float)
        total = np.bincount(group[treated], weights=y[treated], minlength=len(rows))
        return both(cluster_effect(ClusterSums(own, total, rows - own, totals - total)))

    yield Estimator("groups in both variants", ends)
