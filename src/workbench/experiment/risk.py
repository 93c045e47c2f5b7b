"""What an effect is at full roll-out, how likely it is too little, and what an error costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.experiment.bayes import NormalPosterior, Prior, beta_binomial, normal_posterior
from workbench.experiment.finding_tables import risk_words
from workbench.experiment.margins import gain
from workbench.experiment.selection import after_selection
from workbench.language import Message
from workbench.results.amounts import SHARE_KINDS
from workbench.results.experiment import RiskResult

if TYPE_CHECKING:
    from workbench.experiment.plan import Plan
    from workbench.experiment.readings import MetricReading
    from workbench.results.trial import Trial

__all__ = ["risk_result"]


def risk_result(
    plan: Plan, trial: Trial, reading: MetricReading, past: Prior | None
) -> RiskResult | None:
    """Return size and risk of a primary effect; None when it has no interval.

    Effects count in the direction that is good. The prior is the plan's, else that of past
    experiments; a flat prior always stands beside it.
    """
    effect, metric, rollout = reading.effect, reading.metric, plan.model.rollout
    if effect.estimate is None or not effect.standard_error or effect.ci_low is None:
        return None
    estimate = gain(effect.estimate, metric.direction)
    margin = metric.practical or 0.0
    scale = rollout.units or 1.0
    declared = plan.model.prior
    prior = Prior(declared.mean, declared.sd) if declared is not None else past
    rows = _rows("flat", normal_posterior(estimate, effect.standard_error, margin=margin), scale)
    if prior is not None:
        posterior = normal_posterior(estimate, effect.standard_error, prior, margin=margin)
        rows += _rows("past", posterior, scale)
    ends = sorted(gain(end, metric.direction) for end in (effect.ci_low, effect.ci_high or 0.0))
    rows[0] |= {"value": estimate * scale, "ci_low": ends[0] * scale, "ci_high": ends[1] * scale}
    selected = after_selection(effect.estimate, effect.standard_error, alpha=plan.model.alpha)
    table = pd.DataFrame(rows, columns=["quantity", "prior", "value", "ci_low", "ci_high"])
    return RiskResult(
        table=table,
        method=_method(prior, declared is not None),
        trial=trial,
        sentence=_sentence(rows, margin),
        words=risk_words(trial, metric.name, table, units=rollout.units, what=rollout.what),
        metric=metric.name,
        variant=reading.variant,
        margin=margin,
        units=rollout.units,
        per=rollout.per,
        what=rollout.what,
        winners_curse=selected.estimate if selected else None,
        beta_p_better=_beta(reading),
    )


def _rows(prior: str, posterior: NormalPosterior, scale: float) -> list[dict[str, Any]]:
    rows = {
        "effect": (posterior.mean * scale, posterior.ci_low * scale, posterior.ci_high * scale),
        "below_margin": (posterior.p_below_margin, None, None),
        "loss_ship": (posterior.loss_ship * scale, None, None),
        "loss_stay": (posterior.loss_stay * scale, None, None),
    }
    return [
        {"quantity": name, "prior": prior, "value": value, "ci_low": low, "ci_high": high}
        for name, (value, low, high) in rows.items()
    ]


def _beta(reading: MetricReading) -> float | None:
    """Return the exact chance that a share is better, with flat priors."""
    plain = reading.found.plain
    if reading.metric.kind not in SHARE_KINDS or plain.treatment is None or plain.control is None:
        return None
    if reading.found.design is not None or plain.method not in {"miettinen_nurminen", "newcombe"}:
        return None
    counts = [
        (round(share * n), n)
        for share, n in ((plain.treatment, plain.n_treatment), (plain.control, plain.n_control))
    ]
    chance = beta_binomial(*counts[0], *counts[1]).p_better
    return chance if reading.metric.direction == "increase" else 1 - chance


def _method(prior: Prior | None, declared: bool) -> Message:
    if prior is None:
        return Message(
            "Chance and regret: normal posterior with a flat prior; there are too few past "
            "experiments for another."
        )
    if declared:
        return Message(
            "Chance and regret: normal posterior with the plan’s prior (mean "
            "{mean:signed_adaptive}, standard deviation {sd:adaptive}), and with a flat one.",
            mean=prior.mean,
            sd=prior.sd,
        )
    return Message(
        "Chance and regret: normal posterior with a prior from {n:integer} earlier experiments "
        "(mean {mean:signed_adaptive}, standard deviation {sd:adaptive}), and with a flat one.",
        n=prior.n,
        mean=prior.mean,
        sd=prior.sd,
    )


def _sentence(rows: list[dict[str, Any]], margin: float) -> Message:
    chance = next(row["value"] for row in reversed(rows) if row["quantity"] == "below_margin")
    if margin > 0:
        return Message(
            "The chance that the gain is below the agreed margin is {p:percent1}.", p=chance
        )
    return Message("The chance that it is worse is {p:percent1}.", p=chance)
