"""Agreement on where passages begin and end, not only on what they are called.

Two forms are in use and give different numbers for the same passages; the result always names
its form. ``1995``: Krippendorff (1995), also in Content Analysis (2004), compares each code's
passages and gaps on the whole continuum. ``2016``: the form further developed by Krippendorff,
Mathet, Bouvry and Widlöcher (2016), equations 16 to 19 of the replacement of section 12.4 of
Content Analysis, compares passages only with those they overlap.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import pandas as pd

from workbench.coding.measuring import group_draws, percentile_interval
from workbench.errors import DataError, near_match
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.coding import REASONS, UnitizingResult

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["document_lengths", "names_of", "unitizing_agreement"]

_NEEDED = ("document", "coder", "start", "end", "code")
_COLUMNS = (
    "code",
    "n_passages",
    "observed",
    "expected",
    "estimate",
    "ci_low",
    "ci_high",
    "reason",
)
Passage = tuple[int, int, str]
"""Start, end, code."""

ByCoder = list[list[Passage]]
"""Each coder's passages in one document, in order of place."""


def unitizing_agreement(
    spans: pd.DataFrame,
    *,
    length: int | Mapping[str, int],
    form: Literal["1995", "2016"] = "1995",
    coders: Sequence[str] | None = None,
    bootstrap: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> UnitizingResult:
    """Krippendorff's alpha for passages that coders mark out themselves.

    Parameters
    ----------
    spans
        One row per coded passage: ``document coder start end code``, ends exclusive. Passages of
        one coder and code that overlap are taken together.
    length
        Code points of the documents: one number for a single document, else by document.
        Documents without a passage count too.
    form
        ``1995`` or ``2016``; see above.
    coders
        Everyone who read the documents, those who marked nothing among them. Default: everyone
        with a passage.
    bootstrap, seed, confidence
        Documents are resampled; with one document there is no interval.

    Returns
    -------
    UnitizingResult
        One row per code, and ``all``.

    Raises
    ------
    DataError
        If a column is missing, a passage is empty or reaches beyond its document, or the form is
        unknown.

    References
    ----------
    Krippendorff, K. (1995). On the reliability of unitizing continuous data. Sociological
    Methodology, 25, 47-76.
    Krippendorff, K., Mathet, Y., Bouvry, S., & Widlöcher, A. (2016). On the reliability of
    unitizing textual continua: Further developments. Quality & Quantity, 50, 2347-2364.
    """
    if form not in ("1995", "2016"):
        raise DataError(f"'form' must be '1995' or '2016', not '{form}': they differ.")
    lengths = document_lengths(spans, length)
    found_coders, codes = names_of(spans, lengths)
    coders = sorted({*found_coders, *(coders or ())})
    marked = _marked(spans, list(lengths), codes, coders)
    measured = {code: _measure(form, found, lengths) for code, found in marked.items()}
    everything, why = _over_all(form, marked, measured, lengths)
    interval = (bootstrap, seed, confidence)
    rows = [(code, *_row(measured[code], "", *interval)) for code in codes]
    rows.append(("all", *_row(everything, why, *interval)))
    return UnitizingResult(
        table=pd.DataFrame(rows, columns=list(_COLUMNS)),
        method=_method(form, bootstrap, len(lengths)),
        checks=_checks(rows[-1][-1], coders),
        form=form,
        length=sum(lengths.values()),
        n_documents=len(lengths),
        confidence=confidence,
    )


def document_lengths(spans: Any, length: Any) -> dict[str, int]:
    """Return document to length, of a frame that has the columns of passages."""
    if not isinstance(spans, pd.DataFrame):
        raise DataError("'spans' must be a data frame with one row per coded passage.")
    for name in _NEEDED:
        if name not in spans.columns:
            hint = near_match(name, [str(column) for column in spans.columns])
            raise DataError(f"Column '{name}' is not in the data.{hint}")
    documents = [str(name) for name in spans["document"].unique()]
    if not isinstance(length, int | np.integer):
        missing = [name for name in documents if name not in length]
        if missing:
            raise DataError(f"'length' must name every document; it lacks '{missing[0]}'.")
        return {str(name): int(size) for name, size in length.items()}
    if len(documents) > 1:
        raise DataError("With several documents, give 'length' as {document: code points}.")
    return dict.fromkeys(documents or ["document"], int(length))


def names_of(spans: pd.DataFrame, lengths: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Return coders and codes, once every passage lies within its document."""
    ends = np.array([lengths[str(name)] for name in spans["document"]], dtype=float)
    wrong = (spans["start"] < 0) | (spans["start"] >= spans["end"]) | (spans["end"] > ends)
    if wrong.any():
        raise DataError(
            f"A passage must have 0 <= start < end <= length; {int(wrong.sum())} of {len(spans)} "
            f"rows do not, first at row {int(np.flatnonzero(wrong)[0])}."
        )
    return (
        sorted(str(name) for name in spans["coder"].unique()),
        sorted(str(name) for name in spans["code"].unique()),
    )


def _marked(
    spans: pd.DataFrame, documents: Sequence[str], codes: Sequence[str], coders: Sequence[str]
) -> dict[str, list[ByCoder]]:
    """Return each code's passages by document and coder; those that overlap become one."""
    found: dict[tuple[str, str, str], list[Passage]] = defaultdict(list)
    ordered = spans.sort_values(["start", "end"])
    columns = [ordered[name].tolist() for name in ("code", "document", "coder", "start", "end")]
    for code, document, coder, start, end in zip(*columns, strict=True):
        merged = found[str(code), str(document), str(coder)]
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], int(end)), str(code))
        else:
            merged.append((int(start), int(end), str(code)))
    return {
        code: [[found[code, document, coder] for coder in coders] for document in documents]
        for code in codes
    }


