"""Agreement code by code, on independent codings, with the units nobody coded in the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from workbench.coding.agreement import COEFFICIENTS
from workbench.coding.measuring import group_draws, measure
from workbench.coding.units import coded_units
from workbench.errors import DataError, near_match
from workbench.language import Message
from workbench.results.base import Check
from workbench.results.coding import CodeAgreementResult, coefficient_name, verdict_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from workbench.coding.corpus import Corpus
    from workbench.coding.units import CodedUnits

    Codes = NDArray[np.intp]
    Floats = NDArray[np.float64]

__all__ = ["code_agreement"]

_TABLE = (
    "code",
    "coefficient",
    "estimate",
    "ci_low",
    "ci_high",
    "n",
    "n_disagreements",
    "percent",
    "se",
    "max",
    "prevalence",
    "bias",
    "verdict",
    "reason",
)
_OVERALL = ("over", "coefficient", "estimate", "ci_low", "ci_high", "n", "percent", "reason")
_CODERS = ("code", "coder", "n_units")
_DISAGREEMENTS = (
    "document",
    "unit",
    "code",
    "respondent",
    "question",
    "yes",
    "no",
    "start",
    "end",
)
_FEW = 10


def code_agreement(
    corpus: Corpus,
    *,
    unit: str = "part",
    coefficient: str | Sequence[str] = "krippendorff",
    level: str = "code",
    coders: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    sample: pd.DataFrame | None = None,
    bootstrap: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> CodeAgreementResult:
    """How well coders agree on each code.

    Every unit of a document that two coders worked on counts, also the units neither coded. What
    adjudication decided, what a coder changed in another's codings, and hits of rules are left
    out: agreement is about independent work.

    Parameters
    ----------
    corpus
        The corpus.
    unit
        ``part`` (a turn or an answer), ``answer`` (all a respondent said to one question),
        ``document`` or ``character``.
    coefficient
        One or more of those of :func:`workbench.agreement`, save the one for sets.
    level
        ``code``, or ``theme`` to compare the themes that codes belong to.
    coders, documents
        Whom to compare, and on what. Default: everyone, on all that two of them worked on. A coder
        worked on a document if there is any act of theirs in it.
    sample
        ``document part``: the units both coders had before them, when that is not whole documents.
    bootstrap, seed, confidence
        Documents are resampled (respondents, in open answers).

    Returns
    -------
    CodeAgreementResult
        One row per code; over all codes; where coders differ.

    Raises
    ------
    DataError
        If a choice is unknown.

    See Also
    --------
    workbench.agreement : The same coefficients for any frame of units by coders.
    """
    names = [coefficient] if isinstance(coefficient, str) else list(coefficient)
    for name in names:
        if name not in COEFFICIENTS or name == "krippendorff_sets":
            raise DataError(f"There is no coefficient '{name}'.{near_match(name, COEFFICIENTS)}")
    if level not in ("code", "theme"):
        raise DataError(f"'level' must be code or theme, not '{level}'.")
    if corpus.model.approach == "reflexive":
        return _nothing(unit, "REFLEXIVE", confidence)
    units = coded_units(
        corpus, unit=unit, level=level, coders=coders, documents=documents, sample=sample
    )
    if len(units.coders) < 2 or not units.keys or not units.codes:
        return _nothing(unit, "FEW_UNITS", confidence, units)
    draws = group_draws(int(units.clusters.max()) + 1, bootstrap, seed)
    how = {"bootstrap": bootstrap, "seed": seed, "draws": draws, "confidence": confidence}
    rows = [
        _code_row(units, place, name, how) for place in range(len(units.codes)) for name in names
    ]
    return CodeAgreementResult(
        table=pd.DataFrame(rows, columns=list(_TABLE)),
        method=_method(unit, names, bootstrap, units),
        checks=_checks(units, rows),
        overall=pd.DataFrame(_overall(units, names, how), columns=list(_OVERALL)),
        coders=pd.DataFrame(_coder_counts(corpus, units, level), columns=list(_CODERS)),
        disagreements=_disagreements(units),
        unit=unit,
        compared=tuple(units.coders),
        left_out=tuple(units.left_out),
        n_units=int(units.sizes.sum()),
        n_documents=len({key[0] for key in units.keys}),
        confidence=confidence,
    )


def _nothing(
    unit: str, reason: str, confidence: float, units: CodedUnits | None = None
) -> CodeAgreementResult:
    text = Message("Agreement between coders is not reported.")
    if reason == "REFLEXIVE":
        text = Message(
            "The study is reflexive: its codes are the researcher’s reading of the material, "
            "developed with it, not a measurement that two people should make alike. A coefficient "
            "of agreement would say nothing about its quality (Braun & Clarke 2019), so none is "
            "printed."
        )
    return CodeAgreementResult(
        table=pd.DataFrame(columns=list(_TABLE)),
        method=text,
        checks=(Check(id="agreement_reported", passed=None, text=text),),
        overall=pd.DataFrame(columns=list(_OVERALL)),
        coders=pd.DataFrame(columns=list(_CODERS)),
        disagreements=pd.DataFrame(columns=list(_DISAGREEMENTS)),
        unit=unit,
        compared=tuple(units.coders) if units is not None else (),
        left_out=tuple(units.left_out) if units is not None else (),
        n_units=0,
        n_documents=0,
        confidence=confidence,
        reason=reason,
    )


def _numbers(units: CodedUnits, place: int) -> Codes:
    """Return units x coders for one code: 1 given, 0 not given, -1 not before the coder."""
    return np.where(units.seen, units.given[place].astype(np.intp), -1)


def _code_row(units: CodedUnits, place: int, name: str, how: dict[str, Any]) -> tuple[Any, ...]:
    codes = _numbers(units, place)
    found = measure(
        np.repeat(codes, units.sizes, axis=0),
        None,
        coefficient=name,
        weights=np.eye(2),
        groups=np.repeat(units.clusters, units.sizes),
        **how,
    )
    row = {
        **found,
        "code": units.codes[place],
        "coefficient": name,
        "n_disagreements": int(units.sizes[_differ(codes)].sum()),
        "verdict": verdict_of(found["estimate"]),
    }
    return tuple(row[column] for column in _TABLE)


def _differ(codes: Codes) -> NDArray[np.bool_]:
    return (codes == 1).any(axis=1) & (codes == 0).any(axis=1)


def _overall(units: CodedUnits, names: Sequence[str], how: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Return agreement over all decisions (units times codes), and on units' sets of codes."""
    n = len(units.codes)
    decisions = np.vstack([_numbers(units, place) for place in range(n)])
    groups = np.tile(units.clusters, n)
    sizes = np.tile(units.sizes, n)
    rows: list[tuple[Any, ...]] = []
    for name in names:
        found = measure(
            np.repeat(decisions, sizes, axis=0),
            None,
            coefficient=name,
            weights=np.eye(2),
            groups=np.repeat(groups, sizes),
            **how,
        )
        rows.append(_overall_row("decisions", name, found))
    labels, as_sets = _sets(units)
    found = measure(
        np.repeat(as_sets, units.sizes, axis=0),
        None,
        coefficient="krippendorff_sets",
        weights=np.eye(1),
        sets=labels,
        groups=np.repeat(units.clusters, units.sizes),
        **how,
    )
    rows.append(_overall_row("sets", "krippendorff_sets", found))
    return rows


