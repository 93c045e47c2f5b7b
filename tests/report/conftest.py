"""A small study, notebooks made on the spot, and a run with hostile names in every form."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from workbench.report.exports.package import FORMATS, export_run
from workbench.report.run import run_languages

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


HOSTILE = "=cmd|' /C calc'!A0<script>x()</script>"
ACTION = """
[[actions]]
text = "Ask =1+1"
kind = "find_out"
evidence = "90_trial / nps / table / segment=all / estimate"
"""
BRAND = """
[brand]
accent = "#7a1f5c"
colours = { Norge = "#005a9c" }
logo = "logo.svg"
logo_text = { sv = "Banken", en = "The Bank" }
"""
LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 20">
<rect width="20" height="20" rx="4" fill="#7a1f5c"/></svg>"""
SHOWN = (
    "import workbench as wb\n"
    "study = wb.load_study(study)\n"
    "complete = study.survey()\n"
    "kept = {'floor': floor, 'protect': wb.report_pattern(study, complete, floor=floor)}\n"
    "wave = study.resolve_wave(wave)\n"
    "now = complete[complete['wave'] == wave]\n"
    "wb.show(wb.nps(complete, 'q1', by='wave', **kept), id='nps_by_wave', where={'market': ''})\n"
    "wb.show(wb.nps(now, 'q1', by='market', **kept), id='nps_by_market', where={'wave': wave})",
    "from workbench.language import Message as M\n"
    "from workbench.results.report import Answer, KeyFigure, Statements\n"
    f"hostile = M('{{t}}', t={HOSTILE!r} + chr(0x202e) + chr(7))\n"
    "figure = KeyFigure(label=M('NPS'), value=M('{v:points}', v=-3.25))\n"
    "wb.show(Answer(title=hostile, happened=M('**Much** happened.'), real=M('R'), now=M('N'),\n"
    "    unsaid=M('U'), figures=(figure,)))\n"
    "wb.show(Statements(role='unsaid', items=(hostile,)))",
    "wb.show(wb.provenance(study))",
)


def _write_waves(folder: Path, markets: list[str]) -> None:
    """Write two waves with a customer per market given; a market may be named any way."""
    (folder / "waves").mkdir(parents=True)
    for wave, shift in (("w1", 0), ("w2", 1)):
        with (folder / "waves" / f"{wave}.csv").open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream, lineterminator="\n")
            rows.writerow(["id", "market", "q1", "comment"])
            for number, market in enumerate(markets):
                rows.writerow([f"r{number}", market, (number * 7 + shift) % 11, "ok"])


@pytest.fixture
def small_study(tmp_path: Path) -> Path:
    """Write a study of two waves and three markets, one of them below the floor."""
    folder = tmp_path / "study"
    _write_waves(folder, ["SE"] * 30 + ["NO"] * 26 + ["DK"] * 4)
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Run a branded study with hostile names in both languages; language -> run folder."""
    home = tmp_path_factory.mktemp("exports")
    _write_waves(home / "study", [HOSTILE] * 30 + ["Norge"] * 26 + ["DK"] * 4 + ["FI"] * 9)
    for name, text in {
        "study.toml": STUDY + BRAND,
        "actions.toml": ACTION,
        "logo.svg": LOGO,
    }.items():
        (home / "study" / name).write_text(text, encoding="utf-8")
    nbformat.write(notebook_of("# Q", *SHOWN), home / "90_trial.ipynb")
    made = run_languages(home / "90_trial.ipynb", home / "study", language="both", out=home / "out")
    return {run.language: run.folder for run in made}


@pytest.fixture(scope="session")
def exported(runs: dict[str, Path]) -> dict[str, Path]:
    """Export both runs in every format; language -> folder."""
    found = {}
    for language, folder in runs.items():
        written = export_run(folder)
        assert {path.suffix.lstrip(".") for path in written} == set(FORMATS)
        found[language] = folder.parent / f"{language}-export"
    return found


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