class _Measured(Protocol):
    """Sums over documents, from which observed and expected disagreement follow."""

    @property
    def n_passages(self) -> int:
        """Passages of all coders."""
        ...

    @property
    def n_documents(self) -> int:
        """Documents."""
        ...

    def disagreement(self, drawn: Floats) -> tuple[Floats, Floats]:
        """Return observed and expected, for one or many draws of documents."""
        ...


def _measure(form: str, found: list[ByCoder], lengths: Mapping[str, int]) -> _Measured:
    sizes = list(lengths.values())
    return _Form1995.of(found, sizes) if form == "1995" else _Form2016.of(found)


def _over_all(
    form: str,
    marked: Mapping[str, list[ByCoder]],
    measured: Mapping[str, _Measured],
    lengths: Mapping[str, int],
) -> tuple[_Measured | None, str]:
    """Return the sums over all codes, or why there are none."""
    if not measured:
        return None, "FEW_UNITS"
    if form == "1995":
        return _Sum1995([found for found in measured.values() if isinstance(found, _Form1995)]), ""
    together: list[ByCoder] = []
    for place in range(len(lengths)):
        by_coder = zip(*(found[place] for found in marked.values()), strict=True)
        document = [sorted(passage for one in coder for passage in one) for coder in by_coder]
        for passages in document:
            if any(one[1] > other[0] for one, other in itertools.pairwise(passages)):
                return None, "OVERLAP"
        together.append(document)
    return _Form2016.of(together), ""


@dataclass(frozen=True)
class _Form1995:
    """Sums of Krippendorff (1995), one row per document.

    ``linear`` holds: observed disagreement, length, passages, the first part of the expected one,
    and what it lacks below the line. ``gaps[d, e]`` compares passages of document d with gaps of
    document e.
    """

    linear: Floats
    gaps: Floats
    coders: int

    @property
    def n_passages(self) -> int:
        """Passages of all coders."""
        return int(self.linear[:, 2].sum())

    @property
    def n_documents(self) -> int:
        """Documents."""
        return len(self.linear)

    @classmethod
    def of(cls, found: list[ByCoder], sizes: Sequence[int]) -> _Form1995:
        linear = [
            [_observed_1995(document, size), size, *_own_1995(document)]
            for document, size in zip(found, sizes, strict=True)
        ]
        units = [
            np.array([end - start for one in document for start, end, _ in one], dtype=float)
            for document in found
        ]
        empty = [
            np.array([gap for one in document for gap in _gaps(one, size)], dtype=float)
            for document, size in zip(found, sizes, strict=True)
        ]
        gaps = np.array([[_against_gaps(own, other) for other in empty] for own in units])
        return cls(np.array(linear), gaps, len(found[0]) if found else 0)

    def disagreement(self, drawn: Floats) -> tuple[Floats, Floats]:
        observed, length, n, first, lacking = np.moveaxis(drawn @ self.linear, -1, 0)
        against = np.einsum("...d,de,...e->...", drawn, self.gaps, drawn)
        m = self.coders
        whole = m * length
        expected = 2 / length * ((n - 1) / 3 * first + against)
        below = whole * (whole - 1) - lacking
        return observed / (m * (m - 1) * length**2), expected / np.where(below > 0, below, 1.0)


@dataclass(frozen=True)
class _Sum1995:
    """All codes together: their disagreements add up."""

    parts: Sequence[_Form1995]

    @property
    def n_passages(self) -> int:
        """Passages of all coders."""
        return sum(part.n_passages for part in self.parts)

    @property
    def n_documents(self) -> int:
        """Documents."""
        return self.parts[0].n_documents

    def disagreement(self, drawn: Floats) -> tuple[Floats, Floats]:
        found = [part.disagreement(drawn) for part in self.parts]
        return np.sum([one for one, _ in found], axis=0), np.sum([e for _, e in found], axis=0)


def _gaps(passages: list[Passage], size: int) -> list[int]:
    places = [0, *(place for start, end, _ in passages for place in (start, end)), size]
    gaps = [end - start for start, end in zip(places[::2], places[1::2], strict=True)]
    return [gap for gap in gaps if gap > 0]


def _gap_spans(passages: list[Passage], size: int) -> list[tuple[int, int]]:
    places = [0, *(place for start, end, _ in passages for place in (start, end)), size]
    return [(start, end) for start, end in zip(places[::2], places[1::2], strict=True)]


