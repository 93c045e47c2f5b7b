"""Write a study of forty answers, a notebook that is quick to run, and a plan for both."""

import json
from pathlib import Path
from typing import Any

import nbformat

STUDY = """
[study]
id = "small"
title = { sv = "Liten", en = "Small" }
question = "Would they recommend us?"
decision = "Whether to go on"
owner = "Insight"
language = "en"

[survey]
files = [{ path = "waves/*.csv", wave_from = "name" }]
respondent = "id"
[survey.items.recommend]
scale = [0, 10]
[survey.outcomes]
nps = { item = "recommend", scale = [0, 10] }
[survey.segments]
market = "market"
[survey.waves."2026-01"]
closed = 2026-01-31
[survey.waves."2026-02"]
closed = 2026-02-28
"""

PARAMETERS = """
study: str = "study"  # folder with study.toml
language: str = "en"  # language of figures and tables
wave: str = "latest"  # round of fieldwork
market: str = ""  # one market only; "" for all
confidence: float = 0.95  # level of every interval, 0-1
seed: int = 0  # seed of everything random
floor: int = 7  # groups with fewer answers are not shown
""".strip()

CELLS = [
    "import workbench as wb\nstudy = wb.load_study(study)\nanswers = study.survey()",
    "answers = answers[answers['market'] == market] if market else answers\n"
    "now = answers[answers['wave'] == study.resolve_wave(wave)]",
    "wb.show(wb.nps(now, 'recommend', confidence=confidence, floor=floor), id='nps')",
    "wb.show(wb.provenance(study))",
]


def write_small_study(folder: Path) -> Path:
    study = folder / "study"
    (study / "waves").mkdir(parents=True)
    (study / "study.toml").write_text(STUDY, encoding="utf-8")
    for number, wave in enumerate(("2026-01", "2026-02")):
        rows = [
            f"{wave}-{i},{'SE' if i % 2 else 'NO'},{(i * 7 + number) % 11}\n" for i in range(40)
        ]
        text = "id,market,recommend\n" + "".join(rows)
        (study / "waves" / f"{wave}.csv").write_text(text, encoding="utf-8")
    return study


def write_small_notebook(folder: Path, *further: str) -> Path:
    parameters = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    cells = [nbformat.v4.new_code_cell(text) for text in (*CELLS[:-1], *further, CELLS[-1])]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Would they recommend us?"), parameters, *cells]
    )
    path = folder / "10_small.ipynb"
    nbformat.write(notebook, path)
    return path


def write_plan(folder: Path, **parameters: Any) -> Path:
    path = folder / "plan.toml"
    chosen = ", ".join(f"{name} = {json.dumps(value)}" for name, value in parameters.items())
    path.write_text(
        f'study = "study"\nout = {json.dumps(str(folder / "reports"))}\n'
        f"[[runs]]\nnotebook = {json.dumps(str(folder / '10_small.ipynb'))}\n"
        f"parameters = {{ {chosen} }}\n",
        encoding="utf-8",
    )
    return path
