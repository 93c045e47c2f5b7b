"""Every change to a report is found and named; what is no change raises no alarm."""

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import RecordError
from workbench.report import record
from workbench.review.runs import find_runs
from workbench.review.verify import Status, as_json, as_text, exit_code, verify, verify_path


@pytest.fixture
def run(small_run: Path, tmp_path: Path) -> Path:
    """Return a copy of a finished run that a test may change."""
    shutil.copytree(small_run / "reports", tmp_path / "reports")
    return find_runs(tmp_path / "reports")[0]


def _status(run: Path, small_run: Path) -> Status:
    return verify(run, against=small_run / "study")[0].status


def _resealed(run: Path) -> None:
    """Make the record fit the files again, as someone would who hides a change."""
    facts = json.loads((run / "record.json").read_text(encoding="utf-8"))
    facts["outputs"] = record.output_hashes(run, list(facts["outputs"]))
    record.write_json(run / "record.json", facts | {"seal": record.seal_of(facts)})


def test_an_untouched_report_is_the_same(run: Path, small_run: Path) -> None:
    found = verify(run, against=small_run / "study")
    assert [one.status for one in found] == [Status.SAME]
    assert exit_code(found) == 0
    assert found[0].causes == ()


def test_one_flipped_byte_in_any_file_is_found_and_the_file_is_named(
    run: Path, monkeypatch: pytest.MonkeyPatch, small_run: Path
) -> None:
    from workbench.review import verify as module

    monkeypatch.setattr(module, "_rerun", lambda *_: ([], True))
    draw = random.Random(4)
    names = [p for p in sorted(run.rglob("*")) if p.is_file() and p.name != "record.json"]
    assert len(names) > 8
    for path in names:
        whole = path.read_bytes()
        place = draw.randrange(len(whole))
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = verify(run, against=small_run / "study")[0]
        assert found.status is Status.DIFFERENT
        assert [one.address for one in found.differences] == [path.relative_to(run).as_posix()]
        path.write_bytes(whole)


def test_a_flipped_byte_in_the_record_breaks_it(run: Path, small_run: Path) -> None:
    path = run / "record.json"
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found = verify(run, against=small_run / "study")
        assert found[0].status is Status.RECORD_BROKEN
        assert exit_code(found) == 6


def _number(results: dict[str, Any]) -> None:
    table = results["results"][0]["tables"]["table"]
    table["rows"][0][table["columns"].index("estimate")] += 0.1


def _sentence(results: dict[str, Any]) -> None:
    summary = results["results"][0]["summary"]
    summary["en"] = summary["en"].replace("40", "41")
    assert "41" in summary["en"]


def _row(results: dict[str, Any]) -> None:
    results["results"][0]["tables"]["table"]["rows"].clear()


def _seed(results: dict[str, Any]) -> None:
    results["parameters"]["seed"] = 7


