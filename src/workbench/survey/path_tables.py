"""A fitted path model as tidy tables and checks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.language import Message
from workbench.results.base import Check
from workbench.survey.driver_tables import typed
from workbench.survey.effects import STEP
from workbench.survey.moments import MissingRule, Moments, moments
from workbench.survey.path_model import PathFit, PathModel, Scheme, fit_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.estimates.bootstrap import Draws, SamplingUnits
    from workbench.survey.path_spec import ModelSpec
    from workbench.survey.subsets import Floats

__all__ = ["PathData", "PathDraw", "PathTables"]

WEAK_R2 = 0.3
WEAK_LOADING = 0.5


@dataclass(frozen=True, eq=False)
class PathDraw:
    """Moments and fits of the sample, or of all draws."""

    sample: Moments
    fit: PathFit

    @property
    def index_weights(self) -> Floats:
        """Weights of the items on 0-100 in their construct's index, ``(draws, items)``."""
        raw = self._unstandardised()
        total = raw.sum(axis=1)
        own = np.where(np.abs(total) > 1e-12, total, np.inf)
        return (raw / own[:, None]).sum(axis=2)

    def _unstandardised(self) -> Floats:
        sd = np.where(self.sample.sd > 0, self.sample.sd, np.inf).T
        return self.fit.weights / sd[:, :, None]

    def effects(self) -> Floats:
        """Return points of each index per +5 points of another, ``(draws, from, to)``."""
        span = self._unstandardised().sum(axis=1)
        inverse = np.where(np.abs(span) > 1e-12, 1 / np.where(span == 0, 1.0, span), np.nan)
        return STEP * self.fit.total * span[:, :, None] * inverse[:, None]


@dataclass(frozen=True, eq=False)
class PathData:
    """Everything needed to fit the sample or a draw."""

    spec: ModelSpec
    items: list[str]
    grades: Floats
    weights: Floats
    scheme: Scheme
    missing: MissingRule
    units: SamplingUnits

    @property
    def constructs(self) -> list[str]:
        """Names in the order of the model."""
        return list(self.spec["blocks"])

    @property
    def construct_of(self) -> list[str]:
        """Construct of each item."""
        home = {item: name for name, items in self.spec["blocks"].items() for item in items}
        return [home[item] for item in self.items]

    def model(self) -> PathModel:
        """Return the model as arrays."""
        names = self.constructs
        block = np.array([[float(home == name) for name in names] for home in self.construct_of])
        leads = np.zeros((len(names), len(names)), bool)
        for source, target in self.spec["paths"]:
            leads[names.index(source), names.index(target)] = True
        return PathModel(block, leads)

    def check_size(self) -> None:
        """Refuse fewer answers than the largest regression can bear."""
        least = max(self.model().leads.sum(axis=0).max() + 2, len(self.items) + 2)
        if len(self.grades) < least:
            raise DataError(
                Message(
                    "The path model has {items:integer} questions and needs at least "
                    "{least:integer} respondents; there are {n:integer}.",
                    items=len(self.items),
                    least=int(least),
                    n=len(self.grades),
                )
            )

    def fit(self, draws: Draws) -> PathDraw:
        """Return moments and fits."""
        found = moments(self.grades, self.weights, self.missing, draws)
        correlation = np.ascontiguousarray(np.moveaxis(found.correlation, 2, 0))
        return PathDraw(found, fit_paths(correlation, self.model(), self.scheme))


