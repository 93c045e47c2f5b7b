"""The demo interviews as a corpus: documents, codebook, two coders' logs, the same every time."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.coding.acts import Case, Span
from workbench.coding.corpus import Corpus
from workbench.coding.importing import import_files
from workbench.inputs.demo import demo_files
from workbench.inputs.demo.interviews import interview_codebook, interview_truth
from workbench.inputs.models.corpus import CorpusModel

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Clock", "corpus_files", "demo_corpus_files", "write_demo_corpus"]

STUDY = "interviews"
_START = dt.datetime(2026, 6, 1, 9, tzinfo=dt.UTC)
_KEPT = ("documents", "codebook", "coding", "theory.csv")
_ENGLISH = {
    "komma_igang": "Getting started",
    "vardagen": "Everyday banking",
    "krangel": "When something goes wrong",
    "rad_villkor": "Advice and terms",
    "framat": "Ahead",
    "start_snabb": "Starting is quick",
    "legitimering": "Identification stops the way in",
    "vardag_app": "The app handles the everyday",
    "hitta_ovanligt": "The unusual is hard to find",
    "vanta_utan_besked": "Waiting is worst without word",
    "borja_om": "Having to start over",
    "agare": "Someone who owns the errand",
    "avgift_oforklarad": "Fees nobody can explain",
    "ny_person": "A new person every time",
    "hor_av_sig": "The bank calls first",
}
_MOTIVATIONS = {
    "start_snabb": (
        "Den som kom förbi legitimeringen beskriver starten som snabb, ofta med förvåning.",
        "Those who got past identification describe a quick start, often with surprise.",
    ),
    "legitimering": (
        "Stoppet kommer utan förklaring, och kunden lägger felet hos sig själv.",
        "The stop comes without explanation, and customers blame themselves.",
    ),
    "vardag_app": (
        "De vanliga ärendena märks inte. Också personalen ser att de inte längre kommer in.",
        "Everyday errands go unnoticed. Staff, too, see that they no longer come in.",
    ),
    "hitta_ovanligt": (
        "När ärendet är ovanligt heter menyn något annat än det kunden letar efter.",
        "When an errand is unusual, the menu calls it something else than the customer does.",
    ),
    "vanta_utan_besked": (
        "Väntan beskrivs genom frånvaron av besked, inte genom hur lång den är.",
        "Waiting is described by the lack of word, not by how long it is.",
    ),
    "borja_om": (
        "Berättelsen följer inte med mellan chatt, telefon och kontor. Båda sidor ser det.",
        "The story does not travel between chat, phone and branch. Both sides see it.",
    ),
    "agare": (
        "Vändpunkten är att någon säger att ärendet är deras. Reglerna gör att det uteblir.",
        "The turning point is someone saying the errand is theirs. The rules prevent it.",
    ),
    "avgift_oforklarad": (
        "Det är inte beloppet utan att ingen kan säga vad det gäller.",
        "It is not the amount but that nobody can say what it is for.",
    ),
    "ny_person": (
        "Bytet av rådgivare sker utan överlämning, och kunden lär upp nästa.",
        "Advisers change without a handover, and the customer trains the next.",
    ),
    "hor_av_sig": (
        "När banken hör av sig först upplevs det som omtanke.",
        "When the bank calls first it is felt as care.",
    ),
}
_THEORY = (
    ("förväntan", "Nöjdhet avgörs av om upplevelsen motsvarar förväntan"),
    ("ansträngning", "Mödan i ett ärende sänker nöjdheten mer än beröm höjer den"),
    ("vana", "Det som fungerar av vana märks inte"),
    ("nytta", "Upplevd nytta bär användningen av appen"),
    ("ovisshet", "Ovisshet under väntan väger tyngre än väntans längd"),
    ("ansvar", "En tydlig ansvarig löser upp ett krånglande ärende"),
    ("rättvisa", "En avgift som kan förklaras upplevs som rättvis"),
    ("relation", "Varaktig kontakt med en rådgivare bygger tillit"),
)
_REVISED = (
    ("R3", "legitimering", "exclude", ["Inloggning i vardagen.", "Att id-kort har gått ut."]),
    ("R5", "ny_person", "include", ["Byte av rådgivare.", "Att ingen läst på om kunden."]),
)
"""After which interview a meaning was sharpened: before, code, key, new value."""

_SUMMARIES = (
    (
        "bolån",
        "borja_om",
        "Samma uppgifter lämnas om och om igen; rådgivaren ser det från sin sida.",
    ),
    (
        "spärrat kort",
        "vanta_utan_besked",
        "Kunden vet inte om någon gör något; det vet inte kundtjänst heller.",
    ),
    ("fullmakt", "agare", "När en person tog ärendet löste det sig; annars får ingen ta över det."),
    ("vardag", "vardag_app", "Appen sköter det vanliga och märks inte."),
)


class Clock:
    """Twenty seconds pass between any two acts."""

    def __init__(self) -> None:
        self.now = _START

    def __call__(self) -> dt.datetime:
        """Return the next moment."""
        self.now += dt.timedelta(seconds=20)
        return self.now


def demo_corpus_files() -> dict[str, bytes]:
    """Return the files of the corpus by their path under ``data/demo/interviews``."""
    with tempfile.TemporaryDirectory() as folder:
        write_demo_corpus(Path(folder))
        return corpus_files(Path(folder))


def corpus_files(folder: Path) -> dict[str, bytes]:
    """Return the files of the corpus in a study's folder, by their path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in _written(folder)}