def _overall_row(over: str, name: str, found: dict[str, Any]) -> tuple[Any, ...]:
    row = {**found, "over": over, "coefficient": name}
    return tuple(row[column] for column in _OVERALL)


def _sets(units: CodedUnits) -> tuple[list[frozenset[object]], Codes]:
    """Return the distinct sets of codes, and for each unit and coder which of them it was."""
    numbers: dict[frozenset[object], int] = {}
    codes = np.full(units.seen.shape, -1, dtype=np.intp)
    for unit, coder in zip(*np.nonzero(units.seen), strict=True):
        places = np.flatnonzero(units.given[:, unit, coder])
        found = frozenset[object](units.codes[place] for place in places)
        codes[unit, coder] = numbers.setdefault(found, len(numbers))
    return list(numbers), codes


def _coder_counts(corpus: Corpus, units: CodedUnits, level: str) -> list[tuple[str, str, int]]:
    """Return how many units each coder gave each code, and how many have it after adjudication."""
    settled = corpus.mentions[corpus.mentions["act"].isin(corpus.settled["act"])]
    settled = settled[settled["document"].isin({key[0] for key in units.keys})]
    column = "theme" if level == "theme" else "code"
    after = settled.drop_duplicates([column, "document", "part"])[column].value_counts()
    rows: list[tuple[str, str, int]] = []
    for place, code in enumerate(units.codes):
        given = (units.given[place] * units.sizes[:, None]).sum(axis=0)
        rows += [(code, coder, int(n)) for coder, n in zip(units.coders, given, strict=True)]
        rows.append((code, "settled", int(after.get(code, 0))))
    return rows


