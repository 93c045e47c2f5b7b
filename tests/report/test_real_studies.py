"""Reports on public data: other outcomes, other segments, other gaps."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.report.run import Run, run_notebook

pytestmark = pytest.mark.real_data
MAXIMUM = 150_000
Report = Callable[..., Run]


@pytest.fixture
def report(
    real_data: Path, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Report:
    """Return a function that runs a notebook on a public study."""
    monkeypatch.setenv("WORKBENCH_REAL_DATA", str(real_data))

    def run(name: str, notebook: str = "20_satisfaction", **parameters: str) -> Run:
        study = tmp_path / name
        shutil.copytree(repository / "tests" / "real_data" / name, study)
        return run_notebook(
            repository / "notebooks" / f"{notebook}.ipynb",
            study,
            parameters=parameters,
            language="sv",
            out=tmp_path / "out",
        )

    return run


def _results(run: Run) -> dict[str, dict[str, object]]:
    content = json.loads((run.folder / "results.json").read_text(encoding="utf-8"))
    return {result["id"]: result for result in content["results"]}


def _rows(result: dict[str, object]) -> list[dict[str, object]]:
    table = result["tables"]["table"]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def test_five_waves_of_an_airport(report: Report) -> None:
    run = report("sfo", segment="language")
    assert run.status == "done"
    results = _results(run)
    (overall,) = _rows(results["nps"])
    assert overall["n"] == 2746
    assert overall["estimate"] == pytest.approx(40.40, abs=0.005)
    by_language = {row["segment"]: row for row in _rows(results["nps_by_language"])}
    hidden = [name for name, row in by_language.items() if row["suppressed"]]
    assert by_language["Japanese"]["suppressed"] == "floor", "four answers"
    assert all(by_language[name]["n"] is None for name in hidden)
    html = run.report.read_text(encoding="utf-8")
    assert len(html.encode()) <= MAXIMUM
    assert "UTKAST" in html, "nobody said what decision it serves"
    assert "NPS: förändringen sedan 2016 går inte att bedöma" in html, "it was asked in 2017 only"


def test_fifteen_drivers_of_an_airport_fit_in_the_page(report: Report) -> None:
    run = report("sfo", "30_drivers", segment="language", outcome="overall", bootstrap="100")
    assert run.status == "done"
    html = run.report.read_text(encoding="utf-8")
    assert html.count("<figure>") >= 4
    assert len(html.encode()) <= MAXIMUM


def test_one_wave_in_swedish_with_many_small_areas(report: Report) -> None:
    run = report("vasby", segment="omrade")
    assert run.status == "done"
    html = run.report.read_text(encoding="utf-8")
    assert "grupper till" in html, "areas with too few answers share a row"
    assert "Områdenas betydelse" in html
    assert len(html.encode()) <= MAXIMUM
