"""Open answers: one document per wave and question, one part per respondent."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.documents import DocumentFile, Part, read_document, write_document
from workbench.coding.importing.names import Names, read_names
from workbench.coding.importing.original import normal_text
from workbench.coding.redacting import redact_at_the_door
from workbench.errors import CorpusError, near_match
from workbench.inputs.models.corpus import CorpusModel
from workbench.inputs.readers import read_table
from workbench.inputs.redaction.door import Door

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from workbench.inputs.study import Study

__all__ = ["ImportedAnswers", "import_open_answers", "import_table"]

_LONGEST = 40


@dataclass(frozen=True, kw_only=True)
class ImportedAnswers:
    """One document of open answers, and how many rows had none."""

    document: str
    question: str
    wave: str | None
    n_answers: int
    n_blank: int
    is_new: bool


def import_open_answers(
    study: Study, *, survey: str | None = None, names: Sequence[str] | None = None
) -> list[ImportedAnswers]:
    """Import the open answers of a survey, as ``[survey.open_answers]`` names them.

    A document that is there already is left alone when its answers are the same; a wave with
    other answers than before stops, because codings stand on it.

    Parameters
    ----------
    study
        The study.
    survey
        Which survey, where there are several.
    names
        Which open answers. Default: all.

    Raises
    ------
    CorpusError
        If there are none, or a document holds other answers.
    """
    model = study.survey_model(survey)
    wanted = list(model.open_answers) if names is None else list(names)
    if not wanted:
        raise CorpusError(
            "The study names no open answers. Add [survey.open_answers.<name>] with item = "
            '"<column>" to study.toml.'
        )
    for name in wanted:
        if name not in model.open_answers:
            hint = near_match(name, model.open_answers)
            raise CorpusError(f"There is no open answer '{name}' in study.toml.{hint}")
    frame = study.survey(survey)
    made: list[ImportedAnswers] = []
    for name in wanted:
        made += import_table(
            study.folder,
            frame.assign(**{_QUESTION: name}),
            text=model.open_answers[name].item,
            respondent="respondent_id",
            question=_QUESTION,
            wave="wave",
            model=study.corpus_model,
        )
    return made


_QUESTION = "__question"


def import_table(
    folder: Path,
    table: Path | pd.DataFrame,
    *,
    text: str,
    respondent: str,
    question: str | None = None,
    wave: str | None = None,
    title: str | None = None,
    model: CorpusModel | None = None,
) -> list[ImportedAnswers]:
    """Import a table with one answer per row.

    Parameters
    ----------
    folder
        The study's folder.
    table
        A file (``.xlsx``, ``.csv``, ``.parquet``, ...) or a frame.
    text, respondent
        Columns of the answer and of the respondent's pseudonym.
    question, wave
        Columns that split the answers into documents. Default: one document.
    title
        Name of the question where there is no such column. Default: the text column.
    model
        What ``[corpus]`` says.

    Raises
    ------
    CorpusError
        If a column is missing, a row with an answer has no respondent, or a document with other
        answers is there already.
    """
    frame = table if isinstance(table, pd.DataFrame) else read_table(table).frame
    wanted = [name for name in (text, respondent, question, wave) if name is not None]
    for name in wanted:
        if name not in frame.columns:
            hint = near_match(name, [str(column) for column in frame.columns])
            raise CorpusError(f"The table has no column '{name}'.{hint}")
    answers = pd.DataFrame(
        {
            "text": frame[text].astype("str"),
            "respondent": frame[respondent].astype("str"),
            "question": title or text if question is None else frame[question].astype("str"),
            "wave": "" if wave is None else frame[wave].astype("str"),
        }
    )
    answers["question"] = answers["question"].fillna("").str.split().str.join(" ")
    answers["wave"] = answers["wave"].fillna("")
    names = Names(read_names(folder))
    model = model or CorpusModel()
    made: list[ImportedAnswers] = []
    taken: set[str] = set()
    door = Door(folder, model.language) if model.redact == "sure" else None
    for (asked, when), rows in answers.groupby(["question", "wave"], sort=False):
        document, blank = _document(str(asked), str(when), rows, names, taken)
        document = redact_at_the_door(document, door)
        made.append(_stored(folder / model.documents, document, str(asked), str(when), blank))
    if door is not None:
        door.save()
    return made


def _document(
    question: str, wave: str, rows: pd.DataFrame, names: Names, taken: set[str]
) -> tuple[DocumentFile, int]:
    counts: Counter[str] = Counter()
    pieces: list[str] = []
    parts: list[Part] = []
    place = blank = 0
    for text, respondent in zip(rows["text"], rows["respondent"], strict=True):
        answer = "" if pd.isna(text) else names.without(normal_text(str(text), counts)).strip()
        if not answer:
            blank += 1
            continue
        if pd.isna(respondent) or not str(respondent).strip():
            raise CorpusError(
                f"Every row with an answer must have a respondent; row {len(parts) + blank + 1} of "
                f"'{question}' has none."
            )
        end = place + len(answer)
        parts.append(
            Part(
                part=len(parts) + 1,
                start=place,
                end=end,
                kind="answer",
                respondent=str(respondent),
                question=_slug(question),
            )
        )
        pieces.append(answer)
        place = end + 1
    changes = [{"kind": kind, "n": n} for kind, n in sorted(counts.items())]
    if names.counts:
        changes.append({"kind": "names_replaced", "n": sum(names.counts.values())})
    about: dict[str, Any] = {
        "title": question + (f" ({wave})" if wave else ""),
        "kind": "open_answers",
        "wave": wave or None,
        "changes": changes,
    }
    name = _slug(f"{_slug(question)}-{wave}" if wave else question)
    while name in taken:
        name = f"{name[:60]}-{len(taken)}"
    taken.add(name)
    text = "\n".join(pieces)
    return DocumentFile(id=name, text=text, parts=tuple(parts), about=about), blank


def _stored(
    folder: Path, document: DocumentFile, question: str, wave: str, blank: int
) -> ImportedAnswers:
    path = folder / f"{document.id}.txt"
    is_new = not path.exists()
    if not is_new:
        known = read_document(path)
        if (known.text, known.parts) != (document.text, document.parts):
            raise CorpusError(
                f"Document '{document.id}' holds other answers than the data do now. Correct it "
                "with 'workbench reanchor', or move the old one away if nothing is coded in it."
            )
    else:
        write_document(folder, document)
    return ImportedAnswers(
        document=document.id,
        question=_slug(question),
        wave=wave or None,
        n_answers=len(document.parts),
        n_blank=blank,
        is_new=is_new,
    )


def _slug(text: str) -> str:
    words = re.sub(r"[^\w.-]+", "-", text, flags=re.UNICODE).strip("-._")
    words = words if words and words[0].isalnum() else f"q-{words}".strip("-")
    return words[:_LONGEST].rstrip("-._")
