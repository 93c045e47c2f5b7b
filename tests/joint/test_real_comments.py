"""Public comments beside public scores, against counts made with pandas alone."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import workbench as wb
from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.importing.open_answers import import_open_answers

pytestmark = pytest.mark.real_data

STUDIES = Path(__file__).parents[1] / "real_data"
FIRST_LABEL = "Organisation & efficiency"


@pytest.fixture(scope="module")
def open_study(
    real_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], wb.Study]:
    """Return a function that opens a copy of a study over public data."""
    home = tmp_path_factory.mktemp("public")

    def opened(name: str) -> wb.Study:
        folder = home / name
        shutil.copytree(STUDIES / name, folder, ignore=shutil.ignore_patterns(".keys"))
        text = (folder / "study.toml").read_text(encoding="utf-8")
        text = text.replace("${WORKBENCH_REAL_DATA}", str(real_data))
        (folder / "study.toml").write_text(
            f'{text}\n[corpus]\nlanguage = "en"\nredact = "off"\n', encoding="utf-8"
        )
        return wb.load_study(folder)

    return opened


@pytest.fixture(scope="module")
def nhs(open_study) -> tuple[pd.DataFrame, Corpus, pd.DataFrame]:
    """Return answers, the comments coded as the NHS analysts did, and their labels by row."""
    study = open_study("nhs")
    answers = study.survey()
    import_open_answers(study)
    corpus = wb.load_corpus(study)
    columns = list(answers.columns)
    labels = answers[columns[columns.index(FIRST_LABEL) :]].notna()
    codes = {name: f"t{place}" for place, name in enumerate(labels.columns)}
    for name, code in codes.items():
        corpus.define(code, coder="NHS", name=name, kind="theme")
    part = corpus.parts.set_index("respondent")
    acts = []
    for row, respondent in enumerate(answers["respondent_id"]):
        if respondent not in part.index:
            continue
        own = part.loc[respondent]
        span = Span(str(own["document"]), int(own["start"]), int(own["end"]))
        for name in labels.columns[labels.to_numpy()[row]]:
            acts.append({"op": "add", **corpus.coding(span, codes[name])})
    corpus.write("NHS", acts)
    return answers, corpus, labels.rename(columns=codes)


def test_nhs_themes_against_recommend_are_what_pandas_counts(nhs):
    answers, corpus, labels = nhs
    found = wb.joint(answers, corpus, "experience", customer="person")
    assert found.checks == ()
    wrote = answers["comment"].fillna("").str.strip() != ""
    people = answers["person"][wrote]
    assert set(found.table["n_written"].dropna()) == {people.nunique()}
    last = answers[wrote].groupby("person")["experience"].last()
    last_row = answers[wrote].drop_duplicates("person", keep="last").set_index("person")
    checked = 0
    for row in found.table[found.table["suppressed"] == ""].to_dict("records"):
        said = labels.loc[wrote, row["theme"]].groupby(people).any()
        assert row["n_customers"] == said.sum()
        if row["reason"]:
            continue
        score = last_row["experience"].reindex(said.index)
        with_theme, without = score[said].dropna(), score[~said].dropna()
        welch = stats.ttest_ind(with_theme, without, equal_var=False)
        assert row["difference"] == pytest.approx(with_theme.mean() - without.mean())
        assert row["p_value"] == pytest.approx(welch.pvalue, rel=1e-6, abs=1e-300)
        checked += 1
    assert checked > 30
    assert len(last) == people.nunique()


def test_nhs_praise_goes_with_more_and_poor_staff_listening_is_no_surprise(nhs):
    answers, corpus, _ = nhs
    found = wb.joint(answers, corpus, "experience", customer="person").real
    names = {code.id: code.name for code in corpus.codebook}
    verdict = dict(zip(found["theme"].map(names), found["verdict"], strict=True))
    assert verdict["Positive experience & gratitude"] == "higher"
    assert verdict["Negative experience & dissatisfaction"] == "lower"
    assert verdict["Contacting services"] == "lower"
    assert verdict["Staff manner & personal attributes"] == "higher"


def test_nhs_persons_with_two_comments_count_once_and_open_to_both(nhs):
    answers, corpus, labels = nhs
    theme = labels.columns[labels.sum().argmax()]
    row = wb.joint(answers, corpus, "experience", customer="person").table
    row = row[row["theme"] == theme].iloc[0]
    by_comment = wb.joint(answers, corpus, "experience").table
    assert row["n_customers"] < by_comment.loc[by_comment["theme"] == theme, "n_customers"].iloc[0]
    opened = wb.voices(answers, corpus, theme, customer="person", most=40, language="en")
    assert opened.cells["n_customers"].tolist() == [row["n_customers"]]
    assert opened.cells["n_comments"].iloc[0] > row["n_customers"]
    assert opened.table["voice"].nunique() == 40


def test_nhs_themes_by_trust_add_up_and_hide_small_cells(nhs):
    answers, corpus, _ = nhs
    by_trust = wb.theme_groups(answers, corpus, by="trust", customer="person").table
    total = wb.joint(answers, corpus, "experience", customer="person").table.set_index("theme")
    assert by_trust["n_customers"].dropna().between(1, 6).sum() == 0
    for theme, own in by_trust.groupby("theme"):
        if (own["suppressed"] == "").all() and total.loc[theme, "suppressed"] == "":
            assert own["n_customers"].sum() == total.loc[theme, "n_customers"]


WORDS = {
    "concretizer": ("barrier", r"concreti[sz]"),
    "compilers": ("barrier", r"compiler"),
    "slow": ("barrier", r"\bslow|speed|performance"),
    "documentation": ("barrier", r"docs|documentation"),
    "errors": ("barrier", r"error"),
}


@pytest.fixture(scope="module")
def spack(open_study) -> tuple[pd.DataFrame, Corpus]:
    """Return answers of three waves and their pain points, coded by five rules."""
    study = open_study("spack")
    answers = study.survey()
    import_open_answers(study)
    corpus = wb.load_corpus(study)
    for code, (sign, rule) in WORDS.items():
        rules = [f"/{rule}/"]
        corpus.define(code, coder="A", name=code, kind="theme", polarity=sign, rules=rules)
    wb.apply_rules(corpus)
    return answers, corpus


def _said(answers: pd.DataFrame, corpus: Corpus, theme: str) -> pd.Series:
    """Return who writes the theme's words, without those whose every such sentence denies it."""
    said = answers["pain"].fillna("").str.contains(WORDS[theme][1], case=False)
    own = corpus.excerpts[corpus.excerpts["code"] == theme]
    denies = (own["stance"] == "denies").groupby(own["respondent"]).all()
    return said & ~answers["respondent_id"].isin(denies.index[denies])


