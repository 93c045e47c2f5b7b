"""A trial of the study and the comments of its units: read from disk, coded by their words."""

import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.coding.importing.open_answers import import_table
from workbench.inputs.models.corpus import CorpusModel

PHRASES = Path(wb.__file__).parent / "inputs" / "demo" / "studies" / "letter_comments.toml"


@pytest.fixture(scope="module")
def study(repository, tmp_path_factory):
    """Return a copy of the demo letter with the comments of its second round, coded by rules."""
    folder = tmp_path_factory.mktemp("letter") / "letter"
    shutil.copytree(repository / "data" / "demo" / "invoice-letter", folder)
    units = pd.read_csv(folder / "round-2.csv")
    told = units.dropna(subset=["comment"]).assign(question="why")
    import_table(
        folder, told, text="comment", respondent="customer", question="question",
        model=CorpusModel(redact="off"),
    )  # fmt: skip
    opened = wb.load_study(folder)
    corpus = wb.load_corpus(opened)
    with PHRASES.open("rb") as stream:
        themes = tomllib.load(stream)["themes"]
    for name, theme in themes.items():
        rules = [f'"{phrase.rstrip(".!?")}"' for phrase in [*theme["sv"], *theme["en"]]]
        corpus.define(name, coder="A", name=theme["label"], kind="theme", rules=rules)
    wb.apply_rules(corpus)
    return opened, wb.load_corpus(opened), units


def test_a_trial_of_the_study_finds_the_planted_effects(study):
    opened, corpus, units = study
    found = wb.theme_trial(opened, corpus, "invoice-letter")
    verdict = found.table.set_index("theme")["verdict"]
    assert verdict["amount_unclear"] == "lower"
    assert verdict["due_date_clear"] == "higher"
    assert not set(found.real["theme"]) & {"digital", "tone"}
    assert found.table["n_units"].iloc[0] + found.table["n_control_units"].iloc[0] == len(units)
    wrote = units.assign(wrote=units["comment"].notna()).groupby("variant")["wrote"].sum()
    assert found.written.set_index("segment")["n_written"].to_dict() == wrote.to_dict()


def test_a_trial_whose_units_left_no_comment_is_none(study, repository):
    opened, _, _ = study
    other = wb.load_corpus(repository / "data" / "demo" / "bank")
    assert wb.theme_trial(opened, other, "invoice-letter") is None
