"""Records of themes: who says what, what theory says of it, what it rests on."""

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
    "GapsResult",
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
                "Shares of those who wrote something, unweighted, with Wilson’s interval."
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
            "{n:integer} theme; most respondents bring up {name}: {said:integer} of "
            "{asked:integer} who answered.",
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
