"""Records of thematic coding: agreement between coders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "REASONS",
    "AgreementResult",
    "CodeAgreementResult",
    "GammaResult",
    "UnitizingResult",
    "coefficient_name",
    "verdict_of",
]

TENTATIVE = 0.667
RELIABLE = 0.8

REASONS = {
    "NO_DISAGREEMENT": Message(
        "no disagreement was seen, and a sample without any gives no interval"
    ),
    "ONE_CATEGORY": Message("everything was put in one category, so chance explains it all"),
    "FEW_UNITS": Message("fewer than two units were coded by two coders"),
    "FEW_DOCUMENTS": Message("fewer than two documents were coded by two coders"),
    "UNSTABLE": Message("most resamples have no value: too little of it was coded"),
    "NO_RESAMPLES": Message("no resamples were asked for, and there is no formula"),
    "OVERLAP": Message("a coder’s passages overlap, which this form does not allow"),
    "REFLEXIVE": Message("a reflexive study does not measure agreement"),
}
"""Why an estimate or an interval is missing."""

_NAMES = {
    "percent": Message("Agreement"),
    "cohen": Message("Cohen’s kappa"),
    "conger": Message("Conger’s kappa"),
    "scott": Message("Scott’s pi"),
    "fleiss": Message("Fleiss’ kappa"),
    "gwet_ac1": Message("Gwet’s AC1"),
    "gwet_ac2": Message("Gwet’s AC2"),
    "brennan_prediger": Message("Brennan and Prediger’s coefficient"),
    "krippendorff": Message("Krippendorff’s alpha"),
    "krippendorff_sets": Message("Krippendorff’s alpha for sets"),
}


def coefficient_name(coefficient: str) -> Message:
    """Return what a coefficient is called."""
    return _NAMES.get(coefficient, Message("Agreement"))


def verdict_of(estimate: float | None) -> str:
    """Return ``enough`` (0.8), ``tentative`` (0.667), ``not_enough`` or ``unknown``.

    The bounds are Krippendorff's customary ones; they are a convention, not a test.
    """
    if estimate is None or estimate != estimate:
        return "unknown"
    if estimate >= RELIABLE:
        return "enough"
    return "tentative" if estimate >= TENTATIVE else "not_enough"


@dataclass(frozen=True, kw_only=True, eq=False)
class AgreementResult(Result):
    """How well coders agree on the same units.

    ``table`` has one row: ``coefficient level n n_coders percent estimate ci_low ci_high se
    se_null max prevalence bias reason``. ``n`` counts units that two coders or more coded;
    ``percent`` is the share of agreeing pairs, 0-1; ``max`` the highest kappa the coders' shares
    allow; ``prevalence`` and ``bias`` the indices of a two by two table.
    ``categories`` has one row per category: ``category share estimate`` (share of all codings;
    Fleiss' kappa of this category against the rest).

    Parameters
    ----------
    coefficient
        Which.
    confidence
        Level of the interval, 0-1.
    clusters
        Documents that were resampled; None when units were.
    """

    kind: ClassVar[str] = "agreement"

    coefficient: str
    confidence: float
    clusters: int | None
    categories: pd.DataFrame

    def _number(self, column: str) -> float | None:
        value = self.table[column].iloc[0]
        return None if value is None or value != value else float(value)

    @property
    def estimate(self) -> float | None:
        """The coefficient; None with a ``reason`` when it has no value."""
        return self._number("estimate")

    @property
    def ci_low(self) -> float | None:
        """Lower end of the interval."""
        return self._number("ci_low")

    @property
    def ci_high(self) -> float | None:
        """Upper end of the interval."""
        return self._number("ci_high")

    @property
    def se(self) -> float | None:
        """Standard error."""
        return self._number("se")

    @property
    def n(self) -> int:
        """Units that two coders or more coded."""
        return int(self.table["n"].iloc[0])

    @property
    def prevalence(self) -> float | None:
        """How unevenly two categories are used, 0-1: the index of prevalence."""
        return self._number("prevalence")

    @property
    def bias(self) -> float | None:
        """How differently two coders use two categories, 0-1."""
        return self._number("bias")

    @property
    def max(self) -> float | None:
        """The highest kappa that the coders' shares of categories allow."""
        return self._number("max")

    @property
    def reason(self) -> str:
        """Why there is no estimate or no interval, else empty."""
        return str(self.table["reason"].iloc[0])

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("coefficient",), caption=Message("Agreement between coders"), counts=()
            ),
            "categories": TableSpec(
                key=("category",), caption=Message("Agreement category by category"), counts=()
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        name = coefficient_name(self.coefficient)
        if self.estimate is None:
            return Message("{name} has no value: {why}.", name=name, why=REASONS[self.reason])
        if self.ci_low is None:
            return Message(
                "{name} is {estimate:number2} over {n:integer} units, without an interval: {why}.",
                name=name,
                estimate=self.estimate,
                n=self.n,
                why=REASONS[self.reason],
            )
        return Message(
            "{name} is {estimate:number2} ({low:number2} to {high:number2}) over {n:integer} "
            "units.",
            name=name,
            estimate=self.estimate,
            low=self.ci_low,
            high=self.ci_high,
            n=self.n,
        )


class _OverPassages:
    """What agreement on passages shares: the last row is over all."""

    table: pd.DataFrame

    @property
    def estimate(self) -> float | None:
        """The coefficient over everything compared."""
        value = self.table["estimate"].iloc[-1]
        return None if value is None or value != value else float(value)


@dataclass(frozen=True, kw_only=True, eq=False)
class UnitizingResult(_OverPassages, Result):
    """How well coders agree on where passages begin and end.

    ``table`` has one row per code and, last, ``all``: ``code n_passages observed expected estimate
    ci_low ci_high reason``. ``observed`` and ``expected`` are the disagreements.

    Parameters
    ----------
    form
        ``1995`` (Krippendorff 1995, 2004) or ``2016`` (Krippendorff, Mathet, Bouvry & Widlöcher);
        the two give different numbers for the same passages.
    length
        Code points compared.
    n_documents, confidence
        Documents resampled, and the level of the interval.
    """

    kind: ClassVar[str] = "unitizing_agreement"

    form: str
    length: int
    n_documents: int
    confidence: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        caption = Message("Agreement on where passages begin and end, form {form}", form=self.form)
        return {"table": TableSpec(key=("code",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        row = self.table.iloc[-1]
        if self.estimate is None:
            return Message("Agreement on passages has no value: {why}.", why=REASONS[row["reason"]])
        return Message(
            "Alpha for passages (form {form}) is {estimate:number2} over {n:integer} passages.",
            form=self.form,
            estimate=self.estimate,
            n=int(row["n_passages"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class GammaResult(_OverPassages, Result):
    """How well coders agree on passages by Mathet's gamma.

    ``table`` has one row per document and, last, ``all``: ``document n_passages observed expected
    estimate ci_low ci_high reason``. ``observed`` and ``expected`` are disorders of alignments.

    Parameters
    ----------
    n_documents, n_draws, confidence
        Documents resampled, draws that the expected disorders rest on, and the level of the
        interval.
    """

    kind: ClassVar[str] = "gamma_agreement"

    n_documents: int
    n_draws: int
    confidence: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        caption = Message("Agreement on passages by Mathet’s gamma, document by document")
        return {"table": TableSpec(key=("document",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        row = self.table.iloc[-1]
        if self.estimate is None:
            return Message("Agreement on passages has no value: {why}.", why=REASONS[row["reason"]])
        return Message(
            "Gamma for passages is {estimate:number2} over {n:integer} passages.",
            estimate=self.estimate,
            n=int(row["n_passages"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class CodeAgreementResult(Result):
    """How well coders agree, code by code, on every unit they both had before them.

    Parameters
    ----------
    table
        One row per code and coefficient: ``code coefficient estimate ci_low ci_high n
        n_disagreements percent max prevalence bias verdict reason``. ``n`` counts units coded or
        left uncoded by two coders or more. ``verdict`` is ``enough`` (0.8 or more), ``tentative``
        (0.667 or more), ``not_enough`` or ``unknown``.
    overall
        The same over all codes: rows ``decisions`` (every unit times every code) and ``sets``
        (each unit's codes as one set).
    coders
        ``code coder n_units``: units each coder gave the code; ``settled`` after adjudication.
    disagreements
        One row per unit and code that coders differ on: ``document unit code respondent question
        yes no start end`` (``yes`` and ``no`` list coders).
    unit
        What a unit is: part, answer, document or character.
    compared
        Coders compared.
    left_out
        Documents that fewer than two of them coded.
    reason
        Why there is nothing to compare, else empty.
    """

    kind: ClassVar[str] = "code_agreement"

    overall: pd.DataFrame
    coders: pd.DataFrame
    disagreements: pd.DataFrame
    unit: str
    compared: tuple[str, ...]
    left_out: tuple[str, ...]
    n_units: int
    n_documents: int
    confidence: float
    reason: str = ""

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("code", "coefficient"), caption=Message("Agreement code by code"), counts=()
            ),
            "overall": TableSpec(
                key=("over", "coefficient"), caption=Message("Agreement over all codes"), counts=()
            ),
            "coders": TableSpec(
                key=("code", "coder"), caption=Message("Units with the code, by coder"), counts=()
            ),
            "disagreements": TableSpec(
                key=("document", "unit", "code"),
                caption=Message("Where coders differ"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        if self.reason:
            return Message("Agreement is not reported: {why}.", why=REASONS[self.reason])
        first = self.table[self.table["coefficient"] == self.table["coefficient"].iloc[0]]
        enough = int(first["verdict"].isin(["enough", "tentative"]).sum())
        return Message(
            "{enough:integer} of {n:integer} codes have an alpha of 0.667 or more over "
            "{units:integer} units.",
            enough=enough,
            n=len(first),
            units=self.n_units,
        )
