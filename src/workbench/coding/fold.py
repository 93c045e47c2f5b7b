"""From acts to the state of the coding: a pure function, the same for any order of acts.

A remove or an undo refers to an act and wins whenever it was written. Concurrent edits of one act
go by clock, then coder, then id. A redo takes back an undo or a remove. An act that refers to one
that is not here waits for it: it counts as soon as the file that holds it arrives.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import is_
from typing import TYPE_CHECKING, Any

from workbench.coding.acts import Cell, Span, act_to_line
from workbench.coding.cancelling import cancelled as cancelled_acts
from workbench.coding.cancelling import circles
from workbench.coding.lines import Problem
from workbench.language import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from workbench.coding.acts import Act, Target

__all__ = ["Coding", "Memo", "State", "fold", "independent"]

_EDITS = {"move", "recode", "memo", "polarity", "weight", "relevance", "adjudicate"}
_MAKES = {"add", "accept"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One code on one target, by one coder, as it stands after every edit.

    ``verdict`` is what adjudication decided: ``kept``, ``dropped``, ``left`` or None.
    ``moved_by`` is the act that gave the target its present place, None when it never moved.
    """

    act: str
    coder: str
    at: str
    clock: int
    target: Target
    code: str
    code_version: str | None
    polarity: str | None
    stance: str
    weight: float | None
    relevance: str | None
    memo: str
    via: str
    verdict: str | None
    adjudicator: str | None
    moved_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """A note on a document, a passage, a cell, a case or a code.

    With a ``code`` it is about that code in that target: the analyst's summary of a case under a
    theme.
    """

    act: str
    coder: str
    at: str
    target: Target
    code: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything the acts say.

    Parameters
    ----------
    codings
        In force, in order of clock, coder, id.
    cells
        ``(respondent, question)`` to the state set by hand.
    relevance
        Target to relevance, for passages judged without a code.
    memos
        Notes that belong to no coding.
    rejected
        Suggestions a person turned down.
    removed
        Ids of codings taken back; they stay in the log.
    erased
        Respondents who withdrew.
    problems
        Acts that could not take effect, and why.
    """

    codings: tuple[Coding, ...]
    cells: Mapping[tuple[str, str], str]
    relevance: Mapping[Target, str]
    memos: tuple[Memo, ...]
    rejected: tuple[Act, ...]
    removed: frozenset[str]
    erased: frozenset[str]
    problems: tuple[Problem, ...]
    clock: int


Made = dict[str, "tuple[Act, tuple[Act, ...], Coding]"]
"""A coding by its act, with the act and the edits it was made of."""


def fold(acts: Iterable[Act], *, made: Made | None = None) -> State:
    """Fold acts to the state they add up to; their order does not matter.

    The same act may occur more than once, as it does after a merge.

    Parameters
    ----------
    acts
        Of every coder.
    made
        Kept from fold to fold of a growing log, it spares making anew the codings that nothing was
        done to: they are the same objects. The state is equal without it.
    """
    problems: list[Problem] = []
    by_id = _unique(acts, problems)
    ordered = sorted(by_id.values(), key=lambda act: act.order)
    in_circle = circles(by_id)
    cancelled = cancelled_acts(ordered, by_id, in_circle)
    problems += _reference_problems(ordered, by_id, in_circle)
    alive = [act for act in ordered if act.id not in cancelled]
    return State(
        codings=_codings(alive, problems, {} if made is None else made),
        cells=_cells(alive),
        relevance=_relevance(alive),
        memos=_memos(alive),
        rejected=tuple(act for act in alive if act.op == "reject"),
        removed=frozenset(act.id for act in ordered if _makes(act) and act.id in cancelled),
        erased=frozenset(
            act.target.respondent
            for act in alive
            if act.op == "erase" and isinstance(act.target, Cell)
        ),
        problems=tuple(sorted(problems, key=lambda problem: (problem.kind, problem.file))),
        clock=max((act.clock for act in by_id.values()), default=0),
    )


def independent(acts: Iterable[Act]) -> list[Act]:
    """Return what each coder did alone: without adjudication, and without edits by others.

    Agreement is computed on the fold of these, so that no later decision can raise it. Moves to a
    corrected text stay, whoever corrected it.
    """
    by_id = {act.id: act for act in acts}

    def is_own(act: Act) -> bool:
        if act.op == "adjudicate" or act.via == "adjudication":
            return False
        about = by_id.get(act.act) if act.act is not None else None
        return about is None or about.coder == act.coder or act.via == "reanchor"

    return [act for act in by_id.values() if is_own(act)]


def _makes(act: Act) -> bool:
    """Say whether the act makes a coding; an adjudicator may code a passage of his own."""
    return act.op in _MAKES or (act.op == "adjudicate" and act.act is None)


def _reference_problems(
    ordered: Iterable[Act], by_id: Mapping[str, Act], in_circle: set[str]
) -> list[Problem]:
    found: list[Problem] = []
    for act in ordered:
        if act.id in in_circle:
            text = Message("Acts that refer to each other in a circle do not count.")
            found.append(Problem(kind="circle", file=act.id, text=text))
        elif act.act is not None and act.act not in by_id:
            text = Message("The act refers to one that is not here: is a coder’s file missing?")
            found.append(Problem(kind="dangling", file=act.id, text=text))
    return found


def _codings(alive: Iterable[Act], problems: list[Problem], made: Made) -> tuple[Coding, ...]:
    edits: dict[str, list[Act]] = {}
    for act in alive:
        if act.op in _EDITS and act.act is not None:
            edits.setdefault(act.act, []).append(act)
    codings: list[Coding] = []
    for act in alive:
        if not _makes(act):
            continue
        if act.target is None or act.code is None:
            text = Message("A coding must name a target and a code; this one does not count.")
            problems.append(Problem(kind="incomplete", file=act.id, text=text))
        else:
            codings.append(_remembered(act, tuple(edits.get(act.id, ())), made))
    return tuple(codings)


def _remembered(act: Act, edits: tuple[Act, ...], made: Made) -> Coding:
    known = made.get(act.id)
    if known is not None and _same((act, *edits), (known[0], *known[1])):
        return known[2]
    coding = _coding(act, edits)
    made[act.id] = act, edits, coding
    return coding


def _same(acts: tuple[Act, ...], others: tuple[Act, ...]) -> bool:
    return len(acts) == len(others) and all(map(is_, acts, others))


def _unique(acts: Iterable[Act], problems: list[Problem]) -> dict[str, Act]:
    """Return one act per id; of several versions the same one is taken whatever their order."""
    found: dict[str, Act] = {}
    versions: dict[str, list[Act]] = {}
    for act in acts:
        known = found.setdefault(act.id, act)
        if known != act:
            versions.setdefault(act.id, [known]).append(act)
    for name, several in versions.items():
        found[name] = min(several, key=_preference)
        if len({act_to_line(_without_words(act)) for act in several}) > 1:
            text = Message("One id has two contents; the first in order of its letters counts.")
            problems.append(Problem(kind="twice", file=name, text=text))
    return found


def _preference(act: Act) -> tuple[str, int, str]:
    """Sort versions of an act; an erased one comes before one that still has its words."""
    words = len(act.text or "")
    if isinstance(act.target, Span):
        words += len(act.target.quote or "") + len(act.target.prefix + act.target.suffix)
    return (act_to_line(_without_words(act)), words, act_to_line(act))


def _without_words(act: Act) -> Act:
    if isinstance(act.target, Span):
        target = replace(act.target, quote="", prefix="", suffix="")
        return replace(act, text=None, target=target)
    return replace(act, text=None)


def _coding(act: Act, edits: Iterable[Act]) -> Coding:
    values: dict[str, Any] = {
        "target": act.target,
        "code": act.code,
        "code_version": act.code_version,
        "polarity": act.polarity,
        "weight": act.weight,
        "relevance": act.relevance,
        "memo": act.text or "",
        "verdict": "kept" if act.op == "adjudicate" else None,
        "adjudicator": act.coder if act.op == "adjudicate" else None,
        "moved_by": None,
    }
    for edit in edits:
        _apply(edit, values)
    return Coding(
        act=act.id,
        coder=act.coder,
        at=act.at,
        clock=act.clock,
        stance=act.stance or "affirms",
        via="adjudication" if act.op == "adjudicate" else act.via,
        **values,
    )


_VERDICTS = {"affirms": "kept", "denies": "dropped", None: "left"}


def _apply(edit: Act, values: dict[str, Any]) -> None:
    match edit.op:
        case "move" if edit.target is not None:
            values["target"] = edit.target
            values["moved_by"] = edit.id
        case "recode" if edit.code is not None:
            values["code"] = edit.code
            values["code_version"] = edit.code_version
        case "memo":
            values["memo"] = edit.text or ""
        case "polarity" | "weight" | "relevance":
            values[edit.op] = getattr(edit, edit.op)
        case "adjudicate":
            values["verdict"] = _VERDICTS[edit.stance]
            values["adjudicator"] = edit.coder
        case _:
            pass


def _cells(alive: Iterable[Act]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for act in alive:
        if act.op == "state" and isinstance(act.target, Cell):
            found[act.target.respondent, act.target.question] = act.text or "absent"
    return {cell: state for cell, state in found.items() if state != "absent"}


def _moves(alive: Iterable[Act]) -> dict[str, Target]:
    """Return where notes and judgements with a place of their own were moved to."""
    return {act.act: act.target for act in alive if act.op == "move" and act.act and act.target}


def _relevance(alive: Sequence[Act]) -> dict[Target, str]:
    """Return judgements of passages that carry no code."""
    moves = _moves(alive)
    found: dict[Target, str] = {}
    for act in alive:
        if act.op == "relevance" and act.act is None and act.target and act.relevance:
            found[moves.get(act.id, act.target)] = act.relevance
    return found


def _memos(alive: Sequence[Act]) -> tuple[Memo, ...]:
    """Return notes on their own targets; the last one of a coder on a target counts."""
    moves = _moves(alive)
    found: dict[tuple[str, Target, str | None], Memo] = {}
    for act in alive:
        if act.op == "memo" and act.act is None and act.target is not None:
            target = moves.get(act.id, act.target)
            found[act.coder, target, act.code] = Memo(
                act=act.id,
                coder=act.coder,
                at=act.at,
                target=target,
                code=act.code,
                text=act.text or "",
            )
    notes = [memo for memo in found.values() if memo.text]
    return tuple(sorted(notes, key=lambda memo: memo.act))
