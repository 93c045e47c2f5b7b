"""What the notebooks of a grid import, so that it is imported once for all of them, and no more."""

from __future__ import annotations

import ast
import functools
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbformat import NotebookNode

__all__ = ["LIBRARIES", "ROOMS", "imports_of"]

LIBRARIES: Final = ("nltk", "pingouin", "seaborn", "sklearn", "statsmodels")
"""What the package can do without and notebooks of its users often import; none starts a thread."""

ROOMS: Final = ("workbench.coding", "workbench.experiment", "workbench.joint")
"""Parts of the package that a notebook on another subject has no use for."""


def imports_of(notebooks: Iterable[NotebookNode]) -> tuple[str, ...]:
    """Return which of :data:`LIBRARIES`, as full module names, and :data:`ROOMS` notebooks use.

    Parameters
    ----------
    notebooks
        Their code is read, never run; a cell that is no plain Python is passed over. A room is used
        where a public name of it stands, whatever the package is called there.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> cells = [new_code_cell("import os, statsmodels.api as sm"), new_code_cell("wb.by_case(c)")]
    >>> imports_of([new_notebook(cells=cells)])
    ('statsmodels.api', 'workbench.coding')
    """
    found = {
        name
        for notebook in notebooks
        for cell in notebook.cells
        if cell.cell_type == "code"
        for name in _imported(cell.source)
    }
    return tuple(sorted(found))


def _imported(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic, or a mistake the run will show
        return
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(_homes().get(alias.name, "") for alias in node.names)]
        elif isinstance(node, ast.Attribute):
            names = [_homes().get(node.attr, "")]
        for name in names:
            room = ".".join(name.split(".")[:2])
            if room in ROOMS:
                yield room
            elif name.split(".")[0] in LIBRARIES:
                yield name


@functools.cache
def _homes() -> dict[str, str]:
    """Return public name -> module, from the list of public names."""
    listed = (Path(__file__).parents[2] / "__init__.pyi").read_text(encoding="utf-8")
    return {
        alias.name: f"workbench.{node.module}"
        for node in ast.parse(listed).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
