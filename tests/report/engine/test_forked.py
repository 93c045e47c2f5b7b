"""A forked kernel is a real kernel: isolated, private, and equal to a cold one."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest
from nbformat import NotebookNode

from workbench.report.engine import forked
from workbench.report.engine.forked import KERNEL_ENVIRONMENT, ForkServer
from workbench.report.engine.kernels import PrivateKernelManager

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="this system cannot fork; runs fall back to cold kernels"
)

BANK = Path(__file__).parents[3] / "data" / "demo" / "bank"
CELLS = [
    "import numpy as np, pandas as pd, matplotlib.pyplot as plt",
    "pd.DataFrame({'a' * i: [i] for i in range(1, 29)})",  # wraps unless the width is a kernel's
    "plt.plot([1, 3, 2]);",  # vanishes unless the inline backend is told of the shell
    "print(hash('a'), plt.get_backend(), pd.get_option('display.max_columns'))",
    "np.linalg.eigvalsh(np.cov(np.random.default_rng(1).normal(size=(40, 400)))).sum()",
]


def _run(manager: type[PrivateKernelManager], cells: list[str], folder: Path) -> list[Any]:
    notebook: NotebookNode = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells]
    )
    client = nbclient.NotebookClient(
        notebook, kernel_manager_class=manager, kernel_name="python3", timeout=60
    )
    client.execute(cwd=str(folder), env={**os.environ, **KERNEL_ENVIRONMENT})
    return [cell.outputs for cell in notebook.cells]


@pytest.fixture(scope="module")
def server() -> Iterator[ForkServer]:
    with ForkServer() as running:
        running.kernel_manager_class()
        yield running


def test_outputs_equal_those_of_a_cold_kernel_figures_included(
    server: ForkServer, tmp_path: Path
) -> None:
    cold = _run(PrivateKernelManager, CELLS, tmp_path)
    assert _run(server.kernel_manager_class(), CELLS, tmp_path) == cold
    assert "image/png" in cold[2][0]["data"]


def test_runs_share_nothing(server: ForkServer, tmp_path: Path) -> None:
    manager = server.kernel_manager_class()
    _run(manager, ["import numpy as np; np.pi = 3; leaked = 1"], tmp_path)
    outputs = _run(manager, ["import numpy as np", "'leaked' in globals(), np.pi"], tmp_path)
    assert outputs[1][0]["data"]["text/plain"] == "(False, 3.141592653589793)"
    draws = [_run(manager, ["import random; random.random()"], tmp_path) for _ in range(2)]
    assert draws[0] != draws[1], "an unseeded generator must differ between runs, as it does cold"


def test_no_kernel_listens_on_a_port(server: ForkServer, tmp_path: Path) -> None:
    code = (
        "import os; from pathlib import Path\n"
        "inodes = {os.readlink(p) for p in Path('/proc/self/fd').iterdir() if p.is_symlink()}\n"
        "tcp = [row.split() for name in ('tcp', 'tcp6')"
        " for row in Path(f'/proc/self/net/{name}').read_text().splitlines()[1:]]\n"
        "[row[1] for row in tcp if row[3] == '0A' and f'socket:[{row[9]}]' in inodes]"
    )
    for manager in (server.kernel_manager_class(), PrivateKernelManager):
        assert _run(manager, [code], tmp_path)[0][0]["data"]["text/plain"] == "[]"


def test_a_killed_kernel_is_seen_and_the_next_one_runs(server: ForkServer, tmp_path: Path) -> None:
    manager = server.kernel_manager_class()
    with pytest.raises(nbclient.exceptions.DeadKernelError):
        _run(manager, ["import os, signal; os.kill(os.getpid(), signal.SIGKILL)"], tmp_path)
    assert _run(manager, ["1 + 1"], tmp_path)[0][0]["data"]["text/plain"] == "2"


def test_a_killed_server_is_started_anew(tmp_path: Path) -> None:
    with ForkServer(preload=False) as server:
        server.kernel_manager_class()
        first = server.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        while server.is_running:
            time.sleep(0.01)
        outputs = _run(server.kernel_manager_class(), ["2"], tmp_path)
        assert outputs[0][0]["data"]["text/plain"] == "2"
        assert server.pid != first


def test_a_changed_package_restarts_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    with ForkServer(preload=False) as server:
        monkeypatch.setattr(forked, "package_fingerprint", lambda: "today")
        server.kernel_manager_class()
        first = server.pid
        server.kernel_manager_class()
        assert server.pid == first
        monkeypatch.setattr(forked, "package_fingerprint", lambda: "changed")
        server.kernel_manager_class()
        assert server.pid != first


def test_the_fingerprint_sees_every_file_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "workbench" / "report" / "engine" / "forked.py"
    module.parent.mkdir(parents=True)
    monkeypatch.setattr(forked, "__file__", str(module))
    seen = set()
    for name, text in (("a.py", "1"), ("a.py", "2"), ("locale/x.mo", "3"), ("t/page.j2", "4")):
        path = tmp_path / "workbench" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        seen.add(forked.package_fingerprint())
    assert len(seen) == 4


def test_closing_leaves_no_socket_and_no_process() -> None:
    server = ForkServer(preload=False)
    server.kernel_manager_class()
    folder, pid = server.folder, server.pid
    server.close()
    assert folder is not None
    assert not folder.exists()
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def _held_and_loaded(study: Path, folder: Path) -> str:
    code = (
        "import sys; from workbench.inputs import held; "
        "(len(held._held), 'statsmodels' in sys.modules, 'workbench.joint.groups' in sys.modules)"
    )
    with ForkServer() as server:
        server.begin()
        server.expect(["statsmodels.api", "workbench.joint"], str(study))
        outputs = _run(server.kernel_manager_class(), [code], folder)
    return str(outputs[0][0]["data"]["text/plain"])


def test_what_is_expected_is_in_memory_before_the_first_kernel(tmp_path: Path) -> None:
    assert _held_and_loaded(BANK, tmp_path) == "(1, True, True)"


def test_an_expected_study_that_is_broken_is_left_to_its_notebook(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text("id = 3\n[", encoding="utf-8")
    assert _held_and_loaded(tmp_path, tmp_path) == "(0, True, True)"
