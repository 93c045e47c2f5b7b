"""A person withdraws: their words are blanked wherever the project keeps them.

Hashes, places and counts stay, so that the project still adds up. What lies outside the project's
files (older versions in Git, copies sent to others) is named in the result, because no program can
take it back.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import Act, Case, Cell, Document, Span, act_to_line
from workbench.coding.anchoring import span_at
from workbench.coding.documents import write_document, write_whole_file
from workbench.errors import CorpusError, near_match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from workbench.coding.corpus import Corpus
    from workbench.coding.documents import DocumentFile, Part

__all__ = ["Erasure", "erase"]

BLANK = "█"
_TEXT_FILES = {".csv", ".html", ".ipynb", ".json", ".jsonl", ".md", ".svg", ".toml", ".txt"}
_PACKED = {".zip", ".qdpx", ".xlsx", ".docx", ".pptx", ".pdf", ".parquet", ".duckdb"}
_LEAST_WORDS = 4
_RUN = 6
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What was blanked, and what a person must still see to.

    ``packed`` are files that may hold the words and cannot be searched (bundles, spreadsheets):
    delete or make them again. Git keeps older versions of every tracked file until its history is
    rewritten.
    """

    respondent: str
    documents: int
    characters: int
    acts: int
    files: tuple[str, ...]
    deleted: tuple[str, ...]
    packed: tuple[str, ...]


def erase(corpus: Corpus, respondent: str, *, coder: str, also: Sequence[Path] = ()) -> Erasure:
    """Blank everything a respondent said, and record that they withdrew.

    Parameters
    ----------
    corpus
        The corpus.
    respondent
        Pseudonym of the person who withdraws.
    coder
        Who carries it out; the act is written in this coder's log.
    also
        Folders outside the study that hold reports made from it.

    Raises
    ------
    CorpusError
        If no document and no register names the respondent.
    """
    names = {*corpus.registers.names, *(part.respondent for part in _all_parts(corpus))}
    if respondent not in names:
        hint = near_match(respondent, [name for name in names if name])
        raise CorpusError(f"There is no respondent '{respondent}' in this corpus.{hint}")
    wanted = {name: _spans_of(file, respondent) for name, file in corpus.files.items()}
    words = _Words(corpus, respondent)
    blank = {name: _blanked(corpus.files[name], spans) for name, spans in wanted.items() if spans}
    acts = _blank_logs(corpus, respondent, blank, words)
    files = _sweep(corpus, also, words)
    deleted = _clear_caches(corpus.aside, corpus.folder)
    deleted += _forget_key(corpus.folder / ".keys", respondent)
    _mark_withdrawn(corpus.folder / "respondents.csv", respondent)
    for file in blank.values():
        deleted += _delete_originals(corpus, file)
        write_document(corpus.documents_folder, file)
    corpus.reload()
    corpus.write(coder, [{"op": "erase", "target": Cell(respondent, "")}])
    corpus.reload()
    return Erasure(
        respondent=respondent,
        documents=len(blank),
        characters=sum(end - start for spans in wanted.values() for start, end in spans),
        acts=acts,
        files=tuple(files),
        deleted=tuple(deleted),
        packed=tuple(_packed([corpus.folder, *also])),
    )


