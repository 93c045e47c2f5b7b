"""The conceptual framework: what the theory had, what the data made of it, drawn the same twice."""

import shutil
from pathlib import Path

import pytest

import workbench as wb
from workbench.report.figures import draw
from workbench.report.plots.concept import plot_concept
from workbench.results.concept import ConceptResult


@pytest.fixture(scope="module")
def framework(repository: Path) -> ConceptResult:
    return wb.conceptual_framework(wb.load_corpus(repository / "data" / "demo" / "interviews"))


def test_links_agree_with_the_theory_against_data(
    framework: ConceptResult, repository: Path
) -> None:
    theory = wb.theory_against_data(wb.load_corpus(repository / "data" / "demo" / "interviews"))
    verdicts = theory.table.set_index("theory")["verdict"]
    table = framework.table
    alone = table.groupby("theory").filter(lambda rows: len(rows) == 1)
    alone = alone[alone["theory"] != ""]
    assert len(alone) >= 6
    assert dict(zip(alone["theory"], alone["verdict"], strict=True)) == {
        name: verdicts[name] for name in alone["theory"]
    }
    new = set(table.loc[table["theory"] == "", "theme"])
    assert new == set(verdicts[verdicts == "new"].index)


def test_a_theme_from_the_material_is_not_in_the_framework_before(
    framework: ConceptResult,
) -> None:
    svg = draw(plot_concept, framework, "f", title="t 1", language="en")["wide"]
    origins = framework.table.set_index("theme")["origin"]
    assert origins["agare"] == "inductive"
    assert svg.count("agare") == 1, "after the data only"
    assert svg.count(">legitimering<") == 2, "before and after"
    assert "+ agare" in svg


def test_the_same_corpus_gives_the_same_drawing_in_any_order_of_files(
    repository: Path, tmp_path: Path
) -> None:
    source = repository / "data" / "demo" / "interviews"
    shutil.copytree(source, tmp_path / "copy")
    for log in sorted((tmp_path / "copy" / "coding").glob("*.jsonl")):
        lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
        log.write_text("".join(reversed(lines)), encoding="utf-8")
    drawn = [
        draw(plot_concept, wb.conceptual_framework(wb.load_corpus(place)), "f", title="t 1",
             language="sv")
        for place in (source, tmp_path / "copy")
    ]  # fmt: skip
    assert drawn[0] == drawn[1]
    assert set(drawn[0]) == {"wide", "narrow"}


def test_a_claim_and_a_verdict_are_told_without_colour(framework: ConceptResult) -> None:
    svg = draw(plot_concept, framework, "f", title="t 1", language="en")["narrow"]
    assert svg.count("✓") == framework.count("confirmed")
    assert svg.count("≈") == framework.count("mixed") == 1
    assert svg.count("stroke-dasharray") >= framework.count("without_data")
