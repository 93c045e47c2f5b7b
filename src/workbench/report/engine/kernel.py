"""The kernel process itself, without the one TCP port that ipykernel opens beside its channels.

Run as ``python -P -m workbench.report.engine.kernel -f FILE``, or entered by a forked child. The
port carries the output of processes that a cell starts with :mod:`multiprocessing`; analysis
notebooks start none.
"""

from __future__ import annotations

import sys
from typing import Any

from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread

__all__ = ["run_kernel"]

LOOKED_UP = "IOPubThread"
"""The name under which ``IPKernelApp`` finds the class of its publishing thread."""


class PortlessIOPubThread(IOPubThread):
    """Publishes output without listening for child processes."""

    def __init__(self, socket: Any, pipe: bool = False, session: Any = False) -> None:  # noqa: ARG002
        super().__init__(socket, pipe=False, session=session)


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
