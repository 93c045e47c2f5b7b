"""Examples in the guide to text run, and its figures are those that were measured."""

import doctest
import json
from pathlib import Path


def test_examples_of_the_guide_run(repository: Path) -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    found = doctest.testfile(
        str(repository / "docs" / "text.md"),
        module_relative=False,
        optionflags=flags,
        encoding="utf-8",
    )
    assert found.attempted >= 6
    assert found.failed == 0


def test_figures_of_the_guide_are_the_measured_ones(repository: Path) -> None:
    path = repository / "benchmarks" / "results" / "text_redaction.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    rows = {(r["half"], r["least"], r["group"]): r for r in stored["rows"]}
    guide = (repository / "docs" / "text.md").read_text(encoding="utf-8")
    for group in ("identifiers", "names"):
        row = rows["test", 0.5, group]
        assert f"{row['found']} of {row['marked']}" in guide
    assert f"of {row['findings']} findings {row['right']} were right" in guide
