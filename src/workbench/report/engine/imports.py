"""Which large libraries the notebooks of a grid import, so that they are imported once for all."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nbformat import NotebookNode

__all__ = ["LIBRARIES", "libraries_of"]

LIBRARIES: Final = ("nltk", "pingouin", "seaborn", "sklearn", "statsmodels")
"""What the package can do without and notebooks of its users often import; none starts a thread."""


def libraries_of(notebooks: Iterable[NotebookNode]) -> tuple[str, ...]:
    """Return which of :data:`LIBRARIES` some notebook imports, as full module names.

    Parameters
    ----------
    notebooks
        Their code is read, never run; a cell that is no plain Python is passed over.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> libraries_of([new_notebook(cells=[new_code_cell("import os, statsmodels.api as sm")])])
    ('statsmodels.api',)
    """
    found = {
        name
        for notebook in notebooks
        for cell in notebook.cells
        if cell.cell_type == "code"
        for name in _imported(cell.source)
        if name.split(".")[0] in LIBRARIES
    }
    return tuple(sorted(found))


def _imported(source: str) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic, or a mistake the run will show
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
