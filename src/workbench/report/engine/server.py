"""The preloaded process: imports the stack once, then forks a real kernel for each request.

Run as ``python -P -m workbench.report.engine.server SOCKET``; :mod:`workbench.report.engine.forked`
starts and stops it. It imports what every notebook needs, and is told on its standard input, in a
line of JSON, what else these notebooks import and which study they begin with: whoever starts it
can find that out meanwhile. One request is one connection on a Unix socket: a line of JSON comes
in, the child's process id goes out, and the child keeps the connection open for as long as it
lives, so that its end is seen at once and no process id is ever guessed.

The parent has no thread and no ZeroMQ context, and its BLAS runs on one thread: forking is safe.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import importlib
import json
import os
import pickle
import pkgutil
import random
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.report.engine.imports import ROOMS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

INLINE_BACKEND = "module://matplotlib_inline.backend_inline"
STACK = (
    "numpy",
    "pandas",
    "pyarrow",
    "scipy.optimize",
    "scipy.linalg",
    "duckdb",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "pydantic",
    "jinja2",
    "nh3",
    "babel.dates",
    "babel.numbers",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "tornado.platform.asyncio",
    "matplotlib_inline.backend_inline",
    "workbench.report.engine.kernel",
)
NOT_PRELOADED = (
    "workbench.cli",
    "workbench.inputs.drafting",
    "workbench.review",
    "workbench.report.engine",
    "workbench.report.exports",
    "workbench.report.failure",
    "workbench.report.gallery",
    "workbench.report.html",
    "workbench.report.kernel",
    "workbench.report.levels",
    "workbench.report.outputs",
    "workbench.report.run",
    "workbench.coding.commands",
    "workbench.coding.desk",
)
"""What no kernel needs: it is for the process that starts kernels and writes what they made."""
READY = b"ready\n"


def preload() -> None:
    """Import the stack and the modules every notebook uses: children find them in memory."""
    for name in STACK:
        importlib.import_module(name)
    _import_package("workbench", (*NOT_PRELOADED, *ROOMS))
    _word_once()


def preload_also(imports: Sequence[str]) -> None:
    """Import what these notebooks use besides, and draw once.

    Parameters
    ----------
    imports
        Libraries and rooms, as :func:`~workbench.report.engine.imports.imports_of` returns them; a
        library that is not installed fails in the notebook.
    """
    for name in imports:
        with contextlib.suppress(ImportError):
            if name in ROOMS:
                _import_package(name, NOT_PRELOADED)
            else:
                importlib.import_module(name)
    _draw_once()


def _import_package(name: str, left_out: tuple[str, ...]) -> None:
    """Import the modules of a package, and of the packages in it, but for those left out."""
    package = importlib.import_module(name)
    for module in pkgutil.iter_modules(package.__path__, f"{name}."):
        if module.name.startswith(left_out) or module.name.endswith("__main__"):
            continue
        with contextlib.suppress(ImportError):  # an extra that is not installed
            if module.ispkg:
                _import_package(module.name, left_out)
            else:
                importlib.import_module(module.name)


def _word_once() -> None:
    """Word a date in each language, so that catalogues and the names of months are in memory."""
    from workbench.language import LANGUAGES, format_date, translate

    for language in LANGUAGES:
        translate("all", language)
        format_date(dt.date(2026, 1, 31), language)


def _draw_once() -> None:
    """Draw a figure in each language, so that letters, locales and layouts are in memory too."""
    from workbench.language import LANGUAGES
    from workbench.report.figures import draw
    from workbench.report.page_attributes import measure_letters
    from workbench.report.plots.forest import Row, forest

    row = Row(name="a", estimate=1.0, low=0.5, high=1.5, text="1.0", n="9")

    def plot(_: object, *, language: str, narrow: bool) -> Axes:
        measure_letters()
        return forest([row], language=language, narrow=narrow)

    for language in LANGUAGES:
        draw(plot, None, "a", title="a", language=language)


def serve(path: str, *, bare: bool = False) -> None:
    """Listen on the socket until told to quit, or until the process that started us is gone."""
    os.environ.setdefault("MPLBACKEND", INLINE_BACKEND)
    starter = os.getppid()
    gc.disable()  # what is imported stays: going through it again and again takes a fifth longer
    if not bare:
        preload()
    told = sys.stdin.readline()
    if not told:
        return
    wanted: dict[str, Any] = json.loads(told)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the system
    if not bare:
        reading = _begin_holding(wanted["study"])
        preload_also(wanted["imports"])
        _end_holding(reading)
    gc.freeze()  # without collecting first: what is freed would be copied when a child fills it
    gc.enable()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
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
    _hold_study(request["cwd"])
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


def _hold_study(folder: str) -> None:
    """Have the study a kernel is to run in read once for all kernels."""
    if _end_holding(_begin_holding(folder)):
        gc.freeze()


def _begin_holding(folder: str) -> int | None:
    """Begin to read a study that is not held; return where its reading will come from.

    A process apart reads it, since reading starts threads and this process must have none.
    """
    if "workbench.inputs.held" not in sys.modules:
        return None  # a bare server has not imported the package
    if not folder or not Path(folder, "study.toml").is_file():
        return None
    from workbench.inputs.held import is_held, read_for_holding

    study = Path(folder)
    return None if is_held(study) else _made_apart(lambda: pickle.dumps(read_for_holding(study)))


def _end_holding(source: int | None) -> bool:
    """Wait for a reading that was begun, and hold it; say whether there was one."""
    if source is None:
        return False
    from workbench.inputs.held import hold

    with os.fdopen(source, "rb") as stream:
        pickled = stream.read()
    if pickled:
        hold(pickle.loads(pickled))  # noqa: S301 - our own child wrote it into our own pipe
    return bool(pickled)


def _made_apart(make: Callable[[], bytes]) -> int:
    """Return a pipe that brings what a function makes in a forked process; nothing if it fails."""
    source, sink = os.pipe()
    if os.fork() == 0:
        os.close(source)
        gc.freeze()
        gc.enable()
        try:
            with os.fdopen(sink, "wb") as stream:
                stream.write(make())
        finally:
            os._exit(0)
    os.close(sink)
    return source


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
    os._exit(0)  # nothing to tidy up that the end of the process does not
