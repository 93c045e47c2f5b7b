"""How demo files are written: the same bytes on every machine."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = ["csv_text", "json_text"]


def csv_text(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> str:
    """Return rows as CSV: comma, line feeds, quotes only where they are needed."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n", extrasaction="raise")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def json_text(content: Mapping[str, Any]) -> str:
    """Return JSON for people and Git: indented, in the order given, letters as they are.

    Numbers have at most six decimals: the last bits differ between machines.
    """
    return json.dumps(_rounded(content), ensure_ascii=False, indent=1) + "\n"


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in cast("dict[str, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_rounded(entry) for entry in cast("list[Any]", value)]
    return round(value, 6) if isinstance(value, float) else value
