"""Figures and sentences of drivers: what they draw and say is what the result holds."""

import re

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.report import figures
from workbench.report.plots.asymmetry import plot_penalty_reward
from workbench.report.plots.drivers import plot_dominance, plot_drivers
from workbench.report.plots.effects import (
    plot_effect_changes,
    plot_item_differences,
    plot_opposites,
    plot_segment_effects,
)
from workbench.report.plots.money import plot_money
from workbench.report.plots.paths import plot_paths
from workbench.report.plots.priority import plot_priority
from workbench.report.show import bundle

NAMES = ["queue", "solved", "app", "hours"]
LABELS = {
    "queue": {"sv": "Väntetid å <script>", "en": "Waiting time"},
    "solved": "=cmd|' /C calc'!A0",
    "nki": "NKI",
}


def _answers(rows=600, seed=1):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(rows, 1))
    grades = np.array([50, 52, 78, 75]) + 14 * (0.6 * common + 0.8 * rng.normal(size=(rows, 4)))
    frame = pd.DataFrame(np.clip(grades, 0, 100), columns=NAMES)
    frame["nki"] = 5 + grades @ [0.35, 0.34, 0.3, 0.0] + rng.normal(0, 8, rows)
    frame["market"] = rng.choice(["SE", "NO", "DK"], rows)
    frame["wave"] = np.repeat(["1", "2"], rows // 2)
    frame["revenue"] = frame["nki"] * 10 + rng.normal(0, 200, rows)
    return frame


@pytest.fixture(scope="module")
def results():
    frame = _answers()
    drivers = wb.drivers(frame, "nki", NAMES, bootstrap=200, labels=LABELS)
    matrix = wb.priority_matrix(drivers)
    groups = frame.assign(kund=np.where(frame["queue"] > 50, "företag", "privat"))
    groups["nki"] -= 40 * (groups["kund"] == "företag")
    model = {"blocks": {"A": ["queue", "solved"], "Satisfaction": ["nki"]},
             "paths": [("A", "Satisfaction")]}  # fmt: skip
    return {
        "drivers": (plot_drivers, drivers),
        "drivers_by": (plot_drivers, wb.drivers(
            frame, "nki", NAMES, by="market", bootstrap=60, labels=LABELS)),
        "drivers_bare": (plot_drivers, wb.drivers(frame, "nki", NAMES, bootstrap=0)),
        "priority": (plot_priority, matrix),
        "actions": (None, wb.rank_actions(drivers, matrix)),
        "segment_effects": (plot_segment_effects, wb.effects_by_segment(
            frame, "nki", NAMES, by="market", labels=LABELS)),
        "opposites": (plot_opposites, wb.find_opposites(groups, "nki", NAMES, "kund")),
        "opposites_none": (plot_opposites, wb.find_opposites(frame, "nki", NAMES, "market")),
        "effect_changes": (plot_effect_changes, wb.effect_changes(frame, "nki", NAMES)),
        "item_differences": (plot_item_differences, wb.item_differences(frame, NAMES, "market")),
        "penalty_reward": (plot_penalty_reward, wb.penalty_reward(
            frame, "nki", NAMES, high=70, bootstrap=60, labels=LABELS)),
        "dominance": (plot_dominance, wb.dominance(frame, "nki", NAMES, bootstrap=60)),
        "paths": (plot_paths, wb.pls(
            frame.assign(nki=frame["nki"].clip(0, 100)), model, bootstrap=60)),
        "money": (plot_money, wb.money_association(frame, "nki", "revenue", unit="kr")),
    }  # fmt: skip


KINDS = [
    "drivers", "drivers_by", "drivers_bare", "priority", "segment_effects", "opposites",
    "opposites_none", "effect_changes", "item_differences", "penalty_reward", "dominance",
    "paths", "money",
]  # fmt: skip


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("name", KINDS)
def test_every_figure_is_drawn_in_both_widths_and_languages(results, name, width, language):
    plot, result = results[name]
    svg = figures.draw(plot, result, name, title="t", language=language, widths=(width,))[width]
    assert svg.startswith("<svg")
    assert "<script" not in svg
    assert not re.search(r"\bnan\b", svg, re.IGNORECASE)


@pytest.mark.parametrize("name", [*KINDS, "actions"])
def test_every_result_can_be_shown_with_its_words(results, name):
    for language in ("sv", "en"):
        shown = bundle(results[name][1], id=name, language=language)
        payload = shown["application/vnd.workbench.result+json"]
        assert payload["summary"]["sv"] != payload["summary"]["en"]
        assert "<script>" not in shown["text/html"]
        for text in (payload["headline"], payload["subtitle"], *payload["lead"]):
            assert text is None or "{" not in text["sv"] + text["en"]


def test_shares_are_drawn_where_the_table_has_them(results):
    result = results["drivers"][1]
    table = result.table.sort_values("share", ascending=False)
    ax = plot_drivers(result)
    drawn = np.concatenate([line.get_xdata() for line in ax.lines if line.get_marker() == "o"])
    assert sorted(drawn) == pytest.approx(sorted(100 * table["share"]))
    filled, hollow = (line for line in ax.lines if line.get_marker() == "o")
    assert len(filled.get_xdata()) == int(table["beyond_null"].sum())
    assert len(hollow.get_xdata()) == int((~table["beyond_null"].astype(bool)).sum())
    bars = [bar.get_width() for bar in ax.patches]
    assert sorted(bars) == pytest.approx(sorted(100 * table["null_high"]))


def test_marks_of_the_matrix_lie_at_effect_and_grade(results):
    result = results["priority"][1]
    ax = plot_priority(result)
    base = next(line for line in ax.lines if line.get_linestyle() == "None")
    placed = set(zip(base.get_xdata().round(9), base.get_ydata().round(9), strict=True))
    table = result.table
    assert placed == set(zip(table["effect"].round(9), table["performance"].round(9), strict=True))
    texts = {text.get_text() for text in ax.texts}
    assert {"Prioritise", "Maintain", "Lower priority", "Improve if possible"} <= texts


def test_the_alternative_text_carries_the_numbers(results):
    result = results["drivers"][1]
    shown = bundle(result, id="drivers", language="sv")
    share = f"{100 * result.table['share'].max():.0f}\u00a0%"
    r2 = f"{100 * result.fit['r2'].item():.0f}\u00a0%"
    assert share in shown["text/plain"] or r2 in shown["text/plain"]
    assert "<table" in shown["text/html"]


def test_labels_overlap_as_little_as_can_be():
    from workbench.report.plots.placing import Box, least_covering
    from workbench.report.plots.priority import _spots

    points = [(300.0, 200.0), (310.0, 205.0), (290.0, 195.0)]
    spots = [_spots(x, y, 120) for x, y in points]
    marks = [Box(x - 15, y - 15, x + 15, y + 15) for x, y in points]
    chosen = least_covering(spots, marks, [], (900.0, 500.0))
    boxes = [own[spot] for own, spot in zip(spots, chosen, strict=True)]
    pairs = [(0, 1), (0, 2), (1, 2)]
    assert sum(boxes[a].overlap(boxes[b]) for a, b in pairs) == 0
