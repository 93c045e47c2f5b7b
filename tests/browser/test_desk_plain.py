"""The desk's scripts on a plain page: places, redraws, messages, languages. No kernel is needed."""

import random
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from axe import violations
from plain_desk import PlainDesk
from playwright.sync_api import Page
from studies import long_interview, make_study

from workbench.coding.acts import Span
from workbench.coding.desk.session import DeskSession
from workbench.coding.documents import DocumentFile, Part

pytestmark = pytest.mark.browser

MakeDesk = Callable[..., PlainDesk]


@pytest.fixture
def make_desk(page: Page, tmp_path: Path) -> MakeDesk:
    def make(*documents: DocumentFile, language: str = "en", theme: str = "") -> PlainDesk:
        corpus = make_study(tmp_path, *(documents or (long_interview(12, 6_000),)))
        session = DeskSession(corpus, coder="A", language=language)
        return PlainDesk(page, session, theme=theme).open()

    return make


PIECES = [
    "å", "a\u030a", "e\u0301\u0323", "👩🏽‍💻", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇸🇪", "😀", "مرحبا",
    "שלום", "\u202b",
    "ก็",
    "한", "x", " ", "ord", ", ", "\u00a0", "\u200d", "𝒳", "\u2028", "\t", "<b>", "&amp;", "\ufeff",
]  # fmt: skip


def _hostile(n_turns: int = 40, seed: int = 7) -> DocumentFile:
    """Return a document of everything that makes places differ; its source had CRLF line ends."""
    draw = random.Random(seed)
    lines = ["".join(draw.choice(PIECES) for _ in range(60)) for _ in range(n_turns)]
    source = "\r\n".join(f"R1: {line}x" for line in lines)
    text = unicodedata.normalize("NFC", source.replace("\r\n", "\n")) + "\n"
    parts, at = [], 0
    for number, line in enumerate(text.split("\n")[:-1], start=1):
        parts.append(
            Part(
                part=number,
                start=at + 4,
                end=at + len(line),
                kind="turn",
                speaker="R1",
                respondent="R1",
            )
        )
        at += len(line) + 1
    return DocumentFile(id="R1", text=text, parts=tuple(parts), about={"kind": "interview"})


SELECT = """(pairs) => {
  const desk = document.querySelector(".wbd").desk;
  const selection = window.getSelection();
  return pairs.map(([fromBlock, from, toBlock, to]) => {
    const at = (block, unit) => {
      let left = unit;
      let last = null;
      const walker = document.createTreeWalker(
        desk.transcript.rows[block].words, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        if (walker.currentNode.parentElement.closest(".wbd-vh")) continue;
        last = walker.currentNode;
        if (left <= last.length) return [last, left];
        left -= last.length;
      }
      return [last, last.length];
    };
    selection.setBaseAndExtent(...at(fromBlock, from), ...at(toBlock, to));
    const points = desk.transcript.pointsOf(selection.getRangeAt(0));
    return points && [...points, desk.transcript.index.slice(...points)];
  });
}"""


