"""Kernels nobody else can reach: Unix sockets in a private folder, no TCP ports.

Two managers with one face: :class:`PrivateKernelManager` starts a fresh process, and
:class:`ForkedKernelManager` asks a preloaded one to fork. Where there are no Unix sockets
(Windows), both fall back to Jupyter's own transport.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import shutil
import signal
import socket
import sys
import tempfile
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

__all__ = ["ForkedKernelManager", "PrivateKernelManager", "can_fork"]

LAUNCHER = "ipykernel_launcher"
KERNEL_MODULE = "workbench.report.engine.kernel"
_POLL_SECONDS = 0.003
_RECONNECT_MILLISECONDS = 5
_IDLE_SECONDS = 0.02


def can_fork() -> bool:
    """Say whether this system can fork kernels (Linux and macOS)."""
    return hasattr(os, "fork") and sys.platform != "win32"


class PromptClient(AsyncKernelClient):
    """A client that is ready once its own question is answered on both channels, and no later.

    Jupyter's own tries to connect ten times a second, and waits a fifth of a second more for
    messages that never come.
    """

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.context.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MILLISECONDS)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask the kernel what it is until the answer, and word of it, arrive.

        Raises
        ------
        RuntimeError
            If the kernel dies, or does not answer in time.
        """
        end = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._is_answered(self.kernel_info()):
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _is_answered(self, asked: str) -> bool:
        """Say whether the reply to a question and the end of its handling were seen."""
        try:
            reply = await self.shell_channel.get_msg(timeout=1)
            if reply["msg_type"] != "kernel_info_reply":
                return False
            while True:
                told = await self.iopub_channel.get_msg(timeout=_IDLE_SECONDS)
                is_ours = told["parent_header"].get("msg_id") == asked
                if is_ours and told["content"].get("execution_state") == "idle":
                    self._handle_kernel_info_reply(reply)
                    return True
        except queue.Empty:  # not connected yet: ask again
            return False


class PrivateKernelManager(AsyncKernelManager):
    """A kernel manager whose channels are files that only this user can open."""

    def __init__(self, **traits: Any) -> None:
        if sys.platform != "win32":  # a short path: a socket's name may have about 100 characters
            folder = Path(tempfile.mkdtemp(prefix="wb-k"))  # mode 0700
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            traits |= {
                "transport": "ipc",
                "ip": str(folder / "s"),
                "connection_file": str(folder / "kernel.json"),
            }
        super().__init__(**{"client_factory": PromptClient, **traits})
        self.context.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MILLISECONDS)

    async def _async_finish_shutdown(
        self,
        waittime: float | None = None,
        pollinterval: float = _POLL_SECONDS,
        restart: bool = False,
    ) -> None:
        await super()._async_finish_shutdown(waittime, pollinterval, restart)

    finish_shutdown = _async_finish_shutdown

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """Start our own kernel module in place of ``ipykernel_launcher``."""
        command = super().format_kernel_cmd(extra_arguments)
        if LAUNCHER in command:
            command[command.index(LAUNCHER)] = KERNEL_MODULE
            command.insert(1, "-P")
        return command


class ForkedProcess:
    """A forked kernel, seen through the connection it holds open while it lives."""

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self._connection: socket.socket | None = connection
        connection.setblocking(False)

    def poll(self) -> int | None:
        """Return None while the kernel lives, and 0 once it is gone."""
        if self._connection is None:
            return 0
        try:
            alive = bool(self._connection.recv(1))
        except BlockingIOError:
            alive = True
        except OSError:
            alive = False
        if not alive:
            self._connection.close()
            self._connection = None
        return None if alive else 0

    def send_signal(self, signum: int) -> None:
        """Signal the kernel's process group, if it still lives."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signum)


class ForkProvisioner(LocalProvisioner):
    """Starts a kernel by asking the preloaded process for a fork."""

    forked: ForkedProcess | None = None

    @property
    def has_process(self) -> bool:
        """Whether a kernel was started and not yet waited for."""
        return self.forked is not None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Send the connection file, folder and environment; remember the child."""
        manager = self.parent
        if not isinstance(manager, ForkedKernelManager):
            raise TypeError("a ForkProvisioner belongs to a ForkedKernelManager")
        request = {
            "arguments": cmd[cmd.index(KERNEL_MODULE) + 1 :],
            "cwd": kwargs.get("cwd") or str(Path.cwd()),
            "env": kwargs.get("env") or dict(os.environ),
        }
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(manager.server_socket)
        connection.sendall(json.dumps(request).encode() + b"\n")
        self.pid = int(await asyncio.to_thread(_first_line, connection))
        self.forked = ForkedProcess(self.pid, connection)
        return self.connection_info

    async def poll(self) -> int | None:
        """Return None while the kernel lives."""
        return self.forked.poll() if self.forked else 0

    async def wait(self) -> int | None:
        """Wait until the kernel is gone."""
        while await self.poll() is None:
            await asyncio.sleep(_POLL_SECONDS)
        self.forked = None
        return 0

    async def send_signal(self, signum: int) -> None:
        """Signal the kernel."""
        if self.forked:
            self.forked.send_signal(signum)

    async def kill(self, restart: bool = False) -> None:  # noqa: ARG002 - the interface
        """End the kernel at once."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:  # noqa: ARG002 - the interface
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)


def _first_line(connection: socket.socket) -> bytes:
    """Read the child's process id; the stream must not read on, so byte by byte."""
    line = b""
    while not line.endswith(b"\n"):
        part = connection.recv(1)
        if not part:
            raise ConnectionError("the preloaded process ended before it forked a kernel")
        line += part
    return line


class ForkedKernelManager(PrivateKernelManager):
    """A kernel manager whose kernels are forks of the process behind ``server_socket``."""

    server_socket: str = ""

    async def _async_pre_start_kernel(self, **kwargs: Any) -> tuple[list[str], dict[str, Any]]:
        self.kernel_id = self.kernel_id or "forked"
        if self.provisioner is None:
            self.provisioner = ForkProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**kwargs)

    pre_start_kernel = _async_pre_start_kernel

    async def _async_interrupt_kernel(self) -> None:
        if self.provisioner:
            await self.provisioner.send_signal(signal.SIGINT)

    interrupt_kernel = _async_interrupt_kernel


def forked_manager_class(server_socket: str) -> type[ForkedKernelManager]:
    """Return a manager class bound to one preloaded process, as nbclient takes a class."""
    return type(
        "BoundForkedKernelManager", (ForkedKernelManager,), {"server_socket": server_socket}
    )
