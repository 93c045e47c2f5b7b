"""How much and why side by side, step by step of the journey, and where the two disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from workbench.errors import DataError
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.segments import require_columns
from workbench.joint.comparing import Ground, correction_words, false_discovery
from workbench.joint.disagreements import disagreements_of
from workbench.joint.scores import theme_polarity
from workbench.language import Message
from workbench.results.touchpoints import TouchpointsResult
from workbench.survey.design import read_numbers
from workbench.survey.measure import checked_confidence
from workbench.survey.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from workbench.coding.reading import CorpusReader
    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.joint.writers import Writers
    from workbench.language import LocalizedText
    from workbench.results.drivers import DriversResult
    from workbench.results.joint import CommentLinksResult, JointResult

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

__all__ = ["touchpoints"]

_GRADE = ("performance", "performance_low", "performance_high", "against_others")
_WEIGHT = ("importance", "importance_low", "importance_high")
_VOICES = (
    *("barrier", "barrier_low", "barrier_high"),
    *("success", "success_low", "success_high"),
)
_P_VALUES = ("p_grade", "p_signs", "p_said")
_NUMBERS = (*_GRADE, *_WEIGHT, *_VOICES, *_P_VALUES)
_COUNTS = ("n", "rank", "n_written", "n_barrier", "n_success")
_TEXTS = ("grade", "voices", "said", "most_barrier", "most_success", "suppressed", "reason")


def touchpoints(
    answers: pd.DataFrame,
    corpus: CorpusReader | CommentLinksResult,
    steps: Mapping[str, Sequence[str]],
    *,
    importance: DriversResult | None = None,
    themes: JointResult | None = None,
    respondent: str = "respondent_id",
    customer: str | None = None,
    wave: str = "wave",
    texts: Mapping[str, str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    labels: Mapping[str, LocalizedText] | None = None,
    owners: Mapping[str, LocalizedText] | None = None,
    correction: Literal["fdr_any", "fdr"] = "fdr_any",
    alpha: float = 0.05,
    confidence: float = 0.95,
    floor: int = FLOOR,
    protect: SuppressionPattern | None = None,
) -> TouchpointsResult:
    """Set the grade and weight of each step beside what customers say hinders and helps there.

    The grade of a step is the mean of its drivers, customer by customer. Voices are customers who
    wrote and bring up a theme of the step as a barrier, or as a success factor. Three things are
    tested for each step, all corrected together: whether its grade differs from that of the other
    steps, whether barriers outnumber success factors, and whether barriers are more common than at
    the other steps. Where the tests of grade and of voices point apart, the two disagree.

    Parameters
    ----------
    answers, corpus
        As in :func:`joint`, of one wave.
    steps
        Step of the journey -> columns of its drivers, graded 0-100.
    importance
        From :func:`drivers` with ``groups=steps``: the weight of each step.
    themes
        From :func:`joint`: themes whose score goes against what they are said to be are listed
        among the disagreements.
    respondent, customer, wave, texts, weight, strata, cluster, correction, alpha, confidence
        As in :func:`joint`.
    labels, owners
        Names of the steps, and who owns each.
    floor, protect
        As in :func:`joint`.

    Returns
    -------
    TouchpointsResult
        A row per step, and the disagreements.

    Raises
    ------
    DataError
        If a column is absent or not graded 0-100, or ``steps`` is empty.
    """
    if not steps or not all(steps.values()):
        raise DataError("steps must name at least one driver column for each touchpoint.")
    require_columns(answers, [name for names in steps.values() for name in names])
    checked_confidence(1 - alpha)
    ground = Ground.read(
        answers,
        corpus,
        by=None,
        respondent=respondent,
        customer=customer,
        wave=wave,
        texts=texts,
        level="theme",
        questions=None,
        design={"weight": weight, "strata": strata, "cluster": cluster},
        confidence=confidence,
        floor=floor,
        protect=protect,
    )
    grades = np.column_stack([_grade(answers, names) for names in steps.values()])
    signs = {
        sign: np.column_stack([_of_step(ground.writers, step, sign) for step in steps])
        for sign in ("barrier", "success")
    }
    rows: list[dict[str, Any]] = []
    for place, step in enumerate(steps):
        row: dict[str, Any] = {"touchpoint": step, "suppressed": "", "reason": ""}
        row |= _graded(ground, grades, place) | _weighed(importance, step)
        row |= _voiced(ground, signs, place, step)
        rows.append(row)
    table = _table(rows)
    adjusted = false_discovery(table[list(_P_VALUES)].to_numpy().ravel(), correction)
    family = int(np.count_nonzero(~np.isnan(adjusted)))
    table = _judged(table, adjusted.reshape(-1, len(_P_VALUES)), alpha)
    return TouchpointsResult(
        table=table,
        method=Message(
            "Grade: the mean of a step’s drivers, customer by customer; voices: customers who "
            "wrote, each once; steps against the mean of the others in the same answers, barriers "
            "against success factors by an exact sign test of customers, unweighted; {design}; "
            "{correction}.",
            design=ground.design.words(),
            correction=correction_words(correction, family),
        ),
        checks=ground.writers.links.result.checks,
        disagreements=disagreements_of(table, themes),
        themes=_themes(ground, list(steps)),
        labels=dict(labels or {}),
        theme_labels=dict(ground.writers.links.labels),
        owners=dict(owners or {}),
        confidence=ground.confidence,
        alpha=alpha,
        floor=ground.floor,
        family=family,
    )


def _grade(answers: pd.DataFrame, names: Sequence[str]) -> Floats:
    """Return the mean of a step's drivers per row, over those that were graded."""
    columns = np.column_stack([read_numbers(answers, name) for name in names])
    known = columns[~np.isnan(columns)]
    if known.size and (known.min() < 0 or known.max() > 100):
        raise DataError(
            "Drivers must be graded 0-100; some lie outside. study.survey() grades them so."
        )
    n = (~np.isnan(columns)).sum(axis=1)
    sums = np.nansum(columns, axis=1)
    return np.where(n > 0, sums / np.maximum(n, 1), np.nan)


