"""After a person withdraws, nothing of what they said is found anywhere in the project."""

import html
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from small_corpus import R1, R2, interview, open_corpus, place

from workbench.coding.acts import Case, CodeTarget, Span
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, Part, sha_of
from workbench.coding.erasing import erase
from workbench.coding.reanchoring import reanchor
from workbench.errors import CorpusError

MakeCorpus = Callable[..., Corpus]
SAID = ("tio minuter 😀", "låg kortet i appen direkt", "Ingen sa något på tre veckor", "tystnaden")


def everything(folder: Path) -> dict[Path, str]:
    return {
        path: path.read_bytes().decode("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file()
    }


def spread(corpus: Corpus) -> Path:
    """Code, note, quote and report what R1 said, in every place a project keeps."""
    folder = corpus.folder
    act = corpus.add(place(corpus, "Ingen sa något på tre veckor"), "wait", coder="A")
    corpus.add(place(corpus, "tystnaden"), "wait", coder="B", memo="tystnaden är värst")
    corpus.memo(act, "hon menar att ingen sa något på tre veckor. tystnaden!", coder="B")
    corpus.memo(CodeTarget("wait"), "Se: Det är inte att det tar tid, utan tystnaden.", coder="A")
    corpus.add(Span("R1", 0, 11), "start", coder="A")
    corpus.add(place(corpus, "legitimera mig", "R2"), "start", coder="B")
    corpus.define("wait", coder="A", examples=[{"text": "Ingen sa något på tre veckor."}])
    (folder / "memos").mkdir()
    (folder / "memos" / "journal.md").write_text(
        "R1 sa: det är inte att det tar tid utan tystnaden", encoding="utf-8"
    )
    (folder / "originals").mkdir()
    (folder / "originals" / "R1.docx").write_bytes(b"Ingen sa")
    (folder / ".keys").mkdir()
    (folder / ".keys" / "people.csv").write_text("name,pseudonym\nAnna Ek,R1\nBo Al,R2\n")
    (folder / "respondents.csv").write_text("respondent,role,consent\nR1,kund,yes\nR2,kund,yes\n")
    torn = folder / ".workbench" / "torn"
    torn.mkdir(parents=True)
    (torn / "A-1.txt").write_text('{"target": {"quote": "Ingen sa nå')
    reports = folder.parent / f"{folder.name}-reports"
    reports.mkdir()
    quote = "Det tog väl tio minuter 😀, och sen låg kortet i appen direkt."
    (reports / "report.html").write_text(f"<q>{html.escape(quote)}</q> &amp; <b>tre</b>")
    page = {"cells": [{"source": [f"<blockquote>{quote}</blockquote>"]}]}
    (reports / "notebook.ipynb").write_text(json.dumps(page))
    (reports / "results.json").write_text(json.dumps(page, ensure_ascii=False))
    (reports / "bundle.zip").write_bytes(b"PK")
    corpus.reload()
    return reports


def test_a_search_finds_nothing_of_the_words(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, R2)
    reports = spread(corpus)
    before = len(corpus.excerpts)
    done = erase(corpus, "R1", coder="A", also=[reports])
    for folder in (corpus.folder, reports):
        for path, text in everything(folder).items():
            for words in (*SAID, "Ingen sa nå", "Anna Ek"):
                assert words.casefold() not in text.casefold(), path
                assert json.dumps(words)[1:-1] not in text, path
    assert done.documents == 1
    assert done.acts >= 5
    assert "originals/R1.docx" in done.deleted
    assert done.packed == ("bundle.zip",)

    again = open_corpus(corpus.folder)
    status = [c.target.quote == "" for c in again.folded.codings if isinstance(c.target, Span)]
    assert (len(status), sum(status)) == (before, before - 1)
    assert list(again.excerpts["respondent"]) == ["R2"]
    assert again.kept_out == {"R1": "withdrawn"}
    assert "R1" not in set(again.parts["respondent"])
    assert [p.kind for p in again.problems] == []
    assert "legitimera mig" in again.text("R2")


def test_places_and_hashes_stay_so_that_others_codings_hold(make_corpus: MakeCorpus) -> None:
    both = interview(
        "group",
        [
            ("R1", "F1", "Det tog väl tio minuter för mig att komma igång."),
            ("R2", "F1", "För mig tog det en hel vecka, minst."),
        ],
    )
    corpus = make_corpus(both)
    mine = corpus.add(place(corpus, "tio minuter", "group"), "start", coder="A")
    other = corpus.add(place(corpus, "För mig tog det", "group"), "wait", coder="B")
    length = len(corpus.text("group"))
    erase(corpus, "R1", coder="A")
    assert len(corpus.text("group")) == length
    assert corpus.problems == []
    acts = {act.id: act for act in corpus.log.acts}
    blank, kept = acts[mine].target, acts[other].target
    assert isinstance(blank, Span)
    assert isinstance(kept, Span)
    assert (blank.quote, blank.prefix, blank.suffix) == ("", "", "")
    assert blank.text_sha == kept.text_sha == sha_of(both.text)
    assert "igång" not in kept.prefix
    assert corpus.excerpts.set_index("act")["status"].to_dict() == {other: "coded"}

    done = reanchor(corpus, "group", corpus.text("group") + "Slut.\n", coder="A")
    assert (done.before, done.exact, done.erased) == (2, 1, 1)


def test_open_answers_are_blanked_one_respondent_at_a_time(make_corpus: MakeCorpus) -> None:
    text = "bra tycker jag\nringde tre gånger\n"
    changes = [{"kind": "hyphens", "n": 1, "note": "ringde"}]
    parts = (
        Part(part=1, start=0, end=14, kind="answer", respondent="p1"),
        Part(part=2, start=15, end=32, kind="answer", respondent="p2"),
    )
    about = {"kind": "open_answers", "changes": changes}
    corpus = make_corpus(DocumentFile(id="why", text=text, parts=parts, about=about))
    erase(corpus, "p2", coder="A")
    assert "ringde" not in (corpus.folder / "documents" / "why.toml").read_text(encoding="utf-8")
    assert corpus.text("why") == "bra tycker jag\n" + "█" * 17 + "\n"


def test_a_summary_of_a_case_goes_with_its_only_respondent(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    (corpus.folder / "respondents.csv").write_text("respondent,case\nR1,Hushåll 4\n")
    corpus.reload()
    corpus.memo(Case("Hushåll 4"), "De väntade länge.", coder="A")
    erase(corpus, "R1", coder="A")
    assert corpus.folded.memos == ()


def test_erasing_twice_changes_nothing_more(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, R2)
    corpus.add(place(corpus, "tystnaden"), "wait", coder="A")
    erase(corpus, "R1", coder="A")
    text = corpus.text("R1")
    done = erase(corpus, "R1", coder="A")
    assert done.acts == 0
    assert corpus.text("R1") == text
    assert corpus.problems == []


def test_an_unknown_respondent_is_refused(make_corpus: MakeCorpus) -> None:
    with pytest.raises(CorpusError, match="There is no respondent 'R9'"):
        erase(make_corpus(R1), "R9", coder="A")
