"""Themes by variant of an experiment: what a change made customers bring up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.estimates import share_interval
from workbench.experiment.comparing import compare_proportions
from workbench.experiment.plan import load_plan
from workbench.inputs.disclosure import FLOOR, checked_floor
from workbench.inputs.readers import read_table
from workbench.inputs.segments import group_codes, group_names, require_columns
from workbench.joint.comparing import correction_words, false_discovery, verdict_of
from workbench.joint.writers import find_writers
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.joint import ThemeVariantsResult
from workbench.survey.measure import checked_confidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from workbench.coding.reading import CorpusReader
    from workbench.inputs.study import Study
    from workbench.joint.writers import Writers
    from workbench.results.joint import CommentLinksResult

__all__ = ["theme_trial", "theme_variants"]

_SHARES = ("share", "share_low", "share_high", "share_control", "difference", "ci_low", "ci_high")
_NUMBERS = (*_SHARES, "p_value", "p_adjusted")
_COUNTS = ("n_units", "n_customers", "n_control_units", "n_control")


def theme_variants(
    units: pd.DataFrame,
    corpus: CorpusReader | CommentLinksResult,
    *,
    variant: str,
    control: str,
    base: Literal["everyone", "writers"] = "everyone",
    level: Literal["theme", "code", "touchpoint"] = "theme",
    questions: Sequence[str] | None = None,
    respondent: str = "respondent_id",
    wave: str = "wave",
    texts: Mapping[str, str] | None = None,
    correction: Literal["fdr_any", "fdr"] = "fdr_any",
    alpha: float = 0.05,
    confidence: float = 0.95,
    floor: int = FLOOR,
) -> ThemeVariantsResult:
    """Compare how many bring up each theme in each variant of an experiment.

    The share is of every customer assigned to the variant, since only that comparison is as it was
    drawn: who writes may itself be an effect. With ``base="writers"`` it is of those who wrote, and
    the result is worded as an association.

    Parameters
    ----------
    units
        A row per unit of the experiment, also those who wrote nothing.
    corpus
        From :func:`load_corpus`: comments of these units.
    variant, control
        Column of the variant, and the name of the control.
    base
        ``everyone`` assigned, or ``writers``.
    level, questions, respondent, wave, texts, correction, alpha, confidence
        As in :func:`joint`; ``respondent`` is the unit's key.
    floor
        Themes that fewer customers of a variant bring up are not shown for it; none is.

    Returns
    -------
    ThemeVariantsResult
        A row per theme and treatment.

    Raises
    ------
    DataError
        If a column is absent, a unit is in two rows or has no variant, or the control is not among
        the variants.
    """
    require_columns(units, [respondent, variant])
    checked_confidence(1 - alpha)
    confidence, floor = checked_confidence(confidence), checked_floor(floor)
    repeated = int(units[respondent].dropna().duplicated().sum())
    if repeated:
        raise DataError(
            f"A unit must be in one row; {repeated} rows repeat '{respondent}'. Keep each unit's "
            f"first assignment before comparing variants."
        )
    codes, names = group_codes(units[variant])
    if None in names:
        raise DataError(
            f"Every unit must have a variant; {int((codes == names.index(None)).sum())} rows of "
            f"'{variant}' have none. Leave them out and say so."
        )
    if control not in names:
        raise DataError(f"The control '{control}' is not a value of '{variant}'.")
    keys: dict[str, Any] = {"respondent": respondent, "wave": wave, "texts": texts}
    writers = find_writers(units, corpus, level=level, questions=questions, **keys)
    inside = writers.wrote if base == "writers" else np.ones(len(units), bool)
    rows = [
        _row(writers, number, codes == names.index(name), codes == names.index(control), inside,
             {"theme": theme, "segment": name}, confidence, floor)
        for number, theme in enumerate(writers.themes)
        for name in names
        if name != control
    ]  # fmt: skip
    table = _table(rows)
    table["p_adjusted"] = false_discovery(table["p_value"].to_numpy(), correction)
    table["verdict"] = pd.array(
        [
            verdict_of(tag, p, change, alpha)
            for tag, p, change in zip(
                table["suppressed"], table["p_adjusted"], table["difference"], strict=True
            )
        ],
        dtype="str",
    )
    family = int(table["p_value"].notna().sum())
    written = _written(writers, codes, [str(name) for name in names], confidence, floor)
    return ThemeVariantsResult(
        table=table,
        method=_method(base, correction, family),
        checks=(*writers.links.result.checks, *_checks(written, control, alpha)),
        written=written,
        control=control,
        confidence=confidence,
        alpha=alpha,
        floor=floor,
        family=family,
        correction=correction,
        base=base,
    )


def theme_trial(
    study: Study, corpus: CorpusReader, experiment: str, **choices: Any
) -> ThemeVariantsResult | None:
    """Compare themes between the variants of an experiment of the study.

    Parameters
    ----------
    study
        From :func:`load_study`.
    corpus
        Its corpus. Comments name units by their key, or by the study's pseudonym of it.
    experiment
        Its name in ``study.toml``.
    **choices
        As in :func:`theme_variants`.

    Returns
    -------
    ThemeVariantsResult or None
        None where no comment is from a unit of the experiment.

    Raises
    ------
    StudyError, PlanError
        If there is no such experiment.
    """
    plan = load_plan(study, experiment)
    variant, unit = plan.model.variant, plan.model.unit
    frame = read_table(plan.data_path).frame
    require_columns(frame, [unit, variant])
    units = frame[[unit, variant]].dropna().drop_duplicates(unit, ignore_index=True)
    spoken = set(corpus.parts["respondent"].dropna().tolist())
    respondents = pd.Series(group_names(units[unit]), units.index, dtype="str")
    if spoken.isdisjoint(respondents.tolist()):
        respondents = study.pseudonyms.of(respondents)
        if spoken.isdisjoint(respondents.tolist()):
            return None
    return theme_variants(
        units.assign(**{unit: respondents}),
        corpus,
        variant=variant,
        control=plan.model.control,
        respondent=unit,
        **{name: value for name, value in choices.items() if name != "texts"},
    )


def _row(
    writers: Writers,
    number: int,
    treated: NDArray[np.bool_],
    controlled: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    named: dict[str, Any],
    confidence: float,
    floor: int,
) -> dict[str, Any]:
    said = writers.said[:, number]
    sides = [(int((said & side & inside).sum()), int((side & inside).sum()))
             for side in (treated, controlled)]  # fmt: skip
    (x, n), (x_control, n_control) = sides
    if any(0 < count < floor for pair in sides for count in pair):
        return named | {"suppressed": "floor", "reason": "FLOOR"}
    if not n or not n_control:
        return named | {"suppressed": "", "reason": "NO_ANSWERS"}
    low, high = share_interval(x / n, n, confidence=confidence)
    numbers = {
        "n_units": n,
        "n_customers": x,
        "share": x / n,
        "share_low": float(low),
        "share_high": float(high),
        "n_control_units": n_control,
        "n_control": x_control,
        "share_control": x_control / n_control,
        "suppressed": "",
    }
    found = compare_proportions(x, n, x_control, n_control, confidence=confidence)
    return (
        named
        | numbers
        | {
            "difference": found.estimate,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "p_value": found.p_value,
            "reason": found.reason or "",
        }
    )


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = [
        *("theme", "segment", "n_units", "n_customers", *_SHARES[:3]),
        *("n_control_units", "n_control", *_SHARES[3:], "p_value", "p_adjusted", "verdict"),
        *("suppressed", "reason"),
    ]
    texts = ["theme", "segment", "verdict", "suppressed", "reason"]
    return pd.DataFrame(rows, columns=columns).astype(
        {
            **dict.fromkeys(texts, "str"),
            **dict.fromkeys(_NUMBERS, "float64"),
            **dict.fromkeys(_COUNTS, "Int64"),
        }
    )


def _written(
    writers: Writers,
    codes: NDArray[np.intp],
    names: list[str],
    confidence: float,
    floor: int,
) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for place, name in enumerate(names):
        n, wrote = int((codes == place).sum()), int((writers.wrote & (codes == place)).sum())
        low, high = share_interval(wrote / n if n else np.nan, n, confidence=confidence)
        row: dict[str, Any] = {"segment": name, "suppressed": "floor"}
        if not 0 < wrote < floor:
            row |= {"n_units": n, "n_written": wrote, "suppressed": ""}
            row |= {"share": wrote / n, "ci_low": float(low), "ci_high": float(high)}
        rows.append(row)
    columns = ["segment", "n_units", "n_written", "share", "ci_low", "ci_high", "suppressed"]
    return pd.DataFrame(rows, columns=columns).astype(
        {
            **dict.fromkeys(["segment", "suppressed"], "str"),
            **dict.fromkeys(["n_units", "n_written"], "Int64"),
            **dict.fromkeys(["share", "ci_low", "ci_high"], "float64"),
        }
    )


def _checks(written: pd.DataFrame, control: str, alpha: float) -> tuple[Check, ...]:
    """Warn where one variant made more people write: then those who wrote are not alike."""
    shown = written[written["suppressed"] == ""]
    base = shown[shown["segment"] == control]
    if base.empty:
        return ()
    n_control, x_control = int(base["n_units"].iloc[0]), int(base["n_written"].iloc[0])
    unequal = [
        str(row["segment"])
        for row in shown.to_dict("records")
        if row["segment"] != control
        and (
            p := compare_proportions(
                int(row["n_written"]), int(row["n_units"]), x_control, n_control
            ).p_value
        )
        is not None
        and p < alpha
    ]
    if not unequal:
        text = Message("As many wrote in each variant, as far as can be seen.")
        return (Check(id="as_many_wrote", passed=True, text=text),)
    text = Message(
        "Not as many wrote in {names} as in control: compare shares of everyone, not of those who "
        "wrote.",
        names=unequal,
    )
    return (Check(id="as_many_wrote", passed=False, text=text),)


def _method(base: str, correction: str, family: int) -> Message:
    corrected = correction_words(correction, family)
    if base == "writers":
        return Message(
            "Shares of those who wrote, by variant, with Miettinen and Nurminen’s interval; "
            "{correction}. Who writes may differ between variants, so this is an association.",
            correction=corrected,
        )
    return Message(
        "Shares of all customers assigned to each variant, whether they wrote or not, with "
        "Miettinen and Nurminen’s interval; {correction}. Assignment was random, so a difference "
        "is an effect of the variant.",
        correction=corrected,
    )
