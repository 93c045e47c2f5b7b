"""Run the tracked notebooks again and keep their outputs: example report and nbval reference.

``python tools/notebooks.py [NAME ...]`` runs each notebook with its own defaults in a fresh kernel
and writes it back with counts and outputs, the same bytes for the same code and data. ``--check``
writes nothing and exits 1 when a stored notebook is not what a run gives.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.report.kernel import execute, without_grammar

with without_grammar():
    import nbformat

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"


def tracked(names: list[str]) -> list[Path]:
    """Return the notebooks named, or all."""
    found = sorted(NOTEBOOKS.glob("*.ipynb"))
    if not names:
        return found
    chosen = [path for path in found if path.stem in names]
    if len(chosen) < len(names):
        known = ", ".join(path.stem for path in found)
        raise SystemExit(f"There is no notebook called so. The notebooks are: {known}.")
    return chosen


def with_outputs(path: Path) -> NotebookNode:
    """Return the notebook as a fresh run leaves it, without what differs between machines."""
    execution = execute(nbformat.read(path, as_version=4), {}, cwd=path.parent)
    if execution.failed_cell is not None:
        cell = execution.notebook.cells[execution.failed_cell]
        error = next(o for o in cell.outputs if o.output_type == "error")
        raise SystemExit(f"{path.name}, cell {cell.id}: {error.ename}: {error.evalue}")
    notebook = execution.notebook
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    return notebook


def stored(notebook: NotebookNode) -> str:
    """Return the notebook as text: sorted keys, one space, true letters."""
    content: dict[str, Any] = json.loads(nbformat.writes(notebook))
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Run and store, or only compare."""
    check = "--check" in arguments
    different: list[str] = []
    for path in tracked([argument for argument in arguments if argument != "--check"]):
        text = stored(with_outputs(path))
        if path.read_text(encoding="utf-8") == text:
            continue
        different.append(path.name)
        if not check:
            path.write_text(text, encoding="utf-8")
    verb = "differ from a run" if check else "written"
    sys.stdout.write(f"{len(different)} {verb}{': ' if different else ''}{', '.join(different)}\n")
    return 1 if check and different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
