"""What the commands for documents do: call one function, say in a few lines what came of it."""

from __future__ import annotations

import getpass
import re
from typing import TYPE_CHECKING

from workbench.coding.corpus import load_corpus
from workbench.coding.erasing import erase
from workbench.coding.importing import import_files, import_open_answers
from workbench.coding.importing.open_answers import import_table
from workbench.coding.importing.reading import FORMATS
from workbench.coding.reanchoring import reanchor
from workbench.errors import CorpusError
from workbench.inputs.study import load_study
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["default_coder", "erase_respondent", "import_documents", "reanchor_document"]


def default_coder() -> str:
    """Return the user's name as a coder's name."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = ""
    return re.sub(r"[^\w.-]", "", name).lstrip("-._") or "coder"


def import_documents(
    study: Path,
    files: Sequence[Path],
    *,
    encoding: str | None = None,
    respondent: str | None = None,
    columns: dict[str, str] | None = None,
    open_answers: bool = False,
    language: str = "en",
) -> list[str]:
    """Import files, a table with its columns named, or the open answers of the survey."""
    opened = load_study(study)
    if open_answers:
        return [_answers_line(one, language) for one in import_open_answers(opened)]
    tables = [path for path in files if path.suffix.lower() not in FORMATS]
    if tables and not columns:
        raise CorpusError(
            f"{tables[0].name} is a table: name its columns with --text and --respondent (and "
            "--question, --wave), or import the survey's own with --open-answers."
        )
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise CorpusError(f"There is no file '{missing[0]}' here.")
    lines: list[str] = []
    for path in tables:
        made = import_table(opened.folder, path, model=opened.corpus_model, **(columns or {}))  # type: ignore[arg-type]
        lines += [_answers_line(one, language) for one in made]
    texts = [path for path in files if path not in tables]
    for one in import_files(
        opened.folder,
        texts,
        model=opened.corpus_model,
        encoding=encoding,
        respondent=respondent,
    ):
        line = Message(
            "{document}: {characters}, {parts}, respondents {names}.",
            document=one.document,
            characters=Message(
                "{n:integer} character", "{n:integer} characters", n=one.n_characters
            ),
            parts=Message("{n:integer} part", "{n:integer} parts", n=one.n_parts),
            names=", ".join(one.respondents) or "–",
        )
        lines.append(line.render(language))
        changes = ", ".join(f"{change.kind} {change.n}" for change in one.changes)
        if changes:
            lines.append(f"  {changes}")
        lines += [f"  ! {note.render(language)}" for note in one.notes]
    return lines


def _answers_line(one: object, language: str) -> str:
    line = Message(
        "{document}: {n:integer} answer, {blank:integer} blank.",
        "{document}: {n:integer} answers, {blank:integer} blank.",
        document=getattr(one, "document", ""),
        n=getattr(one, "n_answers", 0),
        blank=getattr(one, "n_blank", 0),
    )
    return line.render(language)


def reanchor_document(
    study: Path, document: str, new: Path | None, *, coder: str, language: str = "en"
) -> tuple[list[str], int]:
    """Put a corrected text in place of a document's; return what to say and the exit code."""
    corpus = load_corpus(study)
    text = None
    if new is not None:
        try:
            text = new.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise CorpusError(f"{new.name} must be there, and be UTF-8.") from error
    done = reanchor(corpus, document, text, coder=coder)
    lines = [
        Message(
            "{codings}: {exact:integer} exact, {moved:integer} moved, "
            "{orphaned:integer} orphaned, {erased:integer} erased.",
            codings=Message("{n:integer} coding", "{n:integer} codings", n=done.before),
            exact=done.exact,
            moved=done.moved,
            orphaned=done.orphaned,
            erased=done.erased,
        ).render(language)
    ]
    for row in done.orphans.to_dict("records"):
        likely = row["likely_start"]
        place = "" if likely is None or likely != likely else f" ~ {likely}-{row['likely_end']}"
        lines.append(
            f"  {row['act']} {row['coder']} {row['code']} {row['start']}-{row['end']}{place}"
        )
    return lines, done.exit_code


def erase_respondent(
    study: Path, respondent: str, *, coder: str, also: Sequence[Path] = (), language: str = "en"
) -> list[str]:
    """Blank everything a respondent said; return what to say."""
    done = erase(load_corpus(study), respondent, coder=coder, also=also)
    lines = [
        Message(
            "{respondent}: {documents:integer} documents, {characters:integer} characters and "
            "{acts:integer} acts blanked.",
            respondent=done.respondent,
            documents=done.documents,
            characters=done.characters,
            acts=done.acts,
        ).render(language),
        *(f"  {name}" for name in (*done.files, *done.deleted)),
    ]
    if done.packed:
        note = Message("These may hold the words and cannot be searched; delete or make again:")
        lines += [note.render(language), *(f"  ! {name}" for name in done.packed)]
    note = Message("Git keeps older versions of the files until its history is rewritten.")
    return [*lines, note.render(language)]
