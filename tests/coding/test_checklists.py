"""Checklists answer what the project knows, with evidence, and leave the rest to do."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from small_corpus import R1, R2, place

import workbench as wb
from workbench.coding.acts import Cell
from workbench.coding.checklists import reporting_checklist
from workbench.coding.corpus import Corpus
from workbench.coding.respondent_export import export_respondent

Maker = Callable[..., Corpus]


@pytest.fixture
def corpus(make_corpus: Maker, tmp_path: Path) -> Corpus:
    (tmp_path / "respondents.csv").write_text(
        "respondent,case,role,side,pilot,consent\nR1,A,chef,,,ja\nR2,B,,,,ja\nR3,C,,,,withdrawn\n",
        "utf-8",
    )
    (tmp_path / "sessions.csv").write_text(
        "respondent,date,minutes,mode,transcript\nR1,2026-02-01,42,video,full\nR2,2026-01-01,58,plats,full\n",
        "utf-8",
    )
    (tmp_path / "guide.csv").write_text(
        "question_id,question,version\nF1,Hur?,2\nF2,Vad?,2\n", "utf-8"
    )
    corpus = make_corpus(R1, R2)
    corpus.define("start", coder="A", origin="inductive", kind="theme")
    corpus.add(place(corpus, "tio minuter"), "wait", coder="A")
    corpus.add(place(corpus, "legitimera mig", "R2"), "start", coder="B", stance="denies")
    corpus.add(Cell("R2", "F2"), "wait", coder="A")
    return corpus


@pytest.mark.parametrize(("name", "n", "least"), [("coreq", 32, 10), ("srqr", 21, 8)])
def test_items_are_answered_from_the_project(corpus: Corpus, name: str, n: int, least: int) -> None:
    result = reporting_checklist(corpus, name)  # type: ignore[arg-type]
    table = result.table
    assert table["item"].tolist() == list(range(1, n + 1))
    assert table["topic"].is_unique
    assert table["answer"].notna().sum() >= least
    assert ((table["evidence"] != "") == table["answer"].notna()).all()
    assert str(n) in result.summary()


def test_answers_are_right(corpus: Corpus) -> None:
    answers = reporting_checklist(corpus).table.set_index("item")["answer"]
    assert answers[12] == "2 respondents in 2 documents."
    assert answers[13].startswith("1 withdrew and 0 were pilots")
    assert answers[21] == "Median 50 minutes, from 42 to 58 (2 interviews)."
    assert answers[24] == "2 people coded."
    assert answers[17] == "2 questions; version 2."
    assert answers[29] == "2 quotes by 2 respondents."
    assert answers[30] == "2 of 2 quotes stand letter by letter in their text."
    assert "1 passages deny" in answers[32]
    assert pd.isna(answers[2])
    swedish = reporting_checklist(corpus, language="sv").table.set_index("item")["answer"]
    assert swedish[24] != answers[24]


@pytest.mark.usefixtures("corpus")
def test_a_reflexive_study_reports_no_saturation(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(
        '[study]\nid = "x"\n[corpus]\napproach = "reflexive"\n', "utf-8"
    )
    answers = reporting_checklist(wb.load_corpus(tmp_path)).table.set_index("item")["answer"]
    assert "reflexive" in answers[22]


def test_an_empty_project_has_everything_to_do(tmp_path: Path) -> None:
    table = reporting_checklist(Corpus(tmp_path)).table
    assert set(table.loc[table["answer"].notna(), "item"]) <= {9, 27}


def test_everything_about_one_person_is_in_one_file(corpus: Corpus, tmp_path: Path) -> None:
    path = export_respondent(corpus, "R2", tmp_path / "out" / "R2.zip")
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(files) == {
        "words/R2.txt",
        "respondents.csv",
        "sessions.csv",
        "coding.jsonl",
        "contents.json",
    }
    assert "legitimera mig" in files["words/R2.txt"]
    assert files["coding.jsonl"].count("\n") == 2
    together = "".join(files.values())
    assert "tio minuter" not in together
    assert "Hur gick det till" not in together
    assert "R1" not in together
    first = path.read_bytes()
    assert export_respondent(corpus, "R2", path).read_bytes() == first


def test_survey_answers_belong_to_it(tmp_path: Path, repository: Path) -> None:
    study = wb.load_study(repository / "data" / "demo" / "bank")
    frame = study.survey()
    who = str(frame["respondent_id"].iloc[0])
    path = export_respondent(study, who, tmp_path / "x.zip")
    with zipfile.ZipFile(path) as archive:
        rows = archive.read("survey-default.csv").decode().splitlines()
    assert len(rows) == 1 + int((frame["respondent_id"] == who).sum())


def test_a_person_who_is_not_there_is_an_error(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(wb.CorpusError, match=r"'R22'.*Did you mean 'R2'"):
        export_respondent(corpus, "R22", tmp_path / "x.zip")
    with pytest.raises(wb.CorpusError, match=r"\.zip"):
        export_respondent(corpus, "R1", tmp_path / "x.txt")
    path = export_respondent(corpus, "R3", tmp_path / "x.zip")
    assert zipfile.ZipFile(path).namelist() == ["contents.json", "respondents.csv"]
