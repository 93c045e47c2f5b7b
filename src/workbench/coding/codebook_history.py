"""Every change to the codebook, one line each; the codebook's files are the fold of these lines.

Merging, splitting and renaming change entries here and never touch a coding. Entries of two
branches are ordered by clock, then coder, then id, so both sides arrive at the same files, byte
for byte.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbench.coding.acts import new_id
from workbench.coding.cancelling import cancelled, circles
from workbench.coding.codes import Code, code_from_values, code_to_toml, code_values, read_codes
from workbench.coding.lines import Problem, append_lines, read_lines, set_aside
from workbench.coding.locks import writer_lock
from workbench.errors import CodebookError
from workbench.language import Message, localized

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy as np

__all__ = ["Change", "CodebookFiles", "replay"]

_OPERATIONS = ("create", "edit", "merge", "split", "retire", "restore", "undo", "redo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of ``codebook/history.jsonl``.

    ``fields`` holds what an entry was made with, or the keys that changed (null: back to none).
    ``into`` names the codes that a merge or split leads to; ``text`` is the reason.
    """

    id: str
    at: str
    clock: int
    coder: str
    op: str
    code: str
    fields: Mapping[str, Any] = field(default_factory=dict[str, Any])
    into: tuple[str, ...] = ()
    act: str | None = None
    text: str | None = None

    @property
    def order(self) -> tuple[int, str, str]:
        """Place among changes: clock, then coder, then id."""
        return (self.clock, self.coder, self.id)


def _change_from_json(found: dict[str, Any]) -> Change:
    unknown = found.keys() - set(Change.__dataclass_fields__)
    missing = {"id", "clock", "coder", "op", "code"} - found.keys()
    if unknown or missing:
        raise CodebookError("A line of the history must have id, at, clock, coder, op and code.")
    if found["op"] not in _OPERATIONS or type(found["clock"]) is not int:
        raise CodebookError(f"'op' must be one of {', '.join(_OPERATIONS)}; 'clock' a number.")
    _check_fields(found)
    values: dict[str, Any] = {"at": "", **found, "into": tuple(found.get("into", ()))}
    return Change(**values)


def _check_fields(found: Mapping[str, Any]) -> None:
    fields = {key: value for key, value in found.get("fields", {}).items() if value is not None}
    code_from_values({**fields, "id": found["code"]}, f"The code '{found['code']}'")


def _change_to_line(change: Change) -> str:
    found = {name: getattr(change, name) for name in Change.__dataclass_fields__}
    return json.dumps(found, ensure_ascii=False, sort_keys=True) + "\n"


def _in_force(changes: Iterable[Change]) -> list[Change]:
    by_id = {change.id: change for change in changes}
    ordered = sorted(by_id.values(), key=lambda change: change.order)
    without_effect = cancelled(ordered, by_id, circles(by_id))
    return [change for change in ordered if change.id not in without_effect]


def replay(changes: Iterable[Change]) -> dict[str, Code]:
    """Fold changes to the codebook they add up to; their order does not matter."""
    codes: dict[str, Code] = {}
    for change in _in_force(changes):
        _apply(change, codes)
    return codes


def _apply(change: Change, codes: dict[str, Code]) -> None:
    known = codes.get(change.code)
    match change.op:
        case "create" if known is None:
            values = {**change.fields, "id": change.code}
            codes[change.code] = code_from_values(values, "history.jsonl")
        case "create" | "edit" if known is not None:
            values = {**code_values(known), **change.fields, "id": change.code}
            kept = {key: value for key, value in values.items() if value is not None}
            codes[change.code] = code_from_values(kept, "history.jsonl")
        case "merge" if known is not None and change.into:
            if change.code not in _leads_through(codes, change.into[0]):
                codes[change.code] = replace(known, merged_into=change.into[0])
        case "split" if known is not None:
            codes[change.code] = replace(known, split_into=change.into)
        case "retire" | "restore" if known is not None:
            codes[change.code] = replace(known, retired=change.op == "retire")
        case _:
            pass


def _leads_through(codes: Mapping[str, Code], start: str) -> set[str]:
    """Return the codes that merges lead through; a merge back into one of them is left out."""
    seen: set[str] = set()
    code: str | None = start
    while code is not None and code not in seen:
        seen.add(code)
        code = codes[code].merged_into if code in codes else None
    return seen