class _Words:
    """What a person said, and how to find copies of it: sentences, quotes, runs of six words."""

    def __init__(self, corpus: Corpus, respondent: str) -> None:
        said: list[str] = []
        for file in corpus.files.values():
            said += [
                file.text[part.start : part.end]
                for part in file.parts
                if part.respondent == respondent
            ]
        phrases: set[str] = set()
        for text in said:
            phrases.update(re.split(r"(?<=[.!?…])\s+|\n+", text))
        mine = corpus.excerpts["respondent"] == respondent
        phrases.update(corpus.excerpts.loc[mine, "quote"].dropna())
        kept = {text.strip() for text in phrases if len(text.split()) >= _LEAST_WORDS}
        self._forms = _forms(kept)
        self._runs: set[tuple[str, ...]] = set()
        for text in said:
            tokens = [match[0].casefold() for match in _TOKEN.finditer(text)]
            self._runs.update(zip(*(tokens[place:] for place in range(_RUN)), strict=False))

    def without(self, text: str) -> str:
        """Return the text with every copy blanked, letter for letter."""
        if self._forms is not None:
            text = self._forms.sub(lambda match: BLANK * len(match[0]), text)
        found = list(_TOKEN.finditer(text))
        tokens = [match[0].casefold() for match in found]
        hit: set[int] = set()
        for place, run in enumerate(zip(*(tokens[i:] for i in range(_RUN)), strict=False)):
            if run in self._runs:
                hit.update(range(place, place + _RUN))
        if not hit:
            return text
        letters = list(text)
        for place in hit:
            start, end = found[place].span()
            letters[start:end] = BLANK * (end - start)
        return "".join(letters)


