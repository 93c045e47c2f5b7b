"""A study without waves and drivers is told as one: no wave is named, no drivers pointed to."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.report.run import run_languages

TOML = """
[study]
id = "x"
[survey]
files = "answers.csv"
respondent = "id"
[survey.items."q*"]
scale = [1, 10]
[survey.outcomes]
nki = { items = ["q1", "q2", "q3"] }
[survey.segments]
market = "market"
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({f"q{k}": rng.integers(3, 11, 120) for k in (1, 2, 3)})
    frame["market"] = np.tile(["SE", "NO", "DK"], 40)
    frame["id"] = [f"r{row}" for row in range(120)]
    frame.to_csv(folder / "answers.csv", index=False)
    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", ["10_data_health", "20_satisfaction", "25_levels"])
def test_no_page_speaks_of_a_wave_or_points_to_a_drivers_report(
    study: Path, repository: Path, tmp_path: Path, name: str
) -> None:
    made = run_languages(
        repository / "notebooks" / f"{name}.ipynb", study, language="both", out=tmp_path
    )
    for run in made:
        page = (run.folder / "report.html").read_text(encoding="utf-8")
        body = re.sub(r"<style.*?</style>|<pre.*?</pre>|<svg.*?</svg>", "", page, flags=re.DOTALL)
        text = re.sub(r"<[^>]+>", " ", body)
        named = r"(in|i|wave|mätomgång|rows|rader),? all\b|last wave|senaste mätomgången"
        assert not re.search(named, text)
        assert "drivers report" not in text
        assert "rapporten om drivkrafter" not in text
        results = json.loads((run.folder / "results.json").read_text(encoding="utf-8"))
        said = [result["summary"][run.language] for result in results["results"]]
        assert not any(re.search(r"\b[Ii]n? all\b", text) for text in said)


def test_a_survey_without_waves_knows_it(study: Path) -> None:
    assert not wb.load_study(study).reading().has_waves


def test_a_report_of_drivers_without_any_says_where_to_name_one(study: Path) -> None:
    with pytest.raises(wb.DataError, match=r"\[survey.drivers.<name>\] in study.toml"):
        wb.drivers(wb.load_study(study).survey(), "nki", [])
