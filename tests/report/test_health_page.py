"""The health page: figures show what tables say, words follow the grade, both languages."""

from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.report.plots.health import (
    plot_health,
    plot_health_coverage,
    plot_health_missing,
)
from workbench.report.show import bundle
from workbench.report.wording.health import DataHealth
from workbench.results.health import HealthResult

TOML = """
[study]
id = "x"
[survey]
files = [{ path = "w{wave}.csv" }]
respondent = "id"
[survey.items."q*"]
scale = [1, 5]
[survey.outcomes]
whole = { kind = "mean", item = "q1" }
[survey.drivers]
a = { items = ["q2"] }
[survey.segments]
market = "market"
[survey.waves.1]
closed = 2026-01-31
invited = 400
[survey.waves.2]
closed = 2026-02-28
invited = 400
"""


@pytest.fixture(scope="module")
def health(tmp_path_factory: pytest.TempPathFactory) -> HealthResult:
    """Return the health of two waves; in the second, q3 is dead and a market is five people."""
    folder = tmp_path_factory.mktemp("health")
    (folder / "study.toml").write_text(TOML, encoding="utf-8")
    for wave in (1, 2):
        rows = range(120)
        frame = pd.DataFrame(
            {f"q{item}": [(i * item * 7) % 5 + 1 for i in rows] for item in (1, 2)}
        )
        frame["q3"] = "" if wave == 2 else 3
        frame["id"] = [f"{wave}-{i}" for i in rows]
        frame["market"] = ["NO" if i < 5 else "<script>" if i % 2 else "SE" for i in rows]
        frame.to_csv(folder / f"w{wave}.csv", index=False)
    return wb.data_health(wb.load_study(folder))


def test_the_page_tells_the_grade_and_what_to_do(health: HealthResult) -> None:
    answer = DataHealth(health=health).answer()
    assert health.grade == "C"
    assert "Mend the data" in answer.title.render("en")
    assert "Laga data" in answer.title.render("sv")
    assert "'q3'" in answer.real.render("en")
    assert answer.now is not None
    listed = [item.render("en") for item in DataHealth(health=health).findings().items]
    gravest = {check.text.render("en") for check in health.checks if check.passed is False}
    found = {finding.text.render("en") for finding in health.of("alarm", "care")}
    told = {text.split("** ")[-1] for text in listed} & found
    assert found == gravest | told, "each finding is told once, as a check or in the list"


def test_a_unit_under_the_floor_has_no_numbers(health: HealthResult) -> None:
    table = health.units.table.set_index(["split", "unit"])
    assert table.loc[("market", "NO"), "suppressed"] == "floor"
    hidden = table[table["suppressed"] != ""]
    assert len(hidden) >= 2, "else the hidden one follows from the total"
    assert hidden.drop(columns="suppressed").isna().all(axis=None)


def test_the_signs_of_a_file_follow_its_checks(health: HealthResult) -> None:
    axes = plot_health(health)
    texts = [text.get_text() for text in axes.texts]
    assert texts.count("✕") == 2
    assert "C, mend first" in texts


def test_bars_of_an_item_add_up_to_all_rows(health: HealthResult) -> None:
    axes = plot_health_missing(health.missing)
    ends: dict[float, float] = {}
    for bar in axes.patches:
        middle = round(bar.get_y() + bar.get_height() / 2, 3)
        ends[middle] = max(ends.get(middle, 0), bar.get_x() + bar.get_width())
    assert list(ends.values()) == pytest.approx([1.0] * len(health.missing.table))


def test_response_rates_stand_with_their_intervals(health: HealthResult) -> None:
    row = health.coverage.table.iloc[-1]
    assert row["response_rate"] == 120 / 400
    assert (row["ci_low"], row["ci_high"]) == pytest.approx((0.2571, 0.3466), abs=1e-3)
    dots = [line.get_xdata()[0] for line in plot_health_coverage(health.coverage).lines]
    assert 30.0 in [round(float(dot), 6) for dot in dots]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_part_is_shown_and_safe(health: HealthResult, language: str) -> None:
    for result in (health, health.coverage, health.missing, health.units, health.items):
        html = bundle(result, language=language)["text/html"]
        assert "<script>" not in html
        assert html.count("<svg") in {0, 2}


def test_the_grade_is_printed_with_the_files(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(TOML.split("[survey.waves.1]")[0], encoding="utf-8")
    pd.DataFrame({"q1": [1, 2], "q2": [1, 2], "id": [1, 2], "market": ["a", "b"]}).to_csv(
        tmp_path / "w1.csv", index=False
    )
    table = wb.provenance(wb.load_study(tmp_path)).table.set_index("file")
    assert table.loc["w1.csv", "health"] == "A"
    assert pd.isna(table.loc["study.toml", "health"])
