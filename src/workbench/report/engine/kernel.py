"""The kernel process itself, without the TCP ports that ipykernel opens beside its channels.

Run as ``python -P -m workbench.report.engine.kernel -f FILE``, or entered by a forked child. One
port carries the output of processes that a cell starts with :mod:`multiprocessing`; analysis
notebooks start none. The other is the debugger's, which a run has no use for, and whose import
takes half the time of a kernel's start.

What else differs is time alone: no list of all modules is made for the debugger, settings are read
without a parser, and a stream that nothing was written to is not waited for. In a forked kernel
each of them copies thousands of pages, or wakes a thread for every cell.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ipykernel import ipkernel, kernelapp
from ipykernel.iostream import IOPubThread, OutStream
from traitlets.config.loader import Config, DeferredConfigString

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["run_kernel"]

LOOKED_UP = "IOPubThread"
"""The name under which ``IPKernelApp`` finds the class of its publishing thread."""
SYSTEM = "sys"
"""The name under which the class of kernels finds what is imported."""
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


class PromptStream(OutStream):
    """Output whose flush returns at once when nothing was written since the last one."""

    _holds_text = False

    def write(self, string: str) -> int | None:
        """Write, and remember it."""
        self._holds_text = True
        return super().write(string)

    def flush(self) -> None:
        """Send what was written; ipykernel wakes its thread and waits for it after every cell."""
        if self._holds_text:
            self._holds_text = False
            super().flush()


class KernelApp(kernelapp.IPKernelApp):
    """A kernel that takes the settings a kernel manager gives without a command line's parser."""

    def parse_command_line(self, argv: Any = None) -> None:
        """Read ``-f FILE`` and ``--Class.name=value``; leave anything else to ipykernel."""
        config = _settings(argv or [])
        if config is None:
            super().parse_command_line(argv)
        else:
            self.update_config(config)


def _settings(arguments: list[str]) -> Config | None:
    """Return settings of the plain form as traitlets reads them; None where one has another."""
    config = Config()
    rest = list(arguments)
    if "-f" in rest[:-1]:
        place = rest.index("-f")
        config.IPKernelApp.connection_file = rest[place + 1]
        del rest[place : place + 2]
    for argument in rest:
        name, equals, value = argument.removeprefix("--").partition("=")
        owner, dot, trait = name.partition(".")
        if not (argument.startswith("--") and equals and dot and f"{owner}{trait}".isidentifier()):
            return None
        config[owner][trait] = DeferredConfigString(value)
    return config


class _SystemWithoutModules(ModuleType):
    """Stands in for :mod:`sys` where ipykernel lists what is imported, for its debugger."""

    modules: dict[str, ModuleType] = {}  # noqa: RUF012 - empty, as a module's attribute

    def __getattr__(self, name: str) -> Any:
        return getattr(sys, name)


@contextlib.contextmanager
def _listing_no_modules() -> Generator[None]:
    """Keep ipykernel from touching every imported module for a debugger that is not there."""
    setattr(ipkernel, SYSTEM, _SystemWithoutModules("sys"))
    try:
        yield
    finally:
        setattr(ipkernel, SYSTEM, sys)


def run_kernel(arguments: list[str], *, was_forked: bool = False) -> None:
    """Be the kernel of the connection file named in the arguments, until it is shut down."""
    setattr(kernelapp, LOOKED_UP, PortlessIOPubThread)
    sys.argv = ["ipykernel_launcher", *arguments]
    app = KernelApp.instance(outstream_class=f"{__spec__.name}.{PromptStream.__name__}")
    with _listing_no_modules():
        app.initialize(arguments)
    if was_forked:
        # figures vanish silently otherwise: the backend was imported before there was a shell
        from matplotlib_inline import backend_inline

        backend_inline._enable_matplotlib_integration()  # pyright: ignore[reportPrivateUsage] - what a cold import runs
    app.start()


if __name__ == "__main__":
    run_kernel(sys.argv[1:])
