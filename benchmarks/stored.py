"""Measured tables and the code they were measured on: ``results/<name>.json``.

A table is stale when a module it covers has changed since. That is a warning, not a failure.
"""

from __future__ import annotations

import ast
import datetime as dt
import functools
import hashlib
import json
import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
RESULTS = Path(__file__).parent / "results"


def store(name: str, rows: Any, *, claim: str, modules: Iterable[str]) -> Path:
    """Write what was measured, with a hash of every module it covers, and return the path.

    Parameters
    ----------
    name
        Name of the file, and of the measurement in the list of stale ones.
    rows
        Anything JSON can hold; a list of flat dicts prints as a table.
    claim
        What the numbers are to show, in one sentence.
    modules
        The modules measured, such as ``workbench.survey.nps``; all that they import in turn is
        covered too.
    """
    measured = {
        "name": name,
        "claim": claim,
        "rows": rows,
        "modules": hashes(modules),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "machine": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
        },
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    text = json.dumps(measured, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def hashes(modules: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of the modules and of every workbench module they import in turn."""
    return {
        module: hashlib.sha256(_file(module).read_bytes()).hexdigest()
        for module in sorted(covered(modules))
    }


def covered(modules: Iterable[str]) -> set[str]:
    """Return the modules with all that they import inside the workbench."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found and _file(module).is_file():
            found.add(module)
            waiting += imported(_file(module))
    return found


@functools.cache
def imported(path: Path) -> tuple[str, ...]:
    """Return the workbench modules a file imports, inside functions too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return tuple(name for name in sorted(found) if name.startswith("workbench."))


def _file(module: str) -> Path:
    place = SOURCE.joinpath(*module.split("."))
    package = place / "__init__.py"
    return package if package.is_file() else place.with_suffix(".py")


def changed(path: Path) -> list[str]:
    """Return the modules that changed, came or went since the table was stored."""
    stored = json.loads(path.read_text(encoding="utf-8"))["modules"]
    return [
        module
        for module, before in stored.items()
        if not _file(module).is_file()
        or hashlib.sha256(_file(module).read_bytes()).hexdigest() != before
    ]


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as a plain table with aligned columns."""
    if not rows:
        return "(nothing)"
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [columns, *([_cell(row.get(name)) for name in columns] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
             for line in cells]  # fmt: skip
    return "\n".join(line.rstrip() for line in lines)


def _cell(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "" if value is None else str(value)
