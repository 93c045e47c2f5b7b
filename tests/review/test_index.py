"""The index says of every report whose it is and what state it is in, and its links lead there."""

import datetime as dt
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.report import record
from workbench.review.index import entries, write_index
from workbench.review.runs import find_runs

TODAY = dt.date(2026, 3, 10)


@pytest.fixture
def reports(small_run: Path, tmp_path: Path) -> Path:
    shutil.copytree(small_run / "reports", tmp_path / "reports")
    return tmp_path / "reports"


def _with_facts(reports: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = find_runs(reports)[0] / "record.json"
    facts = json.loads(path.read_text(encoding="utf-8"))
    change(facts)
    record.write_json(path, facts | {"seal": record.seal_of(facts)})


STATES: dict[str, Callable[[dict[str, Any]], None]] = {
    "fresh": lambda facts: facts.update(status="done"),
    "failed": lambda facts: facts.update(status="failed"),
    "preliminary": lambda facts: facts.update(preliminary=True),
    "stale": lambda facts: facts["code"].update(sha256="other"),
    "differs": lambda facts: facts["outputs"].update({"report.html": "other"}),
}


@pytest.mark.parametrize("state", STATES)
def test_a_report_is_in_the_state_its_record_says(reports: Path, state: str) -> None:
    _with_facts(reports, STATES[state])
    assert [entry.state for entry in entries(reports, today=TODAY)] == [state]


def test_an_edited_record_is_broken(reports: Path) -> None:
    path = find_runs(reports)[0] / "record.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"done"', '"fine"'), encoding="utf-8")
    assert [entry.state for entry in entries(reports, today=TODAY)] == ["broken"]


LATE = dt.date(2026, 9, 1)


def test_old_data_are_overdue_whatever_else_the_state_is(reports: Path) -> None:
    assert [entry.is_overdue for entry in entries(reports, today=TODAY)] == [False]
    for state in ("fresh", "stale"):
        _with_facts(reports, STATES[state])
        (entry,) = entries(reports, today=LATE)
        assert (entry.state, entry.is_overdue) == (state, True)
        assert entry.tone
        pages = [page.read_text(encoding="utf-8") for page in write_index(reports, today=LATE)]
        assert any("overdue" in page for page in pages)


def test_a_report_with_newer_data_beside_it_is_not_overdue(reports: Path) -> None:
    run = find_runs(reports)[0]
    older = run.parents[1] / "wave=2026-01" / run.name
    shutil.copytree(run, older)
    facts = json.loads((older / "record.json").read_text(encoding="utf-8"))
    facts["data_cut"] = "2026-01-31"
    facts["parameters"]["wave"] = "2026-01"
    record.write_json(older / "record.json", facts | {"seal": record.seal_of(facts)})
    found = {entry.fact["data_cut"]: entry.is_overdue for entry in entries(reports, today=LATE)}
    assert found == {"2026-01-31": False, "2026-02-28": True}


def test_a_report_whose_data_changed_since_says_so(
    small_run: Path, reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(small_run / "study", tmp_path / "study")
    monkeypatch.chdir(tmp_path)
    assert [entry.state for entry in entries(reports, today=TODAY)] == ["fresh"]
    wave = tmp_path / "study" / "waves" / "2026-01.csv"
    wave.write_text(wave.read_text(encoding="utf-8") + "new,SE,0\n", encoding="utf-8")
    (entry,) = entries(reports, today=TODAY)
    assert (entry.state, bool(entry.tone)) == ("data changed", True)


def test_grades_are_listed_oldest_wave_first(reports: Path) -> None:
    def change(facts: dict[str, Any]) -> None:
        facts["inputs"] = [
            {"path": f"waves/2026-{month:02}.csv", "sha256": "", "health": grade}
            for month, grade in ((3, "C"), (1, "A"), (2, "B"))
        ]

    _with_facts(reports, change)
    pages = [page.read_text(encoding="utf-8") for page in write_index(reports, today=TODAY)]
    assert any(">A B C<" in page for page in pages)


def test_the_study_says_whose_it_is_who_reads_it_and_what_is_missing(reports: Path) -> None:
    pages = [page.read_text(encoding="utf-8") for page in write_index(reports, today=TODAY)]
    told = "Owner of the study: Insight · Reader: missing · Decision: Whether to go on"
    assert any(told in page for page in pages)


def test_an_earlier_run_put_back_shows(reports: Path) -> None:
    """What stands in the history was made after what stands in its place."""
    run = find_runs(reports)[0]
    newer = run / ".history" / "0123456789abcdef"
    shutil.copytree(run, newer)
    facts = json.loads((newer / "record.json").read_text(encoding="utf-8"))
    facts["finished"] = "2099-01-01T00:00:00+00:00"
    record.write_json(newer / "record.json", facts | {"seal": record.seal_of(facts)})
    assert [entry.state for entry in entries(reports, today=TODAY)] == ["differs"]


def test_every_link_of_the_index_leads_to_a_report(reports: Path) -> None:
    for page in write_index(reports, today=TODAY):
        links = re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8"))
        assert all((reports / link).is_file() for link in links)
        assert bool(links) == (".en." in page.name), "the run is in English"


def test_text_from_a_study_is_escaped(reports: Path) -> None:
    def change(facts: dict[str, Any]) -> None:
        facts["study"]["owner"] = dict.fromkeys(("sv", "en"), "<script>alert(1)</script>")

    _with_facts(reports, change)
    text = "".join(page.read_text(encoding="utf-8") for page in write_index(reports, today=TODAY))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_choice_is_named_as_a_reader_calls_it(reports: Path) -> None:
    run = find_runs(reports)[0]
    shutil.copytree(run, run.parents[1] / "wave=2026-01" / run.name)
    sv, en = (path.read_text(encoding="utf-8") for path in write_index(reports))
    said = {"sv": "(mätomgång: 2026-01)", "en": "(wave: 2026-01)"}
    assert said[run.name] in {"sv": sv, "en": en}[run.name]
    assert "(wave=2026-01)" not in sv + en
    assert 'role="rowheader"' in sv + en