class PathTables:
    """Tidy tables of a fitted model."""

    def __init__(
        self, frame: PathData, sample: PathDraw, drawn: PathDraw | None, tail: float
    ) -> None:
        self.frame = frame
        self.sample = sample
        self.drawn = drawn
        self.tail = tail
        weights, loadings = sample.index_weights[0], sample.fit.loadings[0]
        self.negative = {
            home
            for home, weight, loading in zip(frame.construct_of, weights, loadings, strict=True)
            if weight < 0 or loading < 0
        }

    def _interval(self, draws: Floats | None) -> tuple[Floats, Floats] | None:
        if draws is None:
            return None
        quantile = np.nanquantile if np.isnan(draws).any() else np.quantile
        low, high = quantile(draws, [self.tail, 1 - self.tail], axis=0)
        return low, high

    def _frame(
        self, keys: dict[str, list[str]], estimate: Floats, draws: Floats | None
    ) -> pd.DataFrame:
        interval = self._interval(draws)
        rows: list[dict[str, Any]] = []
        for place in range(len(estimate)):
            row: dict[str, Any] = {name: values[place] for name, values in keys.items()}
            row["estimate"] = estimate[place]
            row["reason"] = "NO_DRAWS" if interval is None else ""
            if interval is not None:
                row |= {"ci_low": interval[0][place], "ci_high": interval[1][place]}
            rows.append(row)
        return typed(rows, [*keys, "estimate", "ci_low", "ci_high", "reason"])

    def _pairs(self) -> tuple[list[int], list[int]]:
        names = self.frame.constructs
        places = [(names.index(a), names.index(b)) for a, b in self.frame.spec["paths"]]
        return [a for a, _ in places], [b for _, b in places]

    def _named(self, sources: Sequence[int], targets: Sequence[int]) -> dict[str, list[str]]:
        names = self.frame.constructs
        return {"from": [names[a] for a in sources], "to": [names[b] for b in targets]}

    def paths(self) -> pd.DataFrame:
        """Return the paths in the order they were given."""
        a, b = self._pairs()
        drawn = None if self.drawn is None else self.drawn.fit.paths[:, a, b]
        return self._frame(self._named(a, b), self.sample.fit.paths[0, a, b], drawn)

    @cached_property
    def total_effects(self) -> pd.DataFrame:
        """Return direct and indirect effects of every construct on those it leads to."""
        reach = self._reach()
        a, b = (side.tolist() for side in np.nonzero(reach))
        drawn = None if self.drawn is None else self.drawn.fit.total[:, a, b]
        table = self._frame(self._named(a, b), self.sample.fit.total[0, a, b], drawn)
        effects = self.sample.effects()[0, a, b]
        interval = self._interval(None if self.drawn is None else self.drawn.effects()[:, a, b])
        table["effect"] = effects
        table["effect_low"] = np.nan if interval is None else interval[0]
        table["effect_high"] = np.nan if interval is None else interval[1]
        bad = table["from"].isin(self.negative) | table["to"].isin(self.negative)
        return self._withheld(table, bad, ["effect", "effect_low", "effect_high"])

    @staticmethod
    def _withheld(table: pd.DataFrame, bad: pd.Series, columns: list[str]) -> pd.DataFrame:
        """Blank what rests on a negative weight, and say why."""
        if bad.any():
            table.loc[bad, columns] = np.nan
            table.loc[bad, "reason"] = "NEGATIVE_WEIGHT"
        return table

    def _reach(self) -> Floats:
        leads = self.frame.model().leads.astype(float)
        reach, route = leads.copy(), leads
        for _ in range(len(leads)):
            route = route @ leads
            reach += route
        return reach

    def _by_item(self, estimate: Floats, draws: Floats | None) -> pd.DataFrame:
        keys = {"construct": self.frame.construct_of, "item": list(self.frame.items)}
        return self._frame(keys, estimate, draws)

    def loadings(self) -> pd.DataFrame:
        """Return correlations of items with their construct."""
        drawn = None if self.drawn is None else self.drawn.fit.loadings
        return self._by_item(self.sample.fit.loadings[0], drawn)

    def outer_weights(self) -> pd.DataFrame:
        """Return weights of standardised items."""
        drawn = None if self.drawn is None else self.drawn.fit.weights.sum(axis=2)
        return self._by_item(self.sample.fit.weights[0].sum(axis=1), drawn)

    def index_weights(self) -> pd.DataFrame:
        """Return weights that sum to 1; none for a construct with a negative one."""
        drawn = None if self.drawn is None else self.drawn.index_weights
        table = self._by_item(self.sample.index_weights[0], drawn)
        bad = table["construct"].isin(self.negative)
        return self._withheld(table, bad, ["estimate", "ci_low", "ci_high"])

    def r2(self) -> pd.DataFrame:
        """Return R2 of every construct that something leads to."""
        known = np.flatnonzero(~np.isnan(self.sample.fit.r2[0]))
        names = [self.frame.constructs[place] for place in known]
        drawn = None if self.drawn is None else self.drawn.fit.r2[:, known]
        return self._frame({"construct": names}, self.sample.fit.r2[0, known], drawn)

    @cached_property
    def indices(self) -> pd.DataFrame:
        """Return each construct's index with PLS and with equal weights."""
        pls_index, equal = self._index(self.sample)
        drawn = None if self.drawn is None else self._index(self.drawn)[0]
        table = self._frame({"construct": self.frame.constructs}, pls_index[0], drawn)
        on_scale = self._on_scale()
        table = self._withheld(
            table, table["construct"].isin(self.negative), ["estimate", "ci_low", "ci_high"]
        )
        if not all(on_scale):
            off = [not ok for ok in on_scale]
            table.loc[off, ["estimate", "ci_low", "ci_high"]] = np.nan
            table.loc[off, "reason"] = "SCALE"
        table["n"] = pd.array([self._answers(name) for name in self.frame.constructs], "Int64")
        table["equal"] = np.where(on_scale, equal[0], np.nan)
        table["difference"] = table["estimate"] - table["equal"]
        order = ["construct", "n", "estimate", "ci_low", "ci_high", "equal", "difference", "reason"]
        return table[order]

    def _answers(self, construct: str) -> int:
        own = [home == construct for home in self.frame.construct_of]
        return int((~np.isnan(self.frame.grades[:, own])).any(axis=1).sum())

    def _on_scale(self) -> list[bool]:
        grades = self.frame.grades
        inside = (np.nanmin(grades, axis=0) >= -1e-9) & (np.nanmax(grades, axis=0) <= 100 + 1e-9)
        homes = self.frame.construct_of
        return [
            all(ok for ok, home in zip(inside, homes, strict=True) if home == name)
            for name in self.frame.constructs
        ]

    def _index(self, draw: PathDraw) -> tuple[Floats, Floats]:
        block = self.frame.model().block
        means = draw.sample.mean.T
        return (draw.index_weights * means) @ block, means @ (block / block.sum(axis=0))

    def map(self, outcome: str) -> pd.DataFrame:
        """Return total effect on the outcome against performance."""
        effects = self.total_effects
        own = effects[effects["to"] == outcome].set_index("from")
        indices = self.indices.set_index("construct")
        rows: list[dict[str, Any]] = []
        for name in self.frame.constructs:
            if name not in own.index:
                continue
            effect, index = own.loc[name], indices.loc[name]
            rows.append(
                {
                    "construct": name,
                    "n": index["n"],
                    "effect": effect["effect"],
                    "effect_low": effect["effect_low"],
                    "effect_high": effect["effect_high"],
                    "performance": index["estimate"],
                    "performance_low": index["ci_low"],
                    "performance_high": index["ci_high"],
                    "reason": effect["reason"] or index["reason"],
                }
            )
        names = ["construct", "n", "effect", "effect_low", "effect_high"]
        return typed(rows, [*names, "performance", "performance_low", "performance_high", "reason"])

    def checks(self) -> list[Check]:
        """Return what makes the model doubtful."""
        fit = self.sample.fit
        found: list[Check] = []
        for item, home, weight, loading in zip(
            self.frame.items,
            self.frame.construct_of,
            self.sample.index_weights[0],
            fit.loadings[0],
            strict=True,
        ):
            if weight < 0 or loading < 0:
                text = Message(
                    "'{item}' has a negative weight in {construct} (loading {loading:number2}): "
                    "is its scale reversed? The index weights of {construct} are withheld; use "
                    "equal weights, or recode the item.",
                    item=item,
                    construct=home,
                    loading=float(loading),
                )
                found.append(Check(id=f"negative_weight_{item}", passed=False, text=text))
            elif loading < WEAK_LOADING:
                text = Message(
                    "'{item}' hardly belongs to {construct} (loading {loading:number2}, below "
                    "{least:number2}).",
                    item=item,
                    construct=home,
                    loading=float(loading),
                    least=WEAK_LOADING,
                )
                found.append(Check(id=f"weak_loading_{item}", passed=False, text=text))
        weak = [
            (name, value)
            for name, value in zip(self.frame.constructs, fit.r2[0], strict=True)
            if value < WEAK_R2
        ]
        for name, value in weak:
            text = Message(
                "The model explains only {r2:percent} of {construct}.",
                r2=float(value),
                construct=name,
            )
            found.append(Check(id=f"weak_fit_{name}", passed=False, text=text))
        if not fit.converged.all():
            text = Message(
                "The weights still moved after {steps:integer} steps: do not use them.",
                steps=fit.iterations,
            )
            found.append(Check(id="not_converged", passed=False, text=text))
        if self.drawn is not None and not self.drawn.fit.converged.all():
            text = Message(
                "In {count:integer} of {draws:integer} draws the weights still moved at the end; "
                "intervals may be a little off.",
                count=int((~self.drawn.fit.converged).sum()),
                draws=len(self.drawn.fit.converged),
            )
            found.append(Check(id="draws_not_converged", passed=None, text=text))
        if self.sample.sample.smallest[0] < -1e-10:
            text = Message(
                "The pairwise correlations cannot belong to one population and were bent to the "
                'nearest that can. Use missing="em".'
            )
            found.append(Check(id="not_positive_definite", passed=False, text=text))
        return found