@dataclass
class CodebookFiles:
    """The codebook on disk: its history, its files, and what to do when they differ.

    Parameters
    ----------
    folder
        ``codebook/``; it need not exist yet.
    aside
        ``.workbench/``, for locks and torn lines.
    """

    folder: Path
    aside: Path
    changes: list[Change] = field(default_factory=list[Change])
    problems: list[Problem] = field(default_factory=list[Problem])

    def read(self) -> dict[str, Code]:
        """Return the codes as they stand.

        A file that a person edited by hand counts as it stands and is reported, so that
        :meth:`adopt` can write it into the history. A file that cannot be read is taken from the
        history and reported.
        """
        self.problems = []
        self._read_history()
        folded = replay(self.changes)
        try:
            found = {code.id: code for code in read_codes(self.folder)}
        except CodebookError as error:
            if not self.changes:
                raise
            text = Message("{reason} The history counts instead.", reason=str(error))
            self.problems.append(Problem(kind="unreadable", file="codebook", text=text))
            return folded
        for name in sorted(found.keys() | folded.keys()):
            if self.changes and found.get(name) != folded.get(name):
                self._report_drift(name, gone=name not in found)
        return {name: found.get(name, code) for name, code in {**folded, **found}.items()}

    def _read_history(self) -> None:
        path = self.folder / "history.jsonl"
        if not path.exists():
            self.changes = []
            return
        lines = read_lines(path, _change_from_json)
        self.changes = lines.items
        self.problems += lines.problems

    def _report_drift(self, name: str, *, gone: bool) -> None:
        if gone:
            text = Message("The file is missing; the history counts, and saving writes it again.")
        else:
            text = Message("The file was edited by hand; the edit is not yet in the history.")
        self.problems.append(Problem(kind="drift", file=f"codebook/{name}.toml", text=text))

    @property
    def clock(self) -> int:
        """The highest clock in the history."""
        return max((change.clock for change in self.changes), default=0)

    def record(
        self,
        changes: Sequence[Mapping[str, Any]],
        *,
        coder: str,
        clock: int,
        now: dt.datetime,
        random: np.random.Generator | None = None,
    ) -> list[Change]:
        """Write changes (op, code, fields, into, act, text) to the history, then the files."""
        for change in changes:
            _check_fields(change)
        with writer_lock(self.aside / "locks" / "codebook.lock"):
            path = self.folder / "history.jsonl"
            if path.exists():
                lines = read_lines(path, _change_from_json)
                set_aside(lines, self.aside / "torn")
                self.changes = lines.items
            first = max(clock, self.clock) + 1
            used = {change.id for change in self.changes}
            made = [
                Change(
                    id=new_id(now, random, taken=used.__contains__),
                    at=now.isoformat(timespec="seconds"),
                    clock=first + number,
                    coder=coder,
                    **values,
                )
                for number, values in enumerate(changes)
            ]
            append_lines(path, "".join(_change_to_line(change) for change in made))
            self.changes = [*self.changes, *made]
            self.write_files()
        return made

    def adopt(self, *, coder: str, clock: int, now: dt.datetime) -> list[Change]:
        """Write what people edited by hand into the history, so that the two agree again."""
        folded = replay(self.changes)
        wanted: list[dict[str, Any]] = []
        for code in read_codes(self.folder) if self.folder.is_dir() else []:
            known = folded.get(code.id)
            values = {key: value for key, value in code_values(code).items() if key != "id"}
            if known is None:
                wanted.append({"op": "create", "code": code.id, "fields": values})
            elif known != code:
                before = code_values(known)
                edited = {key: value for key, value in values.items() if before.get(key) != value}
                cleared = dict.fromkeys(before.keys() - values.keys() - {"id"})
                wanted.append({"op": "edit", "code": code.id, "fields": {**edited, **cleared}})
        return self.record(wanted, coder=coder, clock=clock, now=now) if wanted else []

    def write_files(self) -> None:
        """Write every file that differs from the history's fold."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, code in replay(self.changes).items():
            path = self.folder / f"{name}.toml"
            text = code_to_toml(code).encode()
            if not path.exists() or path.read_bytes() != text:
                path.write_bytes(text)

    @property
    def versions(self) -> pd.DataFrame:
        """One row per meaning a code has had, oldest first.

        Columns: code version_no version at clock coder definition include exclude. ``version`` is
        what codings carry as ``code_version``.
        """
        codes: dict[str, Code] = {}
        rows: list[dict[str, Any]] = []
        counts: dict[str, int] = {}
        for change in _in_force(self.changes):
            before = codes.get(change.code)
            _apply(change, codes)
            after = codes.get(change.code)
            if after is None or (before is not None and before.version == after.version):
                continue
            counts[after.id] = counts.get(after.id, 0) + 1
            rows.append(
                {
                    "code": after.id,
                    "version_no": counts[after.id],
                    "version": after.version,
                    "at": change.at,
                    "clock": change.clock,
                    "coder": change.coder,
                    "definition": localized(after.definition, "en"),
                    "include": "; ".join(after.include),
                    "exclude": "; ".join(after.exclude),
                }
            )
        return pd.DataFrame(rows, columns=_VERSIONS)


_VERSIONS = [
    "code",
    "version_no",
    "version",
    "at",
    "clock",
    "coder",
    "definition",
    "include",
    "exclude",
]