def test_spack_pain_points_beside_ratings_are_what_pandas_counts(spack):
    answers, corpus = spack
    outcomes = ["quality", "documentation"]
    found = wb.joint(answers, corpus, outcomes)
    assert found.checks == ()
    wrote = answers["pain"].fillna("").str.strip() != ""
    assert set(found.table["n_written"]) == {int(wrote.sum())}
    for row in found.table.to_dict("records"):
        said = _said(answers, corpus, row["theme"])
        assert row["n_customers"] == (said & wrote).sum()
        score = answers[row["outcome"]]
        difference = score[said & wrote].mean() - score[~said & wrote].mean()
        assert row["difference"] == pytest.approx(difference)
    assert found.family == len(WORDS) * len(outcomes)


def test_spack_by_wave_links_each_comment_to_its_own_year(spack):
    answers, corpus = spack
    table = wb.theme_groups(answers, corpus, by="wave").table
    for row in table[table["suppressed"] == ""].to_dict("records"):
        own = answers[answers["wave"] == row["segment"]]
        assert row["n_customers"] == _said(own, corpus, row["theme"]).sum()
    only = answers[answers["wave"] == "2021"]
    links = wb.link_comments(only, corpus)
    counts = dict(zip(links.table["link"], links.table["n_comments"], strict=True))
    assert counts["respondent"] == (only["pain"].fillna("").str.strip() != "").sum()
    assert counts["other_wave"] > 0
    assert np.isnan(counts.get("no_row", np.nan))
