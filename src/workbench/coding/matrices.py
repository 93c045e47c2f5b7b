"""Codes by document, respondent, case or question, and codes that come up together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.coding.basis import count_passages, ordered_keys, settled_mentions
from workbench.errors import DataError, near_match
from workbench.language import Message
from workbench.results.matrices import PLACES, CodeMatrixResult, CoOccurrenceResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.coding.reading import CorpusReader

    Floats = NDArray[np.float64]

__all__ = ["co_occurrence", "code_matrix"]

COLUMNS = ("document", "respondent", "case", "question", "segment", "role", "side", "coder")
WITHIN = ("overlap", "part", "answer", "document", "respondent")
_PAIRS = ("one", "other", "n_one", "n_other", "n_both", "jaccard", "expected", "phi")
_PASSAGES = ("one", "other", "document", "part", "respondent", "start", "end")


def code_matrix(
    corpus: CorpusReader,
    *,
    columns: str = "document",
    level: str = "code",
    coder: str | None = None,
    open_answers: bool | None = None,
) -> CodeMatrixResult:
    """Count coded passages, codes in rows.

    Parameters
    ----------
    corpus
        The corpus.
    columns
        ``document``, ``respondent``, ``case``, ``question``, ``segment`` of the guide, ``coder``,
        or a column of ``respondents.csv`` such as ``role`` or ``side``.
    level
        ``code`` or ``theme``.
    coder, open_answers
        See :func:`workbench.theme_table`.

    Raises
    ------
    DataError
        If there is no such column.
    """
    mentions = settled_mentions(corpus, level=level, coder=coder, open_answers=open_answers)
    mentions = mentions.assign(column=_column(corpus, mentions, columns))
    mentions = mentions.dropna(subset=["column"])
    keys = ordered_keys(corpus, mentions, level)
    names = sorted(mentions["column"].unique(), key=_order(corpus, columns))
    by = ["key", "column"]
    grid = pd.MultiIndex.from_product([keys, names], names=by)
    groups = mentions.groupby(by, sort=False)
    counts = {
        "n_passages": count_passages(mentions, by),
        "n_codings": groups["act"].nunique(),
        "n_respondents": groups["respondent"].nunique(),
    }
    table = pd.DataFrame(
        {
            name: series.reindex(grid, fill_value=0).astype("int64")
            for name, series in counts.items()
        }
    )
    return CodeMatrixResult(
        table=table.reset_index(),
        method=Message(
            "Passages of settled codings by {columns}; overlapping words of several coders are one "
            "passage.",
            columns=columns,
        ),
        level=level,
        columns=columns,
    )


def _column(corpus: CorpusReader, mentions: pd.DataFrame, columns: str) -> pd.Series[str]:
    if columns in ("document", "respondent", "case", "question", "coder"):
        return mentions[columns]
    if columns == "segment":
        return mentions["question"].map(corpus.registers.segment_of).astype("str")
    register = corpus.registers.respondents
    if columns not in register.columns:
        allowed = [*COLUMNS, *register.columns]
        raise DataError(
            f"'columns' must be one of {', '.join(COLUMNS)} or a column of respondents.csv, not "
            f"'{columns}'.{near_match(columns, allowed)}"
        )
    found = mentions["respondent"].map(corpus.registers.column(columns)).astype("str")
    return found.where(found != "")


def _order(corpus: CorpusReader, columns: str) -> Any:
    segments = list(dict.fromkeys(corpus.registers.segment_of.values()))
    known = {"respondent": corpus.respondents, "question": corpus.questions, "segment": segments}
    place = {name: number for number, name in enumerate(known.get(columns, []))}
    return lambda name: (place.get(name, len(place)), str(name))


def co_occurrence(
    corpus: CorpusReader,
    *,
    within: str = "answer",
    level: str = "code",
    coder: str | None = None,
    open_answers: bool | None = None,
) -> CoOccurrenceResult:
    """Find codes that come up together.

    Parameters
    ----------
    corpus
        The corpus.
    within
        What "together" means: the words ``overlap``; the same ``part`` (turn), ``answer`` (all a
        respondent said to a question), ``document`` or ``respondent``.
    level
        ``code`` or ``theme``.
    coder, open_answers
        See :func:`workbench.theme_table`.

    Returns
    -------
    CoOccurrenceResult
        Pairs, those that meet most first, and where they meet.
    """
    if within not in WITHIN:
        raise DataError(f"'within' must be one of {', '.join(WITHIN)}, not '{within}'.")
    mentions = settled_mentions(corpus, level=level, coder=coder, open_answers=open_answers)
    if within == "overlap":
        mentions = mentions.dropna(subset=["start"]).reset_index(drop=True)
    keys = ordered_keys(corpus, mentions, level)
    used = set(mentions["key"].unique())
    keys = [key for key in keys if key in used]
    units = _units(mentions, within)
    n_units = len(np.unique(units))
    given = np.zeros((n_units, len(keys)))
    number = {key: place for place, key in enumerate(keys)}
    given[units, mentions["key"].map(number).to_numpy(dtype=np.intp)] = 1
    total = n_units if within == "overlap" else _all_units(corpus, within, n_units, open_answers)
    return CoOccurrenceResult(
        table=_pairs(given, keys, total),
        method=Message("Together means within {within}; settled codings.", within=PLACES[within]),
        passages=_passages(mentions, units, keys),
        within=within,
        level=level,
        n_units=total,
    )


def _units(mentions: pd.DataFrame, within: str) -> NDArray[np.intp]:
    """Give each unit a number; words that overlap, also through others, are one unit."""
    by = {
        "part": ["document", "part"],
        "answer": ["respondent", "question"],
        "document": ["document"],
        "respondent": ["respondent"],
    }
    if within != "overlap":
        groups = mentions.groupby(by[within], sort=False, dropna=False)
        return np.asarray(groups.ngroup(), dtype=np.intp)
    order = np.lexsort(
        (mentions["start"].to_numpy(dtype=np.int64), pd.factorize(mentions["document"])[0])
    )
    ordered = mentions.iloc[order]
    reach = ordered.groupby("document", sort=False)["end"].cummax().to_numpy(dtype=np.int64)
    document = ordered["document"].to_numpy()
    start = ordered["start"].to_numpy(dtype=np.int64)
    is_new = np.ones(len(ordered), dtype=bool)
    is_new[1:] = (document[1:] != document[:-1]) | (start[1:] >= reach[:-1])
    units = np.empty(len(ordered), dtype=np.intp)
    units[order] = np.cumsum(is_new, dtype=np.intp) - 1
    return units


def _all_units(corpus: CorpusReader, within: str, coded: int, open_answers: bool | None) -> int:
    """Return how many units there are, also those nothing was coded in."""
    parts = corpus.parts.dropna(subset=["respondent"])
    kinds = dict(zip(corpus.documents["document"], corpus.documents["kind"], strict=True))
    is_open = parts["document"].map(kinds) == "open_answers"
    has_only = bool(is_open.all())
    wanted = has_only if open_answers is None else open_answers
    parts = parts[is_open if wanted else ~is_open]
    by = {
        "part": ["document", "part"],
        "answer": ["respondent", "question"],
        "document": ["document"],
        "respondent": ["respondent"],
    }[within]
    return max(len(parts.drop_duplicates(by)), coded)


def _pairs(given: Floats, keys: list[str], n: int) -> pd.DataFrame:
    both = given.T @ given
    single = np.diag(both)
    rows: list[tuple[Any, ...]] = []
    for one in range(len(keys)):
        for other in range(one + 1, len(keys)):
            n_both = both[one, other]
            if not n_both:
                continue
            a, b = single[one], single[other]
            spread = np.sqrt(a * b * (n - a) * (n - b))
            phi = float((n * n_both - a * b) / spread) if spread > 0 else None
            rows.append(
                (
                    *(keys[one], keys[other], int(a), int(b), int(n_both)),
                    *(float(n_both / (a + b - n_both)), float(a * b / n), phi),
                )
            )
    rows.sort(key=lambda row: (-row[4], -row[5], row[0], row[1]))
    return pd.DataFrame(rows, columns=list(_PAIRS))


def _passages(mentions: pd.DataFrame, units: NDArray[np.intp], keys: list[str]) -> pd.DataFrame:
    """Return where pairs meet: one row per pair and unit, with the place of the first code."""
    place = {key: number for number, key in enumerate(keys)}
    first = mentions.assign(unit=units).drop_duplicates(["unit", "key"]).reset_index(drop=True)
    spots = pd.DataFrame({"unit": first["unit"], "order": first["key"].map(place)})
    spots["row"] = np.arange(len(spots))
    meeting = spots.merge(spots, on="unit", suffixes=("", "_other"))
    meeting = meeting[meeting["order"] < meeting["order_other"]]
    names = np.array(keys, dtype=object)
    pairs = {
        name: names[meeting[order].to_numpy(dtype=np.intp)]
        for name, order in (("one", "order"), ("other", "order_other"))
    }
    places = first[list(_PASSAGES[2:])].take(meeting["row"].to_numpy()).reset_index(drop=True)
    return places.assign(**pairs).astype({"one": "str", "other": "str"})[list(_PASSAGES)]
