"""A corpus with everything that must survive on the way to another tool and back."""

from collections.abc import Callable
from pathlib import Path

from small_corpus import R1, R2, place

from workbench.coding.acts import Case, Cell, CodeTarget, Document
from workbench.coding.corpus import Corpus

Maker = Callable[..., Corpus]


def full_corpus(make_corpus: Maker, tmp_path: Path) -> Corpus:
    """Return a corpus with overlaps, emoji, two coders, memos, a tree, cells and cases."""
    (tmp_path / "respondents.csv").write_text(
        "respondent,case,role,side,pilot,consent\nR1,Bolag A,chef,,,\nR2,Bolag B,,,,\n", "utf-8"
    )
    (tmp_path / "guide.csv").write_text("question_id,question\nF1,Hur?\nF2,Vad?\n", "utf-8")
    (tmp_path / "study.toml").write_text('[study]\nid = "x"\n[corpus]\nredact = "off"\n', "utf-8")
    corpus = make_corpus(R1, R2)
    corpus.define(
        "silence",
        coder="A",
        name='Tystnad <&> "å"',
        parent="wait",
        definition="Ingen säger något.\nRad två.",
        include=["tystnad"],
        rules=["tyst*", "ingen NEAR/3 sa"],
        examples=[{"text": "Ingen sa något", "applies": True}],
        polarity="barrier",
        origin="inductive",
    )
    first = corpus.add(
        place(corpus, "tio minuter 😀, och sen"),
        "start",
        coder="A",
        polarity="success",
        weight=2.0,
        memo="minne\nmed rad",
    )
    corpus.add(place(corpus, "😀, och sen låg kortet"), "wait", coder="A")
    corpus.add(place(corpus, "tio minuter 😀, och sen"), "start", coder="B", polarity="both")
    corpus.add(
        place(corpus, "Ingen sa något"), "silence", coder="B", stance="denies", via="rule:silence"
    )
    corpus.add(Document("R2"), "wait", coder="A", memo="hela")
    corpus.add(Cell("R2", "F2"), "silence", coder="A")
    corpus.add(Case("Bolag A"), "wait", coder="B")
    corpus.memo(CodeTarget("silence"), "Kanske två koder?", coder="B")
    corpus.memo(Document("R1"), "Intervjun avbröts.", coder="A")
    corpus.memo(place(corpus, "i appen direkt"), "återkom hit", coder="A")
    removed = corpus.add(place(corpus, "kortet"), "wait", coder="A")
    corpus.remove(removed, coder="A")
    assert first
    return corpus


def copy_of(tmp_path: Path, name: str = "copy") -> Path:
    folder = tmp_path / name
    folder.mkdir()
    for file in ("respondents.csv", "guide.csv", "study.toml"):
        (folder / file).write_bytes((tmp_path / file).read_bytes())
    return folder
