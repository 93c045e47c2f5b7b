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


def test_no_pattern_is_so_short_that_any_page_holds_it() -> None:
    for notebook, table in QUESTIONS.items():
        for entry in table["ask"]:
            for language, pattern in entry["says"].items():
                letters = min(len(re.sub(r"\W|\.\*", "", one)) for one in pattern.split("|"))
                assert letters >= 4, (notebook, entry["question"], language)


@pytest.mark.parametrize("notebook", sorted(MADE & set(QUESTIONS)))
def test_not_every_page_holds_the_answer(demo_folders: dict[str, Path], notebook: str) -> None:
    others = sorted((MADE & set(QUESTIONS)) - {notebook})
    pages = {
        other: (demo_folders[f"{other}/{QUESTIONS[other]['study']}/en"] / "report.html").read_text(
            encoding="utf-8"
        )
        for other in others
    }
    for entry in QUESTIONS[notebook]["ask"]:
        answered = [
            other
            for other, page in pages.items()
            if re.search(entry["says"]["en"], _answers(page, entry["where"]))
        ]
        assert len(answered) < len(others), entry["question"]


def _answers(page: str, where: str) -> str:
    found = BeautifulSoup(page, "html.parser").select(where)
    text = " ".join(" ".join(place.get_text(" ").split()) for place in found)
    return re.sub(r"\s+([.,;:)])", r"\1", text.replace("( ", "("))


@pytest.mark.parametrize(
    ("notebook", "language", "asked"), CASES, ids=lambda value: str(value)[:40]
)
def test_the_answer_stands_where_the_table_says(
    demo_folders: dict[str, Path], notebook: str, language: str, asked: dict[str, Any]
) -> None:
    folder = demo_folders[f"{notebook}/{QUESTIONS[notebook]['study']}/{language}"]
    page = (folder / "report.html").read_text(encoding="utf-8")
    text = _answers(page, asked["where"])
    assert re.search(asked["says"][language], text), f"{asked['question']} {text[:300]}"
