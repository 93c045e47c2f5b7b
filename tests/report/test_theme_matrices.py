"""Two matrices say in words what their figure says in signs."""

import re
from html import unescape
from typing import Any

import pytest

from workbench.report.around import Around
from workbench.report.theme_matrices import framework_html, who_html

ATTACK = "<img src=x onerror=alert(1)>"


def payload(*rows: dict[str, Any]) -> dict[str, Any]:
    columns = list(rows[0])
    return {
        "id": "who",
        "tables": {
            "table": {
                "columns": columns,
                "rows": [[row[name] for name in columns] for row in rows],
                "caption": {"sv": "Vem säger vad", "en": "Who says what"},
            }
        },
    }


def cell(theme: str, name: str, state: str, n: int = 0) -> dict[str, Any]:
    return {"theme": theme, "respondent": name, "state": state, "n_answers": n}


def summary(case: str, text: str, n: int, passages: int, theme: str = "wait") -> dict[str, Any]:
    found = {"theme": theme, "case": case, "summary": text}
    return {**found, "n_references": n, "n_passages": passages}


def around(language: str = "en") -> Around:
    return Around(language=language, labels={"wait": "Waiting"}, pages=(), kinds=())


def rows_of(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[unescape(text) for text in row] for row in cells]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["2", "○ not mentioned", "– not asked"]),
        ("sv", ["2", "○ nämns ej", "– ej ställd"]),
    ],
)
def test_each_state_of_a_cell_is_a_word_of_its_own(language: str, words: list[str]) -> None:
    states = ["present", "absent", "not_asked", "answered_elsewhere", "not_understood", "no_text"]
    cells = [cell("wait", f"R{n}", state, 2) for n, state in enumerate(states)]
    found = rows_of(str(who_html(payload(*cells), around(language))))
    assert found[0][1:] == [f"R{n}" for n in range(6)]
    assert found[1][0] == "Waiting"
    said = [text.casefold() for text in found[1][1:]]
    assert len(set(said)) == 6
    assert said[:3] == words


def test_a_cell_that_is_not_there_is_a_dash() -> None:
    cells = [cell("wait", "R1", "present", 1), cell("start", "R2", "present", 1)]
    found = rows_of(str(who_html(payload(*cells), around())))
    assert found[1] == ["Waiting", "1", "–"]
    assert found[2] == ["start", "–", "1"]


def test_a_summary_says_how_many_passages_it_rests_on() -> None:
    cells = [
        summary("home", "They waited.", 2, 3),
        summary("shop", "", 0, 4),
        summary("farm", "", 0, 0),
    ]
    found = rows_of(str(framework_html(payload(*cells), around())))
    assert found[1] == ["Waiting", "They waited. (2 of 3 passages)", "4 passages", "–"]


def test_a_wide_matrix_scrolls_by_key_and_is_named() -> None:
    html = str(who_html(payload(cell("wait", "R1", "present", 1)), around("sv")))
    assert 'tabindex="0"' in html
    assert 'aria-label="Vem säger vad (who)"' in html
    assert "<caption>Vem säger vad</caption>" in html


def test_texts_never_become_markup() -> None:
    html = str(who_html(payload(cell(ATTACK, ATTACK, "present", 1)), around()))
    html += str(framework_html(payload(summary(ATTACK, ATTACK, 1, 1, ATTACK)), around()))
    assert "<img" not in html
    assert html.count("&lt;img") == 5
