"""What all reports of one study hide together, whichever notebook or market they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.inputs.disclosure import FLOOR, suppression_pattern

if TYPE_CHECKING:
    import pandas as pd

    from workbench.inputs.disclosure import SuppressionPattern

__all__ = ["report_pattern"]

FILTER = "market"
"""The segment that reports are filtered by: one report per market, and one for all."""


def report_pattern(
    study: Any, complete: pd.DataFrame, *, survey: str | None = None, floor: int = FLOOR
) -> SuppressionPattern | None:
    """Return the cells that no report of a study may show, for ``protect=`` of every measure.

    Reports for one market, for all markets, and by another segment are published together, so the
    pattern covers each segment crossed with the market, whatever this report shows.

    Parameters
    ----------
    study
        As ``wb.load_study`` returns it.
    complete
        The unfiltered answers: every wave, market and segment.
    survey
        Which survey; default: the study's only one.
    floor
        Fewest answers shown.

    Returns
    -------
    SuppressionPattern or None
        None for a study without segments.
    """
    segments = list(study.survey_model(survey).segments)
    if FILTER in segments and len(segments) > 1:
        crosses = [[FILTER, segment] for segment in segments if segment != FILTER]
    else:
        crosses = [[segment] for segment in segments]
    return suppression_pattern(complete, by=crosses, floor=floor) if crosses else None
