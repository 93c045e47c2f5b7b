"""What a reader meets in tables and sentences: the right interval, one verdict, names not codes."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.language import format_certainty
from workbench.report.fragments import table_html
from workbench.report.labels import crosstab_labels, study_labels
from workbench.report.payload import result_payload
from workbench.report.plots.priority import plot_priority
from workbench.report.show import bundle
from workbench.report.tables import display_table
from workbench.report.wording.effects import lead_effect_changes

MIME = "application/vnd.workbench.result+json"


BANK = Path(__file__).parents[2] / "data" / "demo" / "bank"


@pytest.fixture(scope="module")
def matrix() -> Any:
    """Return a matrix of twelve drivers with names as long as those of a real study."""
    rng = np.random.default_rng(7)
    drivers = {f"driver with a rather long name {n}": rng.normal(60, 12, 150) for n in range(12)}
    frame = pd.DataFrame(drivers)
    frame["nki"] = frame.mean(axis=1) + 0.3 * frame.iloc[:, 0] + rng.normal(0, 5, 150)
    return wb.priority_matrix(wb.drivers(frame, "nki", list(drivers), bootstrap=60, seed=1))


def _frame(rows: list[dict[str, Any]], kind: str, language: str = "en") -> list[dict[str, str]]:
    """Return a table of some kind as a page prints it, a dict of heading and text per row."""
    columns = list(rows[0])
    payload = {
        "kind": kind,
        "by": [],
        "tables": {
            "table": {
                "columns": columns,
                "key": columns[:1],
                "caption": "",
                "rows": [list(row.values()) for row in rows],
            }
        },
    }
    table = display_table(payload, "table", language)
    names = [cell.text for cell in table.headings]
    return [dict(zip(names, (cell.text for cell in row), strict=True)) for row in table.rows]


def test_an_interval_stands_at_the_number_it_is_of() -> None:
    weights = {"outcome": "nki", "n": 9, "unweighted": 67.4, "estimate": 66.5, "ci_low": 65.2}
    row = _frame([weights | {"ci_high": 67.7, "difference": -0.9}], "weighting")[0]
    assert row["Weighted"] == "66.5 (65.2 to 67.7)"
    assert row["Difference"] == "−0.9"
    change = {"driver": "queue", "performance_previous": 61.7, "performance": 47.0}
    change |= {"performance_change": -14.7, "performance_low": -16.5, "performance_high": -13.0}
    row = _frame([change], "effect_changes")[0]
    assert row["Grade 0–100"] == "47.0"
    assert row["Change of the grade"] == "−14.7 (−16.5 to −13.0)"
    level = {"segment": "SE", "estimate": 65.8, "ci_low": 64.0, "ci_high": 67.6}
    level |= {"difference": -1.4, "difference_low": -3.9, "difference_high": 1.1}
    row = _frame([level], "levels")[0]
    assert row["Level"] == "65.8 (64.0 to 67.6)"
    assert row["Points from the others"] == "−1.4 (−3.9 to 1.1)"


@pytest.mark.parametrize(
    ("share", "english", "swedish"),
    [(0.589, "58%", "58\xa0%"), (0.799, "79%", "79\xa0%"), (0.999, "> 99%", "> 99\xa0%")],
)
def test_certainty_is_never_overstated(share: float, english: str, swedish: str) -> None:
    assert format_certainty(share, "en") == english
    assert format_certainty(share, "sv") == swedish
    row = _frame([{"driver": "queue", "p_quadrant": share}], "priority")[0]
    assert row["Sure of the quadrant"] == english


def test_no_verdict_is_a_code_in_either_language() -> None:
    codes = ("real", "noise", "masked", "mix", "hidden", "unknown", "preliminary", "broken")
    rows = [{"segment": code, "change": 1.0, "verdict": code} for code in codes]
    for language, heading in (("en", "Reading"), ("sv", "Läsning")):
        said = [next(reversed(row.values())) for row in _frame(rows, "wave_change", language)]
        assert heading
        assert not set(said) & set(codes) - {"preliminary"}
    assert _frame(rows, "wave_change", "sv")[1] != _frame(rows, "wave_change", "en")[1]


def test_the_change_of_a_grade_is_said_with_its_own_interval() -> None:
    rng = np.random.default_rng(4)
    first = rng.normal(60, 8, 200)
    frames = [
        pd.DataFrame({"wave": wave, "queue": first - fall, "nki": first + rng.normal(0, 5, 200)})
        for wave, fall in (("w1", 0), ("w2", 14))
    ]
    frame = pd.concat(frames, ignore_index=True)
    frame["respondent_id"] = np.arange(len(frame))
    changes = wb.effect_changes(frame, "nki", ["queue"], waves=["w1", "w2"])
    said = lead_effect_changes(changes)[0].render("en")
    assert ": −14.0 points (" in said


def test_a_crosstab_and_its_captions_name_what_is_crossed() -> None:
    answers = pd.DataFrame({"nps": [100, 0, -100] * 40, "market": ["SE", "NO"] * 60})
    labels = {"nps": "NPS", "market": {"sv": "Marknad", "en": "Market"}}
    payload = bundle(wb.crosstab(answers, "nps", "market"), labels=labels)[MIME]
    assert "of NPS" in payload["summary"]["en"]
    assert payload["tables"]["table"]["caption"]["sv"].startswith("NPS efter marknad")


def test_items_are_named_beside_their_code() -> None:
    bank_study = wb.load_study(BANK)
    labels = study_labels(bank_study)
    assert labels["q13"] == {
        "sv": "q13: Rådgivaren är kunnig",
        "en": "q13: The adviser is knowledgeable",
    }
    assert crosstab_labels(bank_study, "market")["nps"] == "NPS"


def test_what_nobody_has_written_reads_as_missing() -> None:
    row = {"position": "1", "kind": "act", "action": "Ask", "driver": "queue"}
    rows = [row | {"owner": None, "due": None}, row | {"action": None, "owner": None, "due": None}]
    shown = _frame(rows, "actions")
    assert (shown[0]["Owner"], shown[0]["Due"]) == ("missing", "missing")
    assert (shown[1]["Action"], shown[1]["Owner"]) == ("no action yet", "–")


def test_a_stacked_table_carries_its_headings_along() -> None:
    answers = pd.DataFrame({"q": [10, 3, 8] * 10})
    payload = result_payload(wb.nps(answers, "q"), "nps")
    html = table_html(display_table(payload, "table", "en"), label="", stacked="plan")
    assert 'data-l="Answers" class="r">30<' in html
    assert "<caption>" in html
    assert 'scope="col"' in html


def test_the_matrix_shows_the_certainty_of_its_table(matrix: Any) -> None:
    texts = {text.get_text() for text in plot_priority(matrix, narrow=True).texts}
    assert not any("…" in text for text in texts)
    for p in matrix.table["p_quadrant"]:
        assert any(format_certainty(p, "en") in text for text in texts)


def test_numbers_stand_beside_their_rings_where_these_are_close(matrix: Any) -> None:
    axes = plot_priority(matrix, narrow=True)
    numbers = [text for text in axes.texts if text.get_text().isdigit() and text.xycoords == "data"]
    assert len(numbers) == len(matrix.table)
    assert all(text.xyann != (0, 0) for text in numbers)


def test_a_section_with_one_folded_finding_has_it_for_a_heading() -> None:
    from workbench.report.page import Block, Section, _head_with_finding

    section = Section(id="x", label="Does it stand?", heading="Does it stand?")
    section.blocks = [Block(kind="code"), Block(kind="fold", heading="It does, in 6 of 6.")]
    _head_with_finding(section, "en")
    assert section.heading == "It does, in 6 of 6"
    assert section.blocks[1].heading == "The numbers behind it"
    section.heading = section.label
    section.blocks.append(Block(kind="fold", heading="More."))
    _head_with_finding(section, "en")
    assert section.heading == section.label


def test_drivers_in_groups_are_told_by_group() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({name: rng.normal(60, 10, 200) for name in "abcd"})
    frame["nki"] = frame["a"] + frame["b"] + 0.2 * frame["c"] + rng.normal(0, 5, 200)
    steps = {"desk": ["a", "b"], "app": ["c", "d"]}
    result = wb.drivers(frame, "nki", list("abcd"), groups=steps, bootstrap=60, seed=1)
    assert "desk has the largest share" in result.summary("en")