def _forms(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Return one pattern for every way the words may be written in a file."""
    found: set[str] = set()
    for words in phrases:
        for page in (words, html.escape(words), html.escape(words, quote=False)):
            found.add(page)
            for escaped in (json.dumps(page), json.dumps(page, ensure_ascii=False)):
                found.add(escaped[1:-1])
    if not found:
        return None
    return re.compile("|".join(re.escape(form) for form in sorted(found, key=len, reverse=True)))


def _all_parts(corpus: Corpus) -> Iterable[Part]:
    for file in corpus.files.values():
        yield from file.parts


def _spans_of(file: DocumentFile, respondent: str) -> list[tuple[int, int]]:
    """Return what to blank: the whole of a document about this person alone, else their parts."""
    names = {part.respondent for part in file.parts} - {None}
    names.add(file.about.get("respondent"))
    names.discard(None)
    if names == {respondent}:
        return [(0, len(file.text))]
    return [(part.start, part.end) for part in file.parts if part.respondent == respondent]


def _blanked(file: DocumentFile, spans: Iterable[tuple[int, int]]) -> DocumentFile:
    """Return the document with the spans blanked; every place keeps its offsets."""
    letters = list(file.text)
    for start, end in spans:
        letters[start:end] = ["\n" if letter == "\n" else BLANK for letter in letters[start:end]]
    changed = replace(file, text="".join(letters))
    if changed.text == file.text:
        return file
    step = {"from": file.sha, "to": changed.sha}
    about = {**file.about, "erased": [*file.about.get("erased", []), step]}
    about["changes"] = [
        {key: value for key, value in change.items() if key != "note"}
        for change in file.about.get("changes", [])
    ]
    if str(about.get("title", "")) in file.text:
        about["title"] = file.id
    return replace(changed, about=about)


def _delete_originals(corpus: Corpus, file: DocumentFile) -> list[str]:
    """Delete the raw file of a document that is blank now."""
    source: dict[str, Any] = file.about.get("source", {})
    found: list[str] = []
    for path in (corpus.folder / "originals").glob("*"):
        if path.stem == file.id or path.name == source.get("file"):
            path.unlink()
            found.append(f"originals/{path.name}")
    return found


def _blank_logs(
    corpus: Corpus, respondent: str, blank: dict[str, DocumentFile], words: _Words
) -> int:
    """Blank the words of every act on this person's passages; return how many acts had some."""
    touched = {act.id for act in corpus.log.acts if _concerns(act, corpus, respondent)}
    while True:  # edits of an act, and edits of those
        more = {act.id for act in corpus.log.acts if act.act in touched} - touched
        if not more:
            break
        touched |= more
    count = 0
    for path in corpus.log.paths:
        with corpus.log.lock(f"{path.stem}.writing"):
            corpus.log.refresh()
            acts = corpus.log.read(path)
            kept = [_blank_act(act, act.id in touched, blank, words) for act in acts]
            count += sum(before != after for before, after in zip(acts, kept, strict=True))
            write_whole_file(path, "".join(act_to_line(act) for act in kept))
    return count


def _concerns(act: Act, corpus: Corpus, respondent: str) -> bool:
    """Say whether an act is about this person: their passages, cells, or a document all theirs."""
    match act.target:
        case Span():
            file = corpus.files.get(act.target.document)
            if file is None:
                return False
            return any(
                start < act.target.end and act.target.start < end
                for start, end in _spans_of(file, respondent)
            )
        case Cell():
            return act.target.respondent == respondent
        case Document():
            file = corpus.files.get(act.target.document)
            return file is not None and _spans_of(file, respondent) == [(0, len(file.text))]
        case Case():
            cases = corpus.registers.case_of
            same = [name for name, case in cases.items() if case == act.target.case]
            return same == [respondent]
        case _:
            return False


def _blank_act(act: Act, touched: bool, blank: dict[str, DocumentFile], words: _Words) -> Act:
    target = act.target
    if isinstance(target, Span):
        file = blank.get(target.document)
        if touched:
            target = replace(target, quote="", prefix="", suffix="")
        elif file is not None and target.text_sha in file.lineage:
            around = span_at(target.document, file.text, target.start, target.end, "")
            target = replace(target, prefix=around.prefix, suffix=around.suffix)
        elif file is not None:
            target = replace(
                target, prefix=words.without(target.prefix), suffix=words.without(target.suffix)
            )
    text = act.text
    if touched and act.op != "state":
        text = None
    elif text is not None:
        text = words.without(text)
    return replace(act, target=target, text=text)


def _clear_caches(aside: Path, folder: Path) -> list[str]:
    """Delete everything that can be made again, and torn lines, which cannot be searched."""
    found: list[str] = []
    for path in sorted(aside.rglob("*")):
        if path.is_file() and path.suffix != ".lock":
            path.unlink()
            found.append(str(path.relative_to(folder)))
    return found


def _mark_withdrawn(path: Path, respondent: str) -> None:
    if not path.exists():
        return
    text = path.read_bytes().decode("utf-8-sig")
    first = text.split("\n", 1)[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    header = [name.strip() for name in rows[0]]
    if "consent" not in header:
        header.append("consent")
        rows = [[*row, ""] for row in rows]
        rows[0] = header
    kept = {"respondent", "case", "pilot", "consent"}
    for row in rows[1:]:
        if row and row[header.index("respondent")].strip() == respondent:
            for place, name in enumerate(header):
                row[place] = row[place] if name in kept else ""
            row[header.index("consent")] = "withdrawn"
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(rows)
    write_whole_file(path, stream.getvalue())


def _forget_key(folder: Path, respondent: str) -> list[str]:
    """Delete the lines of key files that say who the pseudonym stands for."""
    found: list[str] = []
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if respondent not in re.split(r"[,;\t\r\n\"]", line)]
        if kept != lines:
            write_whole_file(path, "".join(kept))
            found.append(f".keys/{path.name}: {len(lines) - len(kept)}")
    return found


def _sweep(corpus: Corpus, also: Iterable[Path], words: _Words) -> list[str]:
    """Blank copies in every other text file: codebook, memos, notebooks, reports.

    Documents and logs are blanked by place, not by likeness: what others said stays theirs.
    """
    by_place = {corpus.documents_folder, corpus.log.folder}
    found: list[str] = []
    for folder in (corpus.folder, *also):
        for path in sorted(folder.rglob("*")):
            if path.suffix not in _TEXT_FILES or not path.is_file():
                continue
            if ".git" in path.parts or by_place & set(path.parents):
                continue
            try:
                text = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                continue
            kept = words.without(text)
            if kept != text:
                write_whole_file(path, kept)
                found.append(str(path.relative_to(folder)))
    return found


def _packed(folders: Iterable[Path]) -> list[str]:
    return [
        str(path.relative_to(folder))
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in _PACKED and ".git" not in path.parts
    ]