def test_five_thousand_selections_are_what_python_slices(make_desk: MakeDesk) -> None:
    document = _hostile()
    desk = make_desk(document)
    corpus = desk.session.corpus
    for part in document.parts[::3]:  # overlapping marks cut the text into many nodes
        corpus.add(Span("R1", part.start + 3, part.start + 30), "vantetid", coder="A")
        corpus.add(Span("R1", part.start + 10, part.end), "bemotande", coder="A")
    desk.press("y")
    blocks = desk.desk("d.transcript.blocks.map((block) => [block.start, block.end])")
    draw = random.Random(3)
    pairs, expected = [], []
    for _ in range(5_000):
        first = draw.randrange(len(blocks))
        last = first if draw.random() < 0.7 else min(first + draw.randrange(4), len(blocks) - 1)
        start = draw.randint(*blocks[first])
        end = draw.randint(*blocks[last])
        if (start, first) >= (end, last) or start >= end:
            continue
        places = [(first, start), (last, end)]
        units = [len(document.text[blocks[b][0] : p].encode("utf-16-le")) // 2 for b, p in places]
        pairs.append([first, units[0], last, units[1]])
        expected.append([start, end, document.text[start:end]])
    assert len(pairs) > 3_000
    while len(pairs) < 5_000:  # the rest within one word of each other
        number = draw.randrange(len(blocks))
        start = draw.randint(blocks[number][0], blocks[number][1] - 1)
        end = min(start + draw.randint(1, 4), blocks[number][1])
        units = [
            len(document.text[blocks[number][0] : p].encode("utf-16-le")) // 2 for p in (start, end)
        ]
        pairs.append([number, units[0], number, units[1]])
        expected.append([start, end, document.text[start:end]])
    found = desk.page.evaluate(SELECT, pairs)
    assert len(found) == 5_000
    assert found == expected
    assert desk.errors == []


def test_the_text_on_the_page_is_the_document_letter_by_letter(make_desk: MakeDesk) -> None:
    document = _hostile()
    desk = make_desk(document)
    shown = desk.page.evaluate(
        "() => [...document.querySelectorAll('.wbd-p')].map((words) => words.textContent)"
    )
    said = [document.text[part.start : part.end] for part in document.parts]
    assert [line for line in shown if line] == said


def test_a_place_inside_a_letter_of_two_units_is_rounded_outwards(make_desk: MakeDesk) -> None:
    desk = make_desk(_hostile())
    found = desk.desk(
        "(() => { const i = new d.transcript.index.constructor('a😀b');"
        " return [i.point(2), i.point(2, true), i.unit(2), i.length]; })()"
    )
    assert found == [1, 2, 3, 3]


def test_a_change_redraws_one_paragraph_and_sends_one_message(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("s", "c")
    desk.page.keyboard.type("Väntetid")
    for keys in (["Enter"], ["+"], ["u"], ["r"], ["v"], ["Delete"]):
        desk.rest()  # the history is asked for when a coder stays
        drawn = desk.desk("d.transcript.drawn")
        before = len(desk.messages)
        desk.page.keyboard.press(keys[0])
        desk.settle()
        writes = [one["op"] for one in desk.messages[before:] if one["op"] != "inspect"]
        assert len(writes) == 1, keys
        assert desk.desk("d.transcript.drawn") - drawn == 1, keys


def test_moving_about_sends_nothing_and_draws_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk()
    before = (len(desk.messages), desk.desk("d.transcript.drawn"))
    desk.press(
        "j", "j", "k", "J", "K", "ArrowRight", "w", "w", "W", "s", "S", "ArrowDown", "Escape"
    )
    assert (len(desk.messages), desk.desk("d.transcript.drawn")) == before


def test_an_act_shows_as_saved_only_when_it_is_answered(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.page.clock.install()
    desk.open()
    desk.press("s")
    desk.silent = True
    desk.page.keyboard.press("c")
    desk.page.keyboard.type("Väntetid")
    desk.page.keyboard.press("Enter")
    desk.page.clock.run_for(3_000)
    desk.page.wait_for_selector(".wbd-ok.bad")
    assert desk.desk("d.transcript.codings.size") == 0
    assert "not saved" in desk.desk("d.status.saved.textContent")
    desk.silent = False
    desk.page.clock.run_for(4_000)  # it is sent again by itself
    desk.page.wait_for_function("() => document.querySelector('.wbd').dataset.unsaved === '0'")
    assert desk.desk("d.status.saved.textContent").startswith("✓")
    assert [act.op for act in desk.session.corpus.log.acts] == ["add"]


def test_fingers_need_not_wait_for_the_answer(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("s", "c")
    desk.page.keyboard.type("Väntetid")
    desk.press("Enter", "j", "j", "s")
    here = desk.desk("[d.cursor.start, d.cursor.end]")
    desk.hold()
    for key in ("1", "+", "-", "v", "v", "m"):
        desk.page.keyboard.press(key)
    desk.page.keyboard.type("jag undrar")
    for key in ("Escape", "j"):
        desk.page.keyboard.press(key)
    away = desk.desk("d.cursor.block")
    desk.release()
    assert desk.desk("[d.cursor.block, d.cursor.act]") == [away, None]  # it does not jump back
    made = next(row for row in desk.session.corpus.folded.codings if row.target.start == here[0])
    assert (made.target.end, made.polarity, made.weight) == (here[1], "both", 2.0)
    assert made.memo == "jag undrar"
    assert [act.op for act in desk.session.corpus.log.acts][1:] == [
        "add", "polarity", "polarity", "weight", "weight", "memo"
    ]  # fmt: skip
    assert desk.errors == []


def test_words_of_respondents_are_not_left_in_the_browser(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("s")
    words = desk.desk("d.cursor.quote")
    desk.silent = True
    desk.page.keyboard.press("c")
    desk.page.keyboard.type("Väntetid")
    desk.page.keyboard.press("Enter")
    kept = desk.page.evaluate("() => JSON.stringify(localStorage)")
    assert "vantetid" in kept
    assert words not in kept


def test_what_was_not_saved_is_sent_again_by_the_next_desk(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.silent = True
    desk.page.keyboard.press("s")
    desk.page.keyboard.press("c")
    desk.page.keyboard.type("Väntetid")
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_function("() => localStorage.length === 1")
    desk.silent = False
    desk.open()
    desk.page.wait_for_function(
        "() => document.querySelector('.wbd').desk.transcript.codings.size === 1"
    )
    assert [act.op for act in desk.session.corpus.log.acts] == ["add"]
    assert desk.page.evaluate("() => localStorage.length") == 0


def test_a_blind_desk_never_receives_what_others_did(page: Page, tmp_path: Path) -> None:
    corpus = make_study(tmp_path, long_interview(8, 4_000))
    part = corpus.file("R1").parts[1]
    corpus.add(Span("R1", part.start, part.end), "vantetid", coder="B", memo="hemligt")
    desk = PlainDesk(page, DeskSession(corpus, coder="A", language="en", blind=True)).open()
    assert desk.desk("d.transcript.codings.size") == 0
    assert desk.desk("JSON.stringify(d.counts)") == "{}"
    assert "hemligt" not in desk.desk("JSON.stringify(d.view)")
    desk.press("b")
    assert desk.desk("d.transcript.codings.size") == 1


def test_every_key_in_the_help_does_something_and_every_text_is_there(make_desk: MakeDesk) -> None:
    desk = make_desk(language="sv")
    missing = desk.desk(
        "d.keys.flatMap((one) => [one.text, one.group]).filter((name) => name && !d.texts[name])"
    )
    assert missing == []
    listed = desk.desk("d.keys.filter((one) => one.text).map((one) => one.shown)")
    handled = set(desk.desk("d.keys.flatMap((one) => one.on)"))
    names = {"←": "ArrowLeft", "→": "ArrowRight", "↑": "ArrowUp", "↓": "ArrowDown", "Esc": "Escape",
             "−": "-", "Ctrl+Z": "Ctrl+z", "Ctrl+Y": "Ctrl+y", "1–9": "9", "1–6": "6"}  # fmt: skip
    assert [key for keys in listed for key in keys if names.get(key, key) not in handled] == []


def test_the_mouse_marks_words_too(make_desk: MakeDesk) -> None:
    desk = make_desk()
    words = desk.page.locator(".wbd-turn:not(.int) .wbd-p").first
    words.dblclick(position={"x": 12, "y": 14})
    desk.page.wait_for_function("() => document.querySelector('.wbd').desk.cursor.marked")
    quote = desk.desk("d.cursor.quote")
    assert quote == quote.strip() != ""
    desk.press("c")
    desk.page.keyboard.type("Väntetid")
    desk.press("Enter")
    act = next(iter(desk.session.corpus.log.acts))
    assert isinstance(act.target, Span)
    assert act.target.quote == quote
    desk.page.locator(".wbd-mar li").first.click()
    assert desk.desk("d.cursor.act") == act.id


def test_tab_is_no_trap(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.page.evaluate(
        "() => document.body.append(Object.assign(document.createElement('button'), {id: 'after'}))"
    )
    desk.press("s", "Escape", "Escape")
    for _ in range(12):
        desk.page.keyboard.press("Tab")
        if desk.page.evaluate("() => document.activeElement.id") == "after":
            break
    assert desk.page.evaluate("() => document.activeElement.id") == "after"


@pytest.mark.parametrize("width", [1400, 700, 390])
@pytest.mark.parametrize("theme", ["", "wbd-dark"])
def test_nothing_overflows_and_nothing_is_inaccessible(
    make_desk: MakeDesk, page: Page, width: int, theme: str, pictures: Callable[..., None]
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    desk = make_desk(language="sv", theme=theme)
    desk.press("s", "c")
    page.keyboard.type("Väntetid")
    desk.press("Enter", "-")
    desk.rest()
    pictures(page, f"plain-{width}{theme}")
    assert violations(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert desk.errors == []


def test_what_is_coded_counts_at_once_in_the_agreement(page: Page, tmp_path: Path) -> None:
    corpus = make_study(tmp_path, long_interview(8, 4_000))
    for number, part in enumerate(corpus.file("R1").parts[1::2]):
        for coder in "AB" if number else "B":
            corpus.add(Span("R1", part.start, part.end), "bemotande", coder=coder)
    session = DeskSession(corpus, coder="A", language="en")
    session.pair = ("A", "B")
    desk = PlainDesk(page, session).open()
    assert desk.desk("d.compare.data.disagreements.length") == 1
    desk.press("Escape", "Home", "j", "s", "c")
    page.keyboard.type("Bemötande")
    desk.press("Enter", "d")
    page.wait_for_selector(".wbd-adj:not([hidden])")
    assert desk.desk("d.compare.data.disagreements.length") == 0
    assert "do not differ" in page.locator(".wbd-adj").inner_text()
    [row] = desk.desk("d.compare.data.agreement.rows.filter((one) => one.code === 'bemotande')")
    assert (row["n_disagreements"], row["left"]) == (0, 0)
    assert desk.errors == []


def test_hostile_names_are_only_text(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("s", "c")
    desk.page.keyboard.type("<img src=x onerror=window.hit=1>")
    desk.press("Enter", "m")
    desk.page.keyboard.type("<script>window.hit=1</script>")
    desk.press("Escape", "n")
    assert desk.page.evaluate("() => window.hit") is None
    assert desk.page.locator(".wbd img, .wbd script").count() == 0


def test_suggestions_are_taken_and_turned_down_with_a_reason(make_desk: MakeDesk) -> None:
    desk = make_desk(long_interview(60, 30_000))
    corpus = desk.session.corpus
    for number, part in enumerate(corpus.file("R1").parts[1:44:2]):
        code = ("vantetid", "bemotande")[number % 2]
        corpus.add(Span("R1", part.start, part.end), code, coder="A")
    desk.press("y", "X")
    made = desk.desk("d.transcript.suggestions.length")
    assert made >= 2
    desk.press("x")
    desk.press("z")
    desk.page.keyboard.type("handlar om annat")
    desk.press("Enter")
    assert desk.desk("d.transcript.suggestions.length") == made - 2
    told = [(act.op, act.via.split(":")[0], act.text) for act in list(corpus.log.acts)[-2:]]
    assert told == [("accept", "suggestion", None), ("reject", "suggestion", "handlar om annat")]


def test_a_code_is_renamed_defined_anew_merged_and_split(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.press("s", "c")
    desk.page.keyboard.type("Väntetid")
    desk.press("Enter", "E")
    desk.page.get_by_label("Name", exact=True).fill("Väntan")
    desk.page.get_by_label("Definition", exact=True).fill("Hur lång tid det tog.")
    desk.page.get_by_role("button", name="save", exact=True).click()
    desk.settle()
    corpus = desk.session.corpus
    assert corpus.codebook["vantetid"].label("sv") == "Väntan"
    assert desk.desk("d.staleOf('vantetid')") == 1
    desk.press("g")
    assert desk.page.get_by_role("option").count() == 1
    desk.press("Escape", "E")
    desk.page.get_by_role("button", name="Split", exact=True).click()
    desk.settle()
    desk.page.get_by_label("Names of the new codes").fill("Kö\nTystnad")
    desk.page.locator("tbody select").select_option("Tystnad")
    desk.page.locator(".wbd-ov").get_by_role("button", name="Split", exact=True).click()
    desk.settle()
    assert corpus.codebook["vantetid"].split_into == ("ko", "tystnad")
    assert corpus.excerpts["code"].tolist() == ["tystnad"]
    desk.desk("d.tree.choose('tystnad')")
    desk.press("E")
    desk.page.get_by_label("The other code").select_option("ko")
    desk.page.get_by_role("button", name="Merge", exact=True).click()
    desk.settle()
    assert corpus.excerpts["code"].tolist() == ["ko"]
    desk.page.focus(".wbd-tr")
    desk.press("u")
    assert corpus.excerpts["code"].tolist() == ["tystnad"]


def test_search_finds_words_everywhere_and_marks_them(make_desk: MakeDesk) -> None:
    other = long_interview(8, 4_000, seed=2)
    desk = make_desk(
        long_interview(8, 4_000), DocumentFile(id="R2", text=other.text, parts=other.parts)
    )
    desk.press("f")
    desk.page.get_by_label("in all documents").check()
    desk.page.get_by_label("Words to find").first.fill("höra en RÖST")
    desk.settle()
    desk.page.wait_for_selector("[role=option]")
    desk.page.keyboard.press("End")
    names = desk.page.locator("[role=option] small").all_inner_texts()
    assert set(names) == {"R1", "R2"}
    desk.page.locator("[role=option]").last.click()
    desk.page.wait_for_function("() => document.querySelector('.wbd').desk.view.document === 'R2'")
    desk.settle()
    assert desk.desk("d.cursor.quote").casefold() == "höra en röst"
