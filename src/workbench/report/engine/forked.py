"""The life of the preloaded process: started once, restarted when the package changes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from workbench.errors import RunError
from workbench.report.engine.imports import ROOMS
from workbench.report.engine.kernels import can_fork, forked_manager_class
from workbench.report.engine.server import READY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from workbench.report.engine.kernels import ForkedKernelManager

__all__ = ["KERNEL_ENVIRONMENT", "ForkServer", "package_fingerprint"]

KERNEL_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}
"""The conditions of every kernel, cold or forked, as the record states them: one thread, a fixed
hash seed, no local habits of numbers, dates or clocks."""


def package_fingerprint() -> str:
    """Return a hash of the package's source: names and contents of its Python files."""
    root = Path(__file__).parents[2]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".mo", ".j2", ".css", ".js", ".txt", ".tsv", ".toml"}:
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


class ForkServer:
    """A preloaded process that gives out kernels; use it as a context manager.

    Parameters
    ----------
    preload
        False leaves the imports to each kernel: a fast start, for tests of the process's life.

    ``kernel_manager_class()`` is what nbclient and papermill take. The process is started on first
    use, and anew when a file of the package has changed since. :meth:`begin` starts it earlier, and
    :meth:`expect` says what it is for.

    Raises
    ------
    RunError
        If the system cannot fork, or the process does not come up.
    """

    folder: Path | None
    """Private folder of the socket while the process runs."""

    def __init__(self, *, preload: bool = True) -> None:
        self.preload = preload
        if not can_fork():
            raise RunError("This system cannot fork kernels. Run with --engine cold.")
        self.folder = None
        self._process: subprocess.Popen[bytes] | None = None
        self.expect(ROOMS)
        self._fingerprint = ""
        self._is_ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """Process id of the preloaded process, or None before it is needed."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        """Whether the preloaded process is up."""
        return self._process is not None and self._process.poll() is None

    def expect(self, imports: Sequence[str], study: str = "") -> None:
        """Say what the notebooks to come need, before the first of them asks for a kernel.

        Parameters
        ----------
        imports
            What they import, as :func:`~workbench.report.engine.imports.imports_of` finds it;
            where nothing is said, every room of the package.
        study
            Folder of the study that the first of them runs in, to be read ahead.
        """
        self._expected = json.dumps({"imports": list(imports), "study": study}).encode()
        self._tell()

    def _tell(self) -> None:
        """Send what is expected, once."""
        sink = self._process.stdin if self._process else None
        if sink is not None and not sink.closed:
            with contextlib.suppress(BrokenPipeError), sink:
                sink.write(self._expected + b"\n")

    def begin(self) -> None:
        """Start the process, if it is not running, without waiting until it is ready."""
        if not self.is_running:
            self.close()
            self._fingerprint = package_fingerprint()
            self._start()

    def address(self) -> str:
        """Return the socket of the process, started if it is not running; its code may be older."""
        self.begin()
        if not self._is_ready:
            self._wait_until_ready()
        return str(self._socket_path())

    def kernel_manager_class(self) -> type[ForkedKernelManager]:
        """Return a manager class whose kernels are forks of a process with today's code."""
        if self.is_running and package_fingerprint() != self._fingerprint:
            self.close()
        return forked_manager_class(self.address())

    def _socket_path(self) -> Path:
        if self.folder is None:
            raise RunError("The preloaded process is not running.")
        return self.folder / "fork.sock"

    def _start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="wb-"))  # mode 0700
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [
                *[sys.executable, "-P", "-m", "workbench.report.engine.server"],
                str(self._socket_path()),
                *([] if self.preload else ["--bare"]),
            ],
            env={**os.environ, **KERNEL_ENVIRONMENT},
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
        )

    def _wait_until_ready(self) -> None:
        self._tell()
        told = self._process.stdout if self._process else None
        if told is None or told.readline() != READY:
            self.close()
            raise RunError(
                "The preloaded process did not start; its error is printed above. "
                "Run with --engine cold, or reinstall with `uv sync`."
            )
        self._is_ready = True

    def close(self) -> None:
        """End the preloaded process and remove its socket; kernels that still run end too."""
        if self._process is not None and self.folder is not None:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(self._socket_path()))
                connection.sendall(json.dumps({"quit": True}).encode() + b"\n")
            if not self._is_ready:
                self._process.kill()  # it does not listen yet
            try:
                self._process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
        self._process = None
        self.folder = None
        self._is_ready = False
