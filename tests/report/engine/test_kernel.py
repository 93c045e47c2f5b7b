"""The kernel of our own differs from ipykernel's in time alone."""

import os
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest
from ipykernel.kernelapp import IPKernelApp
from traitlets.config.loader import Config

from workbench.report.engine.forked import KERNEL_ENVIRONMENT
from workbench.report.engine.kernel import KernelApp
from workbench.report.engine.kernels import PrivateKernelManager

STREAMS = ("stdout", "stderr")
ARGUMENTS = [
    ["-f", "folder/a b.json"],
    ["-f", "k.json", "--HistoryManager.enabled=False", "--IPKernelApp.log_level=50"],
    ["--InteractiveShellApp.ignore_cwd=True", "-f", "k.json", "--IPKernelApp.parent_handle=12"],
    ["--IPKernelApp.connection_file=x=y.json"],
    ["-f", "k.json", "--debug"],
    ["-f", "k.json", "--matplotlib=inline"],
    ["--quiet", "-f", "k.json"],
    [],
]


def _as_text(config: Config) -> dict[str, dict[str, str]]:
    """Return settings of other classes than the application, whose values are read from it."""
    return {
        owner: {name: str(value) for name, value in traits.items()}
        for owner, traits in config.items()
        if owner not in {KernelApp.__name__, IPKernelApp.__name__}
    }


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=" ".join)
def test_settings_are_read_as_ipykernel_reads_them(arguments: list[str]) -> None:
    ours, theirs = KernelApp(), IPKernelApp()
    ours.parse_command_line(arguments)
    theirs.parse_command_line(arguments)
    assert _as_text(ours.config) == _as_text(theirs.config)
    for name in ("connection_file", "log_level", "parent_handle", "quiet"):
        assert getattr(ours, name) == getattr(theirs, name)


def _outputs(cells: list[str], folder: Path) -> list[Any]:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(
        notebook, kernel_manager_class=PrivateKernelManager, kernel_name="python3", timeout=60
    )
    client.execute(cwd=str(folder), env={**os.environ, **KERNEL_ENVIRONMENT})
    return [cell.outputs for cell in notebook.cells]


def test_all_that_is_written_comes_out_in_its_order_and_cell(tmp_path: Path) -> None:
    cells = [
        "import sys; sys.stdout.write('a'); sys.stderr.write('b'); sys.stdout.flush(); print('c')",
        "from IPython.display import display; print(1); display(2); print(3)",
        "print('x' * 100_000, end='')",
        "import os; from threading import Thread\n"
        "thread = Thread(target=print, args=['threaded']); thread.start(); thread.join()",
        "4",
    ]
    written, shown, long, threaded, last = _outputs(cells, tmp_path)
    texts = {stream: "".join(o.text for o in written if o.name == stream) for stream in STREAMS}
    assert texts == {"stdout": "ac\n", "stderr": "b"}
    assert [o.get("text") or o.data["text/plain"] for o in shown] == ["1\n", "2", "3\n"]
    assert [len(o.text) for o in long] == [100_000]
    assert [o.text for o in threaded] == ["threaded\n"]
    assert [o.data["text/plain"] for o in last] == ["4"]


def test_no_list_of_modules_is_made_and_sys_is_itself_again(tmp_path: Path) -> None:
    cells = [
        "from ipykernel import ipkernel; import sys; ipkernel.sys is sys",
        "get_ipython().kernel._kernel_modules",
    ]
    system, modules = (outputs[0].data["text/plain"] for outputs in _outputs(cells, tmp_path))
    assert (system, modules) == ("True", "[]")
