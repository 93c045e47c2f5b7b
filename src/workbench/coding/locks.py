"""One writer at a time: a lock per coder that ends with the process that holds it."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workbench.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

__all__ = ["writer_lock"]

_PAUSE = 0.02


@contextmanager
def writer_lock(path: Path, *, wait: float = 10.0) -> Generator[None]:
    """Hold the lock file for as long as the block runs.

    The operating system lets go of it when the process ends, however it ends, so a crash leaves
    nothing to clear away.

    Parameters
    ----------
    path
        The lock file, named after the coder.
    wait
        Seconds to wait for another writer before giving up.

    Raises
    ------
    CorpusError
        If another process still writes as this coder.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(handle, path, wait)
        os.truncate(handle, 0)
        os.pwrite(handle, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(handle)


def _acquire(handle: int, path: Path, wait: float) -> None:
    deadline = time.monotonic() + wait
    while not _try_lock(handle):
        if time.monotonic() >= deadline:
            holder = os.pread(handle, 20, 0).decode(errors="replace") or "unknown"
            raise CorpusError(
                f"Only one program at a time may write as coder '{path.stem}'; process {holder} "
                "does so now. Close it, or code under another name."
            )
        time.sleep(_PAUSE)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
