"""Any table becomes something DuckDB can scan: a file, pandas, Arrow, Polars, a DuckDB relation.

The result is never loaded as a whole: every question is one query over the columns it needs.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from workbench.errors import DataError, near_match

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import duckdb

__all__ = ["Source", "open_source", "quoted"]

_TEXT_TYPES = ("VARCHAR", "ENUM")
_MADE_UP = "column0"
"""What DuckDB calls the one column of a CSV file in which nothing stands."""


def quoted(name: str) -> str:
    r"""Return a column name for SQL.

    Examples
    --------
    >>> print(quoted('the "size" now'))
    "the ""size"" now"
    """
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """Return a text for SQL."""
    return "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True, eq=False)
class Source:
    """A table that can be asked.

    Parameters
    ----------
    types
        DuckDB type of every column.
    run
        Runs a query in which ``data`` is the table, and returns the relation.
    ask
        Runs such a query, and returns what its answer is fetched from at once.
    where
        Condition of the rows that take part; empty for all.
    path
        The file behind it, if any.
    """

    types: dict[str, str]
    run: Callable[[str], duckdb.DuckDBPyRelation] = field(repr=False)
    ask: Callable[[str], duckdb.DuckDBPyRelation | duckdb.DuckDBPyConnection] = field(repr=False)
    where: str = ""
    path: Path | None = None

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Run a query over the rows that take part and return its rows.

        ``select`` names the table as ``{data}``.
        """
        return self.ask(self._scoped(select)).fetchall()

    def relation(self, select: str) -> duckdb.DuckDBPyRelation:
        """Return the answer to a query, not fetched yet."""
        return self.run(self._scoped(select))

    def arrays(self, select: str) -> dict[str, Any]:
        """Run a query and return NumPy arrays by column."""
        return self.ask(self._scoped(select)).fetchnumpy()

    def _scoped(self, select: str) -> str:
        taking_part = f"(SELECT * FROM data WHERE {self.where})"  # noqa: S608 - quoted names
        return select.replace("{data}", taking_part if self.where else "data")

    def restricted(self, condition: str) -> Source:
        """Return the source with one more condition."""
        both = f"({self.where}) AND ({condition})" if self.where else condition
        return replace(self, where=both)

    def require(self, column: str, what: str) -> None:
        """Refuse a column that is not there.

        Raises
        ------
        DataError
            Names the column, what it is for, and the nearest one.
        """
        if column not in self.types:
            hint = near_match(column, self.types)
            raise DataError(
                f"Column '{column}' ({what} in the plan) is not in the data.{hint} "
                f"The data have {len(self.types)} columns."
            )

    def is_text(self, column: str) -> bool:
        """Return whether a column holds text."""
        return self.types[column].startswith(_TEXT_TYPES)

    def number(self, column: str) -> str:
        """Return SQL that reads a column as a number; text may have a decimal comma."""
        name = quoted(column)
        if self.is_text(column):
            cleaned = f"replace(trim(CAST({name} AS VARCHAR)), ',', '.')"
            return f"TRY_CAST(nullif({cleaned}, '') AS DOUBLE)"
        return f"CAST({name} AS DOUBLE)"

    def text(self, column: str) -> str:
        """Return SQL that reads a column as text, so that 0, '0' and 0.0 are one value."""
        name, kind = quoted(column), self.types[column]
        if self.is_text(column):
            return f"nullif(CAST({name} AS VARCHAR), '')"
        if kind.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
            whole = f"CAST(CAST({name} AS BIGINT) AS VARCHAR)"
            return f"CASE WHEN {name} = floor({name}) AND abs({name}) < 1e15 THEN {whole} " + (
                f"ELSE CAST({name} AS VARCHAR) END"
            )
        return f"CAST({name} AS VARCHAR)"


def open_source(data: object) -> Source:
    """Return a source for a file, a frame, an Arrow table or a DuckDB relation.

    Raises
    ------
    DataError
        If the file cannot be read, or the object is no table.
    """
    import duckdb

    if isinstance(data, str | Path):
        return _from_path(Path(data))
    if isinstance(data, duckdb.DuckDBPyRelation):
        return _from_relation(data)
    return _from_object(data)


_NAMES: Iterator[int] = itertools.count()


def _from_relation(relation: duckdb.DuckDBPyRelation) -> Source:
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))

    def run(sql: str) -> duckdb.DuckDBPyRelation:
        return cast("duckdb.DuckDBPyRelation", relation.query("data", sql))

    return Source(types, run, run)


def _connection() -> duckdb.DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    return connection


def _on_connection(connection: duckdb.DuckDBPyConnection, path: Path | None = None) -> Source:
    described = connection.execute("DESCRIBE data").fetchall()
    types = {str(row[0]): str(row[1]) for row in described}
    return Source(types, connection.sql, connection.execute, "", path)


def _from_object(data: object) -> Source:
    module = type(data).__module__.split(".")[0]
    if module == "polars":
        lazy = getattr(data, "collect", None)
        data = (lazy() if lazy else data).to_arrow()  # type: ignore[union-attr]
    elif module == "pyarrow" and hasattr(data, "read_all"):
        data = data.read_all()  # type: ignore[union-attr]
    elif module not in {"pandas", "pyarrow"}:
        raise DataError(
            "Data must be a path, a pandas, Arrow or Polars table, or a DuckDB relation; "
            f"found {type(data).__name__}."
        )
    names = [str(name) for name in getattr(data, "columns", getattr(data, "column_names", []))]
    if module == "pyarrow":
        names = list(getattr(data, "column_names", []))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or not names:
        found = f"found twice: {', '.join(repr(name) for name in twice)}" if twice else "found none"
        raise DataError(f"Columns must have names, each once; {found}. Rename them.")
    connection = _connection()
    connection.register("data", data)
    return _on_connection(connection)


def _from_path(path: Path) -> Source:
    import duckdb

    if not path.exists():
        raise DataError(f"{path.name}: not found. Give the path of the result file.")
    connection = _connection()
    name = path.name.casefold()
    try:
        if name.endswith(".parquet"):
            connection.read_parquet(str(path)).create_view("data")
            return _on_connection(connection, path)
        if name.endswith((".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")):
            rows = f"read_csv({literal(str(path))}, sample_size = -1, header = true)"
            connection.execute(f"CREATE TABLE data AS SELECT * FROM {rows}")  # noqa: S608 - a literal
            source = _on_connection(connection, path)
            if list(source.types) != [_MADE_UP]:
                return source
            connection = _connection()
    except duckdb.Error:
        connection = _connection()
    from workbench.inputs.readers import read_table

    connection.register("data", read_table(path).frame)
    return _on_connection(connection, path)
