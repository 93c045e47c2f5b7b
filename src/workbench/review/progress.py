"""How far a batch is: a bar where there is a terminal, a line per report where there is none."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from workbench.review.batch import Outcome

__all__ = ["Progress"]


class Progress:
    """Tells a person of each finished report; give it to :func:`run_batch` and call it no more."""

    def __init__(self) -> None:
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True))
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, outcome: Outcome, finished: int, total: int, seconds_left: float) -> None:
        """Show one more finished report."""
        if self._bar is None:
            left = f"{seconds_left:.0f} s left"
            text = f"{finished}/{total} {outcome.status}: {outcome.cell.label} ({left})"
            sys.stderr.write(text + "\n")
            return
        if self._task is None:
            self._task = self._bar.add_task("reports", total=total)
        self._bar.update(self._task, completed=finished, description=outcome.cell.label[:40])
