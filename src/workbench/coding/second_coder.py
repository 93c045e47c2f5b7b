"""How much must a second coder code, before agreement can be told from too little of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import pandas as pd
from scipy.stats import norm

from workbench.errors import DataError
from workbench.language import Message
from workbench.results.text import SecondCoderPlan

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["second_coder_plan"]


def second_coder_plan(
    shares: float | Sequence[float] | pd.Series,
    *,
    kappa: float = 0.8,
    least: float = 0.6,
    power: float = 0.8,
    confidence: float = 0.95,
    method: Literal["goodness_of_fit", "cantor"] = "goodness_of_fit",
    two_sided: bool = True,
) -> SecondCoderPlan:
    """Return how many units two coders must both code, for each share of units with the code.

    Parameters
    ----------
    shares
        Share of units (answers, turns) that carry the code, 0-1; one or several.
    kappa
        The kappa you expect.
    least
        The kappa below which you would not trust the coding: what the test rules out.
    power
        Chance to rule it out when the expected kappa is true.
    confidence
        One minus the error rate of the test.
    method
        ``"goodness_of_fit"`` [1]_ assumes that both coders use the code equally often;
        ``"cantor"`` [2]_ compares kappa by its large-sample variance.
    two_sided
        Whether the test looks both ways.

    Returns
    -------
    SecondCoderPlan
        One row per share. A share of 0 or 1 has no number: there is nothing to agree about.

    Raises
    ------
    DataError
        If a share lies outside 0-1, or the kappas are equal or outside -1 to 1.

    References
    ----------
    .. [1] Donner, A., & Eliasziw, M. (1992). A goodness-of-fit approach to inference procedures for
       the kappa statistic. Statistics in Medicine, 11(11), 1511-1519.
    .. [2] Cantor, A. B. (1996). Sample-size calculations for Cohen's kappa. Psychological Methods,
       1(2), 150-153.

    Examples
    --------
    >>> second_coder_plan([0.5, 0.2], kappa=0.7, least=0.4).table["units"].tolist()
    [74, 107]
    """
    wanted = [float(shares)] if isinstance(shares, int | float) else [float(s) for s in shares]
    _check(wanted, kappa, least, power, confidence)
    rows: list[dict[str, object]] = []
    z_alpha = float(norm.ppf(1 - (1 - confidence) / (2 if two_sided else 1)))
    z_power = float(norm.ppf(power))
    for share in wanted:
        if share in {0.0, 1.0}:
            rows.append({"share": share, "reason": "ALL_EQUAL"})
            continue
        if method == "cantor":
            exact = _cantor(share, kappa, least, z_alpha, z_power)
        else:
            exact = _goodness_of_fit(share, kappa, least, z_alpha, z_power)
        units = math.ceil(exact - 1e-9)
        half = float(norm.ppf((1 + confidence) / 2)) * _deviation(share, kappa) / math.sqrt(units)
        rows.append(
            {
                "share": share,
                "units": units,
                "expected_with_code": share * units,
                "ci_low": max(-1.0, kappa - half),
                "ci_high": min(1.0, kappa + half),
                "reason": "",
            }
        )
    columns = ["share", "units", "expected_with_code", "ci_low", "ci_high", "reason"]
    table = pd.DataFrame(rows, columns=columns).astype({"units": "Int64"})
    return SecondCoderPlan(
        table=table,
        method=Message(
            "Goodness-of-fit test of kappa, two coders, one code present or absent (Donner & "
            "Eliasziw 1992)."
        )
        if method == "goodness_of_fit"
        else Message("Large-sample test of Cohen’s kappa (Cantor 1996)."),
        kappa=kappa,
        least=least,
        power=power,
    )


def _check(
    shares: list[float], kappa: float, least: float, power: float, confidence: float
) -> None:
    if not shares or not all(0 <= share <= 1 for share in shares):
        raise DataError(
            "Give at least one share of units with the code, each from 0 to 1 (0.2, not 20)."
        )
    if kappa == least or not all(-1 < value < 1 for value in (kappa, least)):
        raise DataError(
            "kappa and least must differ and lie between -1 and 1; found "
            f"kappa {kappa}, least {least}."
        )
    if not (0 < power < 1 and 0 < confidence < 1):
        raise DataError(
            f"power and confidence must lie between 0 and 1; found {power} and {confidence}."
        )


def _cells(share: float, kappa: float) -> tuple[float, float, float]:
    """Return the chances of: both code it, one does, none does."""
    spread = share * (1 - share)
    return share**2 + kappa * spread, 2 * (1 - kappa) * spread, (1 - share) ** 2 + kappa * spread


def _goodness_of_fit(
    share: float, kappa: float, least: float, z_alpha: float, z_power: float
) -> float:
    expected, ruled_out = _cells(share, kappa), _cells(share, least)
    distance = sum((e - r) ** 2 / r for e, r in zip(expected, ruled_out, strict=True))
    return (z_alpha + z_power) ** 2 / distance


def _cantor(share: float, kappa: float, least: float, z_alpha: float, z_power: float) -> float:
    spread = z_alpha * _deviation(share, least) + z_power * _deviation(share, kappa)
    return (spread / (kappa - least)) ** 2


def _deviation(share: float, kappa: float) -> float:
    """Return the standard deviation of kappa times the root of n, both coders using the code alike.

    The delta method on the four cells (Fleiss, Cohen & Everitt 1969).
    """
    both, one, none = _cells(share, kappa)
    chance = share**2 + (1 - share) ** 2
    observed = both + none
    free = 1 - chance
    variance = (
        both * (free - 2 * share * (1 - observed)) ** 2
        + none * (free - 2 * (1 - share) * (1 - observed)) ** 2
        + (1 - observed) ** 2 * one
        - (observed * chance - 2 * chance + observed) ** 2
    )
    return math.sqrt(max(variance, 0.0)) / free**2
