"""Which acts are without effect: undo, redo and remove as references between acts.

An undo wins over the act it refers to whenever it was written, a redo over the undo. Nothing here
depends on the order in which acts were read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Referring", "cancelled", "circles"]

_UNDOES = {"remove", "undo"}
_CANCELS = {"remove", "undo", "redo"}


class Referring(Protocol):
    """Anything with an id, an operation and, it may be, an act it refers to."""

    @property
    def id(self) -> str:
        """The act's own id."""
        ...

    @property
    def op(self) -> str:
        """What was done."""
        ...

    @property
    def act(self) -> str | None:
        """The act it refers to."""
        ...

    @property
    def order(self) -> tuple[int, str, str]:
        """Clock, coder, id."""
        ...


def circles(by_id: Mapping[str, Referring]) -> set[str]:
    """Return the acts from which following ``act`` comes back to the start."""
    settled: set[str] = set()
    found: set[str] = set()
    for act in by_id.values():
        if act.act is None or act.id in settled:
            continue
        path: dict[str, None] = {}
        name: str | None = act.id
        while name is not None and name in by_id and name not in settled and name not in path:
            path[name] = None
            name = by_id[name].act
        if name in path:
            trail = list(path)
            found.update(trail[trail.index(name) :])
        settled.update(path)
    return found


def cancelled(
    ordered: Iterable[Referring], by_id: Mapping[str, Referring], in_circle: set[str]
) -> set[str]:
    """Return the acts without effect: undone or removed by an act that is itself in force."""
    cancelling: dict[str, list[str]] = {}
    for act in ordered:
        if act.act is None or act.act not in by_id or act.id in in_circle:
            continue
        if act.op in _UNDOES or (act.op == "redo" and by_id[act.act].op in _CANCELS):
            cancelling.setdefault(act.act, []).append(act.id)
    for act in ordered:  # a redo of the act itself takes back every undo its writer could know of
        about = by_id.get(act.act) if act.op == "redo" and act.act is not None else None
        if about is not None and about.op not in _CANCELS and act.id not in in_circle:
            for name in cancelling.get(about.id, ()):
                if by_id[name].order < act.order:
                    cancelling.setdefault(name, []).append(act.id)
    return _without_effect(cancelling, in_circle)


def _without_effect(cancelling: Mapping[str, list[str]], in_circle: set[str]) -> set[str]:
    """Return the ids that an act in force cancels, however long the chain of undos."""
    known: dict[str, bool] = dict.fromkeys(in_circle, True)
    stack = list(cancelling)
    while stack:
        name = stack[-1]
        open_ones = [other for other in cancelling.get(name, ()) if other not in known]
        if name in known:
            stack.pop()
        elif open_ones:
            stack.extend(open_ones)
        else:
            known[name] = any(not known[other] for other in cancelling.get(name, ()))
    return {name for name, without_effect in known.items() if without_effect}
