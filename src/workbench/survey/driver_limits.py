"""What no driver analysis can be made from: wrong choices, too few answers, no variation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.language import Message
from workbench.survey.decomposition import METHODS
from workbench.survey.measure import TAGGED_REASON
from workbench.survey.moments import pair_counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from workbench.results.weights import ReplicateWeights
    from workbench.survey.driver_data import SegmentData

__all__ = [
    "checked_choices",
    "checked_groups",
    "named_places",
    "places",
    "read_replicates",
    "refusal",
]


def checked_choices(
    method: str,
    missing: str,
    bootstrap: int,
    pseudo_r2: str,
    outcome_kind: str,
) -> None:
    """Raise unless every choice is one of those there are."""
    allowed = {
        "method": (method, METHODS),
        "missing": (missing, ("pairwise", "em", "listwise")),
        "outcome_kind": (outcome_kind, ("number", "binary", "ordinal")),
        "pseudo_r2": (pseudo_r2, ("mcfadden", "nagelkerke", "estrella", "mckelvey_zavoina")),
    }
    for name, (value, choices) in allowed.items():
        if value not in choices:
            raise DataError(
                Message(
                    "{name} must be one of {choices}; found '{value}'.",
                    name=name,
                    choices=", ".join(choices),
                    value=value,
                )
            )
    if isinstance(bootstrap, bool) or bootstrap < 0 or 0 < bootstrap < 50:
        raise DataError(
            Message(
                "bootstrap must be 0 (no intervals) or at least 50 draws; found {found:integer}. "
                "1000 is usual.",
                found=bootstrap,
            )
        )


def read_replicates(
    replicates: pd.DataFrame | ReplicateWeights | None, n_rows: int
) -> NDArray[np.float64] | None:
    """Return bootstrap replicate weights as ``(rows, draws)``.

    Raises
    ------
    DataError
        If they are of the jackknife, which has no quantiles, or have another number of rows.
    """
    if replicates is None:
        return None
    if not isinstance(replicates, pd.DataFrame):
        if replicates.kind != "bootstrap":
            raise DataError(
                Message(
                    "Intervals of shares need bootstrap replicates; these are of the {kind}. Make "
                    'them with wb.replicate_weights(..., kind="bootstrap").',
                    kind=replicates.kind,
                )
            )
        replicates = replicates.weights
    if len(replicates) != n_rows:
        raise DataError(
            Message(
                "replicates must have a row per answer: {answers:integer} rows, found "
                "{found:integer}. Make them from the same frame.",
                answers=n_rows,
                found=len(replicates),
            )
        )
    return replicates.to_numpy(dtype=float)


def checked_groups(
    groups: Mapping[str, Sequence[str]] | None, names: tuple[str, ...]
) -> dict[str, list[str]] | None:
    """Return the groups, each driver without one as its own group."""
    if groups is None:
        return None
    found = {str(group): list(members) for group, members in groups.items() if members}
    listed = [member for members in found.values() for member in members]
    for member in listed:
        if listed.count(member) > 1:
            raise DataError(
                Message("Driver '{driver}' is in two groups; it can be in one.", driver=member)
            )
        if member not in names:
            raise DataError(
                Message(
                    "Group member '{driver}' is not among the drivers. Add it there, or take it "
                    "out of the group.",
                    driver=member,
                )
            )
    for name in names:
        if name not in listed:
            found[name] = [name]
    return found


def places(groups: dict[str, list[str]] | None, part: SegmentData) -> list[list[int]] | None:
    """Return each group's places among the drivers that take part."""
    if groups is None:
        return None
    return [places for places in named_places(groups, part).values() if places]


def named_places(groups: dict[str, list[str]], part: SegmentData) -> dict[str, list[int]]:
    """Return the places of each group's members among the drivers that take part."""
    kept = [part.data.drivers[place] for place in part.kept]
    return {
        group: [kept.index(name) for name in members if name in kept]
        for group, members in groups.items()
    }


def refusal(part: SegmentData, tag: str) -> tuple[str, Message | None]:
    """Return why nothing can be computed, as a code and as an error."""
    name = part.data.outcome_name
    columns = part.n_columns + part.n_controls
    if tag:
        return TAGGED_REASON[tag], Message(
            "Only {n:integer} respondent answered '{outcome}', fewer than the reporting floor.",
            "Only {n:integer} respondents answered '{outcome}', fewer than the reporting floor.",
            n=part.n_outcome,
            outcome=name,
        ) if part.n_outcome == 0 else None
    if part.n_outcome == 0:
        return "NO_ANSWERS", Message(
            "Nobody answered '{outcome}': all {rows:integer} rows are missing. Name another "
            "outcome, or check its missing codes.",
            outcome=name,
            rows=part.n_missing,
        )
    answers = part.answers[:, -1]
    if answers.size and np.ptp(answers) == 0:
        return "ALL_EQUAL", Message(
            "The outcome '{outcome}' has the same value in all {n:integer} answers, so nothing can "
            "go with it. Name another outcome.",
            outcome=name,
            n=part.n_outcome,
        )
    if not part.kept and {"TOO_FEW", "FLOOR"} & set(part.reasons):
        return "TOO_FEW", _too_few(len(part.data.drivers), part.n_outcome)
    if not part.kept:
        return "NO_DRIVERS", Message(
            "None of the {count:integer} drivers varies among those who answered '{outcome}'. "
            "Check their missing codes and scales.",
            count=len(part.data.drivers),
            outcome=name,
        )
    if len(part.answers) <= columns + 1:
        return "TOO_FEW", _too_few(columns, len(part.answers))
    return _unmet_pair(part)


def _too_few(columns: int, n: int) -> Message:
    return Message(
        "{drivers:integer} drivers need more than {least:integer} answers; there are {n:integer}. "
        "Use fewer drivers, group them, or take more waves together.",
        drivers=columns,
        least=columns + 1,
        n=n,
    )


def _unmet_pair(part: SegmentData) -> tuple[str, Message | None]:
    first = [unit[0] for unit in part.units]
    counts = pair_counts(part.answers)[np.ix_(first, first)]
    if (counts > 1).all():
        return "", None
    a, b = (int(place) for place in np.argwhere(counts <= 1)[0])
    return "NO_OVERLAP", Message(
        "'{first}' and '{second}' were answered together by {n:integer} respondents, so how they "
        "go together is unknown. Leave one out, or analyse those asked each in turn.",
        first=part.data.drivers[part.kept[a]],
        second=part.data.drivers[part.kept[b]],
        n=int(counts[a, b]),
    )