def write_demo_corpus(folder: Path) -> list[Path]:
    """Write the demo interviews with their corpus to a folder; return the corpus's files."""
    for name, text in demo_files().items():
        study, _, place = name.partition("/")
        if study == STUDY:
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    rows = "".join(f'{name},{claim},"Guidens bakgrund"\n' for name, claim in _THEORY)
    (folder / "theory.csv").write_text(f"theory_id,claim,source\n{rows}", "utf-8", newline="\n")
    clock = Clock()
    invented = CorpusModel(redact="off")  # nobody in them exists
    transcripts = sorted((folder / "transcripts").glob("R*.txt"))
    import_files(folder, transcripts, model=invented, now=clock())
    corpus = Corpus(folder, clock=clock, random=np.random.default_rng(20260601))
    corpus.change_codebook_at_once("A", list(_entries()))
    _code(corpus, interview_truth())
    return _written(folder)


def _written(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] in _KEPT
    ]


def _entries() -> Iterator[dict[str, Any]]:
    book = interview_codebook()
    names = {group["id"]: group["name"] for group in book["group"]}
    for group in book["group"]:
        fields = {"name": _both(group["name"], _ENGLISH[group["id"]]), "kind": "group"}
        yield {"op": "create", "code": group["id"], "fields": fields}
    for entry in book["code"]:
        code = entry["id"]
        fields = {
            "name": _both(entry["name"], _ENGLISH[code]),
            "kind": "theme",
            "parent": entry["parent"],
            "definition": entry["definition"],
            "include": [entry["include"]],
            "exclude": [entry["exclude"]],
            "examples": [
                {"text": entry["example"], "applies": True},
                {"text": entry["counterexample"], "applies": False},
            ],
            "origin": entry["origin"],
            "theory": [entry["theory"]] if entry["theory"] else [],
            "rules": entry["rules"],
            "segment": names[entry["parent"]],
            "motivation": _both(*_MOTIVATIONS[code]),
            "touchpoint": entry["touchpoint"],
        }
        yield {"op": "create", "code": code, "fields": fields}


def _both(swedish: str, english: str) -> dict[str, str]:
    return {"sv": swedish, "en": english}


def _code(corpus: Corpus, truth: dict[str, Any]) -> None:
    """Write both coders' work as they would have: interview by interview, each alone."""
    respondents = sorted({coding["respondent"] for coding in truth["codings"]})
    acts: dict[tuple[Any, ...], str] = {}
    for coder in ("A", "B"):
        for respondent in respondents:
            if coder == "A":
                _revise(corpus, respondent)
            own = [
                coding
                for coding in truth["codings"]
                if (coding["coder"], coding["respondent"]) == (coder, respondent)
            ]
            made = corpus.write(coder, [_values(corpus, coding) for coding in own])
            for coding, act in zip(own, made, strict=True):
                acts[coder, respondent, coding["question"], coding["code"]] = act
    for state in truth["states"]:
        corpus.state(state["respondent"], state["question"], state["state"], coder="A")
    _settle(corpus, acts)
    for case, theme, summary in _SUMMARIES:
        mine = corpus.settled[corpus.settled["code"] == theme]
        cases = mine["respondent"].map(corpus.registers.case_of)
        cited = list(mine.loc[cases == case, "act"])[:2]
        corpus.summarise(Case(case), theme, summary, cites=cited, coder="A")


def _revise(corpus: Corpus, respondent: str) -> None:
    for before, code, key, value in _REVISED:
        if before == respondent:
            corpus.define(code, coder="A", **{key: value})


def _values(corpus: Corpus, coding: dict[str, Any]) -> dict[str, Any]:
    span = Span(coding["respondent"], coding["start"], coding["end"], coding["quote"])
    more = {"polarity": coding["polarity"], "stance": coding["stance"]}
    return {"op": "add", **corpus.coding(span, coding["code"], **more)}


def _settle(corpus: Corpus, acts: dict[tuple[Any, ...], str]) -> None:
    """Keep the first codings that one coder made alone, after the two had talked them over."""
    alone = [
        act
        for (coder, *place), act in acts.items()
        if ("B" if coder == "A" else "A", *place) not in acts
    ]
    for act in alone[:8]:
        corpus.adjudicate(act, "kept", coder="C", reason="Prövad mot definitionen: hör hit.")
