"""Every key that the help lists does what it says, on a plain page and with nothing but keys."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from plain_desk import PlainDesk
from playwright.sync_api import Page
from studies import long_interview, make_study

from workbench.coding.acts import Span
from workbench.coding.desk.session import DeskSession
from workbench.coding.documents import DocumentFile

pytestmark = pytest.mark.browser

NAMES = {"←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown", "Esc": "Escape",
         "−": "-", "Ctrl+Z": "Control+z", "Ctrl+Y": "Control+y", "1–9": "1",
         "1–6": "4"}  # fmt: skip
AT = "[d.cursor.block, d.cursor.start, d.cursor.end]"
MARKED = "d.cursor.quote"
CHOSEN = "d.cursor.act"
DIALOG = "d.dialog ? d.overlay.querySelector('h2').textContent : ''"
CODED = "d.transcript.codings.size"
FOCUS = "[...d.root.querySelectorAll('*')].indexOf(document.activeElement)"


class Keys:
    """Press the keys of the help one by one, and remember which."""

    def __init__(self, desk: PlainDesk) -> None:
        self.desk = desk
        self.pressed: set[str] = set()

    def do(self, key: str, changes: str, *, then: str | None = None) -> Any:
        """Press a key of the help; what it changes must be different; return it."""
        before = self.desk.desk(changes)
        self.desk.press(NAMES.get(key, key))
        self.pressed.add(key)
        after = self.desk.desk(changes)
        assert after != before, (key, changes, after)
        if then is not None:
            self.desk.press(then)
        return after

    def of_coding(self, field: str) -> str:
        """Return an expression for what the chosen coding says."""
        return f"d.transcript.codings.get(d.cursor.act)?.{field}"


@pytest.fixture
def keys(page: Page, tmp_path: Path) -> Keys:
    """Return a desk with two documents, two coders who differ, and a code that changed."""
    other = long_interview(8, 4_000, seed=2)
    corpus = make_study(
        tmp_path,
        long_interview(60, 30_000),
        DocumentFile(id="R2", text=other.text, parts=other.parts),
    )
    for number, part in enumerate(corpus.file("R1").parts[1:44:2]):
        code = ("vantetid", "bemotande")[number % 2]
        corpus.add(Span("R1", part.start, part.end), code, coder="A")
    for number, part in enumerate(corpus.file("R1").parts[1:10:2]):
        code = ("ager_arendet", "upprepa_sig")[number % 2]
        corpus.add(Span("R1", part.start, part.end), code, coder="B")
    corpus.define("vantetid", coder="A", definition="Hur lång tid det tog.")
    session = DeskSession(corpus, coder="A", language="en")
    session.pair = ("A", "B")
    desk = PlainDesk(page, session).open()
    desk.press("Escape")  # from comparing to coding
    return Keys(desk)


def _moving(keys: Keys) -> None:
    for key in ("j", "k", "J", "K", "↓", "↑", "→", "←", "Tab", "Shift+Tab", "End", "Home"):
        if key in ("k", "↓"):
            keys.desk.press("j", "j")
        keys.do(key, AT)
    keys.do("n", CHOSEN)
    keys.desk.press("n")
    keys.do("N", CHOSEN)
    for key in ("f", "F", "o"):
        assert keys.do(key, DIALOG, then="Escape")
    assert keys.do(">", "d.view.document") == "R2"
    assert keys.do("<", "d.view.document") == "R1"
    for _ in range(3):
        keys.do("p", FOCUS)


def _marking(keys: Keys) -> None:
    keys.desk.press("Home", "j")
    for key in ("s", "w", "W", "s", "S"):
        keys.do(key, MARKED)
    keys.do(".", "d.cursor.held", then=".")
    keys.desk.press("Escape", "n")
    keys.do("e", "d.cursor.edge")
    keys.do("←", MARKED)
    keys.do("→", MARKED)
    keys.do("←", MARKED)
    keys.do("Enter", "d.transcript.codings.get(d.cursor.act).end")
    keys.do("Esc", CHOSEN)


def _coding(keys: Keys, write: Callable[[str], None]) -> None:
    assert keys.do("c", DIALOG, then="Escape")
    keys.do("/", DIALOG)
    write("Bemöt")
    keys.desk.press("Enter")
    keys.desk.press("k", "s")
    keys.do("1–9", CODED)
    keys.desk.press("k", "w")
    keys.do("i", "d.codeRows.length")
    keys.do("C", DIALOG)
    write("Vänte")
    keys.desk.press("Enter")
    assert keys.desk.desk(keys.of_coding("code")) == "vantetid"
    keys.do("Delete", CODED)
    assert keys.do("X", "d.transcript.suggestions.length") >= 2
    keys.do("x", CODED)
    keys.do("z", DIALOG)
    write("handlar om annat")
    left = keys.desk.desk("d.transcript.suggestions.length")
    keys.desk.press("Enter")
    assert keys.desk.desk("d.transcript.suggestions.length") == left - 1


def _describing(keys: Keys, write: Callable[[str], None]) -> None:
    keys.desk.press("Home", "j", "s", "1")
    assert keys.do("+", keys.of_coding("polarity")) == "success"
    assert keys.do("−", keys.of_coding("polarity")) == "both"
    assert keys.do("v", keys.of_coding("weight")) == 1
    assert keys.do("l", keys.of_coding("relevance")) == "relevant"
    assert keys.do("a", keys.of_coding("stance")) == "denies"
    keys.do("m", FOCUS)
    write("en undran")
    keys.desk.press("Escape")
    assert keys.desk.desk(keys.of_coding("memo")) == "en undran"
    keys.do("M", DIALOG)
    write("om samtalet")
    keys.desk.press("Control+Enter")
    assert keys.desk.desk("d.view.note") == "om samtalet"
    keys.do("t", DIALOG, then="Escape")
    keys.desk.desk("d.tree.choose('vantetid')")
    keys.do("g", DIALOG, then="Escape")
    keys.do("E", DIALOG, then="Escape")


def _with_others(keys: Keys) -> None:
    keys.desk.press("Home", "j", "s", "1")
    for key in ("u", "r", "Ctrl+Z", "Ctrl+Y"):
        keys.do(key, CODED)
    keys.do("y", "d.status.live.textContent")
    assert keys.do("b", "d.blind") is True
    keys.desk.press("b")
    keys.do("d", "d.compare.on")
    keys.desk.press("d")
    keys.do("D", "d.compare.place")
    keys.do("1–6", DIALOG, then="Escape")
    keys.do("?", DIALOG, then="Escape")


def test_every_key_of_the_help_does_what_it_says(keys: Keys) -> None:
    write = keys.desk.page.keyboard.type
    _moving(keys)
    _marking(keys)
    _coding(keys, write)
    _describing(keys, write)
    _with_others(keys)
    listed = keys.desk.desk("d.keys.filter((one) => one.text).flatMap((one) => one.shown)")
    assert sorted(set(listed) - keys.pressed) == []
    assert keys.desk.errors == []


def test_the_help_lists_every_key_and_has_its_words(keys: Keys) -> None:
    keys.desk.press("?")
    shown = set(keys.desk.page.locator(".wbd-kg kbd").all_inner_texts())
    words = keys.desk.page.locator(".wbd-kg dd").all_inner_texts()
    assert shown == set(keys.desk.desk("d.keys.flatMap((one) => one.shown)"))
    assert all(len(one.split()) > 1 or one in ("undo", "do again") for one in words), words
