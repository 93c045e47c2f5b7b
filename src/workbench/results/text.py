"""Records about text: saturation, keywords, topics, rules, suggestions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "ChecklistResult",
    "KeywordsResult",
    "RuleRun",
    "SaturationResult",
    "SecondCoderPlan",
    "SuggestionQuality",
    "TopicsResult",
]


@dataclass(frozen=True, kw_only=True, eq=False)
class SaturationResult(Result):
    """How much new each interview brought, and where it stopped.

    ``table``: one row per interview in the order given: ``interview`` (1, 2, ...), ``new_codes``,
    ``codes`` (distinct so far), ``new_in_run`` (new codes in the run that ends here), ``ratio``
    (to the codes of the base, 0-1; null inside the base), ``reached``.
    ``orders``: ``label``, ``interviews`` (base, run and what lies between; null when never
    reached), ``n`` and ``share`` of random orders of the interviews; None when only counts are
    known.
    ``curve``: ``interview``, ``median``, ``low``, ``high``: codes found after so many interviews,
    over the orders (2.5 and 97.5 per cent); None when only counts are known.
    """

    kind: ClassVar[str] = "saturation"

    label: str | None
    reason: str
    base: int
    run: int
    threshold: float
    orders: pd.DataFrame | None = None
    curve: pd.DataFrame | None = None
    share_reached: float | None = None

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Name, key and caption of each table."""
        return {
            "table": TableSpec(
                key=("interview",), caption=Message("New codes per interview"), counts=()
            ),
            "orders": TableSpec(
                key=("label",),
                caption=Message("Where saturation falls when the interviews come in other orders"),
                counts=(),
            ),
            "curve": TableSpec(
                key=("interview",),
                caption=Message("Codes found after so many interviews, over random orders"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        if self.reason == "NO_CODES_IN_BASE":
            return Message(
                "Saturation cannot be judged: the first {base:integer} interviews gave no codes.",
                base=self.base,
            )
        if self.reason == "TOO_FEW":
            return Message(
                "Saturation cannot be judged: {n:integer} interviews are fewer than a base of "
                "{base:integer} and a run of {run:integer}.",
                n=len(self.table),
                base=self.base,
                run=self.run,
            )
        if self.label is None:
            return Message(
                "Saturation was not reached: the last {run:integer} interviews still brought "
                "{ratio:percent} as many new codes as the first {base:integer} had.",
                run=self.run,
                ratio=float(self.table["ratio"].iloc[-1]),
                base=self.base,
            )
        if self.share_reached is None:
            return Message(
                "Saturation at {label} interviews (new codes at most {threshold:percent} of the "
                "first {base:integer}).",
                label=self.label,
                threshold=self.threshold,
                base=self.base,
            )
        return Message(
            "Saturation at {label} interviews (new codes at most {threshold:percent} of the first "
            "{base:integer}); it is reached in {share:percent} of random orders.",
            label=self.label,
            threshold=self.threshold,
            base=self.base,
            share=self.share_reached,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class SecondCoderPlan(Result):
    """How many units a second coder must code, per share of units that carry the code.

    ``table``: ``share`` (0-1), ``units`` (to tell the kappas apart with the power asked for),
    ``expected_with_code``, ``ci_low`` and ``ci_high`` of kappa with that many units, ``reason``.
    """

    kind: ClassVar[str] = "second_coder_plan"

    kappa: float
    least: float
    power: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Name, key and caption of the table."""
        caption = Message("Units a second coder must code, by how common the code is")
        return {"table": TableSpec(key=("share",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        known = self.table[self.table["reason"] == ""]
        if known.empty:
            return Message("No number of units can be given: no code occurs and is absent.")
        return Message(
            "A second coder needs {low:integer} to {high:integer} units to tell a kappa of "
            "{kappa:number2} from {least:number2} with a power of {power:percent}.",
            low=int(known["units"].min()),
            high=int(known["units"].max()),
            kappa=self.kappa,
            least=self.least,
            power=self.power,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class KeywordsResult(Result):
    """Words that mark a segment against the rest.

    ``table``: one row per ``segment`` and ``word``: ``n`` (texts of the segment that use it),
    ``n_segment`` (its texts), ``share`` (0-1), ``estimate`` with ``ci_low`` and ``ci_high``
    (log-odds ratio, above 0: more in the segment), ``p_value``, ``p_adjusted``.
    """

    kind: ClassVar[str] = "keywords"

    n: int
    n_missing: int
    confidence: float

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Name, key and caption of the table."""
        caption = Message("Words that mark a segment against the rest: log-odds ratio")
        return {"table": TableSpec(key=("segment", "word"), caption=caption)}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        sure = self.table[self.table["p_adjusted"] < 1 - self.confidence]
        if sure.empty:
            return Message(
                "No word marks one segment more than the others ({n:integer} text).",
                "No word marks one segment more than the others ({n:integer} texts).",
                n=self.n,
            )
        first = sure.sort_values("ci_low", ascending=False).iloc[0]
        return Message(
            "{words:integer} words mark a segment; the clearest is “{word}” in {segment} "
            "({share:percent} of its {n:integer} texts).",
            words=len(sure),
            word=str(first["word"]),
            segment=str(first["segment"]),
            share=float(first["share"]),
            n=int(first["n_segment"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class TopicsResult(Result):
    """Proposals for themes from word use alone.

    ``table``: one row per ``topic`` (1, 2, ...): ``words`` (the ten that mark it), ``n`` and
    ``share`` (0-1) of texts it fits best, ``coherence`` (NPMI, -1 to 1), ``stability`` (0-1: how
    much of it comes back when a fifth of the texts is left out), ``typical`` (index labels of the
    three clearest texts).
    ``assignments``: one row per text: ``text``, ``topic`` (null with a ``reason``), ``weight``.
    """

    kind: ClassVar[str] = "topics"

    assignments: pd.DataFrame
    n: int
    n_missing: int

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Name, key and caption of the table that a report shows."""
        caption = Message("Topics proposed from word use: share of texts, coherence, stability")
        return {"table": TableSpec(key=("topic",), caption=caption)}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        largest = self.table.sort_values("n", ascending=False, kind="stable").iloc[0]
        return Message(
            "{topics:integer} topics are proposed from {n:integer} texts; the largest "
            "({share:percent}) is about: {words}. They are proposals to read, not findings.",
            topics=len(self.table),
            n=self.n,
            share=float(largest["share"]),
            words=str(largest["words"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class RuleRun(Result):
    """What the rules of a codebook coded, or would code.

    ``table``: one row per ``code``: ``patterns``, ``hits``, ``codings`` (sentences hit),
    ``denied`` (of these, under a negation), ``added``, ``taken_back``, ``left_to_people`` (hits
    that a person took away before).
    ``examples``: ``code example applies hit passed``. ``hits``: the first places of each code:
    ``code pattern negated document start end``.
    """

    kind: ClassVar[str] = "rule_run"

    examples: pd.DataFrame
    hits: pd.DataFrame
    dry_run: bool

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Name, key and caption of each table."""
        return {
            "table": TableSpec(
                key=("code",), caption=Message("What the rules hit, by code"), counts=()
            ),
            "examples": TableSpec(
                key=("code", "example"),
                caption=Message("Examples of the codebook, run as tests of its rules"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        codings = int(self.table["codings"].sum())
        counts = {
            "n": len(self.table),
            "codings": Message("{n:integer} coding", "{n:integer} codings", n=codings),
            "added": int(self.table["added"].sum()),
            "taken": int(self.table["taken_back"].sum()),
        }
        if self.dry_run:
            return Message(
                "{n:integer} code with rules would give {codings}: {added:integer} new, "
                "{taken:integer} taken back. Nothing was written.",
                "{n:integer} codes with rules would give {codings}: {added:integer} new, "
                "{taken:integer} taken back. Nothing was written.",
                **counts,
            )
        return Message(
            "{n:integer} code with rules gives {codings}: {added:integer} new, {taken:integer} "
            "taken back.",
            "{n:integer} codes with rules give {codings}: {added:integer} new, {taken:integer} "
            "taken back.",
            **counts,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class SuggestionQuality(Result):
    """How often people accepted what was proposed.

    ``table``: one row per ``code``: ``waiting``, ``n`` (decided), ``accepted``, ``estimate`` (share
    accepted, 0-1) with ``ci_low`` and ``ci_high``, ``reason``.
    """

    kind: ClassVar[str] = "suggestion_quality"

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Name, key and caption of the table."""
        caption = Message("Proposals accepted, by code: share of those decided")
        return {"table": TableSpec(key=("code",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        decided = int(self.table["n"].sum())
        if decided == 0:
            return Message(
                "{n:integer} proposal waits; none has been decided.",
                "{n:integer} proposals wait; none has been decided.",
                n=int(self.table["waiting"].sum()),
            )
        return Message(
            "{share:percent} of {n:integer} decided proposals were accepted; {waiting:integer} "
            "wait.",
            share=int(self.table["accepted"].sum()) / decided,
            n=decided,
            waiting=int(self.table["waiting"].sum()),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ChecklistResult(Result):
    """A reporting checklist, filled in from the project.

    ``table``: one row per ``item``: ``topic``, ``answer`` (null: to do), ``evidence``.
    """

    kind: ClassVar[str] = "checklist"

    name: str

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Name, key and caption of the table."""
        caption = Message("What a report should say, and what the project answers by itself")
        return {"table": TableSpec(key=("item",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        return Message(
            "{filled:integer} of {n:integer} items are answered from the project; the rest is to "
            "be written.",
            filled=int(self.table["answer"].notna().sum()),
            n=len(self.table),
        )
