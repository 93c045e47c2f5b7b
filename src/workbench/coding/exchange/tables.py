"""Excel both ways, and quotes as CSV: for those who read and write tables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus, load_corpus
from workbench.coding.exchange.incoming import ImportReport
from workbench.errors import CodebookError, CorpusError, near_match
from workbench.language import Message

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from workbench.inputs.study import Study

__all__ = ["export_excel", "export_quotes_csv", "import_excel"]

_CODINGS = (
    "document",
    "start",
    "end",
    "quote",
    "code",
    "coder",
    "polarity",
    "stance",
    "weight",
    "memo",
)
_CODEBOOK = (
    "code",
    "name",
    "parent",
    "kind",
    "definition",
    "include",
    "exclude",
    "rules",
    "polarity",
    "origin",
)
_LISTS = {"include", "exclude", "rules"}
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_LETTERS = 32_767


def export_excel(study: Study | Corpus | Path | str, out: Path | str) -> Path:
    """Write codings with their words, the codebook and the documents as sheets of a workbook.

    Every cell is text or a number: nothing a respondent wrote can run as a formula. Codings added
    or changed in the sheet come back with :func:`import_excel`.

    Parameters
    ----------
    study
        A study, a corpus, or a path to one.
    out
        ``NAME.xlsx``.

    Returns
    -------
    Path
        The file.
    """
    from openpyxl import Workbook

    path = _xlsx(out)
    corpus = study if isinstance(study, Corpus) else load_corpus(study)
    book = Workbook()
    sheet = book.active
    if sheet is None:  # a new workbook always has one
        raise CorpusError("A new workbook has no sheet; please report this.")
    sheet.title = "codings"
    excerpts = corpus.excerpts
    columns = ["act", *_CODINGS, "respondent", "question", "status", "via"]
    _fill(sheet, excerpts[columns])
    _fill(book.create_sheet("codebook"), _codebook_rows(corpus))
    _fill(book.create_sheet("documents"), corpus.documents)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def _codebook_rows(corpus: Corpus) -> pd.DataFrame:
    rows = [
        {
            "code": entry.id,
            "name": entry.label("sv"),
            "parent": entry.parent or "",
            "kind": entry.kind,
            "definition": _plain(entry.definition),
            "include": "\n".join(entry.include),
            "exclude": "\n".join(entry.exclude),
            "rules": "\n".join(entry.rules),
            "polarity": entry.polarity or "",
            "origin": entry.origin or "",
        }
        for _, entry in corpus.codebook.tree
    ]
    return pd.DataFrame(rows, columns=list(_CODEBOOK))


def _plain(text: Any) -> str:
    return text if isinstance(text, str) else next(iter(text.values()), "")


def _fill(sheet: Worksheet, frame: pd.DataFrame) -> None:
    """Write a frame; texts are texts, however they begin."""
    from openpyxl.styles import Font

    for column, name in enumerate(frame.columns, start=1):
        cell = sheet.cell(1, column, str(name))
        cell.font = Font(bold=True)
    for row, values in enumerate(frame.itertuples(index=False), start=2):
        for column, value in enumerate(values, start=1):
            if value is None or value is pd.NA or value != value:
                continue
            if isinstance(value, str):
                cell = sheet.cell(row, column, _ILLEGAL.sub("\ufffd", value)[:_MOST_LETTERS])
                cell.data_type = "s"
            else:
                sheet.cell(row, column, value if isinstance(value, bool) else float(value))
    sheet.freeze_panes = "A2"


def import_excel(
    path: Path | str, study: Study | Corpus | Path | str, *, coder: str = "excel"
) -> ImportReport:
    """Read codings and a codebook from a workbook.

    The sheet ``codebook`` (code, name, parent, definition, ...) makes codes that are not there. The
    sheet ``codings`` (document, quote, code; start and end where they are known; coder, polarity,
    stance, weight, memo) adds codings: a quote without a place must stand once in its document.
    Rows whose ``act`` is in the logs already are skipped; a row that cannot be placed is counted
    and named by its number, never guessed.

    Parameters
    ----------
    path
        The workbook.
    study
        Where to put it.
    coder
        Who stands for rows without a coder.

    Raises
    ------
    CorpusError
        If there is no sheet ``codings`` or ``codebook``, or a column is missing.
    """
    file = _xlsx(path)
    if not file.is_file():
        raise CorpusError(f"There is no file '{file.name}' here.")
    try:
        sheets = pd.read_excel(file, sheet_name=None, dtype="str", keep_default_na=False)
    except (ValueError, OSError, KeyError) as error:
        raise CorpusError(
            f"'{file.name}' cannot be read as an Excel workbook. Save it again as .xlsx."
        ) from error
    corpus = study if isinstance(study, Corpus) else load_corpus(study)
    if not {"codings", "codebook"} & sheets.keys():
        raise CorpusError(
            f"'{file.name}' must have a sheet 'codings' or 'codebook'; it has {', '.join(sheets)}."
        )
    n_codes = _read_codebook(sheets.get("codebook"), corpus, coder)
    return _read_codings(sheets.get("codings"), corpus, coder, n_codes)


def _read_codebook(sheet: pd.DataFrame | None, corpus: Corpus, coder: str) -> int:
    if sheet is None:
        return 0
    _need(sheet, ("code",), "codebook")
    made = [
        row
        for row in sheet.to_dict("records")
        if str(row["code"]).strip() and row["code"] not in corpus.codebook
    ]
    changes = [
        {"op": "create", "code": str(row["code"]).strip(), "fields": _fields(row)} for row in made
    ]
    if changes:
        corpus.change_codebook_at_once(coder, changes)
    return len(changes)


def _fields(row: dict[Any, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key in _CODEBOOK[1:]:
        value = str(row.get(key, "")).strip()
        if value:
            fields[key] = value.split("\n") if key in _LISTS else value
    return fields


def _read_codings(
    sheet: pd.DataFrame | None, corpus: Corpus, coder: str, n_codes: int
) -> ImportReport:
    if sheet is None:
        return ImportReport(documents=0, codes=n_codes, codings=0, memos=0, skipped=0, warnings=())
    _need(sheet, ("document", "quote", "code"), "codings")
    acts: dict[str, list[dict[str, Any]]] = {}
    skipped = 0
    warnings: list[Message] = []
    present = {
        (c.coder, c.code, c.target.document, c.target.start, c.target.end)
        for c in corpus.folded.codings
        if isinstance(c.target, Span)
    }
    for number, row in enumerate(sheet.to_dict("records"), start=2):
        if row.get("act") and corpus.log.has(str(row["act"])):
            skipped += 1
            continue
        try:
            span = _located(corpus, row)
            who = str(row.get("coder") or "").strip() or coder
            values = corpus.coding(span, str(row["code"]).strip(), **_more(row))
        except (CorpusError, CodebookError) as error:
            warnings.append(
                Message("Row {row:integer} was left out: {why}", row=number, why=str(error))
            )
            continue
        if (who, values["code"], span.document, span.start, span.end) in present:
            skipped += 1
            continue
        memo = str(row.get("memo") or "") or None
        acts.setdefault(who, []).append(
            {"op": "add", **values, "text": memo, "via": "import:excel"}
        )
    for who, listed in acts.items():
        corpus.write(who, listed)
    return ImportReport(
        documents=0,
        codes=n_codes,
        codings=sum(len(listed) for listed in acts.values()),
        memos=0,
        skipped=skipped,
        warnings=tuple(warnings),
    )


def _located(corpus: Corpus, row: dict[Any, Any]) -> Span:
    """Return where a row's quote stands: at its place, or at the only place with those words."""
    document, quote = str(row["document"]).strip(), str(row["quote"])
    text = corpus.file(document).text
    start = _whole(row.get("start"))
    if start is not None and quote and text[start : start + len(quote)] == quote:
        return Span(document, start, start + len(quote), quote)
    words = quote.strip()
    if not words:
        raise CorpusError("a coding must have a quote.")
    if text.count(words) != 1:
        raise CorpusError(
            f"its quote stands {text.count(words)} times in '{document}'. Give start, or a longer "
            "quote."
        )
    place = text.index(words)
    return Span(document, place, place + len(words), words)