def _observed_1995(document: ByCoder, size: int) -> float:
    """Return the squared differences of all pairs of coders, in both directions."""
    total = 0.0
    for one in document:
        for other in document:
            if one is other:
                continue
            gaps = _gap_spans(other, size)
            for start, end, _ in one:
                total += sum(
                    (start - begin) ** 2 + (end - until) ** 2
                    for begin, until, _ in other
                    if begin < end and start < until
                )
                total += 2 * sum(
                    (end - start) ** 2 for begin, until in gaps if begin <= start and end <= until
                )
    return total


def _own_1995(document: ByCoder) -> tuple[float, float, float]:
    lengths = np.array([end - start for one in document for start, end, _ in one], dtype=float)
    first = (2 * lengths**3 - 3 * lengths**2 + lengths).sum()
    return float(len(lengths)), float(first), float((lengths * (lengths - 1)).sum())


def _against_gaps(units: Floats, gaps: Floats) -> float:
    room = np.maximum(gaps[None, :] - units[:, None] + 1, 0.0)
    return float((units[:, None] ** 2 * room).sum())


@dataclass(frozen=True)
class _Form2016:
    """Sums of the further developed form, one row per document.

    ``linear`` holds: observed disorder, intersections, passages, their length, squared length,
    then the length by code.
    """

    linear: Floats

    @property
    def n_passages(self) -> int:
        """Passages of all coders."""
        return int(self.linear[:, 2].sum())

    @property
    def n_documents(self) -> int:
        """Documents."""
        return len(self.linear)

    @classmethod
    def of(cls, found: list[ByCoder]) -> _Form2016:
        codes = sorted({code for document in found for one in document for _, _, code in one})
        rows: list[list[float]] = []
        for document in found:
            lengths = [(end - start, code) for one in document for start, end, code in one]
            by_code = [float(sum(size for size, name in lengths if name == code)) for code in codes]
            squares = float(sum(size**2 for size, _ in lengths))
            rows.append(
                [*_observed_2016(document), float(len(lengths)), sum(by_code), squares, *by_code]
            )
        return cls(np.array(rows))

    def disagreement(self, drawn: Floats) -> tuple[Floats, Floats]:
        totals = drawn @ self.linear
        disorder, crossings, n, length, squares = (totals[..., place] for place in range(5))
        across = length**2 - (totals[..., 5:] ** 2).sum(axis=-1)
        below = 2 * (n - 1) * length
        observed = disorder / np.where(crossings > 0, crossings, 1.0)
        expected = (2 * (n - 1) * squares + across) / np.where(below > 0, below, 1.0)
        return observed, np.where(below > 0, expected, 0.0)


def _observed_2016(document: ByCoder) -> tuple[float, float]:
    """Return disorder and intersections over all pairs of coders."""
    total = crossings = 0.0
    for place, one in enumerate(document):
        for other in document[place + 1 :]:
            for passages, others in ((one, other), (other, one)):
                for start, end, code in passages:
                    hits = [found for found in others if found[0] < end and start < found[1]]
                    if not hits:
                        total += 2 * (end - start)
                        crossings += 1
                    elif passages is one:
                        for begin, until, name in hits:
                            shared = min(end, until) - max(start, begin)
                            joint = max(end, until) - min(start, begin)
                            total += joint - shared * (code == name)
                            crossings += 1
    return total, crossings


def _row(
    measured: _Measured | None, why: str, bootstrap: int, seed: int, confidence: float
) -> tuple[Any, ...]:
    """Return n_passages, observed, expected, estimate, ci_low, ci_high, reason."""
    if measured is None:
        return (0, None, None, None, None, None, why)
    n, documents = measured.n_passages, measured.n_documents
    observed, expected = measured.disagreement(np.ones(documents))
    if not np.isfinite(observed) or not np.isfinite(expected) or expected <= 0:
        return (n, None, None, None, None, None, "FEW_UNITS")
    known = (n, float(observed), float(expected), 1 - float(observed / expected))
    if observed == 0:
        return (*known, None, None, "NO_DISAGREEMENT")
    if documents < 2:
        return (*known, None, None, "FEW_DOCUMENTS")
    if not bootstrap:
        return (*known, None, None, "NO_RESAMPLES")
    found, by_chance = measured.disagreement(group_draws(documents, bootstrap, seed))
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(by_chance > 0, 1 - found / by_chance, np.nan)
    return (*known, *percentile_interval(values, documents, confidence))


def _method(form: str, bootstrap: int, documents: int) -> Message:
    if bootstrap and documents > 1:
        return Message(
            "Krippendorff’s alpha for passages, form {form}; interval from {n:integer} resamples "
            "of {documents:integer} documents.",
            form=form,
            n=bootstrap,
            documents=documents,
        )
    return Message("Krippendorff’s alpha for passages, form {form}.", form=form)


def _checks(why: str, coders: Sequence[str]) -> tuple[Check, ...]:
    if len(coders) < 2:
        why = "FEW_UNITS"
    if not why:
        return ()
    text = Message("No estimate or no interval: {why}.", why=REASONS[why])
    return (Check(id="complete", passed=False, text=text),)
