"""The logs of acts on disk: one file per coder, one line per act."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import act_from_json, act_to_line
from workbench.coding.lines import (
    LineFile,
    Problem,
    append_lines,
    file_stamp,
    read_lines,
    set_aside,
)
from workbench.coding.locks import writer_lock
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from workbench.coding.acts import Act

__all__ = ["ActLog"]


@dataclass
class ActLog:
    """Every log of one project.

    Parameters
    ----------
    folder
        ``coding/``; it need not exist yet.
    aside
        Where torn lines and locks go: ``.workbench/``, which Git ignores.
    clock
        The highest clock of all acts read so far.
    """

    folder: Path
    aside: Path
    clock: int = 0
    _files: dict[Path, LineFile[Act]] = field(default_factory=dict[Any, Any])
    _clocks: dict[str, int] = field(default_factory=dict[str, int])

    def refresh(self) -> bool:
        """Read what has changed on disk since the last look; return whether anything had."""
        paths = sorted(self.folder.glob("*.jsonl")) if self.folder.is_dir() else []
        changed = self._files.keys() != set(paths)
        files: dict[Path, LineFile[Act]] = {}
        for path in paths:
            known = self._files.get(path)
            if known is None or known.stamp != file_stamp(path):
                known = read_lines(path, act_from_json)
                changed = True
            files[path] = known
        self._files = files
        if changed:
            self._clocks = {act.id: act.clock for act in self.acts}
            self.clock = max(self._clocks.values(), default=0)
        return changed

    def has(self, act: str) -> bool:
        """Say whether an act with this id is in any log."""
        return act in self._clocks

    @property
    def acts(self) -> Iterator[Act]:
        """Every act of every file; the same act may stand in two files after a merge."""
        for file in self._files.values():
            yield from file.items

    @property
    def paths(self) -> list[Path]:
        """The log files, in order of name."""
        return list(self._files)

    def read(self, path: Path) -> list[Act]:
        """Return the acts of one file, as last read."""
        return self._files[path].items

    @property
    def problems(self) -> list[Problem]:
        """What could not be read, and what is set aside from earlier crashes."""
        found = [problem for file in self._files.values() for problem in file.problems]
        for path in sorted((self.aside / "torn").glob("*")):
            text = Message(
                "Half a line that a crash left is kept here. Code that passage again if it is "
                "missing, then delete the file."
            )
            place = f"{self.aside.name}/torn/{path.name}"
            found.append(Problem(kind="torn", file=place, text=text))
        return found

    def lock(self, coder: str, *, wait: float = 10.0) -> AbstractContextManager[None]:
        """Keep other programs from writing as the coder while a block runs."""
        return writer_lock(self.aside / "locks" / f"{coder}.lock", wait=wait)

    def append(self, coder: str, acts: Sequence[Act]) -> None:
        """Add one line per act to the coder's file. Call it while holding the coder's lock."""
        path = self.folder / f"{coder}.jsonl"
        known = self._files.get(path)
        if known is not None and known.torn_at is not None:
            set_aside(known, self.aside / "torn")
            known = self._files[path] = read_lines(path, act_from_json)
        append_lines(path, "".join(act_to_line(act) for act in acts))
        if known is None:
            known = self._files[path] = LineFile(path, (0, 0, 0), [], [], None)
        known.items.extend(acts)
        self._clocks.update((act.id, act.clock) for act in acts)
        self.clock = max(self.clock, *(act.clock for act in acts))
        known.stamp = file_stamp(path)
