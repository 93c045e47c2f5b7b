"""A readable page for a run that failed: what, where, and how to mend it.

The reader sees no traceback and no data. The reviewer gets, in a fold, the places in the code the
failure went through, without values and without paths of this machine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench import errors
from workbench.language import Message, translate
from workbench.report import record
from workbench.report.parameters import visible

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from workbench.report.kernel import Execution
    from workbench.report.run import Plan

__all__ = ["Failure", "failure_of", "scrubbed_frames", "without_errors", "write_failure"]

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FILE = re.compile(r"^File (?P<path>.+?):(?P<line>\d+)(?:, in (?P<function>[\w.<>]+))?")
_CELL = re.compile(r"^Cell In\[(?P<number>\d+)\], line (?P<line>\d+)")
_KNOWN = frozenset(errors.__all__) - {"near_match"}


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What went wrong.

    Parameters
    ----------
    name
        Type of the error.
    text
        What must hold, what was found, how to mend it; empty where the error's own text could
        hold data.
    section
        Heading of the notebook it happened under, an English message id.
    cell
        Number of the failed cell.
    frames
        Places in the code, outermost first.
    is_ours
        True for a fault of the program.
    """

    name: str
    text: str = ""
    section: str = ""
    cell: int | None = None
    frames: tuple[str, ...] = ()
    is_ours: bool = False

    @classmethod
    def of_error(cls, error: errors.WorkbenchError) -> Failure:
        """Return the failure that one of our own errors stands for."""
        return cls(name=type(error).__name__, text=str(error))


def failure_of(execution: Execution) -> Failure:
    """Read the failed cell of an executed notebook."""
    position = execution.failed_cell
    if position is None or position < 0:
        return Failure(
            name="RunError",
            text="The notebook's process ended before it was done; it may have run out of memory.",
        )
    cell = execution.notebook.cells[position]
    output = next(o for o in cell.outputs if o.output_type == "error")
    frames = scrubbed_frames(output.traceback)
    is_known = output.ename in _KNOWN
    return Failure(
        name=output.ename,
        text=visible_error(output.evalue) if is_known else "",
        section=_section_before(execution.notebook, position),
        cell=cell.execution_count,
        frames=tuple(frames),
        is_ours=not is_known and _is_in_package(frames),
    )


def visible_error(text: str) -> str:
    """Return the text of one of our errors without what could hide or reorder it."""
    return "".join(c for c in text if c == "\n" or c.isprintable())[:4000]


def scrubbed_frames(traceback: list[str]) -> list[str]:
    """Return the places a traceback names: file within package or notebook, line, function.

    Neither code, values nor folders of this machine come through.

    Examples
    --------
    >>> scrubbed_frames(["File ~/x/site-packages/pandas/core/frame.py:12, in DataFrame.f(self)"])
    ['pandas/core/frame.py, line 12, in DataFrame.f']
    """
    found: list[str] = []
    for part in traceback:
        for line in _ANSI.sub("", part).splitlines():
            if hit := _CELL.match(line):
                found.append(f"cell {hit['number']}, line {hit['line']}")
            elif hit := _FILE.match(line):
                function = f", in {hit['function']}" if hit["function"] else ""
                found.append(f"{_short_path(hit['path'])}, line {hit['line']}{function}")
    return found


def _short_path(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    for marker in ("site-packages", "src"):
        if marker in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(marker) :])
    return parts[-1]


def _is_in_package(frames: list[str]) -> bool:
    """Say whether the last place that is ours or the notebook's is inside the package."""
    ours = [frame for frame in frames if frame.startswith(("workbench/", "cell "))]
    return bool(ours) and ours[-1].startswith("workbench/")


def _section_before(notebook: NotebookNode, position: int) -> str:
    heading = ""
    for cell in notebook.cells[:position]:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                if line.startswith("#"):
                    heading = line
    return heading


def without_errors(notebook: NotebookNode, failure: Failure) -> NotebookNode:
    """Return the notebook with its traceback replaced by the scrubbed places."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.evalue = failure.text
                output.traceback = list(failure.frames)
    return notebook


def write_failure(
    plan: Plan, execution: Execution, failure: Failure, folder: Path, started: str
) -> None:
    """Write the failure's pages, the notebook as far as it came, and the record."""
    from workbench.report.html import render_failure
    from workbench.report.outputs import run_facts, write_notebook, write_record

    for path in folder.iterdir():
        if path.is_file():
            path.unlink()
    facts = run_facts(plan, started, [], status="fault" if failure.is_ours else "failed", draft=[])
    for name, reviewer in (("report.html", False), ("review.html", True)):
        html = render_failure(failure_page(plan, failure, facts), reviewer=reviewer)
        (folder / name).write_text(html, encoding="utf-8")
    if failure.name != "PrivacyError":
        notebook = without_errors(execution.notebook, failure)
        write_notebook(notebook, folder / "notebook.ipynb")
    write_record(folder, facts)


def failure_page(plan: Plan, failure: Failure, facts: dict[str, Any]) -> dict[str, Any]:
    """Return what the failure template prints, in the language of the run."""
    from workbench.report.context import context_of

    language = plan.language
    heading = translate(failure.section, language).lstrip("# ").strip()
    return {
        "language": language,
        "context": context_of(plan, facts, []),
        "title": Message("The report could not be made").render(language),
        "what_language": "en" if failure.text else language,
        "what": failure.text or _unknown(failure).render(language),
        "where": _where(plan, failure, heading).render(language),
        "mend": _mend(failure).render(language),
        "name": visible(failure.name),
        "frames": [visible(frame) for frame in failure.frames],
        "has_history": record.read_record(plan.folder)["status"] == "done"
        if (plan.folder / "record.json").is_file()
        else False,
        "facts": facts,
    }


def _unknown(failure: Failure) -> Message:
    if failure.is_ours:
        return Message(
            "The workbench met something it was not made for ({name}). This is a fault of ours, "
            "not of your data.",
            name=visible(failure.name),
        )
    return Message(
        "The notebook stopped with an error of its own ({name}). Its text is left out here, since "
        "it could hold answers.",
        name=visible(failure.name),
    )


def _where(plan: Plan, failure: Failure, heading: str) -> Message:
    if failure.cell is None:
        return Message("Notebook {notebook}, after its last cell.", notebook=plan.name)
    if heading:
        return Message(
            "Notebook {notebook}, under “{heading}”, cell {cell}.",
            notebook=plan.name,
            heading=heading,
            cell=failure.cell,
        )
    return Message("Notebook {notebook}, cell {cell}.", notebook=plan.name, cell=failure.cell)


def _mend(failure: Failure) -> Message:
    if failure.name in {"StudyError", "DataError"}:
        return Message(
            "Mend study.toml or the data file as the text says, then run the same command again. "
            "The command workbench check shows every such fault at once."
        )
    if failure.name == "PrivacyError":
        return Message(
            "Nothing was published. Split the answers into fewer or larger groups, then run again."
        )
    if failure.is_ours:
        return Message(
            "Send review.html of this folder to those who look after the workbench; it holds no "
            "answers."
        )
    if not failure.text:
        return Message(
            "Run that cell by hand in the notebook to read the error, mend it, then run the same "
            "command again. review.html of this folder names the places in the code; it holds no "
            "answers."
        )
    return Message("Mend what the text says, then run the same command again.")
