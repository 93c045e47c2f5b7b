"""Tables beside the main one: differences of shares, pairs of questions, groups of drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.survey.driver_fit import shares
from workbench.survey.driver_tables import draw_tail
from workbench.survey.moments import pair_counts
from workbench.survey.ranking import (
    accelerated_interval,
    draw_interval,
    first_places,
    tie_groups,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from workbench.survey.driver_tables import SegmentFit, TableOptions

__all__ = ["difference_rows", "group_rows", "pair_rows"]


def difference_rows(segment: SegmentFit, options: TableOptions) -> list[dict[str, Any]]:
    """Return every difference of shares, larger minus smaller."""
    fit, data = segment.fit, segment.data
    if fit is None or fit.drawn_importance is None:
        return []
    names = [data.data.drivers[place] for place in data.kept]
    drawn, share, tail = shares(fit.drawn_importance), fit.share, draw_tail(segment, options)
    order = sorted(range(share.size), key=lambda row: (-share[row], row))
    pairs = [(a, b) for i, a in enumerate(order) for b in order[i + 1 :]]
    if not pairs:
        return []
    left, right = (list(side) for side in zip(*pairs, strict=True))
    low, high = draw_interval(drawn[left] - drawn[right], tail)
    return [
        {
            **segment.cell,
            "segment": segment.name,
            "driver": names[a],
            "other": names[b],
            "difference": share[a] - share[b],
            "ci_low": low[i],
            "ci_high": high[i],
        }
        for i, (a, b) in enumerate(pairs)
    ]


def pair_rows(segment: SegmentFit, floor: int) -> list[dict[str, Any]]:
    """Return how many answered both of each pair of drivers, and their correlation."""
    fit, data = segment.fit, segment.data
    if fit is None:
        return []
    first = [unit[0] for unit in data.units]
    counts = pair_counts(data.answers)[np.ix_(first, first)]
    names = [data.data.drivers[place] for place in data.kept]
    correlation = fit.sample.correlation[..., 0]
    rows: list[dict[str, Any]] = []
    for a in range(len(first)):
        for b in range(a + 1, len(first)):
            both = int(counts[a, b])
            is_single = len(data.units[a]) == len(data.units[b]) == 1
            shown = both >= floor
            rows.append(
                {
                    **segment.cell,
                    "segment": segment.name,
                    "driver": names[a],
                    "other": names[b],
                    "n": both if shown else None,
                    "correlation": correlation[first[a], first[b]] if shown and is_single else None,
                    "suppressed": "" if shown else "floor",
                }
            )
    return rows


def group_rows(
    segment: SegmentFit, groups: Mapping[str, Sequence[int]], options: TableOptions
) -> list[dict[str, Any]]:
    """Return the summed importance of each group; ``groups`` are places among the kept drivers."""
    fit = segment.fit
    if fit is None:
        return []
    names = list(groups)
    importance = np.stack([fit.importance[list(places)].sum(axis=0) for places in groups.values()])
    share = shares(importance)
    rank = np.empty(len(names), int)
    rank[np.argsort(-share, kind="stable")] = np.arange(1, len(names) + 1)
    rows: list[dict[str, Any]] = [
        {
            **segment.cell,
            "segment": segment.name,
            "group": name,
            "drivers": len(groups[name]),
            "importance": importance[i],
            "share": share[i],
            "rank": rank[i],
            "reason": "NO_DRAWS" if fit.drawn_importance is None else "",
        }
        for i, name in enumerate(names)
    ]
    if fit.drawn_importance is None:
        return rows
    drawn = shares(
        np.stack([fit.drawn_importance[list(places)].sum(axis=0) for places in groups.values()])
    )
    tail = draw_tail(segment, options)
    low, high = accelerated_interval(drawn, tail)
    first = first_places(drawn)
    ties = tie_groups([int(i) for i in np.argsort(rank)], drawn, tail)
    for i, row in enumerate(rows):
        row |= {"ci_low": low[i], "ci_high": high[i], "p_first": first[i], "tie": ties[i]}
    return rows
