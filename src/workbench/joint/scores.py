"""Themes against scores: how those who bring a theme up differ from others who wrote.

"Not mentioned" is not "no": those who wrote without a theme may have met it all the same. The
difference is between two groups of people who wrote, never an effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from workbench.errors import DataError
from workbench.inputs.disclosure import FLOOR
from workbench.joint.comparing import Ground, instead_of_numbers, with_rank
from workbench.joint.together import adjust_jointly
from workbench.language import Message
from workbench.results.joint import JointResult
from workbench.results.survey import RANK_FLOOR
from workbench.survey.measure import TAGGED_REASON, checked_confidence
from workbench.survey.outcome import outcome_label, read_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from workbench.coding.reading import CorpusReader
    from workbench.inputs.disclosure import SuppressionPattern
    from workbench.inputs.segments import Segment
    from workbench.joint.writers import Writers
    from workbench.language import LocalizedText
    from workbench.results.joint import CommentLinksResult
    from workbench.survey.outcome import Outcome

__all__ = ["joint", "theme_polarity"]

_NUMBERS = (
    *("share", "share_low", "share_high", "estimate_with", "estimate_without"),
    *("difference", "ci_low", "ci_high", "p_value", "p_adjusted"),
)
_COUNTS = ("n_written", "n_customers", "n_with", "n_without")


def joint(
    answers: pd.DataFrame,
    corpus: CorpusReader | CommentLinksResult,
    outcome: str | Sequence[str],
    *,
    by: str | Sequence[str] | None = None,
    level: Literal["theme", "code", "touchpoint"] = "theme",
    questions: Sequence[str] | None = None,
    respondent: str = "respondent_id",
    customer: str | None = None,
    wave: str = "wave",
    texts: Mapping[str, str] | None = None,
    weight: str | None = None,
    strata: str | None = None,
    cluster: str | None = None,
    population: int | Mapping[Any, int] | None = None,
    labels: Mapping[str, LocalizedText] | None = None,
    correction: Literal["fdr_any", "fdr"] = "fdr_any",
    alpha: float = 0.05,
    confidence: float = 0.95,
    floor: int = FLOOR,
    rank_floor: int = RANK_FLOOR,
    protect: SuppressionPattern | None = None,
) -> JointResult:
    """Set themes beside scores: who brings each up, and how their scores differ.

    Customers are counted, never comments: one who left five counts once, in the last of their rows
    where they are in several. Codings that deny a theme do not bring it up.

    Parameters
    ----------
    answers
        A row per respondent and wave, as ``study.survey()`` returns it, filtered or not.
    corpus
        From :func:`load_corpus`; or from :func:`link_comments`, where these answers are filtered:
        comments of the others are then not missed.
    outcome
        A column in points, or several: ``nki``, ``nps``, or an item. With several, every
        comparison is corrected together.
    by
        Column, or list of columns, that splits the customers. None: one segment, "all".
    level
        ``theme``, ``code``, or ``touchpoint``: anything at that step of the journey.
    questions
        Only comments on these questions. Default: all.
    respondent, wave, texts
        As in :func:`link_comments`.
    customer
        Column that knows a customer again, where each row has a key of its own, as ``person`` in
        ``study.toml``. Default: ``respondent``.
    weight, strata, cluster, population
        Sampling design, as in :func:`nps`.
    labels
        What a report calls the outcomes.
    correction
        ``fdr_any`` (Benjamini and Yekutieli) holds the false-discovery rate however themes hang
        together; ``fdr`` is Benjamini and Hochberg's.
    alpha
        Largest corrected p-value called sure.
    confidence
        Level of the intervals.
    floor, protect
        As in :func:`nps`: a number about fewer customers is not shown, nor what gives it away.
    rank_floor
        Fewest customers for a place in the ranking of shares.

    Returns
    -------
    JointResult
        A row per outcome, theme and segment.

    Raises
    ------
    DataError
        If a column is absent, or an outcome is not in numbers.
    """
    outcomes = (outcome,) if isinstance(outcome, str) else tuple(outcome)
    if not outcomes or len(set(outcomes)) < len(outcomes):
        raise DataError("outcome must name at least one column, and each once.")
    design = {"weight": weight, "strata": strata, "cluster": cluster, "population": population}
    ground = Ground.read(
        answers,
        corpus,
        by=by,
        respondent=respondent,
        customer=customer,
        wave=wave,
        texts=texts,
        level=level,
        questions=questions,
        design=design,
        confidence=confidence,
        floor=floor,
        protect=protect,
    )
    checked_confidence(1 - alpha)
    polarities = theme_polarity(ground.writers)
    rows: list[dict[str, Any]] = []
    measured = {name: read_outcome(answers, name) for name in outcomes}
    for theme in ground.writers.themes:
        number = ground.writers.column(theme)
        hidden = ground.tags(lambda writers, place=number: writers.said[:, place])
        for name in outcomes:
            of_scores = _score_tags(ground, measured[name], number)
            for segment, tag, *score_tags in zip(ground.segments, hidden, *of_scores, strict=True):
                row = {"outcome": name, "theme": theme, "polarity": polarities[theme]}
                rows.append(
                    row | _row(ground, segment, number, tag, tuple(score_tags), measured[name])
                )
    table = _table(rows, ground.by, rank_floor)
    result = JointResult(
        table=table,
        method=Message(
            "Customers who left a comment, each once: those who bring a theme up against those who "
            "wrote without it, which is not the same as denying it; {design}; {correction}. An "
            "association, not an effect.",
            design=ground.design.words(),
        ),
        checks=ground.writers.links.result.checks,
        by=ground.by,
        outcomes=outcomes,
        labels={name: (labels or {}).get(name, outcome_label(name)) for name in outcomes},
        confidence=ground.confidence,
        alpha=alpha,
        floor=ground.floor,
        rank_floor=rank_floor,
        family=0,
        correction=correction,
        measure=f"customers behind a {level}",
    )
    return adjust_jointly(result)[0]


def theme_polarity(writers: Writers) -> dict[str, str | None]:
    """Return what the customers behind each theme say it is: success, barrier, both, or nothing."""
    found: dict[str, str | None] = {}
    for number, theme in enumerate(writers.themes):
        hinders, helps = writers.barrier[:, number].any(), writers.success[:, number].any()
        sign = "both" if hinders and helps else "barrier" if hinders else "success"
        found[theme] = sign if hinders or helps else None
    return found


def _score_tags(ground: Ground, outcome: Outcome, number: int) -> tuple[list[str], list[str]]:
    """Return which segments hide the score of those with the theme, and of those without."""

    def reading(frame: pd.DataFrame) -> Any:
        return read_outcome(frame, outcome.name, outcome.kind).reading()

    with_theme = ground.tags(lambda writers: writers.said[:, number], reading)
    without = ground.tags(lambda writers: writers.wrote & ~writers.said[:, number], reading)
    return with_theme, without


def _row(
    ground: Ground,
    segment: Segment,
    number: int,
    tag: str,
    score_tags: tuple[str, ...],
    outcome: Outcome,
) -> dict[str, Any]:
    cell = segment.cell if len(ground.by) > 1 else {}
    named = {**cell, "segment": segment.name}
    kept, said = ground.writers.said_by(segment.rows, ground.writers.said[:, number])
    n = int(said.sum())
    if (instead := instead_of_numbers(kept.size, n, tag, ground.floor)) is not None:
        return named | instead
    share = ground.share(kept, said)
    brought = ground.compare(kept, kept[:0], share).first
    numbers = {
        "n_written": kept.size,
        "n_customers": n,
        "share": brought.estimate / 100,
        "share_low": brought.ci_low / 100,
        "share_high": brought.ci_high / 100,
        "suppressed": "",
    }
    return named | numbers | _scores(ground, kept, said, score_tags, outcome)


def _scores(
    ground: Ground,
    kept: NDArray[np.intp],
    said: NDArray[np.bool_],
    score_tags: tuple[str, ...],
    outcome: Outcome,
) -> dict[str, Any]:
    answered = outcome.answered[kept]
    with_theme, without = kept[said & answered], kept[~said & answered]
    small = [0 < rows.size < ground.floor for rows in (with_theme, without)]
    if not with_theme.size or not without.size:
        return {"reason": "NO_ANSWERS"}
    if any(small) or any(score_tags):
        tag = "floor" if any(small) or "floor" in score_tags else "complement"
        return {"reason": TAGGED_REASON[tag]}
    found = ground.compare(with_theme, without, outcome)
    return {
        "n_with": with_theme.size,
        "n_without": without.size,
        "estimate_with": found.first.estimate,
        "estimate_without": found.second.estimate,
        "difference": found.difference.change,
        "ci_low": found.difference.ci_low,
        "ci_high": found.difference.ci_high,
        "p_value": found.difference.p_value,
        "reason": found.difference.reason,
    }


def _table(rows: list[dict[str, Any]], by: tuple[str, ...], rank_floor: int) -> pd.DataFrame:
    keys = [*(by if len(by) > 1 else ()), "segment"]
    columns = [
        *("outcome", "theme", *keys, "n_written", "n_customers", *_NUMBERS[:3]),
        *("n_with", "n_without", *_NUMBERS[3:], "verdict", "rank", "polarity", "sign"),
        *("suppressed", "reason"),
    ]
    texts = ["outcome", "theme", *keys, "verdict", "polarity", "sign", "suppressed", "reason"]
    table = pd.DataFrame(rows, columns=columns).astype(
        {
            **dict.fromkeys(texts, "str"),
            **dict.fromkeys(_NUMBERS, "float64"),
            **dict.fromkeys(_COUNTS, "Int64"),
        }
    )
    return with_rank(table, ["outcome", *keys], rank_floor)
