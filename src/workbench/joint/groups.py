"""Who brings each theme up: shares by promoter group, driver level, market, wave, source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from workbench.errors import DataError, near_match
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.segments import by_columns, require_columns
from workbench.joint.comparing import Ground, instead_of_numbers, with_rank
from workbench.joint.together import adjust_jointly
from workbench.language import Message
from workbench.results.joint import ThemeGroupsResult
from workbench.results.survey import RANK_FLOOR
from workbench.survey.design import read_numbers
from workbench.survey.measure import checked_confidence
from workbench.survey.outcome import read_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.coding.reading import CorpusReader
    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.inputs.models.survey import SurveyModel
    from workbench.inputs.segments import Segment
    from workbench.language import LocalizedText
    from workbench.results.joint import CommentLinksResult

__all__ = ["LEVELS", "PROMOTER_GROUPS", "joint_outcomes", "score_groups", "theme_groups"]

PROMOTER_GROUPS = ("promoter", "passive", "detractor")
LEVELS = ("low", "middle", "high")
_SHARES = ("share", "share_low", "share_high", "rest", "difference", "ci_low", "ci_high")
_NUMBERS = (*_SHARES, "p_value", "p_adjusted")


def joint_outcomes(survey: SurveyModel, first: str) -> list[str]:
    """Return the scores that themes are set beside: one first, then NKI, NPS and its own question.

    Parameters
    ----------
    survey
        From ``study.survey_model()``.
    first
        The outcome a report is about.

    Raises
    ------
    DataError
        If the survey has no such outcome.
    """
    outcomes = survey.outcomes
    if first not in outcomes:
        raise DataError(f"The survey has no outcome '{first}'.{near_match(first, outcomes)}")
    names = [first, *(name for name in ("nki", "nps") if name in outcomes)]
    asked = [
        item
        for name in names
        if (outcomes[name].kind or name) == "nps" and (item := outcomes[name].item) is not None
    ]
    return list(dict.fromkeys([*names, *asked]))


def score_groups(
    answers: pd.DataFrame,
    *,
    net: str | None = "nps",
    drivers: Sequence[str] = (),
    low_grade: float = 50.0,
    high_grade: float = 75.0,
) -> pd.DataFrame:
    """Add columns that group customers by how they scored, for ``by=`` of :func:`theme_groups`.

    Parameters
    ----------
    answers
        A row per respondent and wave.
    net
        Column of a net score in points (-100, 0, 100): adds ``promoter_group``. None: not.
    drivers
        Columns of grades 0-100: each adds ``<driver>_level``, ``low`` below ``low_grade``, ``high``
        from ``high_grade``, else ``middle``.

    Returns
    -------
    DataFrame
        A copy with the new columns, missing where the score is.

    Raises
    ------
    DataError
        If a column is absent, or the net score holds other values.

    Examples
    --------
    >>> frame = pd.DataFrame({"nps": [100.0, -100.0, None], "queue": [20.0, 60.0, 80.0]})
    >>> made = score_groups(frame, drivers=["queue"])
    >>> made["queue_level"].tolist(), made["promoter_group"].tolist()[:2]
    (['low', 'middle', 'high'], ['promoter', 'detractor'])
    """
    if not 0 <= low_grade <= high_grade <= 100:
        raise DataError("low_grade and high_grade must be grades 0-100, the low one first.")
    require_columns(answers, [*([net] if net else []), *drivers])
    made = answers.copy()
    if net:
        points = read_outcome(answers, net, "net").points
        names = np.select([points == 100, points == 0, points == -100], PROMOTER_GROUPS, "")
        made["promoter_group"] = pd.Categorical(
            [name or None for name in names], categories=list(PROMOTER_GROUPS)
        )
    for driver in drivers:
        grades = read_numbers(answers, driver)
        names = np.select(
            [grades < low_grade, grades < high_grade, grades >= high_grade], LEVELS, ""
        )
        made[f"{driver}_level"] = pd.Categorical(
            [name or None for name in names], categories=list(LEVELS)
        )
    return made


def theme_groups(
    answers: pd.DataFrame,
    corpus: CorpusReader | CommentLinksResult,
    *,
    by: str | Sequence[str],
    level: Literal["theme", "code", "touchpoint"] = "theme",
    label: LocalizedText = "",
    questions: Sequence[str] | None = None,
    respondent: str = "respondent_id",
    customer: str | None = None,
    wave: str = "wave",
    texts: Mapping[str, str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    correction: Literal["fdr_any", "fdr"] = "fdr_any",
    alpha: float = 0.05,
    confidence: float = 0.95,
    floor: int = FLOOR,
    rank_floor: int = RANK_FLOOR,
    protect: SuppressionPattern | None = None,
) -> ThemeGroupsResult:
    """Share of the customers who wrote something that bring up each theme, by group.

    Each group stands against all others who wrote. A customer counts once in a group, whatever
    they left there.

    Parameters
    ----------
    answers, corpus
        As in :func:`joint`.
    by
        Column, or list of columns, that splits the customers: a market, a wave, a source, or one
        that :func:`score_groups` adds.
    label
        What a report calls the grouping. Default: its columns.
    level, questions, respondent, customer, wave, texts, weight, strata, cluster, correction, alpha, confidence
        As in :func:`joint`.
    floor, rank_floor, protect
        As in :func:`joint`.

    Returns
    -------
    ThemeGroupsResult
        A row per theme and segment.

    Raises
    ------
    DataError
        If a column is absent, or ``by`` is empty.
    """  # noqa: E501 - numpydoc wants names that share a line on one line
    columns = by_columns(by)
    if not columns:
        raise DataError("by must name the column whose groups are compared.")
    checked_confidence(1 - alpha)
    ground = Ground.read(
        answers,
        corpus,
        by=columns,
        respondent=respondent,
        customer=customer,
        wave=wave,
        texts=texts,
        level=level,
        questions=questions,
        design={"weight": weight, "strata": strata, "cluster": cluster},
        confidence=confidence,
        floor=floor,
        protect=protect,
    )
    rows = [
        {"theme": theme} | row
        for theme in ground.writers.themes
        for row in _rows(ground, ground.writers.column(theme))
    ]
    table = _table(rows, columns, rank_floor)
    result = ThemeGroupsResult(
        table=table,
        method=Message(
            "Customers who left a comment, each once in a group; each group against all others who "
            "wrote, by the difference recovered from two score intervals; {design}; {correction}.",
            design=ground.design.words(),
        ),
        checks=ground.writers.links.result.checks,
        by=columns,
        label=label or ", ".join(columns),
        confidence=ground.confidence,
        alpha=alpha,
        floor=ground.floor,
        rank_floor=rank_floor,
        family=0,
        correction=correction,
        measure=f"customers behind a {level}",
    )
    return adjust_jointly(result)[0]


def _rows(ground: Ground, number: int) -> list[dict[str, Any]]:
    hidden = ground.tags(lambda writers: writers.said[:, number])
    everyone = np.arange(len(ground.answers), dtype=np.intp)
    found: list[dict[str, Any]] = []
    for segment, tag in zip(ground.segments, hidden, strict=True):
        others = np.setdiff1d(everyone, segment.rows)
        found.append(_row(ground, segment, others, number, tag))
    return found


def _row(ground: Ground, segment: Segment, others: Any, number: int, tag: str) -> dict[str, Any]:
    cell = segment.cell if len(ground.by) > 1 else {}
    named = {**cell, "segment": segment.name}
    flags = ground.writers.said[:, number]
    kept, said = ground.writers.said_by(segment.rows, flags)
    n = int(said.sum())
    if (instead := instead_of_numbers(kept.size, n, tag, ground.floor)) is not None:
        return named | instead
    other, said_other = ground.writers.said_by(others, flags)
    outcome = ground.share(np.concatenate([kept, other]), np.concatenate([said, said_other]))
    found = ground.compare(kept, other, outcome)
    numbers = {
        "n_written": kept.size,
        "n_customers": n,
        "share": found.first.estimate / 100,
        "share_low": found.first.ci_low / 100,
        "share_high": found.first.ci_high / 100,
        "suppressed": "",
    }
    if 0 < other.size < ground.floor:
        return named | numbers | {"reason": "FLOOR"}
    return (
        named
        | numbers
        | {
            "rest": found.second.estimate / 100,
            "difference": found.difference.change / 100,
            "ci_low": found.difference.ci_low / 100,
            "ci_high": found.difference.ci_high / 100,
            "p_value": found.difference.p_value,
            "reason": found.difference.reason,
        }
    )


def _table(rows: list[dict[str, Any]], by: tuple[str, ...], rank_floor: int) -> pd.DataFrame:
    keys = [*(by if len(by) > 1 else ()), "segment"]
    columns = ["theme", *keys, "n_written", "n_customers", *_NUMBERS, "verdict", "rank"]
    table = pd.DataFrame(rows, columns=[*columns, "suppressed", "reason"]).astype(
        {
            **dict.fromkeys(["theme", *keys, "verdict", "suppressed", "reason"], "str"),
            **dict.fromkeys(_NUMBERS, "float64"),
            **dict.fromkeys(["n_written", "n_customers"], "Int64"),
        }
    )
    return with_rank(table, keys, rank_floor)
