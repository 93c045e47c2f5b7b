"""The commands for documents: what they print, what they leave, and with which code they end."""

import subprocess
import sys
from pathlib import Path

import pytest

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus, load_corpus
from workbench.errors import StudyError

STUDY = '[study]\nid = "talks"\ntitle = "Samtal"\nlanguage = "sv"\n[corpus]\nguide = "guide.csv"\n'
GUIDE = "question_id,question\nF1,Hur gick det till när du blev kund?\n"


def workbench(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "workbench.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    (folder / "guide.csv").write_text(GUIDE, encoding="utf-8")
    return folder


def test_documents_are_imported_corrected_and_erased(study: Path) -> None:
    path = study.parent / "R1.txt"
    path.write_text("Intervjuare: F1. Hur gick det?\nR1: Det gick fort, tycker jag nog.\n")
    done = workbench("import", study, path, cwd=study.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert "R1: 66 characters, 2 parts, respondents R1." in done.stdout

    corpus = load_corpus(study)
    corpus.define("fast", coder="A")
    start = corpus.text("R1").index("Det gick fort")
    corpus.add(Span("R1", start, start + 13), "fast", coder="A")
    corrected = study.parent / "new.txt"
    corrected.write_text(corpus.text("R1").replace("tycker jag", "tyckte jag"))
    done = workbench("reanchor", study, "R1", corrected, "--coder", "A", cwd=study.parent)
    assert done.stdout == "1 coding: 1 exact, 0 moved, 0 orphaned, 0 erased.\n"
    assert done.returncode == 0
    corrected.write_text(corpus.text("R1").replace("gick fort", "dröjde"))
    done = workbench("reanchor", study, "R1", corrected, "--coder", "A", cwd=study.parent)
    assert done.stdout.startswith("1 coding: 0 exact, 0 moved, 1 orphaned, 0 erased.\n")
    assert done.returncode == 3

    done = workbench("erase", study, "R1", "--coder", "A", cwd=study.parent)
    assert done.returncode == 0
    assert "Git keeps older versions" in done.stdout
    assert "dröjde" not in (study / "documents" / "R1.txt").read_text(encoding="utf-8")
    assert not (study / "originals" / "R1.txt").exists()


def test_a_table_needs_its_columns_named(study: Path) -> None:
    path = study.parent / "answers.csv"
    path.write_text("who,said\np1,Kön var lång\np2,\n", encoding="utf-8")
    done = workbench("import", study, path, cwd=study.parent)
    assert done.returncode == 2
    assert "name its columns with --text" in done.stderr
    done = workbench(
        "import", study, path, "--text", "said", "--respondent", "who", cwd=study.parent
    )
    assert done.stdout == "said: 1 answer, 1 blank.\n"
    assert Corpus(study).documents["kind"].tolist() == ["open_answers"]


def test_wrong_input_ends_with_code_2_and_no_traceback(study: Path) -> None:
    for arguments in (
        ("import", study, study / "no.txt"),
        ("import", study, "--open-answers"),
        ("reanchor", study, "R9"),
        ("erase", study, "R9"),
    ):
        done = workbench(*arguments, cwd=study.parent)
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr


def test_a_corpus_opens_from_a_study_a_folder_or_its_toml(study: Path) -> None:
    from workbench.inputs.study import load_study

    for given in (study, str(study), study / "study.toml", load_study(study)):
        assert load_corpus(given).model.guide == "guide.csv"
    bare = study.parent / "bare"
    bare.mkdir()
    assert load_corpus(bare).documents.empty
    with pytest.raises(StudyError, match="no folder 'nowhere'"):
        load_corpus(study.parent / "nowhere")
