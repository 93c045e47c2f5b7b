"""No report is published with a person in it: each output is scanned, and a hit fails the run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.inputs.privacy import book_of, scan_output
from workbench.report.run import run_notebook

MakeNotebook = Callable[..., Path]
LOAD = """import workbench as wb
from workbench.language import Message
from workbench.results.report import Answer
study = wb.load_study(study)"""
SAY = """text = Message("{{words}}", words={words!r})
wb.show(Answer(title=text, happened=text, real=text, now=text, unsaid=text))
wb.show(wb.provenance(study))"""


def answer(words: str) -> str:
    return SAY.format(words=words).replace("{{", "{").replace("}}", "}")


@pytest.mark.parametrize(
    "words",
    ["Ring Lovisa Ekdahl", "skriv till lovisa.ek@exempel.se", "pnr 850412-2380", "070-174 06 12"],
)
def test_a_hit_fails_the_run_and_nothing_is_left(
    words: str, make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    book = book_of(small_study)
    book.token("PERSON", "Lovisa Ekdahl")
    book.save()
    notebook = make_notebook("# Title", LOAD, "## Conclusions", answer(words))
    made = run_notebook(notebook, small_study, out=tmp_path / "out")
    assert (made.status, made.exit_code) == ("failed", 2)
    page = made.report.read_text(encoding="utf-8")
    assert "personal data" in page
    left = b"".join(path.read_bytes() for path in made.folder.rglob("*") if path.is_file())
    assert words.encode() not in left
    assert {path.name for path in made.folder.iterdir()} <= {
        "report.html", "review.html", "record.json", "notebook.ipynb",
    }  # fmt: skip


def test_what_the_study_says_of_itself_may_stand(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    path = small_study / "study.toml"
    said = path.read_text(encoding="utf-8")
    first = said.index("\n", said.index("[study]"))
    owner = 'reader = "insikt@banken.example"\n'
    lines = [
        line
        for line in said[first + 1 :].splitlines(keepends=True)
        if not line.startswith("reader")
    ]
    path.write_text(said[: first + 1] + owner + "".join(lines), encoding="utf-8")
    notebook = make_notebook("# Title", LOAD, "## Conclusions", answer("Inget att dölja"))
    made = run_notebook(notebook, small_study, out=tmp_path / "out")
    assert made.status == "done"
    assert "insikt@banken.example" in made.report.read_text(encoding="utf-8")


def test_reports_of_the_demo_hold_nobody(repository: Path, tmp_path: Path) -> None:
    made = run_notebook("20_satisfaction", repository / "data" / "demo" / "bank", out=tmp_path)
    assert made.status == "done"
    assert scan_output(made.folder) == []
