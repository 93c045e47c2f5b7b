"""A small study with hostile texts, notebooks made on the spot, and runs of them."""

import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = """study: str = "."  # folder with study.toml
language: str = "en"  # sv or en
wave: str = "latest"  # round of fieldwork
market: str = ""  # one market; "" for all
segment: str = ""  # what splits the respondents
confidence: float = 0.95  # level of every interval
seed: int = 0  # seed
floor: int = 7  # fewest answers shown"""

STUDY = """
[study]
id = "small"
title = { sv = "Liten studie", en = "Small study" }
question = "How satisfied?"
decision = "What to mend"
owner = "Insight team"
language = "en"

[survey]
files = [{ path = "waves/*.csv", wave_from = "name" }]
respondent = "id"
[survey.items.q1]
scale = [0, 10]
[survey.outcomes]
nps = { item = "q1", scale = [0, 10] }
[survey.segments]
market = "market"
[survey.open_answers]
why = { item = "comment", about = "nps" }
[survey.waves.w1]
label = { sv = "omgång ett", en = "round one" }
closed = 2026-01-31
[survey.waves.w2]
label = { sv = "omgång två", en = "round two" }
closed = 2026-02-28
invited = 200
"""

MakeNotebook = Callable[..., Path]


@pytest.fixture
def small_study(tmp_path: Path) -> Path:
    """Write a study of two waves and three markets, one of them below the floor."""
    folder = tmp_path / "study"
    (folder / "waves").mkdir(parents=True)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    for wave, shift in (("w1", 0), ("w2", 1)):
        rows = ["id,market,q1,comment"]
        for number in range(60):
            market = "SE" if number < 30 else "NO" if number < 56 else "DK"
            rows.append(f"r{number},{market},{max((number * 7 + shift) % 11, 0)},ok")
        (folder / "waves" / f"{wave}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def make_notebook(tmp_path: Path) -> MakeNotebook:
    """Return a function that writes a notebook: texts are code, texts with a leading # markdown."""

    def make(*cells: str, name: str = "90_trial", parameters: str = PARAMETERS) -> Path:
        path = tmp_path / f"{name}.ipynb"
        nbformat.write(notebook_of(*cells, parameters=parameters), path)
        return path

    return make


def notebook_of(*cells: str, parameters: str = PARAMETERS) -> NotebookNode:
    first = new_code_cell(parameters)
    first.metadata["tags"] = ["parameters"]
    made = [new_markdown_cell(cell) if cell.startswith("#") else new_code_cell(cell)
            for cell in cells]  # fmt: skip
    notebook = new_notebook(cells=[first, *made])
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


@pytest.fixture
def executed() -> Callable[..., NotebookNode]:
    """Return a function that makes a notebook whose cells hold given outputs."""

    def make(*outputs: dict[str, object], heading: str = "## Section") -> NotebookNode:
        notebook = notebook_of("# Question?", heading)
        for number, data in enumerate(outputs, 1):
            cell = new_code_cell(f"show({number})", execution_count=number)
            cell.outputs = [nbformat.v4.new_output("display_data", json.loads(json.dumps(data)))]
            notebook.cells.append(cell)
        return notebook

    return make