@pytest.mark.parametrize("change", [_number, _sentence, _row, _seed])
def test_a_change_hidden_behind_a_new_seal_is_found_by_running_again(
    run: Path, small_run: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    path = run / "results.json"
    results = json.loads(path.read_text(encoding="utf-8"))
    change(results)
    record.write_json(path, results)
    _resealed(run)
    found = verify(run, against=small_run / "study")
    assert found[0].status is Status.DIFFERENT
    assert exit_code(found) == 4
    assert found[0].differences[0].address in as_text(found[0])


def test_a_changed_drawing_hidden_behind_a_new_seal_is_found(run: Path, small_run: Path) -> None:
    drawings = sorted((run / "figures").glob("*.svg"))
    assert drawings
    text = drawings[0].read_text(encoding="utf-8")
    moved = re.sub(r'd="M ?(\d+)', lambda hit: hit[0] + "7", text, count=1)
    assert moved != text
    drawings[0].write_text(moved, encoding="utf-8")
    _resealed(run)
    found = verify(run, against=small_run / "study")[0]
    assert [one.kind for one in found.differences] == ["figure"]


def test_changed_data_are_named_as_the_cause(run: Path, small_run: Path, tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(small_run / "study", study)
    wave = study / "waves" / "2026-02.csv"
    wave.write_text(wave.read_text(encoding="utf-8") + "new,SE,0\n", encoding="utf-8")
    found = verify(run, against=study)[0]
    assert found.status is Status.DIFFERENT
    assert [(one.kind, str(one.text)) for one in found.causes] == [
        ("data", "waves/2026-02.csv has changed")
    ]
    assert "waves/2026-02.csv" in found.message.render("sv")
    assert as_json(found)["status"] == "different"


@pytest.fixture
def second(small_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a run with three earlier ones in its history, each naming the one before."""
    from workbench.report.folders import draft_folder, publish
    from workbench.review import verify as module

    monkeypatch.setattr(module, "_rerun", lambda *_: ([], True))
    source = find_runs(small_run / "reports")[0]
    run, previous = tmp_path / "reports" / "a" / "b" / "c" / "en", None
    for hour in range(4):
        draft = draft_folder(run)
        shutil.copytree(source, draft, dirs_exist_ok=True)
        facts = json.loads((draft / "record.json").read_text(encoding="utf-8"))
        facts |= {"previous": previous, "finished": f"2026-03-01T0{hour}:00:00+00:00"}
        record.write_json(draft / "record.json", facts | {"seal": record.seal_of(facts)})
        publish(draft, run, previous[:16] if previous else None)
        previous = record.file_hash(run / "record.json")
    return run


def _chain(run: Path, small_run: Path) -> list[tuple[str, str]]:
    found = verify(run, against=small_run / "study")[0]
    return [(one.kind, one.address.split("/")[0]) for one in found.differences]


def test_a_chain_of_runs_that_fits_is_the_same(second: Path, small_run: Path) -> None:
    assert len(list((second / ".history").iterdir())) == 3
    assert _status(second, small_run) is Status.SAME


def test_an_earlier_record_that_was_edited_breaks_the_chain(second: Path, small_run: Path) -> None:
    path = sorted((second / ".history").glob("*/record.json"))[0]
    path.write_text(path.read_text(encoding="utf-8").replace('"en"', '"sv"'), encoding="utf-8")
    assert _chain(second, small_run) == [("earlier record changed", ".history")]


def test_an_earlier_record_that_was_edited_and_sealed_anew_breaks_the_chain(
    second: Path, small_run: Path
) -> None:
    path = sorted((second / ".history").glob("*/record.json"))[1]
    facts = json.loads(path.read_text(encoding="utf-8")) | {"who": "another"}
    record.write_json(path, facts | {"seal": record.seal_of(facts)})
    assert _chain(second, small_run) == [("earlier run missing", ".history")]


def test_an_earlier_run_that_was_taken_out_breaks_the_chain(second: Path, small_run: Path) -> None:
    shutil.rmtree(sorted((second / ".history").iterdir())[2])
    assert _chain(second, small_run) == [("earlier run missing", ".history")]


def test_a_report_rolled_back_to_an_earlier_run_shows(second: Path, small_run: Path) -> None:
    history = second / ".history"
    newest = second.parent / "newest"
    second.rename(newest)
    (newest / ".history").rename(history.parent.parent / "kept")
    kept = second.parent / "kept"
    earlier = max(kept.iterdir(), key=lambda path: (path / "record.json").read_text())
    shutil.copytree(earlier, second)
    kept.rename(history)
    newest.rename(history / record.file_hash(newest / "record.json")[:16])
    assert _chain(second, small_run) == [("newer run set aside", ".history")]


@pytest.mark.parametrize(
    ("of", "edited", "expected"),
    [
        ("this run", False, []),
        ("an earlier run", False, []),
        ("an earlier run", True, [("export changed", "en-export/a.pptx")]),
        ("a run no one knows", False, [("export of an unknown run", "en-export")]),
    ],
)
def test_an_export_is_of_a_run_that_is_known_and_as_it_was_written(
    second: Path, small_run: Path, of: str, edited: bool, expected: list[tuple[str, str]]
) -> None:
    earlier = sorted((second / ".history").glob("*/record.json"))[0]
    seals = {"this run": second / "record.json", "an earlier run": earlier}
    export = second.parent / f"{second.name}-export"
    export.mkdir()
    (export / "a.pptx").write_bytes(b"slides")
    kept = json.loads(seals[of].read_text(encoding="utf-8"))["seal"] if of in seals else "0"
    files = record.output_hashes(export, ["a.pptx"])
    record.write_json(export / "export.json", {"record": kept, "files": files})
    if edited:
        (export / "a.pptx").write_bytes(b"Slides")
    found = verify(second, against=small_run / "study")[0]
    assert [(one.kind, one.address) for one in found.differences] == expected
    assert [str(cause.text) for cause in found.causes] == (
        ["en-export/a.pptx was edited after the run"] if edited else
        ["the report was edited after its run"] if expected else []
    )  # fmt: skip


def test_a_study_that_is_not_there_cannot_be_run(run: Path, tmp_path: Path) -> None:
    found = verify(run, against=tmp_path / "nowhere")
    assert found[0].status is Status.CANNOT_RUN
    assert "--against" in as_text(found[0])
    assert exit_code(found) == 5


def test_a_folder_without_a_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no run"):
        verify(tmp_path)
    with pytest.raises(RecordError, match="no folder"):
        verify(tmp_path / "nothing")


def test_a_bundle_is_verified_as_it_is(small_run: Path, tmp_path: Path) -> None:
    from workbench.review.bundle import write_bundle

    archive = write_bundle(small_run / "reports", tmp_path / "a.zip", study=small_run / "study")
    assert [one.status for one in verify_path(archive)] == [Status.SAME]
