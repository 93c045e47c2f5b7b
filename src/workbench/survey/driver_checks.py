"""When not to trust a driver analysis: what was found, in which column, how many, what to do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.language import LocalizedText, Message
from workbench.results.base import Check
from workbench.survey.driver_fit import driver_errors
from workbench.survey.effects import variance_inflation
from workbench.survey.moments import pair_counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.survey.driver_data import SegmentData
    from workbench.survey.driver_fit import FitOptions
    from workbench.survey.driver_tables import SegmentFit
    from workbench.survey.subsets import Floats

__all__ = ["driver_checks"]

FEW_PAIRS = 50
MANY_LOST = 0.2
HIGH_VIF = 10.0
STRAIGHT_SHARE = 0.10
_ANSWERS_PER_DRIVER = 10


def driver_checks(
    fitted: Sequence[SegmentFit],
    options: FitOptions,
    groups: Mapping[str, Sequence[str]] | None,
    labels: Mapping[str, LocalizedText],
) -> tuple[Check, ...]:
    """Return the checks of all segments; each says where it applies."""
    checks: list[Check] = []
    alone = len(fitted) == 1
    for segment in fitted:
        if segment.suppressed:
            continue
        inside = _Segment(segment, labels, alone=alone)
        checks += inside.of_answers(options)
        if segment.fit is not None:
            checks += inside.of_fit()
    unmapped = [] if groups is None else [g for g, names in groups.items() if list(names) == [g]]
    if unmapped:
        checks.append(
            Check(
                id="drivers_without_group",
                passed=None,
                text=Message(
                    "In no group: {drivers}. Each counts as a group of its own.",
                    drivers=[labels.get(name, name) for name in unmapped],
                ),
            )
        )
    return tuple(checks)


class _Segment:
    """Checks of one segment; ids and texts name it when there are several."""

    def __init__(
        self, segment: SegmentFit, labels: Mapping[str, LocalizedText], *, alone: bool
    ) -> None:
        self.segment = segment
        self.labels = labels
        self.alone = alone

    def _label(self, name: str) -> LocalizedText:
        return self.labels.get(name, name)

    def _check(self, identifier: str, passed: bool | None, text: Message) -> Check:
        if self.alone:
            return Check(id=identifier, passed=passed, text=text)
        name = self.segment.name
        where = Message("no group given") if name is None else name
        return Check(
            id=f"{identifier}:{name}",
            passed=passed,
            text=Message("{segment}: {text}", segment=where, text=text),
        )

    def _names(self, places: Sequence[int]) -> list[LocalizedText]:
        return [self._label(self.segment.data.data.drivers[place]) for place in places]

    def of_answers(self, options: FitOptions) -> list[Check]:
        """Return what can be seen before anything is fitted."""
        data = self.segment.data
        checks: list[Check] = []
        for reason, identifier, text in _LEFT_OUT:
            places = [place for place, own in enumerate(data.reasons) if own == reason]
            if places:
                own = text.with_values(drivers=self._names(places), n=data.n_outcome)
                checks.append(self._check(identifier, False, own))
        if data.n_outcome and data.n_complete < data.n_outcome:
            checks.append(self._complete_rows(options.missing, data))
        checks += self._straight_lines(data)
        checks += self._mixed_scales(data)
        ungraded = [
            place
            for place in data.kept
            if not data.data.is_graded[place] and not data.data.is_category[place]
        ]
        if ungraded:
            checks.append(
                self._check(
                    "not_on_scale",
                    False,
                    Message(
                        "Not on 0–100: {drivers}. They have no grade and no quadrant; give scale= "
                        "with the ends of their scale.",
                        drivers=self._names(ungraded),
                    ),
                )
            )
        if data.sampling().lonely:
            checks.append(
                self._check(
                    "lonely_cluster",
                    False,
                    Message(
                        "{count:integer} strata hold a single cluster, whose variation cannot be "
                        "seen: intervals are too short. Merge these strata with neighbours.",
                        count=len(data.sampling().lonely),
                    ),
                )
            )
        return checks

    def _complete_rows(self, missing: str, data: SegmentData) -> Check:
        lost = data.n_outcome - data.n_complete
        values = {"n": data.n_outcome, "complete": data.n_complete, "lost": lost}
        if missing == "listwise":
            return self._check(
                "complete_rows",
                lost <= MANY_LOST * data.n_outcome,
                Message(
                    "Only those who answered everything are used: {complete:integer} of "
                    '{n:integer}. missing="pairwise" keeps the other {lost:integer}.',
                    **values,
                ),
            )
        return self._check(
            "complete_rows",
            None,
            Message(
                "{n:integer} answers are used; had every question been required, "
                "{complete:integer} would be left.",
                **values,
            ),
        )

    def _straight_lines(self, data: SegmentData) -> list[Check]:
        numeric = [place for place in data.kept if not data.data.is_category[place]]
        if len(numeric) < 5 or not len(data.rows):
            return []
        grades = data.data.grades[data.rows][:, numeric]
        answered = (~np.isnan(grades)).sum(axis=1)
        high, low = np.fmax.reduce(grades, axis=1), np.fmin.reduce(grades, axis=1)
        asked = answered >= 5
        flat = asked & (high == low)
        count = int(flat.sum())
        if not count or count <= STRAIGHT_SHARE * max(int(asked.sum()), 1):
            return []
        return [
            self._check(
                "straight_lines",
                False,
                Message(
                    "{count:integer} of {n:integer} respondents gave every driver the same grade "
                    "({share:percent}). That pushes all correlations up and evens out shares; "
                    "compare with these rows left out.",
                    count=count,
                    n=int(asked.sum()),
                    share=count / int(asked.sum()),
                ),
            )
        ]

    def _mixed_scales(self, data: SegmentData) -> list[Check]:
        """Find drivers whose grades stop far below what the others reach, or start far above."""
        graded = [place for place in data.kept if data.data.is_graded[place]]
        if len(graded) < 2 or len(data.rows) < 2 * FEW_PAIRS:
            return []
        grades = data.data.grades[data.rows][:, graded]
        high = np.fmax.reduce(grades, axis=0)
        odd = [graded[i] for i in np.flatnonzero((high <= 60) & (np.median(high) >= 80))]
        if not odd:
            return []
        return [
            self._check(
                "mixed_scales",
                False,
                Message(
                    "No grade above 60 for {drivers}, while the others reach 80 or more: was it "
                    "asked on a shorter scale? Give scale= a dict with the ends of each column.",
                    drivers=self._names(odd),
                ),
            )
        ]

    def of_fit(self) -> list[Check]:
        """Return what the correlations and the draws show."""
        fit, data = self.segment.fit, self.segment.data
        if fit is None:
            return []
        correlation = fit.sample.correlation[..., 0]
        return [
            *self._few_pairs(data),
            *self._impossible(fit.sample.smallest[0], data),
            *self._aliased(correlation, data),
            *self._reversed(correlation, data),
            *self._negative(fit.effect, correlation, data),
            *self._few_answers(data),
            *self._inside_null(),
            *self._sampled_orders(),
        ]

    def _few_pairs(self, data: SegmentData) -> list[Check]:
        first = [unit[0] for unit in data.units]
        counts = pair_counts(data.answers)[np.ix_(first, first)]
        np.fill_diagonal(counts, np.inf)
        if counts.size < 4 or counts.min() >= FEW_PAIRS or counts.min() >= data.n_outcome:
            return []
        a, b = (int(place) for place in np.unravel_index(counts.argmin(), counts.shape))
        text = Message(
            "Only {n:integer} respondent answered both {first} and {second}: their shares rest on "
            "few. Consider leaving one out.",
            "Only {n:integer} respondents answered both {first} and {second}: their shares rest on "
            "few. Consider leaving one out.",
            n=int(counts[a, b]),
            first=self._names([data.kept[a]])[0],
            second=self._names([data.kept[b]])[0],
        )
        return [self._check("few_pairs", False, text)]

    def _impossible(self, smallest: float, data: SegmentData) -> list[Check]:
        if smallest >= -1e-10:
            return []
        return [
            self._check(
                "not_positive_definite",
                False,
                Message(
                    "The correlations, each from those who answered that pair, cannot belong to "
                    "one population (smallest eigenvalue {value}, {columns:integer} columns); they "
                    'were bent to the nearest that can. Use missing="em", or leave out the driver '
                    "with fewest answers.",
                    value=f"{smallest:.2g}",
                    columns=data.answers.shape[1],
                ),
            )
        ]

    def _aliased(self, correlation: Floats, data: SegmentData) -> list[Check]:
        infinite = np.isinf(variance_inflation(correlation))
        places = [
            place
            for place, unit in zip(data.kept, data.units, strict=True)
            if infinite[list(unit)].any()
        ]
        if not places:
            return []
        return [
            self._check(
                "aliased_drivers",
                False,
                Message(
                    "{drivers} determine each other exactly ({count:integer} columns): their "
                    "importance is split evenly and their effects cannot be told apart. Keep one, "
                    "or make one index of them.",
                    drivers=self._names(places),
                    count=len(places),
                ),
            )
        ]

    def _reversed(self, correlation: Floats, data: SegmentData) -> list[Check]:
        """Find drivers that go against the outcome and against most other drivers."""
        singles = [
            (place, unit[0])
            for place, unit in zip(data.kept, data.units, strict=True)
            if len(unit) == 1
        ]
        if len(singles) < 3:
            return []
        columns = [column for _, column in singles]
        limit = 3 / np.sqrt(max(data.n_outcome, 1))
        inner = correlation[np.ix_(columns, columns)]
        against = (inner < -limit).sum(axis=1) > (len(columns) - 1) / 2
        turned = [
            place
            for (place, column), odd in zip(singles, against, strict=True)
            if odd and correlation[column, -1] < -limit
        ]
        if not turned:
            return []
        return [
            self._check(
                "reversed_item",
                False,
                Message(
                    "{drivers} falls where the outcome and the other drivers rise: is its scale "
                    "reversed? Give scale= its ends in falling order, or recode it.",
                    drivers=self._names(turned),
                ),
            )
        ]

    def _negative(self, effect: Floats, correlation: Floats, data: SegmentData) -> list[Check]:
        """Find drivers whose slope and correlation point in opposite directions."""
        errors = driver_errors(self.segment.fit, data) if self.segment.fit else effect
        vif = variance_inflation(correlation)
        opposite: list[dict[str, object]] = []
        sure: list[int] = []
        for position, (place, unit) in enumerate(zip(data.kept, data.units, strict=True)):
            own, r, inflation = effect[position], correlation[unit[0], -1], vif[unit[0]]
            if not (np.isfinite(own) and np.isfinite(inflation) and own < 0 < r):
                continue
            name = data.data.drivers[place]
            opposite.append({"driver": name, "effect": own, "correlation": r, "vif": inflation})
            if own < -2 * errors[position]:
                sure.append(place)
        if not opposite:
            return []
        table = pd.DataFrame(opposite)
        names = [self._label(str(name)) for name in table["driver"]]
        if sure:
            text = Message(
                "{drivers} go with the outcome on their own but against it with the other drivers "
                "equal, more than chance explains: {sure}. They tell the same story as others "
                "(variance inflation up to {vif:number}); group them before reading effects.",
                drivers=names,
                sure=self._names(sure),
                vif=float(table["vif"].max()),
            )
        else:
            text = Message(
                "{drivers}: on their own they go with the outcome; with the other drivers equal "
                "the effect is negative, within its error (variance inflation up to {vif:number}). "
                "Read as no effect shown.",
                drivers=names,
                vif=float(table["vif"].max()),
            )
        return [replace(self._check("negative_effects", not sure, text), table=table)]

    def _few_answers(self, data: SegmentData) -> list[Check]:
        columns = data.n_columns + data.n_controls
        if len(data.answers) >= _ANSWERS_PER_DRIVER * columns:
            return []
        return [
            self._check(
                "few_answers",
                False,
                Message(
                    "{n:integer} answers for {columns:integer} columns: R² is too high and "
                    "shares are drawn towards each other. Ten answers a driver is a least; group "
                    "drivers.",
                    n=len(data.answers),
                    columns=columns,
                ),
            )
        ]

    def _inside_null(self) -> list[Check]:
        fit = self.segment.fit
        if fit is None or fit.null_shares is None:
            return []
        limit = np.quantile(fit.null_shares, 0.95, axis=1)
        inside = [
            place
            for place, own, most in zip(self.segment.data.kept, fit.share, limit, strict=True)
            if own <= most
        ]
        if not inside:
            return []
        return [
            self._check(
                "inside_null_band",
                None,
                Message(
                    "Not distinguishable from nothing: {drivers}. A driver without a link of "
                    "its own to the outcome gets as large a share in 5 of 100 cases.",
                    drivers=self._names(inside),
                ),
            )
        ]

    def _sampled_orders(self) -> list[Check]:
        fit = self.segment.fit
        if fit is None or fit.order_error is None:
            return []
        return [
            self._check(
                "sampled_orders",
                None,
                Message(
                    "{count:integer} drivers are too many for all subsets: LMG is estimated from "
                    "random orders of entry, with an error of at most {error} in R². Groups "
                    "would make it exact.",
                    count=fit.importance.size,
                    error=f"{fit.order_error.max():.2g}",
                ),
            )
        ]


_LEFT_OUT: tuple[tuple[str, str, Message], ...] = (
    (
        "ALL_MISSING",
        "all_missing_driver",
        Message(
            "Nobody among {n:integer} answered {drivers}; it is left out. Check its missing codes, "
            "or take it off the list.",
        ),
    ),
    (
        "CONSTANT",
        "constant_driver",
        Message(
            "Everyone among {n:integer} gave {drivers} the same answer; its importance is 0. Leave "
            "it out, or check how it was read.",
        ),
    ),
    (
        "FLOOR",
        "driver_under_floor",
        Message(
            "Fewer than the reporting floor, of {n:integer}, answered {drivers}; it is left out.",
        ),
    ),
    (
        "TOO_FEW",
        "driver_too_few",
        Message(
            "Too few of {n:integer} answered {drivers} for a model with all drivers; it is left "
            "out. Take more waves together, or use fewer drivers.",
        ),
    ),
)
