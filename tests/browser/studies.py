"""Studies for the browser: a talk with everything that letters can do, and two coders."""

import random
from pathlib import Path

from small_corpus import interview

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, write_document

SENTENCES = (
    "Det tog väl tio minuter, och sen låg kortet i appen direkt.",
    "Ingen sa något på tre veckor, och jag visste inte vem som hade ärendet.",
    "Hon var jättetrevlig 👩🏽‍💻 men såg ingenting av det jag hade skrivit.",
    "Jag ringde t.ex. varje fredag, och varje fredag var det en ny person 😀.",
    "Han sa ”jag tar det här”, och det gjorde han faktiskt.",
    "Det stod ”pågår” hela tiden e\u0301 och jag gick in flera ga\u030anger om dagen.",
    "Till slut ringde jag igen, mest för att få höra en röst.",
    "مرحبا sa hon, och sedan שלום, för hon kan många språk.",
    "Avgiften förstod jag aldrig, 👨‍👩‍👧‍👦 den ändrades tre gånger.",
    "🏳️‍🌈 stod det på muggen, och zal\u0336go\u0337 i chatten.",
)
QUESTIONS = [f"F{number}" for number in range(1, 13)]


def long_interview(n_turns: int = 60, n_characters: int = 60_000, seed: int = 1) -> DocumentFile:
    """Return a talk of so many turns and characters, with emoji and combining marks."""
    draw = random.Random(seed)
    each = n_characters // n_turns
    turns = []
    for number in range(n_turns):
        question = QUESTIONS[number * len(QUESTIONS) // n_turns]
        words = f"Tur {number}."
        goal = each * 2 - 240 if number % 2 else 200
        while len(words) < goal:
            words += " " + draw.choice(SENTENCES)
        turns.append((None if number % 2 == 0 else "R1", question, words))
    found = interview("R1", turns)
    import unicodedata

    if not unicodedata.is_normalized("NFC", found.text):
        turns = [
            (who, question, unicodedata.normalize("NFC", words)) for who, question, words in turns
        ]
        found = interview("R1", turns)
    return found


def make_study(folder: Path, *documents: DocumentFile, codes: tuple[str, ...] = ()) -> Corpus:
    """Write documents, a guide and a small codebook, and open the corpus."""
    for document in documents:
        write_document(folder / "documents", document)
    rows = [f"{name},Vad hände under {name}?" for name in QUESTIONS]
    (folder / "guide.csv").write_text(
        "question_id,question\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    corpus = Corpus(folder)
    corpus.define("help", coder="A", name="Hjälp", kind="group")
    for code in codes or (
        "Väntetid",
        "Besked under tiden",
        "Äger ärendet",
        "Bemötande",
        "Upprepa sig",
    ):
        name = code.lower().replace(" ", "_").replace("ä", "a").replace("ö", "o")
        corpus.define(
            name,
            coder="A",
            name=code,
            definition=f"När någon talar om {code.lower()}.",
            parent="help",
        )
    return corpus


def place(corpus: Corpus, document: str, words: str, nth: int = 0) -> Span:
    """Return the nth place of some words."""
    text = corpus.text(document)
    at = -1
    for _ in range(nth + 1):
        at = text.index(words, at + 1)
    return Span(document, at, at + len(words))


__all__ = ["long_interview", "make_study", "place"]
