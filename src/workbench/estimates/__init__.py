"""Arrays in, numbers out: intervals, design variances, corrections for many tests."""

from workbench.estimates.design import (
    LinearisedVariance,
    kish_effective_n,
    linearised_variance,
    weighted_mean,
)
from workbench.estimates.differences import mean_difference, recovered_difference, welch_df
from workbench.estimates.means import bounded_mean_interval, mean_variance
from workbench.estimates.multiplicity import benjamini_hochberg, benjamini_yekutieli, holm
from workbench.estimates.shares import net_share_interval, share_interval

__all__ = [
    "LinearisedVariance",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "bounded_mean_interval",
    "holm",
    "kish_effective_n",
    "linearised_variance",
    "mean_difference",
    "mean_variance",
    "net_share_interval",
    "recovered_difference",
    "share_interval",
    "weighted_mean",
    "welch_df",
]
