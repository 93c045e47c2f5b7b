"""Run one notebook in a fresh kernel of this Python, through Papermill, cold and alone.

These are the steps of ``papermill.execute_notebook``; only the file it writes for itself is left
out, which would be read back at once.

The kernel talks over sockets in a private folder (no network port), reads no start-up file of the
user, imports nothing from the working directory, and has a fixed hash seed. Stored outputs are
cleared first: what the page shows was made by this run.
"""

from __future__ import annotations

import contextlib
import copy
import importlib
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from nbformat import NotebookNode

    from workbench.report.parameters import Value

__all__ = ["Execution", "execute", "without_grammar"]

_SETTINGS: Final = (
    "--InteractiveShellApp.ignore_cwd=True",
    "--HistoryManager.enabled=False",
    "--IPKernelApp.log_level=50",
)


_KERNEL: Final = "python3"


@dataclass(frozen=True, kw_only=True)
class Execution:
    """An executed notebook, and the cell it failed in, if it did.

    Parameters
    ----------
    notebook
        With outputs up to the failure.
    failed_cell
        Position of the failed cell; None when all went well, -1 when the kernel itself died.
    """

    notebook: NotebookNode
    failed_cell: int | None = None


@contextlib.contextmanager
def without_grammar() -> Generator[None]:
    """Import notebook packages without compiling the grammar of internationalized addresses.

    jsonschema imports ``rfc3987_syntax`` for an optional check of addresses, which no notebook has,
    and that import compiles a grammar for more than a second. Hidden here, it counts as not
    installed; an already imported one is left alone.
    """
    name = "rfc3987_syntax"
    if name in sys.modules or "jsonschema" in sys.modules:
        yield
        return
    sys.modules[name] = None  # pyright: ignore[reportArgumentType] - None: "cannot be imported"
    try:
        importlib.import_module("jsonschema")
        yield
    finally:
        del sys.modules[name]


def _isolated(manager_class: type[Any], profile: Path) -> type[Any]:
    """Return a kernel manager that starts this Python and reads no settings of the user."""
    from jupyter_client.kernelspec import KernelSpec

    from workbench.report.engine.forked import KERNEL_ENVIRONMENT

    spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", *_SETTINGS],
        display_name="workbench",
        language="python",
        env={**KERNEL_ENVIRONMENT, "IPYTHONDIR": str(profile)},
    )
    return type("IsolatedKernelManager", (manager_class,), {"kernel_spec": spec})


def _cleared(notebook: NotebookNode) -> NotebookNode:
    """Return a copy without what earlier runs left in it: outputs, counts, injected parameters."""
    clean = copy.copy(notebook)
    clean.metadata = copy.deepcopy(notebook.metadata)
    clean.cells = [
        _without_outputs(cell)
        for cell in notebook.cells
        if "injected-parameters" not in cell.metadata.get("tags", [])
    ]
    return clean


def _without_outputs(cell: NotebookNode) -> NotebookNode:
    clean = copy.copy(cell)
    clean.metadata = copy.deepcopy(cell.metadata)
    if clean.cell_type == "code":
        clean.outputs = []
        clean.execution_count = None
    return clean


def execute(
    notebook: NotebookNode,
    parameters: Mapping[str, Value],
    *,
    cwd: Path,
    manager_class: type[Any] | None = None,
    timeout: int | None = None,
) -> Execution:
    """Run a notebook to its end or to its first failing cell.

    Parameters
    ----------
    notebook
        Left unchanged.
    parameters
        Injected after the ``parameters`` cell. Check them first: names are written into code.
    cwd
        Working directory of the kernel.
    manager_class
        Kernel manager; default: a fresh process. ``ForkServer.kernel_manager_class()`` forks.
    timeout
        Seconds a cell may take; None: no limit.
    """
    with without_grammar():
        from nbclient.exceptions import CellTimeoutError, DeadKernelError
        from papermill.exceptions import PapermillExecutionError
        from papermill.execute import raise_for_execution_errors
        from papermill.iorw import load_notebook_node
        from papermill.parameterize import parameterize_notebook
        from papermill.utils import chdir

        from workbench.report.engine.client import ResultsEngine
        from workbench.report.engine.kernels import PrivateKernelManager
    prepared = load_notebook_node(_cleared(notebook))
    if parameters:
        prepared = parameterize_notebook(
            prepared, dict(parameters), kernel_name=_KERNEL, language="python"
        )
    with tempfile.TemporaryDirectory(prefix="wb-") as profile, chdir(str(cwd)):
        try:
            executed = ResultsEngine.execute_notebook(
                prepared,
                _KERNEL,
                progress_bar=False,
                kernel_manager_class=_isolated(
                    manager_class or PrivateKernelManager, Path(profile)
                ),
                timeout=timeout,
            )
        except (DeadKernelError, CellTimeoutError):
            return Execution(notebook=_tidied(_cleared(prepared)), failed_cell=-1)
    try:
        raise_for_execution_errors(executed, None)
    except PapermillExecutionError:
        tidied = _tidied(executed)
        return Execution(notebook=tidied, failed_cell=_first_error(tidied))
    return Execution(notebook=_tidied(executed))


def _tidied(notebook: NotebookNode) -> NotebookNode:
    """Drop what Papermill adds beside the outputs: paths of this machine, times, error markers."""
    marker = "papermill-error-cell-tag"
    notebook.cells = [c for c in notebook.cells if marker not in c.metadata.get("tags", [])]
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        for output in cell.get("outputs", []):
            _order(output.get("data", {}))
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
    known = notebook.metadata.pop("papermill", {})
    notebook.metadata["papermill"] = {
        name: known[name] for name in ("parameters", "version") if name in known
    }
    return notebook


def _order(data: dict[str, Any]) -> None:
    """Put the keys of machine-readable copies in the order that the written notebook has them in.

    A page made from the notebook in memory is then the one that is made from its file.
    """
    for kind, content in data.items():
        if isinstance(content, dict):
            ordered = json.loads(json.dumps(content, sort_keys=True))
            dict.__setitem__(data, kind, ordered)  # a node would make nodes of all in it


def _first_error(notebook: NotebookNode) -> int:
    for position, cell in enumerate(notebook.cells):
        if any(output.output_type == "error" for output in cell.get("outputs", [])):
            return position
    return -1
