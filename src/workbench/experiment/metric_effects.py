"""The effect of one variant on one metric, as planned and without adjustment."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.experiment.adjustment import Adjusted, adjusted_effect
from workbench.experiment.clusters import cluster_effect
from workbench.experiment.effect import Effect, Level, Lift, no_effect, of_levels
from workbench.experiment.layout import VARIANT, value_sql
from workbench.experiment.means import SkewReading, mean_effect, skew_reading
from workbench.experiment.proportions import EXACT_UP_TO, proportion_effect
from workbench.experiment.quantile_effects import QuantileReading, quantile_effect
from workbench.experiment.ratios import adjusted_ratio_effect, ratio_effect
from workbench.experiment.row_queries import ValueCounts, ask_quantile, cluster_sums, count_values
from workbench.experiment.scores import brunner_munzel
from workbench.experiment.segment_effects import poststratified

if TYPE_CHECKING:
    from workbench.experiment.cells import Cells
    from workbench.experiment.layout import Layout, MetricColumns
    from workbench.experiment.moments import Moments
    from workbench.experiment.plan import Plan
    from workbench.experiment.source import Source
    from workbench.inputs.models.experiment import MetricModel

__all__ = ["Estimator", "MetricEffect"]

SHARES = frozenset({"proportion", "csat"})


@dataclass(frozen=True, slots=True)
class MetricEffect:
    """One metric of one variant against the control.

    ``planned`` is the estimate the plan asks for (adjusted where it names covariates), ``plain``
    the one without adjustment; they are the same where nothing is adjusted. ``design`` is how much
    clusters widen the variance.
    """

    metric: MetricModel
    variant: str
    planned: Effect
    plain: Effect
    adjusted: Adjusted | None = None
    skew: SkewReading | None = None
    design: float | None = None
    note: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Estimator:
    """Estimates any metric from cells, or from further queries where a metric needs them.

    Parameters
    ----------
    plan, source, layout, cells
        Of the experiment that is read.
    confidence
        Level of the intervals.
    adjust, capped
        Whether to adjust and to cap, as planned; sensitivity readings turn them off.
    mix
        A segment and the shares of its values to weight to; None for the shares in the data.
    design
        Known design effects by metric and variant, for readings of some cells only; None asks the
        data for sums per group.
    counted
        Tables of values that were counted already.
    """

    plan: Plan
    source: Source
    layout: Layout
    cells: Cells
    confidence: float
    adjust: bool = True
    capped: bool = True
    mix: tuple[str, dict[str, float]] | None = None
    design: dict[tuple[str, str], float] | None = None
    counted: dict[str, ValueCounts] = field(default_factory=dict)

    def effect(self, metric: MetricModel, variant: str) -> MetricEffect:
        """Estimate one metric of one variant.

        Numbers so large or small that a power of them is none give the reason ``NOT_COMPUTABLE``.
        """
        try:
            with np.errstate(all="ignore"):
                found = self._effect(metric, variant)
        except (ZeroDivisionError, OverflowError, np.linalg.LinAlgError):
            none = no_effect("none", "NOT_COMPUTABLE", 0, 0)
            return MetricEffect(metric, variant, none, none)
        design = found.design
        if design is not None and not (math.isfinite(design) and design > 0):
            design = None
        return replace(
            found, planned=_finite(found.planned), plain=_finite(found.plain), design=design
        )

    def _effect(self, metric: MetricModel, variant: str) -> MetricEffect:
        if self.mix is not None and metric.kind not in {"ordinal", "quantile"}:
            return self._mixed(metric, variant)
        if metric.kind == "ordinal":
            return self._ordinal(metric, variant)
        if metric.kind == "quantile":
            return self._quantile(metric, variant)
        columns = self.layout.metrics[metric.name]
        if not self.capped and columns.uncapped:
            columns = replace(columns, outcome=columns.uncapped)
        arms = self._arms(columns, variant)
        plain = self._plain(metric, columns, *arms)
        found = MetricEffect(metric, variant, plain, plain)
        covariates = [name for name in arms[0].names if name not in columns.outcomes]
        if self.adjust and covariates:
            found = self._adjusted(found, columns, arms, covariates)
        if metric.kind == "mean" and not columns.denominator and self.capped:
            skew = skew_reading(*arms, columns.outcome, confidence=self.confidence)
            found = replace(found, skew=skew)
        if self.plan.model.cluster:
            found = self._clustered(found, columns)
        return found

    def arms(self, metric: MetricModel, variant: str, mask: np.ndarray) -> list[Moments]:
        """Return the metric's bare moments of a variant and the control, in some of the cells."""
        columns = self.layout.metrics[metric.name]
        return [
            self.cells.moments(columns.outcomes, mask=mask & self.cells.where(**{VARIANT: value}))
            for value in (variant, self.plan.model.control)
        ]

    def _arms(self, columns: MetricColumns, variant: str) -> tuple[Moments, Moments]:
        cells = self.cells
        fixed: dict[str, np.ndarray] = {}
        if self.plan.model.adjustment != "none" and columns.metric.kind not in {"ordinal"}:
            fixed = cells.absence(columns.covariates) | self._dummies()
        arms = [
            cells.moments(
                columns.outcomes,
                columns.covariates,
                mask=cells.where(**{VARIANT: value}),
                fixed=fixed,
            )
            for value in (variant, self.plan.model.control)
        ]
        return arms[0], arms[1]

    def _dummies(self) -> dict[str, np.ndarray]:
        """Return a 0/1 column for every value of every stratum but its first."""
        found: dict[str, np.ndarray] = {}
        for column in self.plan.model.strata:
            values = self.cells.keys[column]
            known = sorted({str(value) for value in values})
            for value in known[1:]:
                found[f"{column}={value}"] = np.array([str(v) == value for v in values], float)
        return found

    def _plain(
        self, metric: MetricModel, columns: MetricColumns, treatment: Moments, control: Moments
    ) -> Effect:
        arms, level = (treatment, control), self.confidence
        if min(treatment.n, control.n) < 1:
            return no_effect("none", "TOO_FEW", treatment.n, control.n)
        if columns.denominator is not None:
            method = "delta_ratio" if metric.kind == "ratio" else "weighted"
            lift = "none" if metric.kind in {"nps", "nki"} else "fieller"
            return ratio_effect(
                *arms,
                columns.outcome,
                columns.denominator,
                confidence=level,
                lift=lift,
                method=method,
            )
        if metric.kind in SHARES:
            counts = [(round(arm.mean(columns.outcome) * arm.n), arm.n) for arm in arms]
            return proportion_effect(*counts[0], *counts[1], confidence=level)
        if metric.kind == "nps":
            levels = [_multinomial(arm, columns.outcome) for arm in arms]
            return of_levels(
                levels[0], levels[1], confidence=level, method="trinomial", lift="none"
            )
        lift = "none" if metric.kind == "nki" else "fieller"
        return mean_effect(*arms, columns.outcome, confidence=level, lift=lift)

    def _adjusted(
        self,
        found: MetricEffect,
        columns: MetricColumns,
        arms: tuple[Moments, Moments],
        covariates: list[str],
    ) -> MetricEffect:
        """Adjust, unless too few units make exact methods the better choice."""
        metric = found.metric
        if metric.kind in SHARES and arms[0].n + arms[1].n <= EXACT_UP_TO:
            return replace(found, note="TOO_FEW_TO_ADJUST")
        slopes: Any = self.plan.model.adjustment
        if columns.denominator is not None:
            adjusted = adjusted_ratio_effect(
                *arms,
                columns.outcome,
                columns.denominator,
                covariates,
                slopes=slopes,
                confidence=self.confidence,
            )
        else:
            lift = "none" if metric.kind in {"nps", "nki"} else "fieller"
            adjusted = adjusted_effect(
                *arms, columns.outcome, covariates, slopes=slopes, confidence=self.confidence,
                lift=lift,
            )  # fmt: skip
        if not adjusted.used or adjusted.effect.ci_low is None:
            return replace(found, adjusted=adjusted, note="NO_USABLE_COVARIATE")
        return replace(found, planned=adjusted.effect, adjusted=adjusted)

    def _clustered(self, found: MetricEffect, columns: MetricColumns) -> MetricEffect:
        """Replace both estimates by ones whose errors count groups, or widen by a known factor."""
        key = (found.metric.name, found.variant)
        if self.design is not None:
            factor = self.design.get(key, 1.0)
            return replace(
                found,
                planned=_widened(found.planned, factor, self.confidence),
                plain=_widened(found.plain, factor, self.confidence),
                design=factor,
            )
        plain = self._cluster_effect(found, columns, [])
        planned = plain
        if found.adjusted is not None and found.adjusted.used and found.planned is not found.plain:
            names = [name for name in found.adjusted.used if name.startswith("x ")]
            planned = self._cluster_effect(found, columns, names) if names else plain
        design = None
        if plain.standard_error and found.plain.standard_error:
            design = (plain.standard_error / found.plain.standard_error) ** 2
        return replace(found, planned=planned, plain=plain, design=design)

    def _cluster_effect(
        self, found: MetricEffect, columns: MetricColumns, covariates: list[str]
    ) -> Effect:
        """Return the effect from sums per group; covariates are taken out row by row first."""
        slopes, centre = self._slopes(columns, found.variant, covariates)
        variants = (found.variant, self.plan.model.control)
        sums = cluster_sums(
            self.plan, self.source, self.layout, columns, variants, covariates, slopes, centre
        )
        lift = "none" if found.metric.kind in {"nps", "nki"} else "fieller"
        effect = cluster_effect(sums, confidence=self.confidence, lift=lift)
        return replace(effect, n_treatment=found.plain.n_treatment, n_control=found.plain.n_control)

    def _slopes(
        self, columns: MetricColumns, variant: str, covariates: list[str]
    ) -> tuple[list[np.ndarray], np.ndarray]:
        """Return each variant's slopes on the covariates, and the covariates' common means."""
        if not covariates:
            return [np.zeros(0)] * 2, np.zeros(0)
        arms = self._arms(columns, variant)
        total = arms[0].n + arms[1].n
        centre = np.asarray(sum(arm.n * arm.means(covariates) for arm in arms)) / total
        slopes: list[np.ndarray] = []
        for arm in arms:
            gram = arm.covariance(covariates, covariates)
            cross = arm.covariance(covariates, columns.outcomes)
            target = cross[:, 0]
            if columns.denominator is not None:
                ratio = arm.mean(columns.outcome) / arm.mean(columns.denominator)
                target = (target - ratio * cross[:, 1]) / arm.mean(columns.denominator)
            slopes.append(np.linalg.lstsq(gram, target, rcond=None)[0])
        return slopes, centre

    def _ordinal(self, metric: MetricModel, variant: str) -> MetricEffect:
        """Return P(T > C) - P(T < C): 0 is no difference."""
        counts = self.counts(metric)
        support = np.unique(counts.values)
        tables = [
            counts.table(self._matching(counts, value), support)
            for value in (variant, self.plan.model.control)
        ]
        found = brunner_munzel(*tables, confidence=self.confidence)

        def centred(chance: float | None) -> float | None:
            return None if chance is None else 2 * chance - 1

        effect = replace(
            found,
            estimate=centred(found.estimate),
            ci_low=centred(found.ci_low),
            ci_high=centred(found.ci_high),
            standard_error=None if found.standard_error is None else 2 * found.standard_error,
        )
        return MetricEffect(metric, variant, effect, effect)

    def _matching(self, counts: ValueCounts, variant: str) -> np.ndarray:
        """Return which counted rows belong to the variant and to the cells in use."""
        names = list(self.cells.keys)
        kept = {tuple(row) for row in zip(*(self.cells.keys[name] for name in names), strict=True)}
        rows = zip(*(counts.keys[name] for name in names), strict=True)
        return np.array([row in kept for row in rows], dtype=bool) & (
            counts.keys[VARIANT] == variant
        )

    def counts(self, metric: MetricModel) -> ValueCounts:
        """Return how many units gave each value, per cell; asked of the data once."""
        if metric.name not in self.counted:
            self.counted[metric.name] = count_values(self.source, self.layout, self.value(metric))
        return self.counted[metric.name]

    def value(self, metric: MetricModel) -> str:
        """Return SQL of the metric's value for a unit, before weights."""
        value = value_sql(metric, self.source)
        if metric.base != "assigned":
            stage = self.source.number(self.plan.model.stages[metric.base])
            value = f"CASE WHEN {stage} = 1 THEN {value} END"
        return value

    def _quantile(self, metric: MetricModel, variant: str) -> MetricEffect:
        share = float(metric.quantile or 0.5)
        readings: list[QuantileReading | None] = []
        counts: list[int] = []
        for name in (variant, self.plan.model.control):
            reading, n = ask_quantile(
                self.plan, self.source, self.value(metric), name, share, self.confidence
            )
            readings.append(reading)
            counts.append(n)
        effect = quantile_effect(
            readings[0],
            readings[1],
            (counts[0], counts[1]),
            share,
            confidence=self.confidence,
        )
        return MetricEffect(metric, variant, effect, effect)

    def _mixed(self, metric: MetricModel, variant: str) -> MetricEffect:
        """Return the effect weighted to another mix of a segment."""
        assert self.mix is not None  # noqa: S101 - asked by the caller
        column, shares = self.mix
        plain = replace(self, mix=None)
        parts: list[Effect] = []
        for value in shares:
            mask = self.cells.keys[column] == value
            part = replace(plain, cells=self.cells.subset(mask)).effect(metric, variant).planned
            parts.append(part)
        counts = (sum(part.n_treatment for part in parts), sum(part.n_control for part in parts))
        if any(part.standard_error is None or part.estimate is None for part in parts):
            none = no_effect("poststratified", "TOO_FEW", *counts)
            return MetricEffect(metric, variant, none, none)
        estimate, error = poststratified(
            [part.estimate or 0.0 for part in parts],
            [(part.standard_error or 0.0) ** 2 for part in parts],
            list(shares.values()),
        )
        level = Level(estimate, error**2, math.inf, counts[0])
        effect = of_levels(
            level, Level(0.0, 0.0, math.inf, counts[1]), confidence=self.confidence,
            method="poststratified", lift="none",
        )  # fmt: skip
        effect = replace(effect, treatment=None, control=None)
        return MetricEffect(metric, variant, effect, effect)


