"""Themes with quotes, and quotes in their place: every word as it stands, every link whole."""

import re
from html import unescape
from typing import Any

import pytest

from workbench.report.around import Around
from workbench.report.theme_pieces import OWN_TABLES, quotes_in_place_html, themes_html

ATTACK = '<script>alert("å")</script>'
ACT = "01KT16ME70FW0EMJJ458Z8AHKM"
THEME: dict[str, Any] = {
    "theme_no": 1,
    "theme": "wait",
    "segment": "Start",
    "questions": "F1, F2",
    "polarity": "barrier",
    "n_respondents": 3,
    "n_denying": 0,
    "n_with_answers": 5,
    "respondents": "R1, R2, R3",
    "n_without_quote": 0,
    "motivation": "Nobody says how long.",
}
QUOTE: dict[str, Any] = {
    "theme_no": 1,
    "theme": "wait",
    "quote_no": 7,
    "respondent": "R1",
    "role": "kund",
    "question": "F1",
    "question_text": "How long?",
    "quote": "tre veckor",
    "before": "Det tog ",
    "after": ".",
    "polarity": "barrier",
    "stance": "affirms",
    "document": "R1",
    "act": ACT,
}


def table(*rows: dict[str, Any]) -> dict[str, Any]:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    caption = {"sv": "Rubrik", "en": "Caption"}
    values = [[row.get(name) for name in columns] for row in rows]
    return {"columns": columns, "rows": values, "caption": caption, "key": []}


def around(language: str = "en", **more: Any) -> Around:
    given = {"labels": {"wait": "Waiting"}, "pages": (), "kinds": ("quotes_in_place",)}
    return Around(language=language, **{**given, **more})


def themes(
    *rows: dict[str, Any], quotes: tuple[dict[str, Any], ...] = (QUOTE,), **more: Any
) -> str:
    payload = {"id": "x", "tables": {"themes": table(*rows), "quotes": table(*quotes)}}
    return str(themes_html(payload, around(**more)))


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_theme_has_its_place_people_motivation_and_quotes() -> None:
    said = words(themes(THEME))
    assert "Start F1–F2 1 Waiting ▼ hinders 3 of 5 R1 R2 R3 Nobody says how long." in said
    assert "hinders: ▼ tre veckor R1, kund, F1, quote 7 in its place" in said
    assert "3 av 5" in words(themes(THEME, language="sv"))


def test_themes_of_one_segment_share_its_cell() -> None:
    other = {**THEME, "theme_no": 2, "theme": "start"}
    html = themes(THEME, other, {**other, "theme_no": 3, "segment": "End"})
    assert html.count("<tbody") == 2
    assert 'rowspan="2"' in html
    assert html.count('rowspan="1"') == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n_denying": 2}, "of them 2 say it is not so"),
        ({"n_without_quote": 4}, "4 codings without a quote"),
        ({"share": 0.2, "ci_low": 0.1, "ci_high": 0.35}, "20% (10% to 35%)"),
        ({"motivation": ""}, "–"),
        ({"polarity": "success"}, "▲ helps"),
        ({"polarity": "both"}, "◆ both"),
        ({"segment": None, "questions": ""}, "–"),
    ],
)
def test_what_is_known_of_a_theme_is_said(change: dict[str, Any], said: str) -> None:
    assert said in words(themes({**THEME, **change}, quotes=()))


def test_of_many_people_only_the_number_is_said() -> None:
    few = ", ".join(f"R{n}" for n in range(1, 25))
    assert "R24" in words(themes({**THEME, "respondents": few}))
    many = ", ".join(f"R{n}" for n in range(1, 26))
    assert "R25" not in words(themes({**THEME, "respondents": many}))


def test_where_only_one_question_was_put_it_is_said_once() -> None:
    row = {**THEME, "questions": "why", "segment": "Why that score?"}
    quote = {**QUOTE, "question": "why", "question_text": "why"}
    said = words(themes(row, quotes=(quote,)))
    assert "why" not in said
    assert "Why that score? 1 Waiting" in said
    assert words(themes({**row, "segment": "why"}, quotes=(quote,))).count("why") == 1
    place = quotes_in_place_html({"tables": {"table": table(quote)}}, around())
    assert "why" not in words(str(place))


def test_a_denial_says_so_in_words_and_bears_no_sign() -> None:
    said = words(themes(THEME, quotes=({**QUOTE, "stance": "denies"},)))
    assert "Says the opposite. tre veckor" in said
    assert "▼ tre veckor" not in said


def test_quotes_lead_to_their_place_their_talk_or_nowhere() -> None:
    assert 'href="#quote-7"' in themes(THEME)
    assert "href" not in themes(THEME, kinds=())
    led = themes(THEME, kinds=(), pages=["transcripts/R1.html"])
    assert f'href="transcripts/R1.html#act-{ACT}"' in led


def test_nobody_is_named_where_the_table_names_nobody() -> None:
    html = themes({**THEME, "respondents": ""}, quotes=({**QUOTE, "respondent": None},))
    assert "R1" not in words(html)


def test_texts_never_become_markup() -> None:
    hostile = {**THEME, "segment": ATTACK, "motivation": ATTACK, "respondents": ATTACK}
    quote = {**QUOTE, "quote": ATTACK, "role": ATTACK, "question": ATTACK, "before": ATTACK}
    html = themes(hostile, quotes=(quote,), labels={"wait": ATTACK})
    html += str(quotes_in_place_html({"tables": {"table": table(quote)}}, around()))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 8


def test_a_quote_in_its_place_is_marked_and_leads_back() -> None:
    other = {**QUOTE, "quote_no": 8, "question": "F2"}
    payload = {"tables": {"table": table(QUOTE, other)}}
    pages = ["transcripts/R1.html"]
    html = str(quotes_in_place_html(payload, around(kinds=("theme_table",), pages=pages)))
    assert "Det tog <mark>tre veckor</mark>." in html
    assert 'id="quote-7"' in html
    assert 'href="#said-7"' in html
    assert f'href="transcripts/R1.html#act-{ACT}"' in html
    assert words(html).startswith("Quote 7 · R1 · F1 How long? · theme 1 · the whole talk")
    assert "Quote 8 · R1 · F2 How long?" in words(html)
    alone = str(quotes_in_place_html(payload, around(kinds=())))
    assert 'href="#answer"' in alone
    assert "the whole talk" not in alone


def test_the_tables_drawn_in_a_way_of_their_own_are_known_by_kind() -> None:
    kinds = {kind for kind, _ in OWN_TABLES}
    assert {"framework", "theme_table", "who", "quotes_in_place"} <= kinds
