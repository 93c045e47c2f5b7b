"""What tables of themes say, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.themes import (
        GapsResult,
        ThemeShareResult,
        ThemeTableResult,
        TheoryResult,
        WhoResult,
    )

__all__ = [
    "headline_gaps",
    "headline_theme_shares",
    "headline_theme_table",
    "headline_theory",
    "headline_who",
    "lead_gaps",
    "lead_theme_table",
    "lead_theory",
    "lead_who",
    "subtitle_theme_shares",
    "subtitle_theme_table",
    "subtitle_who",
]


def headline_theme_table(result: ThemeTableResult) -> Message:
    """Return how many themes there are, and how many people they come from."""
    return Message(
        "What they say: {n:integer} themes from {respondents:integer} respondents",
        n=len(result.themes),
        respondents=result.n_respondents,
    )


def lead_theme_table(result: ThemeTableResult) -> list[Message]:
    """Return what a theme is, and what the signs mean."""
    found = [
        Message(
            "A theme is a statement that one code or several bear. Each quote stands word for word "
            "in its source. ▲ marks what helps, ▼ what hinders, ◆ a theme that is both."
        )
    ]
    silent = result.themes[result.themes["n_respondents"] == 0]
    if len(silent):
        found.append(
            Message("Nobody brings up {names}.", names=[str(theme) for theme in silent["theme"]])
        )
    return found


def subtitle_theme_table(result: ThemeTableResult) -> Message:
    """Return how to read the figure."""
    return _shares() if result.only_open_answers else _signs()


def headline_theme_shares(result: ThemeShareResult) -> Message:
    """Return what most bring up."""
    known = result.table.dropna(subset=["share"])
    if known.empty:
        return Message("Nothing is coded yet")
    first = known.iloc[0]
    return Message(
        "{share:percent} of those who wrote something bring up {name}",
        share=float(first["share"]),
        name=str(first["theme"]),
    )


def subtitle_theme_shares(result: ThemeShareResult) -> Message:
    """Return how to read the figure."""
    del result
    return _shares()


def _shares() -> Message:
    return Message(
        "Share of those who wrote something, unweighted, with its interval. Those who wrote "
        "nothing are in no share."
    )


def headline_who(result: WhoResult) -> Message:
    """Return how widely themes are shared."""
    themes = result.themes
    answered = themes[themes["n_with_answers"] > 0]
    most = int((answered["n_respondents"] * 2 > answered["n_with_answers"]).sum())
    return Message(
        "{most:integer} of {n:integer} themes are brought up by more than half of those who "
        "answered",
        most=most,
        n=len(themes),
    )


def lead_who(result: WhoResult) -> list[Message]:
    """Return what the empty cells mean, and who denies a theme."""
    found = [
        Message(
            "“Not mentioned” is not “no”: the question was put, but the theme did not come up. "
            "Those who were not asked, or of whom there is no text, are left out of the last "
            "column."
        )
    ]
    denied = result.questions[result.questions["stance"] == "denies"]
    if len(denied):
        counts = denied.groupby("theme", sort=False)["respondent"].nunique().to_dict()
        items = [
            Message("{name} ({n:integer})", name=str(theme), n=int(n))
            for theme, n in counts.items()
        ]
        found.append(Message("Some say that it is not so: {themes}.", themes=items))
    return found


def subtitle_who(result: WhoResult) -> Message:
    """Return how to read the signs."""
    del result
    return _signs()


def _signs() -> Message:
    return Message(
        "The number is answers in which the theme was coded. ○ not mentioned; – not asked; → "
        "answered elsewhere; ? not understood; a dashed frame: no text."
    )


def headline_theory(result: TheoryResult) -> Message:
    """Return how the theory fares."""
    kinds = result.table["verdict"].value_counts().to_dict()
    return Message(
        "{confirmed:integer} claims of the theory are confirmed, {against:integer} contradicted or "
        "mixed; {new:integer} themes are new",
        confirmed=int(kinds.get("confirmed", 0)),
        against=int(kinds.get("contradicted", 0)) + int(kinds.get("mixed", 0)),
        new=int(kinds.get("new", 0)),
    )


def lead_theory(result: TheoryResult) -> list[Message]:
    """Return what confirmation means here, and which claims have no data."""
    found = [
        Message(
            "Confirmed means that someone here says so and nobody says the opposite; it is no test "
            "of the theory among others."
        )
    ]
    bare = result.table[result.table["verdict"] == "without_data"]
    if len(bare):
        names = [str(name) for name in bare["theory"]]
        found.append(Message("Nothing here bears on **{names}**.", names=names))
    return found


def headline_gaps(result: GapsResult) -> Message:
    """Return how much no theme covers."""
    counts = dict(zip(result.table["gap"], result.table["n"], strict=True))
    return Message(
        "{uncovered:integer} of {answers:integer} answers carry no theme",
        uncovered=int(counts["uncovered_answers"]),
        answers=result.n_answers,
    )


def lead_gaps(result: GapsResult) -> list[Message]:
    """Return what is thin: codings without a quote, single voices, clashes."""
    counts = dict(zip(result.table["gap"], result.table["n"], strict=True))
    found = [
        Message(
            "The longest of them stand below, so that everyone can judge what the themes leave out."
        )
    ]
    if counts["without_quote"]:
        found.append(
            Message(
                "{n:integer} coding stands without a quote and cannot be checked.",
                "{n:integer} codings stand without a quote and cannot be checked.",
                n=int(counts["without_quote"]),
            )
        )
    if len(result.voices):
        names = [str(key) for key in result.voices["key"]]
        found.append(
            Message("One person gives half the quotes or more of **{names}**.", names=names)
        )
    if counts["clashes"]:
        found.append(
            Message(
                "{n:integer} respondent affirms two themes that exclude each other.",
                "{n:integer} respondents affirm two themes that exclude each other.",
                n=int(counts["clashes"]),
            )
        )
    return found
