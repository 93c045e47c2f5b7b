"""Records of themes: who says what, where it clashes, what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from workbench.language import Message
from workbench.results.base import Result, TableSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

__all__ = [
    "STATES",
    "CaseResult",
    "CoOccurrenceResult",
    "CodeMatrixResult",
    "FrameworkResult",
    "GapsResult",
    "PolarityResult",
    "ThemeShareResult",
    "ThemeTableResult",
    "TheoryResult",
    "WhoResult",
]

STATES = (
    "present",
    "absent",
    "not_asked",
    "answered_elsewhere",
    "not_understood",
    "no_text",
)
"""What a cell of question, theme and respondent can be; "absent" is not "no"."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemeTableResult(Result):
    """The thematic table.

    Parameters
    ----------
    table
        One row per question, theme and respondent: ``question theme_no theme respondent state
        n_quotes stance``. ``state`` is one of :data:`STATES`; ``stance`` says whether what was
        brought up affirms or denies the theme. ``question`` is null in a corpus without a guide.
    themes
        One row per theme: ``theme_no theme name segment questions polarity n_respondents n_denying
        n_with_answers respondents n_quotes n_without_quote origin motivation``.
        ``n_respondents`` of ``n_with_answers`` bring it up: respondents who were not asked, or of
        whom there is no text, are in neither number. ``n_denying`` of them deny it.
    matrix
        One row per theme and respondent: ``theme_no theme respondent state present n_answers
        n_quotes``; ``present`` is 0 or 1, ``n_answers`` the answers it was coded in.
    quotes
        The quotes shown: ``theme_no theme quote_no respondent role question quote polarity stance
        document start end act``.
    roles
        Respondent to role, of those shown.
    only_open_answers
        The corpus holds open answers of a survey and nothing else: ``themes`` then has ``share
        ci_low ci_high``, the share of those who answered (Wilson), unweighted.
    """

    kind: ClassVar[str] = "theme_table"

    themes: pd.DataFrame
    matrix: pd.DataFrame
    quotes: pd.DataFrame
    roles: Mapping[str, str]
    level: str
    n_respondents: int
    n_answers: int
    only_open_answers: bool = False

    @property
    def who(self) -> WhoResult:
        """Who says what, for a figure of its own."""
        return WhoResult(
            table=self.matrix,
            method=self.method,
            themes=self.themes,
            questions=self.table,
            roles=self.roles,
        )

    @property
    def shares(self) -> ThemeShareResult:
        """How many of those who answered bring each theme up, for a figure of its own."""
        columns = ["theme", "n_respondents", "n_with_answers", "share", "ci_low", "ci_high"]
        found = self.themes.reindex(columns=columns)
        return ThemeShareResult(
            table=found.sort_values("share", ascending=False, kind="stable", ignore_index=True),
            method=Message(
                "Shares of those who wrote something, unweighted, with Wilson's interval."
            ),
        )

    @property
    def wide(self) -> pd.DataFrame:
        """The 0/1 matrix: themes in rows, respondents in columns, null where not answered."""
        answered = self.matrix["state"].isin(["present", "absent", "answered_elsewhere"])
        shown = self.matrix.assign(cell=self.matrix["present"].where(answered).astype("Int64"))
        wide = shown.pivot_table(
            index="theme", columns="respondent", values="cell", aggfunc="first", dropna=False
        )
        order = self.matrix["respondent"].drop_duplicates()
        return wide.reindex(index=self.themes["theme"], columns=order)

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions; who says what is a result of its own, see :attr:`who`."""
        return {
            "themes": TableSpec(
                key=("theme",),
                caption=Message("Themes, and how many bring them up of those who answered"),
                counts=(),
            ),
            "quotes": TableSpec(
                key=("quote_no",), caption=Message("Quotes, word for word"), counts=()
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        if self.themes.empty or not self.themes["n_respondents"].any():
            return Message("Nothing is coded yet.")
        first = self.themes.sort_values(
            ["n_respondents", "theme_no"], ascending=[False, True]
        ).iloc[0]
        return Message(
            "{n:integer} themes; most respondents bring up {name}: {said:integer} of "
            "{asked:integer} who answered.",
            n=len(self.themes),
            name=first["theme"],
            said=int(first["n_respondents"]),
            asked=int(first["n_with_answers"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class WhoResult(Result):
    """Who says what: respondents by theme.

    ``table``: the ``matrix`` of :class:`ThemeTableResult`; ``themes`` as there; ``questions``: its
    ``table``, question by question. ``roles``: respondent to role.
    """

    kind: ClassVar[str] = "who"

    themes: pd.DataFrame
    questions: pd.DataFrame
    roles: Mapping[str, str]

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("theme", "respondent"),
                caption=Message("Who says what: answers in which a theme was coded"),
                counts=(),
            ),
            "questions": TableSpec(
                key=("question", "theme", "respondent"),
                caption=Message("Who says what, question by question"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        cells = self.table["state"].value_counts()
        return Message(
            "{said:integer} cells of theme and respondent hold something said; in "
            "{silent:integer} it was not mentioned, and {open:integer} were not asked or have no "
            "text.",
            said=int(cells.get("present", 0)),
            silent=int(cells.get("absent", 0)),
            open=int(len(self.table) - cells.get("present", 0) - cells.get("absent", 0)),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class ThemeShareResult(Result):
    """How common themes are among those who wrote something.

    ``table``, most common first: ``theme n_respondents n_with_answers share ci_low ci_high``;
    shares 0-1, of the respondents with an answer, null where nobody answered.
    """

    kind: ClassVar[str] = "theme_shares"

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        caption = Message("Share of those who wrote something that bring up each theme")
        return {"table": TableSpec(key=("theme",), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        known = self.table.dropna(subset=["share"])
        if known.empty:
            return Message("Nothing is coded yet.")
        first = known.iloc[0]
        return Message(
            "Most bring up {name}: {share:percent} of {n:integer} ({low:percent} to "
            "{high:percent}).",
            name=first["theme"],
            share=float(first["share"]),
            n=int(first["n_with_answers"]),
            low=float(first["ci_low"]),
            high=float(first["ci_high"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class CodeMatrixResult(Result):
    """Codes (or themes) by document, respondent, case, question, role or side.

    ``table`` has one row per pair: ``key column n_passages n_codings n_respondents``, zeros
    included, so that it can be pivoted.
    """

    kind: ClassVar[str] = "code_matrix"

    level: str
    columns: str

    @property
    def wide(self) -> pd.DataFrame:
        """Passages: codes in rows."""
        return self.table.pivot_table(
            index="key", columns="column", values="n_passages", aggfunc="sum", sort=False
        )

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        caption = Message("Coded passages, by {columns}", columns=self.columns)
        return {"table": TableSpec(key=("key", "column"), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        return Message(
            "{n:integer} coded passages over {rows:integer} codes.",
            n=int(self.table["n_passages"].sum()),
            rows=int(self.table["key"].nunique()),
        )


PLACES = {
    "overlap": Message("the same words"),
    "part": Message("one turn"),
    "answer": Message("one answer"),
    "document": Message("one document"),
    "respondent": Message("one respondent"),
}
"""What "together" means."""


@dataclass(frozen=True, kw_only=True, eq=False)
class CoOccurrenceResult(Result):
    """Which codes (or themes) come up together.

    ``table`` has one row per pair that meets at least once: ``one other n_one n_other n_both
    jaccard expected phi``. Counts are units (``within``); ``expected`` is what independence would
    give, ``phi`` the correlation of the two over units, -1 to 1.
    ``passages`` lists where: ``one other document part respondent start end``.
    """

    kind: ClassVar[str] = "co_occurrence"

    passages: pd.DataFrame
    within: str
    level: str
    n_units: int

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        caption = Message(
            "Pairs that come up together, within {within}", within=PLACES[self.within]
        )
        return {"table": TableSpec(key=("one", "other"), caption=caption, counts=())}

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        if self.table.empty:
            return Message("No two codes come up together.")
        first = self.table.iloc[0]
        return Message(
            "{one} and {other} come up together most: in {n:integer} of {units:integer} units.",
            one=first["one"],
            other=first["other"],
            n=int(first["n_both"]),
            units=self.n_units,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class PolarityResult(Result):
    """Each factor as success, barrier or both, case by case.

    ``table``: ``key case polarity n_success n_barrier n_both``; ``polarity`` is ``success``,
    ``barrier``, ``both`` or null (brought up without a sign).
    ``factors``: ``key n_cases success barrier both p_value`` counts cases; ``p_value`` is an exact
    sign test of success against barrier, given for orientation where cases are not a sample.
    """

    kind: ClassVar[str] = "polarity"

    factors: pd.DataFrame
    level: str

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "factors": TableSpec(
                key=("key",), caption=Message("Factors: cases by their sign"), counts=()
            ),
            "table": TableSpec(
                key=("key", "case"), caption=Message("Factors by case, with their sign"), counts=()
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        split = self.factors[(self.factors["success"] > 0) & (self.factors["barrier"] > 0)]
        return Message(
            "{n:integer} of {all:integer} factors are a success in some cases and a barrier in "
            "others.",
            n=len(split) + int((self.factors["both"] > 0).sum() - (split["both"] > 0).sum()),
            all=len(self.factors),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class CaseResult(Result):
    """What cases have in common, and what the two sides of a case say.

    ``table``: ``key n_cases of_cases kind cases``; ``kind`` is ``common`` (all cases), ``shared``
    (some), ``unique`` (one) or ``none``.
    ``pairs``: ``key case side_one side_other verdict``; ``verdict`` is ``both_sides`` say it,
    ``one_side``, or in ``conflict`` (one affirms what the other denies, or the signs differ). Empty
    where ``respondents.csv`` has no two sides.
    """

    kind: ClassVar[str] = "by_case"

    pairs: pd.DataFrame
    level: str
    sides: tuple[str, ...]

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("key",), caption=Message("Common to all cases, shared, or unique"), counts=()
            ),
            "pairs": TableSpec(
                key=("key", "case"),
                caption=Message("Said by both sides, by one, or in conflict"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        kinds = self.table["kind"].value_counts()
        return Message(
            "{common:integer} are common to all cases, {shared:integer} shared by some, "
            "{unique:integer} unique to one.",
            common=int(kinds.get("common", 0)),
            shared=int(kinds.get("shared", 0)),
            unique=int(kinds.get("unique", 0)),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class TheoryResult(Result):
    """Claims of the theory against the data.

    ``table``: ``theory claim verdict n_affirm n_deny themes theme_names respondents_affirming
    respondents_denying``; ``verdict`` is ``confirmed``, ``contradicted``, ``mixed``,
    ``without_data`` or, for themes that no claim covers, ``new``.
    """

    kind: ClassVar[str] = "theory"

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("theory",), caption=Message("Theory against the data"), counts=()
            )
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        kinds = self.table["verdict"].value_counts()
        return Message(
            "{confirmed:integer} claims are confirmed, {contradicted:integer} contradicted, "
            "{mixed:integer} mixed, {without:integer} without data; {new:integer} themes are new.",
            confirmed=int(kinds.get("confirmed", 0)),
            contradicted=int(kinds.get("contradicted", 0)),
            mixed=int(kinds.get("mixed", 0)),
            without=int(kinds.get("without_data", 0)),
            new=int(kinds.get("new", 0)),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class GapsResult(Result):
    """What the themes leave out, and what they rest on too thinly.

    ``table``: one row per finding: ``gap n of``; ``gap`` is ``uncovered_answers``,
    ``without_quote``, ``clashes``, ``dominated`` or ``single_voice``.
    ``uncovered``: answers no theme covers: ``document part respondent question n_words text``.
    ``unquoted``: codings without a quote: ``act key respondent question document coder``.
    ``clashes``: exclusive themes on one respondent: ``respondent one other``.
    ``voices``: ``key respondent share n_passages``: themes where one voice gives half or more.
    """

    kind: ClassVar[str] = "gaps"

    uncovered: pd.DataFrame
    unquoted: pd.DataFrame
    clashes: pd.DataFrame
    voices: pd.DataFrame
    n_answers: int

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(key=("gap",), caption=Message("Gaps, counted"), counts=()),
            "uncovered": TableSpec(
                key=("document", "part"), caption=Message("Answers no theme covers"), counts=()
            ),
            "unquoted": TableSpec(
                key=("act",), caption=Message("Codings without a quote"), counts=()
            ),
            "clashes": TableSpec(
                key=("respondent", "one", "other"),
                caption=Message("Themes that exclude each other, on one respondent"),
                counts=(),
            ),
            "voices": TableSpec(
                key=("key",), caption=Message("Themes that rest mostly on one voice"), counts=()
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        counts = self.table.set_index("gap")["n"]
        return Message(
            "{uncovered:integer} of {answers:integer} answers carry no theme; {unquoted:integer} "
            "codings have no quote; {voices:integer} themes rest mostly on one voice.",
            uncovered=int(counts["uncovered_answers"]),
            answers=self.n_answers,
            unquoted=int(counts["without_quote"]),
            voices=int(counts["dominated"]),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class FrameworkResult(Result):
    """The framework matrix: case by theme, the analyst's words with references to quotes.

    ``table``: ``case theme_no theme summary n_passages n_references n_broken state``. ``state`` is
    ``summarised``; ``without_reference`` (a summary that cites no passage of this case and theme);
    ``to_summarise`` (there are passages, but no summary); or ``empty``.
    ``references``: ``case theme act document start end quote``.
    """

    kind: ClassVar[str] = "framework"

    references: pd.DataFrame

    @property
    def specs(self) -> dict[str, TableSpec]:
        """Keys and captions."""
        return {
            "table": TableSpec(
                key=("case", "theme"),
                caption=Message("Framework matrix: case by theme, in the analyst's words"),
                counts=(),
            ),
            "references": TableSpec(
                key=("case", "theme", "act"),
                caption=Message("Passages the summaries refer to"),
                counts=(),
            ),
        }

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        states = self.table["state"].value_counts()
        return Message(
            "{done:integer} cells are summarised with references, {bare:integer} without any, "
            "{open:integer} wait to be summarised.",
            done=int(states.get("summarised", 0)),
            bare=int(states.get("without_reference", 0)),
            open=int(states.get("to_summarise", 0)),
        )
