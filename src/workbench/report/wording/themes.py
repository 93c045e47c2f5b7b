"""What tables of themes say, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    from workbench.results.matrices import (
        CaseResult,
        CoOccurrenceResult,
        FrameworkResult,
        PolarityResult,
    )
    from workbench.results.themes import (
        GapsResult,
        ThemeShareResult,
        ThemeTableResult,
        TheoryResult,
        WhoResult,
    )

__all__ = [
    "headline_by_case",
    "headline_co_occurrence",
    "headline_framework",
    "headline_gaps",
    "headline_polarity",
    "headline_theme_shares",
    "headline_theme_table",
    "headline_theory",
    "headline_who",
    "lead_by_case",
    "lead_co_occurrence",
    "lead_framework",
    "lead_gaps",
    "lead_polarity",
    "lead_theme_table",
    "lead_theory",
    "lead_who",
    "subtitle_by_case",
    "subtitle_polarity",
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
            "Not mentioned is not no: the question was put, but the theme did not come up. Those "
            "who were not asked, or of whom there is no text, are left out of the last column."
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


def headline_by_case(result: CaseResult) -> Message:
    """Return how many themes are common."""
    kinds = result.table["kind"].value_counts().to_dict()
    return Message(
        "{common:integer} of {n:integer} themes are common to all cases",
        common=int(kinds.get("common", 0)),
        n=len(result.table),
    )


def lead_by_case(result: CaseResult) -> list[Message]:
    """Return what both sides say, and where they are in conflict."""
    if result.pairs.empty:
        return []
    verdicts = result.pairs["verdict"].value_counts().to_dict()
    found = [
        Message(
            "Where a case has two sides ({sides}), both bring a theme up in {both:integer} cells "
            "of theme and case, one alone in {one:integer}, and they contradict each other in "
            "{conflict:integer}.",
            sides=list(result.sides),
            both=int(verdicts.get("both_sides", 0)),
            one=int(verdicts.get("one_side", 0)),
            conflict=int(verdicts.get("conflict", 0)),
        )
    ]
    clashing = result.pairs[result.pairs["verdict"] == "conflict"]
    if len(clashing):
        names = list(dict.fromkeys(str(key) for key in clashing["key"]))
        found.append(Message("They contradict each other on **{names}**.", names=names))
    return found


def subtitle_by_case(result: CaseResult) -> Message:
    """Return how to read the signs."""
    if result.pairs.empty:
        return Message("● brought up in the case.")
    return Message(
        "●● both sides; ●○ {first} alone; ○● {second} alone; ✕ they contradict each other; ● a "
        "case with one side.",
        first=result.sides[0],
        second=result.sides[1],
    )


def headline_polarity(result: PolarityResult) -> Message:
    """Return how many themes help in one case and hinder in another."""
    factors = result.factors
    mixed = int(((factors["success"] > 0) & (factors["barrier"] > 0) | (factors["both"] > 0)).sum())
    if mixed:
        return Message(
            "{mixed:integer} of {n:integer} themes help in some cases and hinder in others",
            mixed=mixed,
            n=len(factors),
        )
    return Message("Every theme either helps or hinders, in all cases alike")


def lead_polarity(result: PolarityResult) -> list[Message]:
    """Return what the signs rest on."""
    del result
    return [
        Message(
            "The sign is what the coders gave each passage. Cases are not a sample, so the counts "
            "say where to look and not how often it is so."
        )
    ]


def subtitle_polarity(result: PolarityResult) -> Message:
    """Return how to read the signs."""
    del result
    return Message("▲ helps, ▼ hinders, ◆ both; · brought up without a sign.")


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


def headline_co_occurrence(result: CoOccurrenceResult) -> Message:
    """Return which two come up together most."""
    if result.table.empty:
        return Message("No two themes come up together")
    first = result.table.iloc[0]
    return Message(
        "{one} and {other} come up together most", one=str(first["one"]), other=str(first["other"])
    )


def lead_co_occurrence(result: CoOccurrenceResult) -> list[Message]:
    """Return how to read the numbers."""
    return [
        Message(
            "Of {n:integer} places where two could meet. Expected is what chance would give if "
            "the two had nothing to do with each other.",
            n=result.n_units,
        )
    ]


def headline_framework(result: FrameworkResult) -> Message:
    """Return how much of the matrix is written."""
    states = result.table["state"].value_counts().to_dict()
    return Message(
        "{done:integer} cells of case and theme are summarised; {open:integer} wait",
        done=int(states.get("summarised", 0)) + int(states.get("without_reference", 0)),
        open=int(states.get("to_summarise", 0)),
    )


def lead_framework(result: FrameworkResult) -> list[Message]:
    """Return who wrote the summaries."""
    del result
    return [
        Message(
            "The words are the analyst’s; the number beside them says how many passages of that "
            "case and theme they point to."
        )
    ]


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
                "{n:integer} respondents affirm two themes that exclude each other.",
                n=int(counts["clashes"]),
            )
        )
    return found
