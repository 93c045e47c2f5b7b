"""The address of a number: notebook / result / table / row key / column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Address", "parse_address", "row_at"]

_INTERVALS = {
    "change": ("ci_low", "ci_high"),
    "difference": ("ci_low", "ci_high"),
    "estimate": ("ci_low", "ci_high"),
    "effect": ("effect_low", "effect_high"),
    "performance": ("performance_low", "performance_high"),
    "share": ("ci_low", "ci_high"),
}


@dataclass(frozen=True)
class Address:
    """Where a number stands in ``results.json``.

    Parameters
    ----------
    notebook, result, table, column
        Names.
    row
        Key column -> value, as text; empty for a table of one row.
    """

    notebook: str
    result: str
    table: str
    row: Mapping[str, str]
    column: str

    @property
    def interval(self) -> tuple[str, str] | None:
        """Columns that hold the number's interval, where it has one."""
        return _INTERVALS.get(self.column)


def parse_address(text: str) -> Address:
    """Read an address as people and ``verify`` write it.

    Parameters
    ----------
    text
        ``notebook / result / table / row / column``; the row is ``key=value, key=value``, or
        ``all`` where the table has one row.

    Raises
    ------
    StudyError
        If it has not five parts, or its row is no list of ``key=value``.

    Examples
    --------
    >>> parse_address("20_satisfaction / nki_by_market / table / segment=DK / estimate").row
    {'segment': 'DK'}
    """
    parts = [part.strip() for part in text.split(" / ")]
    if len(parts) > 5:
        parts = [*parts[:3], " / ".join(parts[3:-1]), parts[-1]]
    if len(parts) != 5 or not all(parts):
        found = "1 part" if len(parts) == 1 else f"{len(parts)} parts"
        raise StudyError(
            f"The address of a number is 'notebook / result / table / key=value / column'; found "
            f"{found}. Copy it from the report's list of actions or from verify."
        )
    notebook, result, table, row, column = parts
    return Address(notebook, result, table, _row(row), column)


def _row(text: str) -> dict[str, str]:
    if text == "all":
        return {}
    pairs = [part.partition("=") for part in text.split(", ")]
    if not all(equals and name.strip() for name, equals, _ in pairs):
        raise StudyError(
            "The row of an address is 'key=value', several with commas between, or 'all'. Mend "
            "the address."
        )
    return {name.strip(): value.strip() for name, _, value in pairs}


def row_at(results: Mapping[str, Any], address: Address) -> dict[str, Any] | None:
    """Return the row an address names, or None where the results have none such.

    Parameters
    ----------
    results
        Content of ``results.json``.
    """
    for result in results["results"]:
        if result["id"] != address.result:
            continue
        table = result["tables"].get(address.table)
        if table is None or address.column not in table["columns"]:
            return None
        rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
        found = [row for row in rows if _matches(row, address.row)]
        return found[0] if len(found) == 1 else None
    return None


def _matches(row: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(
        name in row and (str(row[name]) if row[name] is not None else "-") == value
        for name, value in wanted.items()
    )
