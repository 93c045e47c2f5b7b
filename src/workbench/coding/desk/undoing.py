"""What undo would take back, and redo bring back: read from the logs, so it outlives a session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.coding.cancelling import cancelled, circles
from workbench.coding.desk.protocol import following

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workbench.coding.acts import Act
    from workbench.coding.codebook_history import Change
    from workbench.coding.corpus import Corpus

__all__ = ["Step", "next_redo", "next_steps", "next_undo"]

_BACK = {"undo", "redo"}
_KEPT = {*_BACK, "create"}  # a code that was made stays, as its file does; retire it instead
_ELSEWHERE = ("import:", "rule:", "reanchor")


@dataclass(frozen=True)
class Step:
    """Acts of one key press, or one change of the codebook.

    ``op`` says what was done, in the words of the log.
    """

    op: str
    acts: tuple[str, ...] = ()
    change: str | None = None
    code: str | None = None


def next_undo(corpus: Corpus, coder: str) -> Step | None:
    """Return the coder's last step that is in force; None when there is nothing to take back."""
    return next_steps(corpus, coder)[0]


def next_redo(corpus: Corpus, coder: str) -> Step | None:
    """Return the undo that came last, unless something new was done after it."""
    return next_steps(corpus, coder)[1]


def next_steps(corpus: Corpus, coder: str) -> tuple[Step | None, Step | None]:
    """Return what undo would take back and what redo would bring back."""
    acts = _own(corpus, coder)
    changes = _own_changes(corpus, coder)
    return _undo(*acts, *changes), _redo(*acts, *changes)


def _undo(
    acts: list[Act], without_effect: set[str], changes: list[Change], idle: set[str]
) -> Step | None:
    steps = [act for act in acts if act.op not in _BACK and act.id not in without_effect]
    made = [change for change in changes if change.op not in _KEPT and change.id not in idle]
    if made and (not steps or made[-1].clock > steps[-1].clock):
        return Step(made[-1].op, change=made[-1].id, code=made[-1].code)
    return _group(steps, len(steps) - 1) if steps else None


def _redo(
    acts: list[Act], without_effect: set[str], changes: list[Change], idle: set[str]
) -> Step | None:
    newest = max(
        (one.clock for one in (*acts, *changes) if one.op not in _BACK),
        default=0,
    )
    undone = [a for a in acts if a.op == "undo" and a.id not in without_effect]
    changed = [c for c in changes if c.op == "undo" and c.id not in idle]
    undone = [act for act in undone if act.clock > newest]
    changed = [change for change in changed if change.clock > newest]
    if changed and (not undone or changed[-1].clock > undone[-1].clock):
        return Step("redo", change=changed[-1].id, code=changed[-1].code)
    return _group(undone, len(undone) - 1) if undone else None


def _own(corpus: Corpus, coder: str) -> tuple[list[Act], set[str]]:
    by_id = {act.id: act for act in corpus.log.acts}
    ordered = sorted(by_id.values(), key=lambda act: act.order)
    without_effect = cancelled(ordered, by_id, circles(by_id))
    own = [
        act
        for act in ordered
        if act.coder == coder and act.op != "erase" and not act.via.startswith(_ELSEWHERE)
    ]
    return own, without_effect


def _own_changes(corpus: Corpus, coder: str) -> tuple[list[Change], set[str]]:
    by_id = {change.id: change for change in corpus.codebook_files.changes}
    ordered = sorted(by_id.values(), key=lambda change: change.order)
    without_effect = cancelled(ordered, by_id, circles(by_id))
    return [change for change in ordered if change.coder == coder], without_effect


def _group(acts: Sequence[Act], last: int) -> Step:
    """Return the acts written with one key press: their ids follow each other."""
    first = last
    while first > 0 and following(acts[first - 1].id, 2)[1] == acts[first].id:
        first -= 1
    return Step(acts[last].op, acts=tuple(act.id for act in acts[first : last + 1]))
