"""What a reviewer is told: which number, its old and new value, how far it may move, and why."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from workbench.report import record
from workbench.review import causes as module
from workbench.review import verify as checks
from workbench.review.causes import Cause
from workbench.review.comparison import Difference
from workbench.review.pages import compare_tables
from workbench.review.runs import find_runs
from workbench.review.verify import Status, Verification, as_json, as_text, verify


@pytest.fixture
def run(small_run: Path, tmp_path: Path) -> Path:
    shutil.copytree(small_run / "reports", tmp_path / "reports")
    return find_runs(tmp_path / "reports")[0]


def _facts(run: Path, **changed: Any) -> None:
    """Change facts of a record and seal it anew."""
    facts = json.loads((run / "record.json").read_text(encoding="utf-8"))
    for name, value in changed.items():
        facts[name] = {**facts[name], **value} if isinstance(value, dict) else value
    record.write_json(run / "record.json", facts | {"seal": record.seal_of(facts)})


def _causes(found: Verification) -> list[tuple[str, str]]:
    return [(cause.kind, str(cause.text)) for cause in found.causes]


def test_a_digit_on_the_page_names_the_page_and_both_texts(run: Path, small_run: Path) -> None:
    page = run / "report.html"
    text = page.read_text(encoding="utf-8")
    assert "−45.0" in text
    page.write_text(text.replace("−45.0", "−46.0"), encoding="utf-8")
    (found,) = verify(run, against=small_run / "study")
    assert _causes(found) == [("edited", "report.html was edited after the run")]
    told = as_text(found)
    assert "file changed, report.html" in told
    assert any("−46.0" in line and "-> " in line and "−45.0" in line for line in told.splitlines())
    assert as_json(found)["causes"][0]["kind"] == "edited"
    assert "report.html" in as_json(found)["message"]["sv"]


@pytest.mark.parametrize(
    ("name", "value", "kind"), [("confidence", 0.9, "parameters"), ("seed", 3, "seed")]
)
def test_a_parameter_of_the_record_that_is_not_the_results_is_the_cause(
    run: Path, small_run: Path, name: str, value: float, kind: str
) -> None:
    _facts(run, parameters={name: value})
    (found,) = verify(run, against=small_run / "study")
    assert found.status is Status.DIFFERENT
    assert [cause.kind for cause in found.causes] == [kind]
    first = as_text(found).splitlines()[1]
    assert first.startswith(f"  number, parameters / {name}: ")
    assert f" -> {value}" in first
    if name == "confidence":
        numbers = {one.address: one for one in found.differences if one.kind == "number"}
        low = numbers["nps / table / segment=all / ci_low"]
        assert (low.old, low.new) != (None, None)
        assert low.tolerance == pytest.approx(1e-9 * abs(low.old))


def test_a_changed_row_of_data_is_the_cause_and_the_estimate_comes_first(
    run: Path, small_run: Path, tmp_path: Path
) -> None:
    study = tmp_path / "study"
    shutil.copytree(small_run / "study", study)
    wave = study / "waves" / "2026-02.csv"
    lines = wave.read_text(encoding="utf-8").splitlines(keepends=True)
    wave.write_text("".join(lines[:5] + lines[6:]), encoding="utf-8")
    (found,) = verify(run, against=study)
    assert _causes(found) == [("data", "waves/2026-02.csv has changed")]
    told = as_text(found).splitlines()
    assert told[1].startswith("  number, nps / table / segment=all / ")
    assert "n: 40 -> 39 (allowed: " in "\n".join(told[1:3])
    assert not [line for line in told if " / sv" in line]


@pytest.mark.parametrize(
    ("change", "where", "old", "new"),
    [
        (("0.175", "0.185"), "nps.csv / all / promoters", "0.185", "0.175"),
        (("all,", "whole,"), "nps.csv / whole / segment", "whole", "all"),
        (("\nall,", "\nall,\nall,"), "nps.csv / rows", 3, 2),
    ],
)
def test_a_cell_of_a_table_is_named_with_both_values(
    tmp_path: Path, change: tuple[str, str], where: str, old: object, new: object
) -> None:
    table = "segment,n,promoters\nall,40,0.175\n"
    for name, text in (("old", table.replace(*change)), ("new", table)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "nps.csv").write_text(text, encoding="utf-8")
    assert compare_tables(tmp_path / "new", tmp_path / "new") == []
    (found,) = compare_tables(tmp_path / "old", tmp_path / "new")
    assert (found.address, found.old, found.new) == (f"tables/{where}", old, new)


def test_a_changed_package_names_its_files_where_git_can_say(
    run: Path, small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_rerun", lambda *_: ([], True))
    _facts(run, code={"sha256": "other", "commit": "0" * 40, "changed": False})
    listed = [f"src/workbench/survey/{name}.py" for name in "abcdefg"]
    for changed, told in (
        ([], "the package workbench has changed"),
        (listed[:1], "the package workbench has changed in 1 file: survey/a.py"),
        (listed, "survey/e.py, …"),
    ):
        monkeypatch.setattr(module.record, "changed_since", lambda _, names=changed: names)
        (found,) = verify(run, against=small_run / "study")
        assert [kind for kind, _ in _causes(found)] == ["code"]
        assert _causes(found)[0][1].endswith(told)
        assert found.status is Status.SAME


def test_files_changed_since_a_commit_are_asked_of_git_and_nothing_else() -> None:
    head = record.git_state()["commit"]
    if head is not None:
        assert all(n.startswith(("src/", "notebooks/")) for n in record.changed_since(head))
    for hostile in ("", "--output=x", "HEAD; ls", "0" * 40):
        assert record.changed_since(hostile) == []


def test_versions_that_make_numbers_are_named_before_those_that_carry_out(
    run: Path, small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "_rerun", lambda *_: ([], True))
    _facts(run, versions={"ipykernel": "1", "matplotlib": "2", "pandas": "3", "nbclient": "4"})
    (found,) = verify(run, against=small_run / "study")
    assert [text.split()[0] for _, text in _causes(found)] == [
        "pandas", "matplotlib", "ipykernel", "nbclient",
    ]  # fmt: skip


def test_the_answer_is_short_and_shows_nothing_that_moves_a_terminal() -> None:
    many = tuple(
        Difference(address=f"nps / table / segment=\u202e\x1b[2J{n} / estimate", kind="number",
                   old=1.0, new=2.0, tolerance=1e-9)
        for n in range(200)
    )  # fmt: skip
    cause = Cause(kind="data", text=checks.Message("{file} has changed", file="a\x1b[2J.csv"))
    found = Verification(name="a", status=Status.DIFFERENT, differences=many, causes=(cause,))
    told = as_text(found)
    assert len(told.splitlines()) < 30
    assert "and 180 more; --json lists all" in told
    assert not {"\x1b", "\u202e"} & set(told)
    assert len(as_json(found)["differences"]) == 200