def _whole(value: object) -> int | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return int(number) if number == number and number.is_integer() and number >= 0 else None


def _more(row: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in ("polarity", "stance"):
        value = str(row.get(key) or "").strip()
        if value:
            found[key] = value
    weight = str(row.get("weight") or "").strip().replace(",", ".")
    if weight:
        try:
            found["weight"] = float(weight)
        except ValueError as error:
            raise CorpusError("its weight is no number.") from error
    return found


def _need(sheet: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    for column in columns:
        if column not in sheet.columns:
            hint = near_match(column, [str(found) for found in sheet.columns])
            raise CorpusError(f"The sheet '{name}' must have a column '{column}'.{hint}")


def _xlsx(path: Path | str) -> Path:
    found = Path(path)
    if found.suffix.lower() != ".xlsx":
        raise CorpusError(f"The workbook must end in .xlsx, not '{found.suffix}'.")
    return found


def export_quotes_csv(study: Study | Corpus | Path | str, out: Path | str) -> Path:
    """Write every excerpt as a row of a CSV file that spreadsheets open safely.

    A text that begins like a formula gets a ``'`` before it.

    Parameters
    ----------
    study
        A study, a corpus, or a path to one.
    out
        ``NAME.csv``; UTF-8 with a mark, so that Excel reads å, ä and ö.
    """
    corpus = study if isinstance(study, Corpus) else load_corpus(study)
    frame = corpus.excerpts.copy()
    for column in frame.columns[frame.dtypes == "str"]:
        frame[column] = frame[column].map(_safe, na_action="ignore")
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    return path


def _safe(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text
