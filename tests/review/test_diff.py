"""What moved is told from noise and from method; what is suppressed stays so."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.report import record
from workbench.report.payload import MIME
from workbench.review.diff import diff_html, diff_reports, diff_text
from workbench.review.runs import find_runs

COLUMNS = ["segment", "n", "estimate", "ci_low", "ci_high"]


def _run(source: Path, target: Path, rows: list[list[Any]], method: str = "score") -> Path:
    """Write a run folder whose one result has these rows."""
    shutil.copytree(source, target)
    results = json.loads((target / "results.json").read_text(encoding="utf-8"))
    result = results["results"][0]
    result["method"] = {"sv": method, "en": method}
    result["tables"] = {"table": {"key": ["segment"], "columns": COLUMNS, "rows": rows}}
    record.write_json(target / "results.json", results)
    facts = json.loads((target / "record.json").read_text(encoding="utf-8"))
    facts["outputs"] = record.output_hashes(target, list(facts["outputs"]))
    record.write_json(target / "record.json", facts | {"seal": record.seal_of(facts)})
    return target


@pytest.fixture
def source(small_run: Path) -> Path:
    return find_runs(small_run / "reports")[0]


def test_moved_noise_suppressed_new_and_gone_are_told_apart(source: Path, tmp_path: Path) -> None:
    old = [
        ["SE", 400, 10.0, 5.0, 15.0],
        ["NO", 400, 10.0, 5.0, 15.0],
        ["FI", 400, 10.0, 5.0, 15.0],
        ["Åland", None, None, None, None],
        ["Gone", 400, 1.0, 0.0, 2.0],
        ["Bare", 400, 1.0, None, None],
    ]
    new = [
        ["SE", 400, 25.0, 20.0, 30.0],
        ["NO", 400, 12.0, 7.0, 17.0],
        ["FI", 400, 10.0, 5.0, 15.0],
        ["Åland", 9, 3.0, 1.0, 5.0],
        ["New", 400, 1.0, 0.0, 2.0],
        ["Bare", 400, 2.0, None, None],
    ]
    found = diff_reports(_run(source, tmp_path / "a", old), _run(source, tmp_path / "b", new))
    verdicts = {move.address.rsplit("=", 1)[-1]: move.verdict for move in found.moves}
    assert verdicts == {
        "SE": "moved", "NO": "noise", "FI": "same", "Åland": "suppressed", "New": "new",
        "Gone": "gone", "Bare": "untested",
    }  # fmt: skip
    hidden = next(move for move in found.moves if move.verdict == "suppressed")
    assert (hidden.old, hidden.new, hidden.change) == (None, None, None)
    assert "3.0" not in json.dumps([vars(hidden)])


def test_the_p_value_is_that_of_a_test_with_the_printed_intervals(
    source: Path, tmp_path: Path
) -> None:
    old, new = [["SE", 400, 10.0, 5.0, 15.0]], [["SE", 400, 16.0, 12.0, 20.0]]
    found = diff_reports(_run(source, tmp_path / "a", old), _run(source, tmp_path / "b", new))
    # z = 6 / sqrt((5 / 1.96)^2 + (4 / 1.96)^2) = 1.8365; two-sided p by table
    assert found.moves[0].p_value == pytest.approx(0.0663, abs=1e-3)


def test_a_number_counted_in_another_way_is_method_not_a_move(source: Path, tmp_path: Path) -> None:
    rows = [["SE", 400, 10.0, 5.0, 15.0]], [["SE", 400, 40.0, 35.0, 45.0]]
    found = diff_reports(
        _run(source, tmp_path / "a", rows[0]), _run(source, tmp_path / "b", rows[1], "wald")
    )
    assert [move.verdict for move in found.moves] == ["method"]


def test_the_page_and_the_text_say_it_in_both_languages(source: Path, tmp_path: Path) -> None:
    rows = [["SE", 400, 10.0, 5.0, 15.0]], [["<script>x</script>", 400, 40.0, 35.0, 45.0]]
    found = diff_reports(
        _run(source, tmp_path / "a", rows[0]), _run(source, tmp_path / "b", rows[1])
    )
    for language in ("sv", "en"):
        page = diff_html(found, language)
        assert f'lang="{language}"' in page
        assert "<script>" not in page
        assert diff_text(found, language).splitlines()[0] == found.message.render(language)


def test_runs_of_different_notebooks_are_refused(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(source, other)
    facts = json.loads((other / "record.json").read_text(encoding="utf-8"))
    facts["notebook"]["name"] = "another"
    record.write_json(other / "record.json", facts | {"seal": record.seal_of(facts)})
    with pytest.raises(RecordError, match="different"):
        diff_reports(source, other)


def test_what_stands_in_one_report_alone_has_a_table_of_its_own(
    source: Path, tmp_path: Path
) -> None:
    row = ["SE", 400, 10.0, 5.0, 15.0]
    old = _run(source, tmp_path / "old", [row, ["Gone", 400, 1.0, 0.0, 2.0]])
    new = _run(source, tmp_path / "new", [row, ["Hidden", None, None, None, None]])
    found = diff_reports(old, new)
    page = diff_html(found, "en")
    numbers, alone = page.split("Only in one of the reports", 1)
    assert "segment=Gone" in alone
    assert "segment=Gone" not in numbers
    assert re.search(r"<title>0 of \d+ numbers moved by more than noise</title>", page)
    assert 'data-l="Verdict"' in page


def test_a_number_that_neither_report_has_is_no_change(source: Path, tmp_path: Path) -> None:
    rows = [["SE", 400, 10.0, 5.0, 15.0], ["FI", None, None, None, None]]
    found = diff_reports(_run(source, tmp_path / "a", rows), _run(source, tmp_path / "b", rows))
    assert [move.verdict for move in found.moves] == ["same", "same"]


def test_a_number_has_the_name_its_report_gave_it_and_its_address_below(
    source: Path, tmp_path: Path
) -> None:
    old = _run(source, tmp_path / "a", [["SE", 400, 10.0, 5.0, 15.0]])
    new = _run(source, tmp_path / "b", [["SE", 400, 25.0, 20.0, 30.0]])
    for folder in (old, new):
        _say(folder, {"SE": {"sv": "Sverige", "en": "Sweden"}, "market": {"en": "Market"}})
    found = diff_reports(old, new)
    address = found.moves[0].address
    assert found.name(found.moves[0]).both() == {
        "sv": "NKI, enheter, per market: Sverige",
        "en": "NKI, points, by market: Sweden",
    }
    page = diff_html(found, "en")
    assert f'NKI, points, by market: Sweden<small class="mut">{address}</small>' in page
    assert f"NKI, points, by market: Sweden: +15.0, moved by more than noise ({address})" in (
        diff_text(found, "en")
    )
    assert [list(move) for move in found.as_json()["moves"]] == [list(vars(found.moves[0]))]


def test_a_run_without_a_readable_notebook_has_its_numbers_named_after_results(
    source: Path, tmp_path: Path
) -> None:
    old = _run(source, tmp_path / "a", [["SE", 400, 10.0, 5.0, 15.0]])
    new = _run(source, tmp_path / "b", [["SE", 400, 25.0, 20.0, 30.0]])
    for folder in (old, new):
        (folder / "notebook.ipynb").write_text("no notebook", encoding="utf-8")
    found = diff_reports(old, new)
    result = found.moves[0].address.split(" / ")[0].replace("_", " ")
    assert found.name(found.moves[0]).render("sv") == f"{result}: SE"


def _say(folder: Path, labels: dict[str, dict[str, str]]) -> None:
    """Let the notebook of a run call its first result so."""
    path = folder / "notebook.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    first = json.loads((folder / "results.json").read_text(encoding="utf-8"))["results"][0]["id"]
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            payload = output.get("data", {}).get(MIME)
            if payload and payload["id"] == first:
                caption = {"sv": "NKI, enheter", "en": "NKI, points."}
                payload |= {
                    "by": ["market"],
                    "labels": labels,
                    "tables": {"table": {"caption": caption}},
                }
    path.write_text(json.dumps(notebook), encoding="utf-8")
