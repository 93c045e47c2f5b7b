"""The desk in JupyterLab and Chromium, by keyboard alone."""

import os
import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe import violations
from lab import DeskPage, Desks, Lab
from studies import long_interview, make_study, place

from workbench.coding.acts import Act, Cell, Span
from workbench.coding.corpus import Corpus
from workbench.coding.sentences import sentence_spans

pytestmark = pytest.mark.browser


def _acts(folder: Path, coder: str) -> list[Act]:
    corpus = Corpus(folder)
    return [act for act in corpus.log.acts if act.coder == coder]


Told = tuple[str, str | None, str | None, Any]
"""What an act says: operation, words, cell or verdict, code, and the value it sets."""


def _told(act: Act) -> Told:
    where = None
    if isinstance(act.target, Span):
        where = act.target.quote
    elif isinstance(act.target, Cell):
        where = f"{act.target.respondent} {act.target.question}"
    values = (act.polarity, act.weight, act.relevance, act.text)
    if act.op == "adjudicate":
        return act.op, act.stance, act.code, act.text
    stance = act.stance if act.stance != "affirms" else None
    return act.op, where, act.code, next((v for v in (*values, stance) if v is not None), None)


class Reading:
    """Press keys at a desk and note what the log must then hold."""

    def __init__(self, desk: DeskPage, corpus: Corpus) -> None:
        self.desk = desk
        self.text = corpus.text("R1")
        self.parts = corpus.file("R1").parts
        self.intended: list[Told] = []

    def sentence(self, turn: int, number: int) -> str:
        part = self.parts[turn]
        words = self.text[part.start : part.end]
        start, end = sentence_spans(words)[number]
        return words[start:end]

    def pick(self, typed: str, code: str, words: str) -> None:
        self.desk.press("c")
        self.desk.write(typed)
        self.desk.press("Enter")
        self.intended.append(("add", words, code, None))


