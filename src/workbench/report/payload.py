"""A result as JSON: the machine-readable copy that an executed notebook carries.

Numbers keep twelve significant digits: enough for every reader, and the same on every machine,
so that a stored notebook can be compared with a new run. Missing numbers are null; an infinite
one is an error.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

from workbench.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.results.base import Check, Result, TableSpec
    from workbench.results.report import Answer, KeyFigure, Statements

__all__ = [
    "MIME",
    "Payload",
    "answer_payload",
    "result_payload",
    "stable",
    "statements_payload",
]

MIME = "application/vnd.workbench.result+json"
"""Private MIME type of a result in a notebook's output."""

Payload = dict[str, Any]

_PLAIN = (str, int, bool, type(None))
_QUESTIONS = ("happened", "real", "now", "unsaid")


def stable(value: Any, digits: int = 12) -> Any:
    """Return a value as plain JSON: twelve significant digits, missing as None, dates as text.

    Parameters
    ----------
    digits
        Significant digits of numbers.

    Raises
    ------
    DataError
        If the value is infinite or of a type that JSON has no form for.

    Examples
    --------
    >>> stable(0.1 + 0.2), stable(float("nan")), stable(frozenset({"b", "a"}))
    (0.3, None, ['a', 'b'])
    """
    if type(value) in _PLAIN:
        return value
    if type(value) is float:
        return _stable_number(value, digits)
    if hasattr(value, "item") and getattr(value, "shape", None) == ():
        value = value.item()
    match value:
        case None | bool() | str() | int():
            return value
        case float():
            return _stable_number(value, digits)
        case dt.datetime() | dt.date():
            return None if value != value else value.isoformat()
        case frozenset() | set():
            return sorted(stable(part, digits) for part in value)
        case list() | tuple():
            return [stable(part, digits) for part in value]
        case dict():
            return {str(key): stable(part, digits) for key, part in value.items()}
        case _:
            return _stable_other(value)


def _stable_number(value: float, digits: int) -> float | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        raise DataError(
            "A result holds an infinite number; give null and a reason in its place where the "
            "result is made."
        )
    return float(f"{value:.{digits}g}") + 0.0


def _stable_other(value: Any) -> Any:
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    raise DataError(
        f"A result holds a {type(value).__name__}; its tables may hold numbers, texts, dates, "
        "true/false, and sets or lists of these."
    )


def _table(frame: pd.DataFrame, spec: TableSpec, where: str, digits: int) -> Payload:
    columns = [str(column) for column in frame.columns]
    absent = [name for name in spec.key if name not in columns]
    if absent:
        raise DataError(f"Key column '{absent[0]}' is not in {where}; its specs name it as a key.")
    plain = frame.to_numpy(dtype=object).tolist()
    rows = [[stable(value, digits) for value in row] for row in plain]
    positions = [columns.index(name) for name in spec.key]
    seen: set[tuple[str, ...]] = set()
    for number, row in enumerate(rows):
        address = tuple(repr(row[position]) for position in positions)
        if positions and address in seen:
            raise DataError(
                f"The key {', '.join(spec.key)} names two rows of {where}, the second at row "
                f"{number}. Name more columns in the result's specs."
            )
        seen.add(address)
    return {
        "key": list(spec.key),
        "columns": columns,
        "rows": rows,
        "caption": spec.caption.both(),
        "counts": [name for name in spec.counts if name in columns],
        "sums_over": list(spec.sums_over),
    }


def _check(check: Check) -> Payload:
    return {"id": check.id, "passed": check.passed, "text": check.text.both()}


def result_payload(result: Result, identifier: str) -> Payload:
    """Return a result's numbers as plain JSON; ``wb.show`` adds what is said of them.

    Parameters
    ----------
    result
        Any record of ``workbench.results``.
    identifier
        Address of the result in ``results.json``.

    Raises
    ------
    DataError
        If a table holds an infinite number, lacks a key column or has two rows with one key.
    """
    specs = result.specs
    return {
        "schema": 1,
        "id": identifier,
        "kind": result.kind,
        "measure": str(getattr(result, "measure", result.kind)),
        "by": [str(column) for column in getattr(result, "by", None) or ()],
        "method": result.method.both(),
        "tables": {
            name: _table(
                frame, specs[name], f"table '{name}' of result '{identifier}'", result.digits
            )
            for name, frame in result.tables.items()
        },
        "checks": [_check(check) for check in result.checks],
    }


def _figure(figure: KeyFigure) -> Payload:
    return {
        "label": figure.label.both(),
        "value": figure.value.both(),
        "interval": figure.interval.both() if figure.interval else None,
        "verdict": figure.verdict.both() if figure.verdict else None,
        "tone": figure.tone,
        "notes": [note.both() for note in figure.notes],
        "spans": [
            {
                "label": span.label.both(),
                "estimate": stable(span.estimate),
                "low": stable(span.low),
                "high": stable(span.high),
            }
            for span in figure.spans
        ],
    }


def _wordless(record: Answer | Statements, identifier: str) -> Payload:
    return {
        "schema": 1,
        "id": identifier,
        "kind": record.kind,
        "summary": {language: text.replace("**", "") for language, text in _both(record).items()},
        "method": None,
        "tables": {},
        "checks": [],
    }


def _both(record: Answer | Statements) -> dict[str, str]:
    return record.message.both()


def answer_payload(answer: Answer, identifier: str) -> Payload:
    """Return the answer as plain JSON, worded in both languages."""
    words = {name: getattr(answer, name) for name in _QUESTIONS}
    words |= {"change": answer.change} if answer.change is not None else {}
    about = {"about": answer.about.both()} if answer.about is not None else {}
    return _wordless(answer, identifier) | {
        "answer": {
            "title": answer.title.both(),
            "rows": {name: text.both() if text else None for name, text in words.items()},
            "figures": [_figure(figure) for figure in answer.figures],
            "verdict": answer.verdict.both() if answer.verdict else None,
            "verdict_tone": answer.verdict_tone,
            "verdict_note": answer.verdict_note.both() if answer.verdict_note else None,
            **about,
        }
    }


def statements_payload(statements: Statements, identifier: str) -> Payload:
    """Return statements as plain JSON, worded in both languages."""
    return _wordless(statements, identifier) | {
        "statements": {
            "role": statements.role,
            "title": statements.title.both() if statements.title else None,
            "items": [item.both() for item in statements.items],
        }
    }
