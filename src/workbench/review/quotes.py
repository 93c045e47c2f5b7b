"""Quotes of a report against their sources: verbatim, and where the report says they stand.

A quote in ``results.json`` is a row with the columns ``quote``, ``document``, ``start`` and
``end``; ``respondent`` is checked too where the row has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.review.comparison import Difference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workbench.review.runs import RunFolder

__all__ = ["unfaithful_quotes"]

_COLUMNS = ("quote", "document", "start", "end")


def unfaithful_quotes(run: RunFolder, study: Path) -> list[Difference]:
    """Return quotes that do not stand in their document where the report says.

    Parameters
    ----------
    run
        The report.
    study
        Folder with ``documents/<document>.txt``.
    """
    texts: dict[str, str | None] = {}
    found: list[Difference] = []
    for address, row in _quotes(run.results()):
        name = str(row["document"])
        if name not in texts:
            path = study / "documents" / f"{name}.txt"
            texts[name] = path.read_text(encoding="utf-8") if path.is_file() else None
        text = texts[name]
        if text is None:
            found.append(Difference(address=address, kind="quote without a source"))
        elif text[int(row["start"]) : int(row["end"])] != row["quote"]:
            found.append(Difference(address=address, kind="quote not verbatim"))
    return found


def _quotes(results: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for result in results["results"]:
        for name, table in result["tables"].items():
            if not set(_COLUMNS) <= set(table["columns"]):
                continue
            for number, row in enumerate(table["rows"]):
                named = dict(zip(table["columns"], row, strict=True))
                if all(named[column] is not None for column in _COLUMNS):
                    yield f"{result['id']} / {name} / row {number} / quote", named
