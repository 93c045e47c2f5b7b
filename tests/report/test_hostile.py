"""A study whose every text attacks: the whole way from file to page, tables and figures."""

import csv
import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring

from workbench.report.run import Run, run_notebook

ATTACKS = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }}{% for x in y %}",
    '"><img src=x onerror=alert(1)>',
    "@SUM(A1)",
    "\u202egnp.exe",
    "../../../etc/passwd",
]
DRAWING = {"svg", "title", "path", "circle", "text", "use", "defs", "clipPath", "rect", "g"}
ITEM = "=<b>q1</b>"
STUDY = f"""
[study]
id = "hostile"
title = "</title><script>alert(1)</script>"
question = "javascript:alert(1)"
decision = "<img src=x onerror=alert(1)>"
owner = "{{{{ 7*7 }}}}"
reader = "\u202eowner"
language = "en"
[survey]
files = [{{ path = "*.csv", wave_from = "name" }}]
[survey.items."{ITEM}"]
scale = [0, 10]
[survey.outcomes]
nps = {{ item = "{ITEM}", scale = [0, 10], label = "<script>label</script>" }}
[survey.segments]
market = {{ column = "market", label = "<i>market</i>" }}
[survey.waves.w1]
label = "<script>one</script>"
closed = 2026-01-31
[survey.waves.w2]
label = "=two"
closed = 2026-02-28
"""


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> tuple[Run, Path]:
    home = tmp_path_factory.mktemp("hostile")
    study = home / "study"
    study.mkdir()
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    for shift, wave in enumerate(("w1", "w2")):
        with (study / f"{wave}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["market", ITEM, "comment"])
            for number in range(40 * len(ATTACKS)):
                attack = ATTACKS[number % len(ATTACKS)]
                writer.writerow([attack, (number + shift) % 11, attack])
    made = run_notebook(
        repository / "notebooks" / "20_satisfaction.ipynb",
        study,
        parameters={"market": ATTACKS[-1], "segment": "market"},
        out=home / "out",
    )
    whole = run_notebook(
        repository / "notebooks" / "20_satisfaction.ipynb", study, out=home / "out"
    )
    assert made.status == whole.status == "done"
    assert made.folder.resolve().is_relative_to((home / "out").resolve())
    return whole, home


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs


def test_a_market_that_is_a_path_stays_inside_the_reports(attacked: tuple[Run, Path]) -> None:
    _, home = attacked
    assert sorted(path.name for path in home.iterdir()) == ["out", "study"]
    for path in (home / "out").rglob("*"):
        assert ".." not in path.parts


@pytest.mark.parametrize("name", ["report.html", "review.html"])
def test_nothing_of_it_runs_on_a_page(attacked: tuple[Run, Path], name: str) -> None:
    run, _ = attacked
    html = (run.folder / name).read_text(encoding="utf-8")
    found = _Elements()
    found.feed(html)
    assert not found.tags & {"script", "img", "iframe", "base", "object", "embed", "i"}
    assert not [key for key, _ in found.attributes if key.startswith("on")]
    assert all((value or "").startswith("#") for key, value in found.attributes if key == "href")
    assert "{{ 7*7 }}" in html, "a template in data stays text"
    assert "\u202e" not in html


def test_no_cell_of_a_table_is_a_formula(attacked: tuple[Run, Path]) -> None:
    run, _ = attacked
    for path in _files(run, "tables/*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                for cell in row:
                    is_number = cell.lstrip("-").replace(".", "").replace("e-", "").isdigit()
                    assert is_number or not cell.startswith(("=", "+", "-", "@", "\t")), cell


def test_figures_hold_text_only(attacked: tuple[Run, Path]) -> None:
    run, _ = attacked
    for path in _files(run, "figures/*.svg"):
        tags = {element.tag.split("}")[1] for element in fromstring(path.read_bytes()).iter()}
        assert tags <= DRAWING


def test_results_keep_the_values_as_they_are(attacked: tuple[Run, Path]) -> None:
    run, _ = attacked
    results = json.loads((run.folder / "results.json").read_text(encoding="utf-8"))["results"]
    by_market = next(result for result in results if result["id"] == "nps_by_market")
    segments = {row[0] for row in by_market["tables"]["table"]["rows"]}
    assert segments == set(ATTACKS)


def _files(run: Run, pattern: str) -> Iterator[Path]:
    found = sorted(run.folder.glob(pattern))
    assert found
    yield from found