def _of_step(writers: Writers, step: str, sign: str) -> Flags:
    """Return rows whose customer brings up any theme of the step with the sign."""
    flags: Flags = getattr(writers, sign)
    own = [
        number
        for number, theme in enumerate(writers.themes)
        if writers.links.touchpoints.get(theme) == step
    ]
    return np.asarray(flags[:, own].sum(axis=1) > 0)


def _mean(ground: Ground, points: Floats, rows: Any, scale: tuple[float, float]) -> Any:
    outcome = Outcome("grade", points, "mean", scale)
    return ground.compare(rows, rows[:0], outcome).first


def _against(ground: Ground, values: Floats, place: int, rows: Any) -> tuple[float, float]:
    """Return the mean of a column minus the person's mean of the others, and its p-value."""
    from workbench.estimates import mean_difference

    others = np.delete(values, place, axis=1)
    known = (~np.isnan(others)).sum(axis=1)
    rest = np.where(known > 0, np.nansum(others, axis=1) / np.maximum(known, 1), np.nan)
    found = _mean(ground, values[:, place] - rest, rows, (-np.inf, np.inf))
    variance = found.error.variance
    if variance is None:
        return found.estimate, np.nan
    return found.estimate, mean_difference(found.estimate, variance, found.error.df)[2]


def _graded(ground: Ground, grades: Floats, place: int) -> dict[str, Any]:
    everyone = np.arange(len(ground.answers), dtype=np.intp)
    n = int((~np.isnan(grades[:, place])).sum())
    if n < ground.floor or ground.tags(lambda writers: np.ones(writers.wrote.size, bool))[0]:
        return {"n": None, "reason": "FLOOR"}
    found = _mean(ground, grades[:, place], everyone, (0.0, 100.0))
    against, p_value = np.nan, np.nan
    if grades.shape[1] > 1:
        against, p_value = _against(ground, grades, place, everyone)
    return {
        "n": n,
        "performance": found.estimate,
        "performance_low": found.ci_low,
        "performance_high": found.ci_high,
        "against_others": against,
        "p_grade": p_value,
        "reason": found.reason,
    }


def _weighed(importance: DriversResult | None, step: str) -> dict[str, Any]:
    if importance is None or importance.groups is None:
        return {}
    own = importance.groups[importance.groups["group"] == step]
    if own.empty:
        return {}
    row = own.iloc[0]
    return {
        "importance": row["share"],
        "importance_low": row["ci_low"],
        "importance_high": row["ci_high"],
        "rank": row["rank"],
    }


def _voiced(ground: Ground, signs: Mapping[str, Flags], place: int, step: str) -> dict[str, Any]:
    """Return who says what hinders and helps at a step, of those who wrote."""
    writers = ground.writers
    everyone = np.arange(len(ground.answers), dtype=np.intp)
    kept, _ = writers.said_by(everyone, signs["barrier"][:, place])
    if kept.size < ground.floor:
        return {"suppressed": "floor", "reason": "FLOOR"}
    found: dict[str, Any] = {"n_written": kept.size}
    per_step = {
        sign: np.column_stack(
            [writers.said_by(everyone, flags[:, own])[1] for own in range(flags.shape[1])]
        )
        for sign, flags in signs.items()
    }
    is_hidden = False
    for sign, said in per_step.items():
        n = int(said[:, place].sum())
        tag = ground.tags(lambda own, sign=sign: _of_step(own, step, sign))[0]
        if 0 < n < ground.floor or tag:
            is_hidden = True
            found["suppressed"] = tag or "floor"
            continue
        own = ground.compare(kept, kept[:0], ground.share(kept, said[:, place])).first
        found |= {f"n_{sign}": n, sign: own.estimate / 100}
        found |= {f"{sign}_low": own.ci_low / 100, f"{sign}_high": own.ci_high / 100}
        found[f"most_{sign}"] = _most_said(ground, step, sign)
    if is_hidden:
        return found
    only = [
        int((per_step[sign][:, place] & ~per_step[other][:, place]).sum())
        for sign, other in (("barrier", "success"), ("success", "barrier"))
    ]
    found["more"] = only[0] - only[1]
    if sum(only):
        found["p_signs"] = float(binomtest(only[0], sum(only)).pvalue)
    if per_step["barrier"].shape[1] > 1:
        values = np.full((len(ground.answers), per_step["barrier"].shape[1]), np.nan)
        values[kept] = per_step["barrier"]
        found["more_said"], found["p_said"] = _against(ground, values, place, kept)
    return found


