"""Texts exist in both languages, with the same numbers."""

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
            names = [sorted(re.findall(r"{(\w+)", text)) for text in (message.id, message.string)]
            assert names[0] == names[1], message.id


def test_a_text_has_one_translation_whichever_catalogue_answers() -> None:
    found: dict[str, dict[str, str]] = {}
    for room in messages.rooms():
        for message in messages.updated(room):
            if message.id:
                found.setdefault(message.id, {})[room] = message.string
    assert {text: by for text, by in found.items() if len(set(by.values())) > 1} == {}


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