def _finite(effect: Effect) -> Effect:
    """Return the effect, or only its counts when one of its numbers is not finite."""
    lift = effect.lift
    numbers = (effect.estimate, effect.ci_low, effect.ci_high, effect.p_value, effect.treatment,
               effect.control, effect.standard_error)  # fmt: skip
    if not all(number is None or math.isfinite(number) for number in numbers):
        return no_effect(effect.method, "NOT_COMPUTABLE", effect.n_treatment, effect.n_control)
    if effect.ci_low is not None and effect.ci_low == effect.ci_high:
        gone = replace(effect, ci_low=None, ci_high=None, p_value=None, standard_error=None)
        return replace(gone, reason="NOT_COMPUTABLE", lift=Lift(reason="NOT_COMPUTABLE"))
    ends = (lift.estimate, lift.ci_low, lift.ci_high)
    if not all(number is None or math.isfinite(number) for number in ends):
        return replace(effect, lift=Lift(reason="NOT_COMPUTABLE"))
    return effect


def _multinomial(arm: Moments, name: str) -> Level:
    """Return a mean with the variance of counted categories (divided by n)."""
    if arm.n < 1:
        return Level(0.0, 0.0, math.inf, 0)
    variance = arm.variance(name) * (arm.n - 1) / arm.n if arm.n > 1 else 0.0
    return Level(arm.mean(name), variance / arm.n, math.inf, arm.n)


def _widened(effect: Effect, factor: float, confidence: float) -> Effect:
    """Return an effect with its variance times a known design effect."""
    if effect.standard_error is None or effect.estimate is None or factor <= 0:
        return effect
    level = Level(effect.estimate, effect.standard_error**2 * factor, effect.df, effect.n_treatment)
    control = Level(0.0, 0.0, math.inf, effect.n_control)
    wide = of_levels(level, control, confidence=confidence, method="design_effect", lift="none")
    return replace(
        wide, treatment=effect.treatment, control=effect.control, lift=effect.lift,
    )  # fmt: skip
