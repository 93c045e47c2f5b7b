"""What a run rests on is named without naming the machine or the person's address."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import workbench as wb
from workbench.report import record
from workbench.report.draft import draft_reasons
from workbench.report.kernel import execute, without_grammar


def test_json_depends_on_the_content_alone() -> None:
    assert record.canonical_json({"b": 1, "a": "å"}) == '{\n "a": "å",\n "b": 1\n}\n'
    assert record.hash_of({"a": 1, "b": 2}) == record.hash_of({"b": 2, "a": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        record.canonical_json(float("nan"))


def test_a_notebook_has_one_hash_run_or_not(tmp_path: Path) -> None:
    cell = new_code_cell("a: int = 1")
    cell.metadata["tags"] = ["parameters"]
    notebook = new_notebook(cells=[cell, new_code_cell("print(a)")])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    before = record.notebook_hash(notebook)
    executed = execute(notebook, {"a": 2}, cwd=tmp_path).notebook
    assert executed.cells[-1].outputs[0].text == "2\n"
    assert record.notebook_hash(executed) == before
    assert notebook.cells[-1].outputs == [], "the notebook given is left alone"
    notebook.cells[-1].source = "print(a + 1)"
    assert record.notebook_hash(notebook) != before


def test_start_up_files_of_the_user_are_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_up = tmp_path / "ipython" / "profile_default" / "startup"
    start_up.mkdir(parents=True)
    (start_up / "00.py").write_text("smuggled = 1", encoding="utf-8")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    notebook = new_notebook(cells=[new_code_cell("'smuggled' in globals()")])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    executed = execute(notebook, {}, cwd=tmp_path).notebook
    assert executed.cells[0].outputs[0].data["text/plain"] == "False"
    assert "papermill" not in executed.cells[0].metadata
    assert str(tmp_path) not in nbformat.writes(executed)


def test_versions_and_state_are_named() -> None:
    assert {"python", "system", "workbench", "pandas", "papermill"} <= set(record.versions())
    assert len(record.package_hash()) == 64
    state = record.git_state()
    assert set(state) == {"commit", "changed"}
    assert "@" not in record.who()


def test_a_missing_or_damaged_record_says_so(tmp_path: Path) -> None:
    with pytest.raises(wb.RecordError, match=r"no record\.json"):
        record.read_record(tmp_path)
    (tmp_path / "record.json").write_text("{", encoding="utf-8")
    with pytest.raises(wb.RecordError, match="damaged"):
        record.read_record(tmp_path)
    (tmp_path / "record.json").write_text("[]", encoding="utf-8")
    with pytest.raises(wb.RecordError, match="damaged"):
        record.read_record(tmp_path)
    (tmp_path / "record.json").write_text(json.dumps({"status": "done"}), encoding="utf-8")
    assert record.read_record(tmp_path) == {"status": "done"}


class _Study:
    question = decision = owner = "set"


def test_what_keeps_a_report_a_draft_is_named() -> None:
    study = _Study()
    assert draft_reasons(study, {}, "en") == []
    assert draft_reasons(study, {"floor": 3}, "en") == ["Groups under 7 answers are shown"]
    assert draft_reasons(study, {}, "sv", has_next_step=False) == ["Nästa steg saknas"]
    assert draft_reasons(study, {}, "sv", has_answer=False) == ["Slutsatserna saknas"]
    study.owner = {"sv": "", "en": ""}  # pyright: ignore[reportAttributeAccessIssue] - a label
    assert draft_reasons(study, {}, "en") == ["The owner is missing"]


def test_the_grammar_of_addresses_is_not_compiled() -> None:
    import subprocess
    import sys

    code = (
        "import sys\n"
        "from workbench.report.kernel import without_grammar\n"
        "with without_grammar():\n    import nbformat\n"
        "assert 'jsonschema' in sys.modules\n"
        "assert not [m for m in sys.modules if m.startswith(('rfc3987_syntax', 'lark'))]\n"
        "import importlib.util; assert importlib.util.find_spec('rfc3987_syntax')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with without_grammar():
        pass