def _most_said(ground: Ground, step: str, sign: str) -> str | None:
    """Return the theme of a step that most customers bring up with the sign, if it may be shown."""
    writers = ground.writers
    everyone = np.arange(len(ground.answers), dtype=np.intp)
    flags: Flags = getattr(writers, sign)
    counts = {
        theme: int(writers.said_by(everyone, flags[:, number])[1].sum())
        for number, theme in enumerate(writers.themes)
        if writers.links.touchpoints.get(theme) == step
    }
    shown = {theme: n for theme, n in counts.items() if n >= ground.floor}
    return max(shown, key=lambda theme: shown[theme]) if shown else None


def _themes(ground: Ground, steps: Sequence[str]) -> pd.DataFrame:
    """Return how many bring up each theme of a step, the most said first."""
    writers = ground.writers
    everyone = np.arange(len(ground.answers), dtype=np.intp)
    polarities = theme_polarity(writers)
    rows: list[dict[str, Any]] = []
    for number, theme in enumerate(writers.themes):
        step = writers.links.touchpoints.get(theme)
        if step not in steps:
            continue
        kept, said = writers.said_by(everyone, writers.said[:, number])
        n = int(said.sum())
        row = {"touchpoint": step, "theme": theme, "polarity": polarities[theme]}
        tag = ground.tags(lambda own, place=number: own.said[:, place])[0]
        if 0 < n < ground.floor or tag or kept.size < ground.floor:
            rows.append(row | {"suppressed": tag or "floor"})
            continue
        found = ground.compare(kept, kept[:0], ground.share(kept, said)).first
        ends = {"share_low": found.ci_low / 100, "share_high": found.ci_high / 100}
        rows.append(
            row | {"n_customers": n, "share": found.estimate / 100, "suppressed": ""} | ends
        )
    columns = ["touchpoint", "theme", "polarity", "n_customers", "share", "share_low"]
    table = pd.DataFrame(rows, columns=[*columns, "share_high", "suppressed"]).astype(
        {
            **dict.fromkeys(["touchpoint", "theme", "polarity", "suppressed"], "str"),
            **dict.fromkeys(["share", "share_low", "share_high"], "float64"),
            "n_customers": "Int64",
        }
    )
    order = [steps.index(step) for step in table["touchpoint"]]
    return (
        table.assign(order=order)
        .sort_values(["order", "share"], ascending=[True, False], kind="stable")
        .drop(columns="order")
        .reset_index(drop=True)
    )


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = ["touchpoint", *_COUNTS, *_NUMBERS, *_TEXTS, "more", "more_said"]
    return (
        pd.DataFrame(rows)
        .reindex(columns=columns)
        .astype(
            {
                **dict.fromkeys(["touchpoint", *_TEXTS], "str"),
                **dict.fromkeys(_COUNTS, "Int64"),
                **dict.fromkeys([*_NUMBERS, "more", "more_said"], "float64"),
            }
        )
    )


def _judged(table: pd.DataFrame, adjusted: Floats, alpha: float) -> pd.DataFrame:
    """Say what each corrected test says, in the three columns of verdicts."""
    sides = {
        "grade": (table["against_others"], ("above", "below")),
        "voices": (table["more"], ("barriers", "successes")),
        "said": (table["more_said"], ("more", "fewer")),
    }
    judged = table.drop(columns=["more", "more_said"])
    for place, (name, (change, (up, down))) in enumerate(sides.items()):
        judged[name] = pd.array(
            [
                ("" if np.isnan(p) else "no_sure_difference")
                if np.isnan(p) or p > alpha
                else (up if value > 0 else down)
                for p, value in zip(adjusted[:, place], change, strict=True)
            ],
            dtype="str",
        )
    for place, name in enumerate(_P_VALUES):
        judged[f"{name}_adjusted"] = adjusted[:, place]
    return judged
