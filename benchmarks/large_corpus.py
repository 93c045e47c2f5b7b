"""A large corpus for benchmarks: documents, a codebook and two coders' logs, from a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, Part, write_document

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ("vi", "fick", "ingen", "hjälp", "med", "kortet", "förrän", "en", "handläggare", "ringde")
QUESTIONS = [f"q{number:02d}" for number in range(1, 13)]


def write_large_corpus(
    folder: Path, *, documents: int, parts: int, codes: int, codings: int, seed: int = 0
) -> Corpus:
    """Write a corpus whose codings are halved between coders A and B, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    names = [f"R{number:03d}" for number in range(1, documents + 1)]
    _write_registers(folder, names)
    for name in names:
        write_document(folder / "documents", _document(name, parts, rng))
    corpus = Corpus(folder, random=rng)
    corpus.change_codebook_at_once("A", _codebook(codes))
    versions = {entry.id: entry.version for entry in corpus.codebook}
    for coder in ("A", "B"):
        corpus.write(coder, _acts(corpus, versions, codings // 2, rng))
    return corpus


def _write_registers(folder: Path, names: list[str]) -> None:
    lines = [f"{name},case{number % 20},customer" for number, name in enumerate(names)]
    _write(folder / "respondents.csv", "respondent,case,role", lines)
    lines = [f"{name},segment {int(name[1:]) // 4},What happened?" for name in QUESTIONS]
    _write(folder / "guide.csv", "question_id,segment,question", lines)


def _write(path: Path, head: str, lines: list[str]) -> None:
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")


def _document(name: str, n: int, rng: np.random.Generator) -> DocumentFile:
    found: list[Part] = []
    pieces: list[str] = []
    start = 0
    for number in range(1, n + 1):
        words = rng.choice(WORDS, int(rng.integers(12, 40)))
        text = " ".join(words).capitalize() + "."
        question = QUESTIONS[(number - 1) * len(QUESTIONS) // n]
        part = Part(
            part=number,
            start=start,
            end=start + len(text),
            kind="turn",
            speaker=name,
            respondent=name,
            question=question,
        )
        found.append(part)
        pieces.append(text)
        start += len(text) + 1
    return DocumentFile(id=name, text="\n".join(pieces) + "\n", parts=tuple(found))


def _codebook(codes: int) -> list[dict[str, Any]]:
    themes = max(codes // 5, 1)
    made = [
        {"op": "create", "code": f"t{n:02d}", "fields": {"name": f"Theme {n}", "kind": "theme"}}
        for n in range(themes)
    ]
    for n in range(codes):
        fields = {"name": f"Code {n}", "parent": f"t{n % themes:02d}", "definition": f"Says {n}."}
        made.append({"op": "create", "code": f"c{n:03d}", "fields": fields})
    return made


def _acts(
    corpus: Corpus, versions: dict[str, str], n: int, rng: np.random.Generator
) -> list[dict[str, Any]]:
    codes = [code for code in versions if code.startswith("c")]
    files = list(corpus.files.values())
    acts: list[dict[str, Any]] = []
    for number in range(n):
        file = files[number % len(files)]
        part = file.parts[int(rng.integers(len(file.parts)))]
        low = part.start + int(rng.integers(0, 20))
        code = codes[int(rng.integers(len(codes)))]
        span = corpus.checked(Span(file.id, low, part.end))
        acts.append({"op": "add", "target": span, "code": code, "code_version": versions[code]})
    return acts
