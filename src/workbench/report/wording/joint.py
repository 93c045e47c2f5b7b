"""What the joint display says, in sentences: associations, and effects only after a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.language import Message

if TYPE_CHECKING:
    import pandas as pd

    from workbench.language import LocalizedText
    from workbench.results.joint import (
        CommentLinksResult,
        JointResult,
        ThemeGroupsResult,
        ThemeVariantsResult,
        VoicesResult,
    )

__all__ = [
    "SCORE_LABELS",
    "headline_comment_links",
    "headline_joint",
    "headline_theme_groups",
    "headline_theme_variants",
    "headline_voices",
    "lead_joint",
    "lead_theme_groups",
    "lead_theme_variants",
    "lead_voices",
    "subtitle_joint",
    "subtitle_theme_groups",
    "subtitle_theme_variants",
]

SCORE_LABELS: dict[str, LocalizedText] = {
    "promoter": {"sv": "Ambassadörer", "en": "Promoters"},
    "passive": {"sv": "Passiva", "en": "Passives"},
    "detractor": {"sv": "Kritiker", "en": "Detractors"},
    "promoter_group": {"sv": "Ambassadörer, passiva, kritiker", "en": "Promoters to detractors"},
    "low": {"sv": "Betyg under 50", "en": "Grade below 50"},
    "middle": {"sv": "Betyg 50–74", "en": "Grade 50–74"},
    "high": {"sv": "Betyg 75–100", "en": "Grade 75–100"},
}
"""Names of the groups that ``wb.score_groups`` makes."""

_NAMED = 4


def headline_comment_links(result: CommentLinksResult) -> Message:
    """Return how many comments belong to a survey row."""
    return Message(
        "{linked:integer} of {n:integer} comments stand beside a score",
        linked=result.n_linked,
        n=result.n_comments,
    )


def _main(result: JointResult) -> pd.DataFrame:
    """Return the sure rows of the first outcome, or of any where it has none."""
    real = result.real
    if real.empty:
        return real
    names = result.table["outcome"].drop_duplicates().tolist()
    main = real[real["outcome"] == names[0]]
    return main if not main.empty else real


def headline_joint(result: JointResult) -> Message:
    """Return which theme goes with the lowest or highest score."""
    first = result.leading
    if first is None:
        return Message("No theme clearly goes with a higher or lower score")
    outcome = result.label(str(first["outcome"]))
    return (
        Message("{theme} goes with {size:number} points lower {outcome}",
                theme=first["theme"], size=abs(float(first["difference"])), outcome=outcome)
        if first["verdict"] == "lower"
        else Message("{theme} goes with {size:number} points higher {outcome}",
                     theme=first["theme"], size=float(first["difference"]), outcome=outcome)
    )  # fmt: skip


def lead_joint(result: JointResult) -> list[Message]:
    """Return whom is compared with whom, what is sure, and whether other scores agree."""
    known = result.table["n_written"].dropna()
    n = int(known.max()) if len(known) else 0
    found = [
        Message(
            "Of {n:integer} customers who wrote something: those who bring a theme up against "
            "those who wrote without it. “Not mentioned” is not “no”.",
            n=n,
        )
    ]
    main = _main(result)
    for verdict, text in (
        ("lower", Message("**Clearly lower:** {names}.", names=_names(main, "lower"))),
        ("higher", Message("**Clearly higher:** {names}.", names=_names(main, "higher"))),
    ):
        if (main["verdict"] == verdict).any():
            found.append(text)
    found += _other_scores(result, main)
    opposite = list(dict.fromkeys(result.opposite["theme"]))
    if opposite:
        found.append(
            Message(
                "**Numbers and voices disagree** about {names}: the score goes against what they "
                "are said to be.",
                names=opposite,
            )
        )
    return found


def _names(rows: pd.DataFrame, verdict: str) -> list[str]:
    return list(dict.fromkeys(rows.loc[rows["verdict"] == verdict, "theme"]))[:_NAMED]


def _other_scores(result: JointResult, main: pd.DataFrame) -> list[Message]:
    """Read the conclusion again on the other scores, and say where it turns or is not sure."""
    names = result.table["outcome"].drop_duplicates().tolist()
    if main.empty or len(names) < 2:
        return []
    others = result.table[result.table["outcome"] != main["outcome"].iloc[0]]
    turned: list[str] = []
    unsure: list[str] = []
    for row in main.to_dict("records"):
        same = others[(others["theme"] == row["theme"]) & (others["segment"] == row["segment"])]
        verdicts = set(same["verdict"]) - {"not_shown", "unknown"}
        if verdicts & ({"higher", "lower"} - {row["verdict"]}):
            turned.append(row["theme"])
        elif verdicts - {row["verdict"]}:
            unsure.append(row["theme"])
    if turned:
        return [Message("Another score says the opposite of {names}.", names=turned)]
    if unsure:
        return [Message("Not every score shows it of {names}.", names=unsure)]
    return [Message("The other scores say the same.")]


def subtitle_joint(result: JointResult) -> Message:
    """Return how to read the figure."""
    return Message(
        "A filled dot differs clearly after correction for {n:integer} comparisons; the line is "
        "the {confidence:percent} interval.",
        n=result.family,
        confidence=result.confidence,
    )


def headline_theme_groups(result: ThemeGroupsResult) -> Message:
    """Return which group clearly brings a theme up more than others."""
    first = result.leading
    if first is None:
        return Message(
            "{label}: no group clearly brings up a theme more or less than the others",
            label=result.label,
        )
    return Message(
        "{theme}: {segment} {share:percent}, the others {rest:percent}",
        theme=first["theme"],
        segment=first["segment"],
        share=float(first["share"]),
        rest=float(first["rest"]),
    )


def lead_theme_groups(result: ThemeGroupsResult) -> list[Message]:
    """Return how many comparisons are sure, and how many numbers are hidden."""
    hidden = int((result.table["suppressed"] != "").sum())
    found = [
        Message(
            "{real:integer} of {n:integer} comparisons between a group and the others who wrote "
            "are sure.",
            real=len(result.real),
            n=int(result.table["p_value"].notna().sum()),
        )
    ]
    if hidden:
        found.append(
            Message(
                "{hidden:integer} of {n:integer} numbers are not shown: fewer than {floor:integer} "
                "customers stand behind them, or they would give such a number away.",
                hidden=hidden,
                n=len(result.table),
                floor=result.floor,
            )
        )
    return found


def subtitle_theme_groups(result: ThemeGroupsResult) -> Message:
    """Return how to read the figure."""
    return Message(
        "Share of those in the group who wrote something; one scale. A filled dot differs clearly "
        "from the others; the line is the {confidence:percent} interval.",
        confidence=result.confidence,
    )


def headline_theme_variants(result: ThemeVariantsResult) -> Message:
    """Return what a variant made customers bring up; an effect only of everyone assigned."""
    real = result.real
    if real.empty:
        return Message("No theme is clearly brought up more or less in another variant")
    first = real.iloc[0]
    values = {
        "theme": first["theme"],
        "variant": first["segment"],
        "size": 100 * abs(float(first["difference"])),
    }
    if result.base == "writers":
        return Message(
            "{theme} differs by {size:number} percentage points among those who wrote in {variant}",
            **values,
        )
    if first["verdict"] == "higher":
        return Message(
            "With {variant}, {size:number} percentage points more customers brought up {theme}",
            **values,
        )
    return Message(
        "With {variant}, {size:number} percentage points fewer customers brought up {theme}",
        **values,
    )


def lead_theme_variants(result: ThemeVariantsResult) -> list[Message]:
    """Return of whom the shares are."""
    if result.base == "writers":
        return [Message("Shares are of those who wrote, who may differ between variants.")]
    return [
        Message(
            "Shares are of everyone assigned to a variant, whether they wrote or not: only that "
            "comparison is as it was drawn."
        )
    ]


def subtitle_theme_variants(result: ThemeVariantsResult) -> Message:
    """Return how to read the figure."""
    return Message(
        "Variant minus control. A filled dot is sure after correction for {n:integer} comparisons; "
        "the line is the {confidence:percent} interval.",
        n=result.family,
        confidence=result.confidence,
    )


def headline_voices(result: VoicesResult) -> Message:
    """Return behind how many numbers there are comments to read."""
    return Message(
        "The comments behind {n:integer} number",
        "The comments behind {n:integer} numbers",
        n=int((result.cells["suppressed"] == "").sum()),
    )


def lead_voices(result: VoicesResult) -> list[Message]:
    """Return what is shown, and that nobody is named."""
    return [
        Message(
            "Word for word, after redaction; a number with fewer than {floor:integer} customers "
            "opens to nothing. Customers are numbered anew for each number.",
            floor=result.floor,
        )
    ]