def test_a_whole_interview_is_coded_by_keyboard_and_the_log_is_what_was_meant(
    desks: Desks, tmp_path: Path
) -> None:
    corpus = make_study(tmp_path, long_interview())
    assert len(corpus.text("R1")) > 59_000
    assert len(corpus.parts) == 60
    for part in corpus.file("R1").parts[1:6:2]:  # another coder was here, and saw it otherwise
        corpus.add(Span("R1", part.start, part.end), "bemotande", coder="B")
    desk = desks(tmp_path)
    reading = Reading(desk, corpus)
    codes = ["vantetid", "besked_under_tiden", "ager_arendet", "bemotande", "upprepa_sig"]
    typed = ["vän", "besked", "äg är", "bemöt", "upp sig"]
    for turn in range(1, 60, 2):  # every answer gets a code; the sentence differs
        number = turn // 2 % 4
        desk.press(*["ArrowDown"] * (number + 1))
        words = reading.sentence(turn, number)
        reading.pick(typed[turn // 2 % 5], codes[turn // 2 % 5], words)
        if turn % 3 == 0:
            desk.press("+")
            reading.intended.append(("polarity", None, None, "success"))
        desk.press("j", "j")
    desk.press("Home", "j")
    assert desk.desk("d.view.uncoded.length") == 0

    first = reading.sentence(1, 0)
    desk.press("s", "n")  # the first coding of one's own: a barrier
    if desk.desk("d.transcript.codings.get(d.cursor.act).coder") == "B":
        desk.press("n")
    desk.press("-")
    reading.intended.append(("polarity", None, None, "barrier"))
    desk.press("m")
    desk.write("Jämför R6: ”inom kort” 😀")
    desk.press("Escape")
    reading.intended.append(("memo", None, None, "Jämför R6: ”inom kort” 😀"))
    desk.press("v", "v", "l")
    reading.intended += [("weight", None, None, 1.0), ("weight", None, None, 2.0)]
    reading.intended.append(("relevance", None, None, "relevant"))

    desk.press("Escape", "s", "w", "w", "c")  # an overlap, with a code made on the spot
    desk.write("Tystnaden")
    words = first + _next_words(reading, 1, first, 2)
    desk.press("Enter")
    reading.intended.append(("add", words, "tystnaden", None))
    desk.press("u", "r")
    reading.intended += [("undo", None, None, None), ("redo", None, None, None)]

    desk.press("e", "e", "Shift+ArrowRight", "Enter")  # the start moves by one letter
    reading.intended.append(("move", words[1:], None, None))
    desk.press("a")  # now it denies the code: coded anew, the first taken back
    reading.intended += [("add", words[1:], "tystnaden", "denies"), ("remove", None, None, None)]
    desk.press("u")  # one key press is one step
    reading.intended += [("undo", None, None, None), ("undo", None, None, None)]

    desk.press("J", "j", "w", "i")  # in their own words
    reading.intended.append(("add", "Tur", "tur", None))
    desk.press("1")
    reading.intended.append(("add", "Tur", "tur", None))
    desk.press("Delete")
    reading.intended.append(("remove", None, None, None))

    desk.press("t")  # the state of an answer
    desk.page.keyboard.press("End")
    desk.settle()
    desk.press("Escape")
    reading.intended.append(("state", "R1 F2", None, "no_text"))
    assert [_told(act) for act in _acts(tmp_path, "A")] == reading.intended
    assert desk.desk("d.status.saved.textContent").startswith("✓")
    assert desk.errors == []

    desks(tmp_path, more='.adjudicate("A", "B")')
    for key, reason in (("1", "A läser rätt."), ("4", "Vi läser olika."), ("3", "Båda säger det.")):
        sides = desk.desk("[d.compare.current.a.length, d.compare.current.b.length]")
        assert all(sides), sides
        desk.press(key)
        desk.write(reason)
        desk.press("Enter")
        for side, n in enumerate(sides):
            stance = {"1": ("affirms", "denies")[side], "3": "affirms", "4": None}[key]
            reading.intended += [("adjudicate", stance, None, reason)] * n
    assert [_told(act) for act in _acts(tmp_path, "A")] == reading.intended
    assert desk.errors == []


def _next_words(reading: Reading, turn: int, first: str, n: int) -> str:
    part = reading.parts[turn]
    rest = reading.text[part.start : part.end].split(first, 1)[1]
    return rest[: list(re.finditer(r"\w+", rest))[n - 1].end()]


def test_the_guide_shows_the_demo_talks(
    desks: Desks, lab: Lab, pictures: Callable[..., None], repository: Path
) -> None:
    talks = lab.folder / "interviews"
    shutil.copytree(repository / "data" / "demo" / "interviews", talks)
    n_codings = len(Corpus(talks).excerpts.query("document == 'R3'"))
    desk = desks("interviews", more='.adjudicate("A", "B")')
    pictures(desk.page, "guide-adjudication")
    desk.press("Escape", "o")
    desk.write("R3")
    desk.press("Enter")
    desk.press("J", "J", "J", "J", "J", "n")
    desk.rest()
    pictures(desk.page, "guide-coding")
    assert desk.desk("d.transcript.codings.size") == n_codings > 0
    desk.press("?")
    pictures(desk.page, "guide-keys")
    desk.press("Escape", "s", "c")
    desk.write("be")
    desk.settle()
    pictures(desk.page, "guide-picker")
    desk.press("Escape")
    assert desk.errors == []


def test_a_kernel_killed_in_the_middle_of_an_act_loses_nothing(
    desks: Desks, tmp_path: Path
) -> None:
    make_study(tmp_path, long_interview(8, 4_000))
    more = "\nimport os, pathlib; pathlib.Path({!r}).write_text(str(os.getpid()))\ndesk"
    desk = desks(tmp_path, more=more.format(str(tmp_path / "pid")))
    desk.save()
    desk.press("s", "c")
    desk.write("Väntetid")
    desk.press("Enter")
    pid = int((tmp_path / "pid").read_text())
    os.kill(pid, signal.SIGSTOP)  # the act is under way, and is never answered
    for key in ("+", "j", "s", "1"):
        desk.page.keyboard.press(key)
    desk.page.wait_for_selector(".wbd-ok.bad")  # it says so
    assert int(desk.desk("d.outbox.unsaved")) == 2
    os.kill(pid, signal.SIGKILL)
    assert [act.op for act in _acts(tmp_path, "A")] == ["add"]

    kernel = desk.lab.kernel_of(desk.notebook)
    desk.lab.api(f"api/kernels/{kernel}/restart", "POST", {})
    desk.open().run()
    desk.page.wait_for_function("() => document.querySelector('.wbd').dataset.unsaved === '0'")
    desk.settle()
    assert [act.op for act in _acts(tmp_path, "A")] == ["add", "polarity", "add"]
    desk.press("s", "1")  # and on it goes
    ids = [act.id for act in _acts(tmp_path, "A")]
    assert len(ids) == len(set(ids)) == 4
    assert desk.errors == []


def test_two_coders_in_two_tabs_are_both_kept(desks: Desks, tmp_path: Path) -> None:
    make_study(tmp_path, long_interview(8, 4_000))
    one, other = desks(tmp_path, "A"), desks.apart(tmp_path, "B")
    for turn in range(3):
        for desk, code in ((one, "Väntetid"), (other, "Bemötande")):
            desk.press("s", "c")
            desk.write(code)
            desk.press("Enter", "j")
        assert len(_acts(tmp_path, "A")) == len(_acts(tmp_path, "B")) == turn + 1
    for desk in (one, other):
        desk.press("y")
        assert desk.desk("d.transcript.codings.size") == 6
        assert desk.errors == []
    other.page.close()


def test_two_tabs_of_one_notebook_show_each_others_acts(desks: Desks, tmp_path: Path) -> None:
    make_study(tmp_path, long_interview(8, 4_000))
    first = desks(tmp_path)
    first.save()
    second = DeskPage(first.lab, first.page.context.new_page(), first.notebook)
    second.open().run()  # the same kernel: a second desk of the same coder
    for desk in (first, second):
        desk.press("s", "c")
        desk.write("Väntetid")
        desk.press("Enter")
        desk.press("y")
    first.press("y")
    assert len(_acts(tmp_path, "A")) == 2
    for desk in (first, second):
        assert desk.desk("d.transcript.codings.size") == 2
    second.page.close()


def _two_coders(folder: Path) -> Corpus:
    corpus = make_study(folder, long_interview(8, 4_000))
    part = corpus.file("R1").parts[1]
    whole = Span("R1", part.start, part.end)
    shared, later = corpus.file("R1").parts[3], corpus.file("R1").parts[5]
    corpus.add(whole, "ager_arendet", coder="A", polarity="success", memo="Någon har det.")
    corpus.add(place(corpus, "R1", "Tur 1."), "vantetid", coder="B", polarity="success")
    for coder in "AB":
        corpus.add(Span("R1", shared.start, shared.end), "bemotande", coder=coder)
    corpus.add(Span("R1", later.start, later.end), "upprepa_sig", coder="B")
    return corpus


def test_disagreements_are_decided_one_by_one_and_agreement_does_not_move(
    desks: Desks, tmp_path: Path
) -> None:
    corpus = _two_coders(tmp_path)
    before = {act.id for act in corpus.log.acts}
    desk = desks(tmp_path, more='.adjudicate("A", "B")')
    desk.page.wait_for_selector(".wbd-adj:not([hidden])")
    alpha = desk.desk("JSON.stringify(d.compare.data.agreement.rows.map((row) => row.estimate))")
    assert desk.desk("d.compare.data.disagreements.length") == 2
    desk.press("3")
    desk.write("Båda: det gick fort för att någon hade det.")
    desk.press("Enter", "4", "Enter")  # no reason: it is not decided
    desk.write("Vi läser olika.")
    desk.press("Enter")
    told = [
        (act.op, act.stance, act.text) for act in Corpus(tmp_path).log.acts if act.id not in before
    ]
    reason = "Båda: det gick fort för att någon hade det."
    assert told == [
        ("adjudicate", "affirms", reason),
        ("adjudicate", "affirms", reason),
        ("adjudicate", None, "Vi läser olika."),
    ]
    after = desk.desk("JSON.stringify(d.compare.data.agreement.rows.map((row) => row.estimate))")
    assert after == alpha
    desk.press("u")  # a decision can be taken back, all of it at once
    assert desk.desk("d.compare.data.disagreements.filter((one) => one.decided).length") == 1
    assert desk.errors == []


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_no_accessibility_fault_in_any_state_in_either_theme(
    desks: Desks, tmp_path: Path, theme: str, pictures: Callable[..., None]
) -> None:
    corpus = _two_coders(tmp_path)
    entry = corpus.codebook["bemotande"]
    corpus.define(entry.id, coder="A", definition="Hur någon blir mött, i ord och ton.")
    desk = desks(tmp_path, language="sv", theme=theme, more='.adjudicate("A", "B")')
    found: dict[str, list[str]] = {}

    def look(state: str) -> None:
        desk.rest()
        pictures(desk.page, f"{state}-{theme.lower()}")
        found[state] = violations(desk.page, ".wbd")

    look("adjudication")
    desk.press("Escape")
    desk.press("n", "n", "n")
    look("coding")
    for state, opening in (
        ("help", "?"),
        ("picker", "c"),
        ("states", "t"),
        ("code", "E"),
        ("note", "M"),
        ("search", "F"),
    ):
        desk.press(opening)
        if state in ("picker", "search"):
            desk.write("be")
            desk.settle()
        look(state)
        desk.press("Escape")
    assert len(found) == 8
    assert {state: faults for state, faults in found.items() if faults} == {}
    assert desk.errors == []


def test_answers_are_not_kept_back(desks: Desks, tmp_path: Path, lab: Lab) -> None:
    make_study(tmp_path, long_interview(8, 4_000))
    desks(tmp_path)
    said = (lab.folder / "lab.txt").read_text(encoding="utf-8")
    assert "workbench.coding.desk.prompt_answers | extension was successfully loaded" in said
