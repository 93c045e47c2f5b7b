"""The kernel process itself, without the TCP ports that ipykernel opens beside its channels.

Run as ``python -P -m workbench.report.engine.kernel -f FILE``, or entered by a forked child. One
port carries the output of processes that a cell starts with :mod:`multiprocessing`; analysis
notebooks start none. The other is the debugger's, which a run has no use for, and whose import
takes half the time of a kernel's start.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread

__all__ = ["run_kernel"]

LOOKED_UP = "IOPubThread"
"""The name under which ``IPKernelApp`` finds the class of its publishing thread."""


DEBUGGER = "debugpy"


def _without_debugger() -> None:
    """Let ipykernel find no debugger; a cell that imports it itself still does."""
    if DEBUGGER in sys.modules:
        return
    sys.modules[DEBUGGER] = None  # pyright: ignore[reportArgumentType] - None: "cannot be imported"
    try:
        importlib.import_module("ipykernel.debugger")
    finally:
        del sys.modules[DEBUGGER]


_without_debugger()


class PortlessIOPubThread(IOPubThread):
    """Publishes output without listening for child processes."""

    def __init__(self, socket: Any, pipe: bool = False, **more: Any) -> None:  # noqa: ARG002 - never a pipe
        super().__init__(socket, pipe=False, **more)  # ipykernel 6.29 knows no session here


def run_kernel(arguments: list[str], *, was_forked: bool = False) -> None:
    """Be the kernel of the connection file named in the arguments, until it is shut down."""
    setattr(kernelapp, LOOKED_UP, PortlessIOPubThread)
    sys.argv = ["ipykernel_launcher", *arguments]
    app = kernelapp.IPKernelApp.instance()
    app.initialize(arguments)
    if was_forked:
        # figures vanish silently otherwise: the backend was imported before there was a shell
        from matplotlib_inline import backend_inline

        backend_inline._enable_matplotlib_integration()  # pyright: ignore[reportPrivateUsage] - what a cold import runs
    app.start()


if __name__ == "__main__":
    run_kernel(sys.argv[1:])
