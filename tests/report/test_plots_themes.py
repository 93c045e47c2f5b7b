"""Figures of themes draw what the tables say: states, signs, shares and sides."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import workbench as wb
from workbench.coding.corpus import Corpus
from workbench.language import Message
from workbench.report.plots.matrices import plot_by_case, plot_polarity
from workbench.report.plots.themes import (
    SIGNS,
    plot_theme_shares,
    plot_theme_table,
    plot_who,
)
from workbench.results.themes import ThemeShareResult


@pytest.fixture(scope="module")
def talks(repository: Path) -> Corpus:
    return wb.load_corpus(repository / "data" / "demo" / "interviews")


def axes() -> Axes:
    return Figure(figsize=(14, 6)).add_subplot()


def texts(ax: Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("narrow", [False, True])
def test_who_says_what_counts_answers_and_those_who_answered(talks: Corpus, narrow: bool) -> None:
    found = wb.theme_table(talks)
    said = texts(plot_who(found.who, ax=axes(), narrow=narrow, language="sv"))
    counts = found.who.table.loc[found.who.table["state"] == "present", "n_answers"]
    for n, times in counts.value_counts().items():
        assert said.count(str(n)) == times
    for row in found.themes.to_dict("records"):
        assert f"{row['n_respondents']} av {row['n_with_answers']}" in said


def test_interviews_are_drawn_as_people_and_open_answers_as_shares(talks: Corpus) -> None:
    found = wb.theme_table(talks)
    people = texts(plot_theme_table(found, ax=axes()))
    assert {"R1", "R8"} <= set(people)
    shares = found.themes.assign(share=0.5, ci_low=0.3, ci_high=0.7)
    open_ones = replace(found, themes=shares, only_open_answers=True)
    assert "R1" not in texts(plot_theme_table(open_ones, ax=axes()))


def test_shares_are_per_cent_with_their_interval() -> None:
    table = pd.DataFrame(
        {
            "theme": ["kö", "app"],
            "n_respondents": [20, 0],
            "n_with_answers": [40, 0],
            "share": [0.5, None],
            "ci_low": [0.35, None],
            "ci_high": [0.65, None],
        }
    ).astype({"share": float, "ci_low": float, "ci_high": float})
    result = ThemeShareResult(table=table, method=Message("x"))
    ax = plot_theme_shares(result, ax=axes(), language="sv")
    said = texts(ax)
    assert any("50" in text and "35" in text and "65" in text for text in said)
    assert "inga svar" in said
    assert "nan" not in " ".join(said).casefold()
    xs = [float(x) for line in ax.lines for x in line.get_xdata()]
    assert {50.0, 35.0, 65.0} <= {round(x, 9) for x in xs} | {
        round(float(x), 9) for lines in ax.collections for path in lines.get_paths()
        for x in path.vertices[:, 0]
    }  # fmt: skip


def test_signs_of_cases_are_those_of_the_table(talks: Corpus) -> None:
    found = wb.polarity_matrix(talks)
    said = texts(plot_polarity(found, ax=axes()))
    for polarity, sign in SIGNS.items():
        assert said.count(sign) == (found.table["polarity"] == polarity).sum()
    for row in found.factors.to_dict("records"):
        assert f"▲ {row['success']}  ▼ {row['barrier']}  ◆ {row['both']}" in said


def test_sides_that_contradict_each_other_are_crossed(talks: Corpus) -> None:
    found = wb.by_case(talks)
    pairs = found.pairs.copy()
    pairs.loc[pairs.index[0], "verdict"] = "conflict"
    before = texts(plot_by_case(found, ax=axes())).count("✕")
    after = texts(plot_by_case(replace(found, pairs=pairs), ax=axes())).count("✕")
    assert after == before + 1


def test_a_case_with_one_side_has_one_dot(talks: Corpus) -> None:
    found = wb.by_case(talks)
    alone = replace(found, pairs=found.pairs.head(0), sides=())
    said = texts(plot_by_case(alone, ax=axes()))
    assert said.count("●") == sum(len(names.split(", ")) for names in found.table["cases"] if names)