def _disagreements(units: CodedUnits) -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = []
    for place, code in enumerate(units.codes):
        codes = _numbers(units, place)
        for number in np.flatnonzero(_differ(codes)):
            document, unit, respondent, question, start, end = units.keys[number]
            yes = [c for c, n in zip(units.coders, codes[number], strict=True) if n == 1]
            no = [c for c, n in zip(units.coders, codes[number], strict=True) if n == 0]
            rows.append(
                (
                    *(document, unit, code, respondent, question),
                    *(", ".join(yes), ", ".join(no), start, end),
                )
            )
    frame = pd.DataFrame(rows, columns=list(_DISAGREEMENTS))
    return frame.astype({"start": "Int64", "end": "Int64"})


_UNIT_NAMES = {
    "part": Message("a turn or an answer"),
    "answer": Message("all that a respondent said to one question"),
    "document": Message("a document"),
    "character": Message("a letter"),
}


def _method(unit: str, names: Sequence[str], bootstrap: int, units: CodedUnits) -> Message:
    return Message(
        "{coefficients}. A unit is {unit}; units that nobody coded count. Intervals from "
        "{n:integer} resamples of {documents:integer} documents.",
        coefficients=[coefficient_name(name) for name in names],
        unit=_UNIT_NAMES[unit],
        n=bootstrap,
        documents=int(units.clusters.max()) + 1,
    )


def _checks(units: CodedUnits, rows: Sequence[tuple[Any, ...]]) -> tuple[Check, ...]:
    checks: list[Check] = []
    if units.left_out:
        text = Message(
            "{n:integer} document was worked on by fewer than two coders and is left out.",
            "{n:integer} documents were worked on by fewer than two coders and are left out.",
            n=len(units.left_out),
        )
        checks.append(Check(id="all_documents", passed=None, text=text))
    if units.without_place:
        text = Message(
            "{n:integer} coding stands on something else than a unit and is left out.",
            "{n:integer} codings stand on something else than a unit and are left out.",
            n=units.without_place,
        )
        checks.append(Check(id="all_codings", passed=None, text=text))
    clusters = int(units.clusters.max()) + 1
    if clusters < _FEW:
        text = Message(
            "Only {n:integer} document was coded twice: intervals are wide, and in "
            "simulations cover somewhat less often than they say.",
            "Only {n:integer} documents were coded twice: intervals are wide, and in "
            "simulations cover somewhat less often than they say.",
            n=clusters,
        )
        checks.append(Check(id="enough_documents", passed=False, text=text))
    weak = sorted({row[0] for row in rows if row[_TABLE.index("verdict")] == "not_enough"})
    if weak:
        text = Message(
            "{n:integer} code lies below 0.667; no conclusion should rest on it alone.",
            "{n:integer} codes lie below 0.667; no conclusion should rest on them alone.",
            n=len(weak),
        )
        checks.append(Check(id="codes_hold", passed=False, text=text))
    return tuple(checks)
