"""A reader finds on the page, and nowhere else, what ten questions per notebook ask for."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from workbench.report.demo import DEMOS

QUESTIONS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "questions.toml").read_text(encoding="utf-8")
)
WITHOUT_A_READER = {"40_coding"}
"""The desk: a place to work, whose page is its twin."""
MADE = {demo.notebook for demo in DEMOS}
CASES = [
    (notebook, language, asked)
    for notebook, table in QUESTIONS.items()
    if notebook in MADE
    for language in ("sv", "en")
    for asked in table["ask"]
]


def test_every_notebook_with_a_reader_has_ten_questions(repository: Path) -> None:
    notebooks = {path.stem for path in (repository / "notebooks").glob("*.ipynb")}
    for notebook in sorted(notebooks - WITHOUT_A_READER):
        assert notebook in QUESTIONS, f"{notebook}: write its questions into questions.toml"
        asked = [entry["question"] for entry in QUESTIONS[notebook]["ask"]]
        assert len(asked) == len(set(asked)) == 10, notebook


def _answers(page: str, where: str) -> str:
    found = BeautifulSoup(page, "html.parser").select(where)
    return " ".join(" ".join(place.get_text(" ").split()) for place in found)


@pytest.mark.parametrize(
    ("notebook", "language", "asked"), CASES, ids=lambda value: str(value)[:40]
)
def test_the_answer_stands_where_the_table_says(
    demo_folders: dict[str, Path], notebook: str, language: str, asked: dict[str, Any]
) -> None:
    folder = demo_folders[f"{notebook}/{QUESTIONS[notebook]['study']}/{language}"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    text = re.sub(r"\s+([.,;:)])", r"\1", _answers(page, asked["where"]).replace("( ", "("))
    assert re.search(asked["says"][language], text), f"{asked['question']} {text[:300]}"
