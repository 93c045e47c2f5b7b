"""The twin: anchors for every coded passage, the words letter by letter, and nothing that runs."""

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_corpus import R1, R2, interview, place

import workbench as wb
from workbench.coding.corpus import Corpus
from workbench.coding.desk.desk import CodingDesk, someone_is_here
from workbench.coding.desk.twin import PAGES_MIME, Transcripts, transcript_html
from workbench.coding.desk.wording import TEXTS, desk_texts
from workbench.report import pages

MakeCorpus = Callable[..., Corpus]
DESK = Path(wb.__file__).parent / "coding" / "desk"


class _Words(HTMLParser):
    """The words of paragraphs, without what is only spoken."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.lines: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "p":
            self.lines.append("")
        if tag in ("p", "span"):
            self.open.append("hidden" if ("class", "vh") in attrs else tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("p", "span"):
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if "p" in self.open and "hidden" not in self.open:
            self.lines[-1] += data


def _read(html: str) -> _Words:
    words = _Words()
    words.feed(html)
    return words


def test_every_coding_is_an_anchor_once_and_the_words_are_untouched(
    make_corpus: MakeCorpus,
) -> None:
    corpus = make_corpus(R1)
    acts = [
        corpus.add(place(corpus, words), code, coder=coder, polarity="barrier")
        for words, code, coder in (
            ("Det tog väl tio minuter 😀", "wait", "A"),
            ("tio minuter 😀, och sen låg", "start", "A"),
            ("minuter", "wait", "B"),
            ("jag.\nIntervjuare: Vad hände", "start", "B"),
        )
    ]
    html = transcript_html(corpus, "R1", language="sv")
    assert sorted(re.findall(r'\bid="act-([^"]+)"', html)) == sorted(acts)
    said = [R1.text[part.start : part.end] for part in R1.parts]
    assert [line for line in _read(html).lines if line in said] == said
    only = transcript_html(corpus, "R1", coder="B")
    assert len(re.findall(r'\bid="act-', only)) == 2


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7*7 }}", "=cmd"]
)
def test_hostile_texts_are_only_text(make_corpus: MakeCorpus, text: str) -> None:
    corpus = make_corpus(interview("R1", [("R1", "F1", text)]), codes=())
    corpus.define("x", coder="A", name=text, definition=text)
    corpus.add(place(corpus, text), "x", coder="A", memo=text)
    found = _read(transcript_html(corpus, "R1"))
    assert not found.tags & {"script", "img", "iframe", "link", "object"}
    assert text in found.lines


def test_a_removed_or_dropped_coding_is_not_shown(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    act = corpus.add(place(corpus, "tio minuter"), "wait", coder="A")
    corpus.adjudicate(act, "dropped", coder="B", reason="nej")
    assert "act-" + act not in transcript_html(corpus, "R1")


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ({"document": "R9"}, "no document 'R9'"),
        ({"document": "R1", "coder": "Z"}, "coded nothing"),
        ({"document": "R1", "language": "de"}, "sv or en"),
    ],
)
def test_a_wrong_choice_is_told(make_corpus: MakeCorpus, call: dict[str, str], reason: str) -> None:
    with pytest.raises(wb.CorpusError, match=reason):
        transcript_html(make_corpus(R1), **call)


def test_outside_a_front_end_the_desk_shows_its_twin(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, R2)
    act = corpus.add(place(corpus, "tio minuter"), "wait", coder="A")
    assert not someone_is_here()
    bundle = CodingDesk(corpus, coder="A")._repr_mimebundle_()
    assert f'id="act-{act}"' in bundle["text/html"]
    assert "application/vnd.jupyter.widget-view+json" not in bundle
    json.dumps(bundle)


def test_a_desk_refuses_what_it_cannot_do(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    with pytest.raises(wb.CorpusError, match="sv or en"):
        CodingDesk(corpus, coder="A", language="de")
    with pytest.raises(wb.CorpusError, match="name must start"):
        CodingDesk(corpus, coder="../A")
    with pytest.raises(wb.CorpusError, match="no document"):
        CodingDesk(make_corpus(codes=()), coder="A", document="R9")
    with pytest.raises(wb.CorpusError, match="coded nothing yet"):
        CodingDesk(corpus, coder="A").adjudicate("A", "B")
    with pytest.raises(wb.CorpusError, match="blind"):
        CodingDesk(corpus, coder="A", blind=True).adjudicate("A", "B")


def test_pages_go_beside_a_report_and_nowhere_else(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, R2)
    bundle = Transcripts(corpus)._repr_mimebundle_()
    assert PAGES_MIME == pages.PAGES_MIME
    assert [page["path"] for page in bundle[PAGES_MIME]["pages"]] == [
        pages.quote_link(name, "x").split("#")[0] for name in ("R1", "R2")
    ]


def test_every_text_in_the_scripts_is_worded_and_every_wording_is_used() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in sorted((DESK / "js").glob("*.js"))
    )
    used = set(re.findall(r'\bt\(\s*"([a-z_]+)"', source))
    assert used <= TEXTS.keys()
    rest = "".join(
        path.read_text(encoding="utf-8") for path in DESK.glob("*.py") if path.stem != "wording"
    )
    unused = [
        name
        for name in TEXTS
        if f'"{name.removesuffix("_one")}"' not in source + rest
        and not re.match(r"(did|state|verdict|nothing_to|blind|seeing)_", name)
        and f"{name}:" not in source
    ]
    assert unused == []


def test_texts_keep_their_placeholders_in_swedish() -> None:
    english, swedish = desk_texts("en"), desk_texts("sv")
    for name, text in english.items():
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", swedish[name])), (
            name
        )
