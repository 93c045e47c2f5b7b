"""A coding table made by hand in a spreadsheet, or exported by another tool, becomes acts.

A quote is anchored only where it surely stands. A row whose quote cannot be found, or that has
none, is coded all the same, without a place, and is shown so in every report.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.acts import Cell, Document, Span
from workbench.coding.locating import locate
from workbench.errors import CorpusError, near_match
from workbench.inputs.readers import read_table

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.coding.acts import Target
    from workbench.coding.corpus import Corpus

__all__ = ["CodingTable", "import_coding_table"]

_POLARITIES = {
    **dict.fromkeys(
        ("+", "success", "framgångsfaktor", "framgång", "positiv", "positive"), "success"
    ),
    **dict.fromkeys(("-", "−", "barrier", "hinder", "negativ", "negative"), "barrier"),
    **dict.fromkeys(("~", "+/-", "±", "both", "båda", "blandad", "mixed"), "both"),
}


@dataclass(frozen=True, kw_only=True)
class CodingTable:
    """What became of each row.

    ``rows`` has one row per row of the table: row act code how reason. ``how`` is ``exact``,
    ``alike`` (spaces and typography differ), ``no_place`` or ``left_out``; ``reason`` says why
    there is no place: no_quote, absent, ambiguous, no_document.
    """

    rows: pd.DataFrame
    codes_made: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows went which way."""
        return {str(how): int(n) for how, n in self.rows["how"].value_counts().items()}


def import_coding_table(
    corpus: Corpus,
    table: Path | pd.DataFrame,
    *,
    coder: str,
    code: str,
    quote: str | None = None,
    respondent: str | None = None,
    document: str | None = None,
    question: str | None = None,
    polarity: str | None = None,
    memo: str | None = None,
    levels: str = " > ",
    tool: str = "table",
) -> CodingTable:
    """Import codings from a table, one per row.

    Parameters
    ----------
    corpus
        The corpus, with its documents imported.
    table
        A file (``.xlsx``, ``.csv``, ...) or a frame.
    coder
        Whose codings they are.
    code
        Column of the code; ``levels`` separates a code from the one above it.
    quote, respondent, document, question, polarity, memo
        Columns, where there are any. A row needs a document or a respondent.
    tool
        What the table comes from, for ``via``.

    Raises
    ------
    CorpusError
        If a column is missing, or a polarity is none of + - ~ or their names.
    """
    frame = table if isinstance(table, pd.DataFrame) else read_table(table).frame
    named = {
        "code": code,
        "quote": quote,
        "respondent": respondent,
        "document": document,
        "question": question,
        "polarity": polarity,
        "memo": memo,
    }
    cells = {key: _column(frame, name) for key, name in named.items()}
    signs = [_polarity(cell, number) for number, cell in enumerate(cells["polarity"])]
    made = _make_codes(corpus, [path for path in cells["code"] if path], levels, coder)
    acts: list[dict[str, Any]] = []
    rows: list[tuple[int, str, str, str, str]] = []
    for number in range(len(frame)):
        row = {key: values[number] for key, values in cells.items()}
        target, how, reason = _target(corpus, row)
        if target is None or not row["code"]:
            rows.append((number, "", row["code"], "left_out", reason or "no_code"))
            continue
        name = made.names[row["code"]]
        lost = row["quote"] if how == "no_place" else ""
        note = "\n".join(text for text in (row["memo"], lost) if text)
        acts.append(
            {
                "op": "add",
                **corpus.coding(target, name, polarity=signs[number]),
                "text": note or None,
                "via": f"import:{tool}",
            }
        )
        rows.append((number, str(len(acts) - 1), name, how, reason))
    ids = corpus.write(coder, acts) if acts else []
    listed = [(n, ids[int(act)] if act else None, *rest) for n, act, *rest in rows]
    columns = ["row", "act", "code", "how", "reason"]
    return CodingTable(rows=pd.DataFrame(listed, columns=columns), codes_made=tuple(made.new))


