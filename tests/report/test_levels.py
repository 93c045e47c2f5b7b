"""Pages of levels: one per segment that may be shown, equal numbers, links both ways."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from workbench.language import LANGUAGES, format_number
from workbench.report.levels import level_paths
from workbench.report.run import run_languages

STUDY = """
[study]
id = "chain"
title = { sv = "Kedjan", en = "The chain" }
question = "How satisfied?"
decision = "What to mend"
owner = "Insight team"
[survey]
files = [{ path = "waves/*.csv", wave_from = "name" }]
respondent = "id"
weight = "w"
[survey.items."q*"]
scale = [1, 10]
[survey.outcomes]
nki = { items = ["q1", "q2", "q3"] }
[survey.drivers]
queue = { items = ["q4"], label = { sv = "Kö", en = "Queue" } }
price = { items = ["q5"], label = { sv = "Pris", en = "Price" } }
[survey.segments]
market = "team"
[survey.waves.w1]
closed = 2026-01-31
"""
TEAMS = {"<script>x</script>": 80, "Bö=1+1": 70, "C": 60, "D": 3, "E": 90}


def _write_study(folder: Path) -> Path:
    import numpy as np

    rng = np.random.default_rng(5)
    (folder / "waves").mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    names = np.repeat(list(TEAMS), list(TEAMS.values()))
    frame = pd.DataFrame({"id": [f"r{n}" for n in range(len(names))], "team": names})
    frame["w"] = rng.uniform(0.5, 2, len(names)).round(3)
    for item in range(1, 6):
        frame[f"q{item}"] = rng.integers(1, 11, len(names))
    frame.loc[frame["team"] == "E", "q4"] = rng.integers(1, 5, TEAMS["E"])
    frame.to_csv(folder / "waves" / "w1.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> dict[str, Path]:
    """Run the notebook of levels on a chain with one team below the floor."""
    home = tmp_path_factory.mktemp("levels")
    notebook = repository / "notebooks" / "25_levels.ipynb"
    made = run_languages(notebook, _write_study(home / "study"), language="both", out=home / "out")
    assert [run.status for run in made] == ["done", "done"]
    return {run.language: run.folder for run in made}


def _table(run: Path, name: str) -> list[dict]:
    results = json.loads((run / "results.json").read_text(encoding="utf-8"))["results"]
    table = next(r for r in results if r["kind"] == "levels")["tables"][name]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def level_path(segment: str) -> str:
    return level_paths(list(TEAMS))[segment]


def _pages(run: Path) -> dict[str, str]:
    return {p.name: p.read_text(encoding="utf-8") for p in sorted((run / "levels").iterdir())}


def _figures(html: str) -> list[str]:
    rows = re.search(r'<section id="contribution".*?</section>', html, re.DOTALL)
    assert rows is not None
    return re.findall(r'<td class="r">([^<]*)</td><td class="r">([^<]*)</td>', rows[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_pages_print_adds_up_to_the_total(runs: dict[str, Path], language: str) -> None:
    total = _table(runs[language], "total")[0]
    shown = [row for row in _table(runs[language], "table") if row["contribution"] is not None]
    assert sum(row["contribution"] for row in shown) + total["hidden"] == pytest.approx(
        total["estimate"]
    )
    pages = _pages(runs[language])
    assert set(pages) == {Path(level_path(row["segment"])).name for row in shown}
    printed = 0.0
    for row in shown:
        own, others, whole = _figures(pages[Path(level_path(row["segment"])).name])
        assert own[1] == format_number(row["contribution"], language)
        assert others[1] == format_number(total["estimate"] - row["contribution"], language)
        assert whole[1] == format_number(total["estimate"], language)
        printed += float(own[1].replace(",", "."))
    assert printed + total["hidden"] == pytest.approx(total["estimate"], abs=0.05 * len(shown))


def test_both_languages_have_the_same_numbers(runs: dict[str, Path]) -> None:
    swedish, english = (_table(runs[language], "drivers") for language in LANGUAGES)
    assert swedish == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_team_has_no_page_and_stands_on_no_other(
    runs: dict[str, Path], language: str
) -> None:
    hidden = [r for r in _table(runs[language], "table") if r["suppressed"]]
    assert {row["segment"] for row in hidden} > {"D"}, "a second one is hidden with it"
    assert len(hidden) == 2
    for row in hidden:
        assert not (runs[language] / level_path(row["segment"])).exists()
    for html in _pages(runs[language]).values():
        assert not re.search(r">D<", html)


@pytest.mark.parametrize("language", LANGUAGES)
def test_summary_and_pages_lead_to_each_other(runs: dict[str, Path], language: str) -> None:
    report = (runs[language] / "report.html").read_text(encoding="utf-8")
    links = re.findall(r'href="(levels/[^"]+)"', report)
    assert sorted(Path(link).name for link in links) == sorted(_pages(runs[language]))
    for html in _pages(runs[language]).values():
        for link in re.findall(r'href="(\.\./[^"]+)"', html):
            assert (runs[language] / "levels" / link).resolve().is_file()
        assert 'href="../report.html"' in html
        assert f'<html lang="{language}">' in html
        assert len(html.encode()) < 150_000
        assert "<script" not in html


def test_a_weakness_is_named_with_its_number(runs: dict[str, Path]) -> None:
    html = (runs["sv"] / level_path("E")).read_text(encoding="utf-8")
    row = next(r for r in _table(runs["sv"], "drivers")
               if (r["segment"], r["driver"]) == ("E", "queue"))  # fmt: skip
    assert row["place"] == "weakness"
    assert f"<b>Kö</b> {format_number(row['performance'], 'sv')}" in html
    assert format_number(row["difference"], "sv", signed=True) in html


def test_the_record_knows_every_page(runs: dict[str, Path]) -> None:
    from workbench.review.runs import changed_files, open_run

    run = open_run(runs["en"])
    assert changed_files(run) == []
    page = next((runs["en"] / "levels").iterdir())
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert [name for name, _ in changed_files(run)] == [f"levels/{page.name}"]
