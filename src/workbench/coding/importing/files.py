"""Put files into the corpus of a study: text, parts, registers, record, originals."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.coding.documents import DocumentFile, write_document, write_whole_file
from workbench.coding.importing.names import Names, read_names
from workbench.coding.importing.questions import GuideIndex
from workbench.coding.importing.reading import read_original
from workbench.coding.importing.speakers import Cast
from workbench.coding.importing.structure import structured, unwrapped
from workbench.coding.redacting import redact_at_the_door
from workbench.coding.registers import RESPONDENTS, read_registers
from workbench.errors import CorpusError
from workbench.inputs.models.corpus import CorpusModel
from workbench.inputs.redaction.door import Door
from workbench.language import Message

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from workbench.coding.importing.original import Change, Original
    from workbench.coding.registers import Registers

__all__ = ["Imported", "import_files"]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """A file that became a document.

    ``notes`` say what a person should look at; ``changes`` is what stands in the record.
    """

    document: str
    n_characters: int
    n_parts: int
    respondents: tuple[str, ...]
    changes: tuple[Change, ...]
    notes: tuple[Message, ...]


def import_files(
    folder: Path,
    paths: Sequence[Path],
    *,
    model: CorpusModel | None = None,
    encoding: str | None = None,
    respondent: str | None = None,
    replace_existing: bool = False,
    now: dt.datetime | None = None,
) -> list[Imported]:
    """Import interviews and other documents into a study.

    Names in ``.keys/pseudonyms.csv`` are replaced before anything is written; the original is kept
    in ``originals/``, which Git ignores. Every change to the text is in ``documents/<doc>.toml``.

    Parameters
    ----------
    folder
        The study's folder.
    paths
        Files in any of the formats of :func:`read_original`.
    model
        What ``[corpus]`` says.
    encoding
        Of text files, where it cannot be told.
    respondent
        Whose interview it is. Default: the respondent whose name the file's name holds.
    replace_existing
        Import again over a document nobody has coded. Corrections of one that is coded go through
        ``workbench reanchor``.
    now
        Time of import, for the record.

    Raises
    ------
    CorpusError
        If a file cannot be read, or its document is already there. Nothing of it is written then.
    """
    model = model or CorpusModel()
    registers = read_registers(folder, model.guide)
    guide = GuideIndex(registers.guide)
    names = read_names(folder)
    door = Door(folder, model.language) if model.redact == "sure" else None
    read = [(path, read_original(path, encoding=encoding)) for path in paths]
    made: list[tuple[Path, DocumentFile, Imported]] = []
    for path, original in read:
        document, imported = _document(
            path, original, Names(names), registers, guide, model, respondent, now, door
        )
        _check_free(folder, model, document.id, replace_existing, [one[1].id for one in made])
        made.append((path, document, imported))
    for path, document, _ in made:
        write_document(folder / model.documents, document)
        _keep_original(folder, path, document.id)
    if door is not None:
        door.save()
    _register(folder, registers, [name for *_, found in made for name in found.respondents])
    return [imported for *_, imported in made]


def _document(
    path: Path,
    original: Original,
    names: Names,
    registers: Registers,
    guide: GuideIndex,
    model: CorpusModel,
    respondent: str | None,
    now: dt.datetime | None,
    door: Door | None,
) -> tuple[DocumentFile, Imported]:
    title = names.without(unicodedata.normalize("NFC", path.stem))
    lines, more = unwrapped([names.line_without(line) for line in original.lines])
    cast = Cast(
        known=registers.names,
        own=respondent or _named_in(title, registers.names),
        interviewers=[names.without(name) for name in model.interviewers],
    )
    found = structured(lines, cast, guide)
    changes = [*original.changes, *more, *found.changes]
    replaced = sum(names.counts.values())
    about: dict[str, Any] = {
        "title": title,
        "kind": found.kind,
        "respondent": cast.own,
        "source": _source(path, original, title, now),
        "changes": [
            *(change.as_values() for change in changes),
            *([{"kind": "names_replaced", "n": replaced}] if replaced else []),
        ],
    }
    document = redact_at_the_door(
        DocumentFile(id=_slug(title), text=found.text, parts=found.parts, about=about),
        door,
        spare=[*registers.names, *cast.interviewers],
    )
    respondents = tuple(
        dict.fromkeys(part.respondent for part in found.parts if part.respondent is not None)
    )
    imported = Imported(
        document=document.id,
        n_characters=len(document.text),
        n_parts=len(found.parts),
        respondents=respondents,
        changes=tuple(changes),
        notes=tuple(_notes(cast, guide, found.kind, found.parts)),
    )
    return document, imported


def _source(path: Path, original: Original, title: str, now: dt.datetime | None) -> dict[str, Any]:
    raw = path.read_bytes()
    found: dict[str, Any] = {
        "file": title + path.suffix,
        "format": original.format,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "bytes": len(raw),
    }
    if original.encoding is not None:
        found["encoding"] = original.encoding
    if now is not None:
        found["imported"] = now.isoformat(timespec="seconds")
    return found


def _notes(cast: Cast, guide: GuideIndex, kind: str, parts: Sequence[Any]) -> list[Message]:
    notes: list[Message] = []
    if cast.to_check:
        notes.append(
            Message(
                "{n:integer} speaker is not in respondents.csv; check who it is: {names}.",
                "{n:integer} speakers are not in respondents.csv; check who they are: {names}.",
                n=len(set(cast.to_check)),
                names=list(dict.fromkeys(cast.to_check)),
            )
        )
    if len(guide) and kind == "interview" and not any(part.question for part in parts):
        notes.append(
            Message("No question of the guide was found; write its number before each question.")
        )
    return notes


def _named_in(title: str, known: Sequence[str]) -> str | None:
    """Return the respondent whose name stands in a file's name as a word of its own."""
    found = [
        name
        for name in known
        if re.search(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", title, re.IGNORECASE)
    ]
    return found[0] if len(found) == 1 else None


def _slug(title: str) -> str:
    words = re.sub(r"[^\w.-]+", "-", title, flags=re.UNICODE).strip("-._")
    if not words or not words[0].isalnum():
        words = f"d-{words}".strip("-")
    return words[:64].rstrip("-._")


def _check_free(
    folder: Path, model: CorpusModel, name: str, replace_existing: bool, made: Sequence[str]
) -> None:
    if name in made:
        raise CorpusError(f"Two files would become document '{name}'. Rename one of them.")
    if not (folder / model.documents / f"{name}.txt").exists():
        return
    used = any(
        f'"document": "{name}"' in path.read_text(encoding="utf-8")
        for path in (folder / "coding").glob("*.jsonl")
    )
    if used or not replace_existing:
        raise CorpusError(
            f"There is already a document '{name}'. Give the file another name; or correct the "
            "document with 'workbench reanchor', which keeps its codings."
        )


def _keep_original(folder: Path, path: Path, name: str) -> None:
    kept = folder / "originals" / f"{name}{path.suffix.lower()}"
    if path.resolve() != kept.resolve():
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept)
    for file in (folder / ".gitignore",):
        ignored = file.read_text(encoding="utf-8") if file.exists() else ""
        missing = [line for line in (".keys/", "originals/", ".workbench/") if line not in ignored]
        if missing:
            file.write_text(ignored + "".join(f"{line}\n" for line in missing), encoding="utf-8")


def _register(folder: Path, registers: Registers, respondents: Sequence[str]) -> None:
    """Add respondents that the register lacks, at its end."""
    new = [name for name in dict.fromkeys(respondents) if name not in set(registers.names)]
    if not new:
        return
    path = folder / "respondents.csv"
    text = path.read_bytes().decode("utf-8-sig") if path.exists() else ",".join(RESPONDENTS) + "\n"
    header = next(csv.reader(io.StringIO(text.split("\n", 1)[0])), [])
    delimiter = max((",", ";", "\t"), key=text.split("\n", 1)[0].count)
    columns = [name.strip() for name in ",".join(header).split(delimiter)]
    place = columns.index("respondent")
    rows = "".join(
        delimiter.join("" if n != place else name for n in range(len(columns))) + "\n"
        for name in new
    )
    write_whole_file(path, text + ("" if text.endswith("\n") else "\n") + rows)