def _column(frame: pd.DataFrame, name: str | None) -> list[str]:
    if name is None:
        return [""] * len(frame)
    if name not in frame.columns:
        hint = near_match(name, [str(column) for column in frame.columns])
        raise CorpusError(f"The table has no column '{name}'.{hint}")
    return ["" if pd.isna(cell) else str(cell).strip() for cell in frame[name]]


def _polarity(cell: str, number: int) -> str | None:
    if not cell:
        return None
    found = _POLARITIES.get(cell.casefold())
    if found is None:
        raise CorpusError(
            f"Row {number + 1}: polarity must be + (success), - (barrier) or ~ (both), or empty."
        )
    return found


def _target(corpus: Corpus, row: dict[str, str]) -> tuple[Target | None, str, str]:
    """Return where a row's words stand, how surely, and why they have no place."""
    documents = _documents(corpus, row)
    if not documents and row["respondent"] not in corpus.respondents:
        return None, "left_out", "no_document"
    reason = "no_quote"
    if row["quote"]:
        found = [(name, locate(corpus.text(name), row["quote"])) for name in documents]
        hits = [(name, place) for name, place in found if place.start is not None]
        if len(hits) == 1 and all(place.how != "ambiguous" for _, place in found):
            name, place = hits[0]
            return Span(name, place.start or 0, place.end or 0), place.how, ""
        is_double = len(hits) > 1 or any(place.how == "ambiguous" for _, place in found)
        reason = "ambiguous" if is_double else "absent"
    if row["respondent"] in corpus.respondents and row["question"] in corpus.questions:
        return Cell(row["respondent"], row["question"]), "no_place", reason
    if documents:
        return Document(documents[0]), "no_place", reason
    return None, "left_out", reason


def _documents(corpus: Corpus, row: dict[str, str]) -> list[str]:
    """Return the documents a row may quote: the one it names, or its respondent's."""
    if row["document"]:
        return [row["document"]] if row["document"] in corpus.files else []
    if not row["respondent"]:
        return []
    parts = corpus.parts
    mine = parts[parts["respondent"] == row["respondent"]]
    return [str(name) for name in mine["document"].unique()]


@dataclass
class _Codes:
    names: dict[str, str]
    new: list[str]


def _make_codes(corpus: Corpus, paths: list[str], levels: str, coder: str) -> _Codes:
    """Return the id of each code path; codes and the ones above them are made where missing."""
    found = _Codes({}, [])
    known = {
        levels.join(entry.label() for entry in corpus.codebook.path(code.id)): code.id
        for code in corpus.codebook
    }
    taken = {code.id for code in corpus.codebook}
    wanted: list[dict[str, Any]] = []
    for path in dict.fromkeys(paths):
        pieces = [piece.strip() for piece in path.split(levels)] if levels else [path]
        parent: str | None = None
        for depth in range(1, len(pieces) + 1):
            whole = levels.join(pieces[:depth])
            name = known.get(whole) or (pieces[0] if path in taken and len(pieces) == 1 else None)
            if name is None:
                name = _free_id(pieces[depth - 1], taken)
                taken.add(name)
                fields = {"name": pieces[depth - 1], **({"parent": parent} if parent else {})}
                wanted.append({"op": "create", "code": name, "fields": fields})
                found.new.append(name)
            known[whole] = name
            parent = name
        found.names[path] = parent or ""
    if wanted:
        corpus.change_codebook_at_once(coder, wanted)
    return found


def _free_id(name: str, taken: set[str]) -> str:
    words = re.sub(r"[^\w.-]+", "-", name.casefold()).strip("-._")[:56].rstrip("-._")
    words = words if words and words[0].isalnum() else f"c-{words}".strip("-")
    number, found = 2, words
    while found in taken:
        found, number = f"{words}-{number}", number + 1
    return found
