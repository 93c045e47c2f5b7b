"""The commands for rules, exchange and privacy, as a person types them."""

from pathlib import Path

import pytest
from small_corpus import R1, R2, open_corpus, place
from typer.testing import CliRunner

from workbench import cli
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, Part, write_document


def call(*arguments: str, answers: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, list(arguments), input=answers)
    return done.exit_code, done.output


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    folder.mkdir()
    (folder / "study.toml").write_text('[study]\nid = "x"\n[corpus]\n', "utf-8")
    for document in (R1, R2):
        write_document(folder / "documents", document)
    corpus = open_corpus(folder)
    corpus.define("wait", coder="A", name="Väntan", rules=["tystnaden", "~ringa"])
    corpus.add(place(corpus, "tio minuter"), "wait", coder="A")
    return folder


def test_rules_run_dry_and_then_for_good(study: Path) -> None:
    code, said = call("rules", str(study), "--dry-run")
    assert code == 0
    assert "wait: 2 hits, 2 codings" in said
    assert "utan tystnaden" in said
    assert "Nothing was written" in said
    code, said = call("rules", str(study))
    assert (code, "2 new" in said) == (0, True)
    assert len(Corpus(study).excerpts) == 3


def test_refi_goes_out_and_comes_back(study: Path, tmp_path: Path) -> None:
    code, said = call("refi", "export", str(study), str(tmp_path / "p.qdpx"))
    assert (code, "valid" in said) == (0, True)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "study.toml").write_text('[study]\nid = "y"\n[corpus]\n', "utf-8")
    code, said = call("refi", "import", str(tmp_path / "p.qdpx"), str(empty))
    assert code == 0, said
    assert "2 documents, 1 code, 1 coding" in said
    code, said = call("refi", "import", str(tmp_path / "p.qdpx"), str(empty))
    assert "1 coding was there before" in said


def test_redact_counts_without_naming_and_a_review_decides(study: Path) -> None:
    text = "Det var Zyqqist och Anna Svensson."
    part = Part(part=1, start=0, end=len(text), kind="turn", respondent="R3")
    write_document(study / "documents", DocumentFile(id="R3", text=text, parts=(part,)))
    (study / "originals").mkdir()
    (study / "originals" / "R3.m4a").write_bytes(b"x")
    code, said = call("redact", str(study))
    assert code == 3
    assert "PERSON" in said
    assert "originals/R3.m4a is a recording" in said
    assert "Zyqqist" not in said
    assert "Svensson" not in said
    code, said = call(
        "redact", str(study), "--review", "--reviewer", "A", answers="k\nr\ns\ns\ns\n"
    )
    assert "Zyqqist" in said
    text = (study / "documents" / "R3.txt").read_text("utf-8")
    assert "[PERSON_1]" in text
    assert ("Zyqqist" in text) != ("Anna" in text)
    log = (study / "redaction" / "log.jsonl").read_text("utf-8")
    assert '"by": "A"' in log
    assert "Svensson" not in log
    assert "Zyqqist" not in log
