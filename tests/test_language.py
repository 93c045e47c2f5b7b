"""Texts exist in both languages, with the same numbers."""

import ast
import datetime as dt
import re
import sys
from pathlib import Path

import pytest

from workbench import language
from workbench.language import Message, format_number, format_p_value, translate

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
import messages  # noqa: E402


@pytest.mark.parametrize("room", messages.rooms())
def test_every_text_is_translated_and_compiled(room: str) -> None:
    assert messages.problems(room) == []


@pytest.mark.parametrize("room", messages.rooms())
def test_translations_keep_the_placeholders(room: str) -> None:
    for message in messages.updated(room):
        if message.id:
            ours, theirs = messages.forms(message.id), messages.forms(message.string)
            names = [
                [sorted(re.findall(r"{(\w+)", form)) for form in text] for text in (ours, theirs)
            ]
            assert names[0] == names[1], message.id


def test_a_text_has_one_translation_whichever_catalogue_answers() -> None:
    found: dict[str, dict[str, str]] = {}
    for room in messages.rooms():
        for message in messages.updated(room):
            if message.id:
                found.setdefault(message.id, {})[room] = message.string
    assert {text: by for text, by in found.items() if len(set(by.values())) > 1} == {}


@pytest.mark.parametrize("room", messages.rooms())
def test_no_text_leaves_its_ending_to_the_reader(room: str) -> None:
    ending = re.compile(r"\w\((?:s|es|n|en|ar|er|or|a|e|t)\)")
    for message in messages.updated(room):
        for form in (*messages.forms(message.id), *messages.forms(message.string)):
            assert not ending.search(form), form


def test_a_text_that_counts_has_a_form_for_one_and_one_for_more() -> None:
    row = Message("{n:integer} item with a scale", "{n:integer} items with a scale", n=1)
    assert row.both() == {"sv": "1 fråga med skala", "en": "1 item with a scale"}
    assert row.with_values(n=2).both() == {"sv": "2 frågor med skala", "en": "2 items with a scale"}
    for n in (0, 1.5, None, float("nan")):
        assert row.with_values(n=n).render("sv").endswith("frågor med skala")


def test_a_text_that_counts_is_collected_with_both_its_forms() -> None:
    source = 'Message("{n} row", "{n} rows", n=2); Message("one"); translate("two", "sv")'
    assert list(messages.calls_with_a_text(ast.parse(source))) == [
        ("{n} row", "{n} rows"),
        "one",
        "two",
    ]


def test_a_text_that_counts_names_its_count_and_stands_in_one_form_only() -> None:
    assert messages.faults_of_counts({("{n} row", "{n} rows"), "a row"}) == []
    assert len(messages.faults_of_counts({("{k} row", "{k} rows")})) == 1
    assert len(messages.faults_of_counts({("{n} row", "{n} rows"), "{n} row"})) == 1
    assert len(messages.faults_of_counts({("{n} row", "{n} rows"), ("{n} row", "{n} lines")})) == 1


def test_numbers_follow_the_language() -> None:
    assert format_number(-1234.5, "sv") == "−1\u00a0234,5"
    assert format_number(-1234.5, "en") == "−1,234.5"
    assert format_number(None, "sv") == "–"
    assert format_number(float("nan"), "sv") == "–"


def test_a_number_that_rounds_to_zero_has_no_sign() -> None:
    assert format_number(-0.01, "en", signed=True) == "0.0"


def test_small_p_values_are_never_zero() -> None:
    assert format_p_value(1e-9, "sv") == "< 0,001"


def test_a_message_holds_other_messages_labels_and_lists() -> None:
    text = Message("{what}: {days:date}", what=Message("and"), days=[dt.date(2026, 1, 2)] * 2)
    assert text.render("sv") == "och: 2 januari 2026 och 2 januari 2026"
    assert Message("{a}", a={"sv": "å", "en": "a"}).both() == {"sv": "å", "en": "a"}


def test_an_unknown_text_stays_as_it_is() -> None:
    assert translate("no such text", "sv") == "no such text"
    assert translate("", "sv") == ""
    assert language.joined([], "sv") == ""


def test_a_count_that_begins_a_heading_is_a_word_up_to_twelve() -> None:
    text = Message("{n:Words} drivers clearly lie in Prioritise", n=4)
    assert text.render("en").startswith("Four drivers")
    assert Message("{n:Words}", n=12).render("sv") == "Tolv"
    assert Message("{n:Words}", n=13).render("sv") == "13"
