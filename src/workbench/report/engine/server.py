"""The preloaded process: imports the stack once, then forks a real kernel for each request.

Run as ``python -P -m workbench.report.engine.server SOCKET``; :mod:`workbench.report.engine.forked`
starts and stops it. One request is one connection on a Unix socket: a line of JSON comes in, the
child's process id goes out, and the child keeps the connection open for as long as it lives, so
that its end is seen at once and no process id is ever guessed.

The parent has no thread and no ZeroMQ context, and its BLAS runs on one thread: forking is safe.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import random
import signal
import socket
import sys
from typing import Any

INLINE_BACKEND = "module://matplotlib_inline.backend_inline"
STACK = (
    "numpy",
    "pandas",
    "pyarrow",
    "scipy.stats",
    "scipy.optimize",
    "scipy.linalg",
    "statsmodels.api",
    "matplotlib.pyplot",
    "seaborn",
    "pydantic",
    "jinja2",
    "nh3",
    "babel.dates",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "matplotlib_inline.backend_inline",
    "workbench.report.engine.kernel",
)
NOT_PRELOADED = (
    "workbench.cli",
    "workbench.review",
    "workbench.report.engine",
    "workbench.coding.desk",
)
READY = b"ready\n"


def preload() -> None:
    """Import the stack and every analysis module, so that a child finds them in memory."""
    for name in STACK:
        importlib.import_module(name)
    package = importlib.import_module("workbench")
    for module in pkgutil.walk_packages(package.__path__, "workbench."):
        if not module.name.startswith(NOT_PRELOADED) and not module.name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # an extra that is not installed
                importlib.import_module(module.name)


def serve(path: str, *, bare: bool = False) -> None:
    """Listen on the socket until told to quit, or until the process that started us is gone."""
    os.environ.setdefault("MPLBACKEND", INLINE_BACKEND)
    if not bare:
        preload()
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the system
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    starter = os.getppid()
    listener.settimeout(1.0)
    while os.getppid() == starter:
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        if not _answer(listener, connection):
            return


def _answer(listener: socket.socket, connection: socket.socket) -> bool:
    """Fork a kernel for one request; False when the request is to quit."""
    connection.settimeout(5.0)
    stream = connection.makefile("rb")
    request: dict[str, Any] = json.loads(stream.readline() or b'{"quit": true}')
    stream.close()
    if request.get("quit"):
        return False
    server = os.getpid()
    child = os.fork()
    if child == 0:
        listener.close()
        connection.settimeout(None)
        os.set_inheritable(connection.fileno(), False)
        _become_kernel(request, connection, server)
    with contextlib.suppress(OSError):
        connection.sendall(f"{child}\n".encode())
    connection.close()
    return True


def _become_kernel(request: dict[str, Any], connection: socket.socket, server: int) -> None:
    """Turn this forked process into the kernel of the connection file; never returns."""
    code = 1
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        _forget_shared_state()
        from workbench.report.engine.kernel import run_kernel

        run_kernel(
            [*request["arguments"], f"--IPKernelApp.parent_handle={server}"], was_forked=True
        )
        code = 0
    finally:
        connection.close()
        os._exit(code)


def _forget_shared_state() -> None:
    """Undo what a fresh process would not have: a shared generator, options set by a terminal."""
    import numpy as np
    import pandas as pd

    random.seed()
    np.random.seed()  # noqa: NPY002 - the legacy generator is the one that is shared by a fork
    pd.set_option("display.max_columns", 20)  # what pandas chooses when a kernel imports it


if __name__ == "__main__":
    serve(sys.argv[1], bare="--bare" in sys.argv)
