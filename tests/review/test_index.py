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


def test_old_data_are_overdue_and_an_edited_record_is_broken(reports: Path) -> None:
    assert [entry.state for entry in entries(reports, today=dt.date(2026, 9, 1))] == ["overdue"]
    path = find_runs(reports)[0] / "record.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"done"', '"fine"'), encoding="utf-8")
    assert [entry.state for entry in entries(reports, today=TODAY)] == ["broken"]


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
