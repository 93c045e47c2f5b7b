"""A run: checked before a kernel starts, kept whole, readable when it fails."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

import workbench as wb
from workbench.report import record
from workbench.report.run import Run, find_notebook, plan_run, run_languages, run_notebook

MakeNotebook = Callable[..., Path]
LOAD = """import workbench as wb
from workbench.language import Message
from workbench.results.report import Answer
study = wb.load_study(study)
answers = study.survey()"""
SHOW = 'wb.show(wb.nps(answers[answers["wave"] == wave], "q1"), id="nps")'
ANSWER = """text = Message("{n:integer}", n=len(answers))
wb.show(Answer(title=text, happened=text, real=text, now=text, unsaid=text))
wb.show(wb.provenance(study))"""


def _json(folder: Path, name: str) -> dict[str, object]:
    return json.loads((folder / name).read_text(encoding="utf-8"))


@pytest.fixture
def good(make_notebook: MakeNotebook) -> Path:
    return make_notebook("# Title", LOAD, "## Score", SHOW, "## Conclusions", ANSWER)


def test_a_run_keeps_everything_it_rests_on(good: Path, small_study: Path, tmp_path: Path) -> None:
    made = run_notebook(good, small_study, out=tmp_path / "out", parameters=["confidence=0.9"])
    folder = made.folder
    assert (made.status, made.exit_code) == ("done", 0)
    assert folder.relative_to(tmp_path / "out").as_posix() == (
        "small/90_trial/confidence=0.9,wave=w2/en"
    )
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {"report.html", "review.html", "notebook.ipynb", "results.json", "record.json"} <= names
    assert "tables/nps.csv" in names

    results = _json(folder, "results.json")
    assert list(results) == sorted(results)
    assert {"schema", "study", "notebook", "parameters", "language", "inputs"} < set(results)
    score = next(r for r in results["results"] if r["id"] == "nps")
    assert set(score) == {"id", "kind", "summary", "method", "tables", "checks"}
    assert set(score["summary"]) == {"sv", "en"}
    assert results["parameters"]["wave"] == "w2"
    paths = [entry["path"] for entry in results["inputs"]]
    assert paths == ["study.toml", "waves/w1.csv", "waves/w2.csv"]

    facts = _json(folder, "record.json")
    assert facts["status"] == "done"
    assert facts["notebook"]["sha256"] == record.notebook_hash(nbformat.read(good, as_version=4))
    assert facts["inputs"][1]["sha256"] == record.file_hash(small_study / "waves" / "w1.csv")
    assert facts["seed"] == 0
    assert facts["outputs"]["report.html"] == record.file_hash(folder / "report.html")

    assert [path.name for path in folder.parent.iterdir()] == ["en"], "no draft is left behind"
    everything = "".join(
        path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()
    )
    assert str(tmp_path) not in everything, "no path of this machine"
    assert str(Path.home()) + "/" not in everything


def test_a_second_run_moves_the_first_into_history(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    notebook = make_notebook("print(1)")
    first = run_notebook(notebook, small_study, out=tmp_path / "out")
    before = record.file_hash(first.folder / "record.json")
    started = _json(first.folder, "record.json")["started"]
    while record.now() == started:
        time.sleep(0.05)  # records of two runs within one second could be the same file
    second = run_notebook(notebook, small_study, out=tmp_path / "out")
    assert second.folder == first.folder
    assert [path.name for path in (second.folder / ".history").iterdir()] == [before[:16]]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (["markett=SE"], "Did you mean 'market'"),
        (["floor=many"], "whole number"),
        (["wave=w9"], "w9"),
        (["market=S E"], "one of the study's markets: DK, NO, SE"),
        (["market=../../x"], "one of the study's markets"),
        (["segment=markets"], "Did you mean 'market'"),
        (["language=sv"], "--language"),
        (["n=1;open('X','w').write('x');m=5"], "Unknown parameter"),
    ],
)
def test_wrong_input_is_found_before_anything_is_written(
    good: Path, small_study: Path, tmp_path: Path, parameters: list[str], message: str
) -> None:
    with pytest.raises(wb.ParameterError, match=re.escape(message)):
        run_notebook(good, small_study, out=tmp_path / "out", parameters=parameters)
    assert not (tmp_path / "out").exists()


def test_a_notebooks_own_segment_gives_way_to_the_first_of_the_study(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    parameters = 'study: str = "."  # folder\nsegment: str = "channel"  # what splits them'
    notebook = make_notebook("print(segment)", parameters=parameters)
    plan = plan_run(notebook, small_study, out=tmp_path / "out")
    assert plan.values["segment"] == "market"
    assert "segment=market" in str(plan.folder)
    with pytest.raises(wb.ParameterError, match="found 'channel'"):
        plan_run(notebook, small_study, out=tmp_path / "out", parameters=["segment=channel"])
    bare = small_study / "study.toml"
    without = bare.read_text("utf-8").replace('[survey.segments]\nmarket = "market"\n', "")
    bare.write_text(without, encoding="utf-8")
    assert plan_run(notebook, small_study, out=tmp_path / "out").values["segment"] == ""


def test_a_small_market_is_not_given_away_by_an_error(
    good: Path, small_study: Path, tmp_path: Path
) -> None:
    with pytest.raises(wb.ParameterError) as caught:
        plan_run(good, small_study, out=tmp_path, parameters=["market=XX", "floor=9"])
    assert "DK" not in str(caught.value)


def test_a_notebook_that_is_not_there_is_named_with_a_near_match() -> None:
    with pytest.raises(wb.RunError, match="Did you mean '20_satisfaction'"):
        find_notebook("20_satisfacton")


def test_a_file_that_is_no_notebook_is_named(tmp_path: Path, small_study: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(wb.RunError, match=r"'x.ipynb' can't be read as a notebook"):
        run_notebook(path, small_study, out=tmp_path / "out")


def test_a_final_report_needs_purpose_and_owner(
    good: Path, small_study: Path, tmp_path: Path
) -> None:
    toml = small_study / "study.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace('owner = "Insight team"', ""), "utf-8")
    with pytest.raises(wb.RunError, match="The owner is missing"):
        run_notebook(good, small_study, out=tmp_path / "out", final=True)
    assert not (tmp_path / "out").exists()


def _failed(notebook: Path, study: Path, tmp_path: Path) -> tuple[Run, str, str]:
    made = run_notebook(notebook, study, out=tmp_path / "out")
    pages = [(made.folder / name).read_text("utf-8") for name in ("report.html", "review.html")]
    return made, pages[0], pages[1]


def test_an_error_of_ours_is_told_to_the_reader_without_a_traceback(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    notebook = make_notebook("# Title", LOAD, "## Over time", 'wb.nps(answers, "q_1")')
    made, reader, reviewer = _failed(notebook, small_study, tmp_path)
    assert (made.status, made.exit_code) == ("failed", 2)
    assert "Column &#39;q_1&#39; is not in the data. Did you mean &#39;q1&#39;?" in reader
    assert "under “Over time”" in reader
    assert "Traceback" not in reader
    assert "nps.py" not in reader
    assert "workbench/inputs/segments.py, line" in reviewer
    assert not (made.folder / "results.json").exists()
    assert _json(made.folder, "record.json")["status"] == "failed"


def test_what_a_foreign_error_says_stays_inside(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    notebook = make_notebook('raise KeyError("Anna Andersson said no")')
    made, reader, reviewer = _failed(notebook, small_study, tmp_path)
    assert made.exit_code == 2
    stored = (made.folder / "notebook.ipynb").read_text("utf-8")
    for text in (reader, reviewer):
        assert "Anna" not in text
        assert "KeyError" in text
    assert "Anna" not in json.loads(stored)["cells"][-1]["outputs"][0]["evalue"]
    assert str(tmp_path) not in reviewer + stored


def test_a_failure_does_not_lose_the_last_good_report(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    run_notebook(make_notebook("print(1)"), small_study, out=tmp_path / "out")
    made, reader, _ = _failed(make_notebook("1 / 0"), small_study, tmp_path)
    (kept,) = (made.folder / ".history").iterdir()
    assert _json(kept, "record.json")["status"] == "done"
    assert ".history" in reader


def test_a_hidden_group_that_could_be_computed_stops_the_report(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    leaky = """here = {"wave": wave}
now = answers[answers["wave"] == wave]
wb.show(wb.nps(now, "q1"), id="all", where=here)
wb.show(wb.nps(now, "q1", by="market"), id="by_market", where=here)
alone = now[now["market"] == "NO"]
wb.show(wb.nps(alone, "q1"), id="alone", where=here | {"market": "NO"})"""
    made, reader, _ = _failed(make_notebook(LOAD, leaky), small_study, tmp_path)
    assert made.exit_code == 2
    assert "give away groups" in reader
    assert not (made.folder / "notebook.ipynb").exists()
    assert not (made.folder / "tables").exists()


def test_a_dead_kernel_is_told(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    notebook = make_notebook("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)")
    made, reader, _ = _failed(notebook, small_study, tmp_path)
    assert made.exit_code == 2
    assert "ended before it was done" in reader


def test_a_study_folder_cannot_smuggle_in_a_module(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    (small_study / "pandas.py").write_text("raise SystemExit('hijacked')", encoding="utf-8")
    made = run_notebook(
        make_notebook("import pandas; print(pandas.__name__)"), small_study, out=tmp_path / "out"
    )
    assert made.status == "done"


def test_numbers_that_depend_on_the_language_are_refused(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    cell = 'wb.show(wb.nps(answers.head(30 if language == "sv" else 40), "q1"), id="nps")'
    notebook = make_notebook(LOAD, cell)
    with pytest.raises(wb.RunError, match="'nps' differs between Swedish and English"):
        run_languages(notebook, small_study, language="both", out=tmp_path / "out")


def test_words_may_differ_between_the_languages_and_rows_may_not(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    team = "answers = answers.assign(team='Head of insight' if language == 'en' else 'Insiktschef')"
    show = 'wb.show(wb.nps(answers, "q1", by={by}), id="nps")'
    notebook = make_notebook(LOAD, team, show.format(by='"team"'))
    made = run_languages(notebook, small_study, language="both", out=tmp_path / "out")
    assert [run.status for run in made] == ["done", "done"]
    fewer = show.format(by='"team" if language == "en" else "market"')
    with pytest.raises(wb.RunError, match="'nps' differs between Swedish and English"):
        run_languages(
            make_notebook(LOAD, team, fewer), small_study, language="both", out=tmp_path / "o"
        )


def test_stored_outputs_are_never_shown(
    make_notebook: MakeNotebook, small_study: Path, tmp_path: Path
) -> None:
    path = make_notebook("1 + 1")
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].outputs = [
        nbformat.v4.new_output("display_data", {"text/html": "<b>stored earlier</b>"})
    ]
    nbformat.write(notebook, path)
    made = run_notebook(path, small_study, out=tmp_path / "out")
    assert "stored earlier" not in (made.folder / "report.html").read_text("utf-8")
