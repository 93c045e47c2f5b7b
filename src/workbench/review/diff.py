"""What moved between two reports of one notebook: more than noise, or not, and what is method.

Rows are matched by result, table and key. A change is tested with the intervals both reports
print, as if the two groups of respondents were independent; where the same people answered both,
that is cautious. All tests of one comparison are corrected together (Benjamini-Hochberg). A number
that is suppressed in either report is suppressed here, so that no subtraction gives it away.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import RecordError
from workbench.estimates import benjamini_hochberg
from workbench.estimates.two_intervals import Interval, p_of_no_change
from workbench.language import Message, format_number, format_p_value
from workbench.report.figures import visible_text
from workbench.report.html import render_sheet
from workbench.report.sheet import Part, Sheet, SheetCell
from workbench.review.number_names import NumberNames
from workbench.review.runs import changed_files, open_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from workbench.language import Language
    from workbench.review.runs import RunFolder

__all__ = ["Move", "ReportDiff", "diff_html", "diff_reports", "diff_text"]

_FALSE_DISCOVERIES: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class Move:
    """One number in both reports.

    Parameters
    ----------
    address
        Result / table / row key.
    old, new, change
        In the number's own units; None where it is suppressed in either report.
    p_value, p_adjusted
        Of no change; None where there are no intervals to test with.
    verdict
        ``same``, ``moved`` (more than noise), ``noise``, ``suppressed``, ``untested``, ``method``
        (counted in another way), ``new`` or ``gone``.
    """

    address: str
    old: float | None = None
    new: float | None = None
    change: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    verdict: str


@dataclass(frozen=True, kw_only=True)
class ReportDiff:
    """What moved between two reports.

    Parameters
    ----------
    old, new
        Names of the runs.
    moves
        Every number with an estimate, in the new report's order.
    method
        What differs in how they were made: code, versions, parameters, methods.
    names
        Address -> what a reader calls the number.
    """

    old: str
    new: str
    moves: tuple[Move, ...]
    method: tuple[Message, ...]
    names: Mapping[str, Message] = field(default_factory=dict)

    def name(self, move: Move) -> Message:
        """Return what a reader calls the number that moved."""
        return self.names.get(move.address, Message("{address}", address=move.address))

    def of(self, *verdicts: str) -> list[Move]:
        """Return the moves with one of the verdicts."""
        return [move for move in self.moves if move.verdict in verdicts]

    @property
    def message(self) -> Message:
        """The finding in one sentence."""
        if not self.of("method"):
            return Message(
                "{moved:integer} of {n:integer} numbers moved by more than noise.",
                moved=len(self.of("moved")),
                n=len(self.of("moved", "noise", "same", "untested")),
            )
        return Message(
            "{moved:integer} of {n:integer} numbers moved by more than noise; {method:integer} "
            "were counted in another way.",
            moved=len(self.of("moved")),
            n=len(self.of("moved", "noise", "same", "untested", "method")),
            method=len(self.of("method")),
        )

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            "old": self.old,
            "new": self.new,
            "summary": self.message.both(),
            "method": [text.both() for text in self.method],
            "moves": [vars(move) for move in self.moves],
        }


def diff_reports(old: Path, new: Path) -> ReportDiff:
    """Compare two run folders of one notebook and study.

    Parameters
    ----------
    old, new
        Run folders, such as two waves or a run and one in its history.

    Raises
    ------
    RecordError
        If one is no run folder or its numbers were edited, or they are of different notebooks or
        studies.
    """
    before, after = (_whole(open_run(folder)) for folder in (old, new))
    if (before.study_id, before.notebook) != (after.study_id, after.notebook):
        raise RecordError(
            f"'{before.name}' and '{after.name}' are of different studies or notebooks. "
            "Give two runs of one notebook."
        )
    levels = [float(run.parameters.get("confidence", 0.95)) for run in (before, after)]
    moves = _corrected(list(_moves(before.results(), after.results(), levels)))
    return ReportDiff(
        old=before.name,
        new=after.name,
        moves=tuple(moves),
        method=tuple(_method(before, after)),
        names=dict(_names(before)) | dict(_names(after)),
    )


def _names(run: RunFolder) -> Iterator[tuple[str, Message]]:
    names = NumberNames(run)
    for result in run.results()["results"]:
        for name, table in result["tables"].items():
            for key, row in _rows(table).items():
                named = {column: row[column] for column in table["key"]}
                yield _address(result, name, key), names.name(result["id"], name, named)


def _address(result: Mapping[str, Any], table: str, key: str) -> str:
    return f"{result['id']} / {table} / {key}"


def _whole(run: RunFolder) -> RunFolder:
    name = "results.json"
    if any(changed == name for changed, _ in changed_files(run)):
        raise RecordError(
            f"{name} of '{run.name}' is not as recorded, so it can't be compared. "
            "Run the report again."
        )
    return run


def _method(before: RunFolder, after: RunFolder) -> Iterator[Message]:
    for name in sorted(before.parameters.keys() | after.parameters.keys()):
        old, new = before.parameters.get(name), after.parameters.get(name)
        if old != new:
            yield Message(
                "parameter {name}: {old}, now {new}", name=name, old=_shown(old), new=_shown(new)
            )
    if before.facts["code"]["sha256"] != after.facts["code"]["sha256"]:
        yield Message("made by different versions of the program")
    old_versions, new_versions = before.facts["versions"], after.facts["versions"]
    for name in sorted(old_versions.keys() & new_versions.keys()):
        if old_versions[name] != new_versions[name]:
            yield Message(
                "{name} {old} is now {new}",
                name=name,
                old=old_versions[name],
                new=new_versions[name],
            )


def _shown(value: Any) -> str:
    return "–" if value in (None, "") else str(value)


def _moves(old: dict[str, Any], new: dict[str, Any], levels: Sequence[float]) -> Iterator[Move]:
    before = {result["id"]: result for result in old["results"]}
    for result in new["results"]:
        earlier = before.get(result["id"])
        counted_alike = earlier is not None and earlier["method"] == result["method"]
        for name, table in result["tables"].items():
            known = _rows(earlier["tables"].get(name)) if earlier else {}
            current = _rows(table)
            for key, row in current.items():
                address = _address(result, name, key)
                yield _move(address, known.get(key), row, levels if counted_alike else None)
            for key in known.keys() - current.keys():
                yield Move(address=_address(result, name, key), verdict="gone")


def _rows(table: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Return row key -> row of a table of estimates; other tables have none."""
    if table is None or "estimate" not in table["columns"]:
        return {}
    named = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    return {
        ", ".join(f"{name}={_shown(row[name])}" for name in table["key"]) or "all": row
        for row in named
    }


def _move(
    address: str, old: dict[str, Any] | None, new: dict[str, Any], levels: Sequence[float] | None
) -> Move:
    if old is None:
        return Move(address=address, verdict="new")
    if old["estimate"] is None and new["estimate"] is None:
        return Move(address=address, verdict="same")
    if old["estimate"] is None or new["estimate"] is None:
        return Move(address=address, verdict="suppressed")
    first, last = float(old["estimate"]), float(new["estimate"])
    change = last - first
    if levels is None:
        return Move(address=address, old=first, new=last, change=change, verdict="method")
    if old == new:
        return Move(address=address, old=first, new=last, change=0.0, verdict="same")
    p = _p_value(old, new, levels)
    verdict = "untested" if p is None else "noise"
    return Move(address=address, old=first, new=last, change=change, p_value=p, verdict=verdict)


def _p_value(old: dict[str, Any], new: dict[str, Any], levels: Sequence[float]) -> float | None:
    ends = [row.get(name) for row in (old, new) for name in ("ci_low", "ci_high")]
    if any(end is None for end in ends):
        return None
    before, after = (
        Interval(float(row["estimate"]), float(row["ci_low"]), float(row["ci_high"]), confidence)
        for row, confidence in zip((old, new), levels, strict=True)
    )
    return p_of_no_change(before, after)


def _corrected(moves: list[Move]) -> list[Move]:
    tested = [i for i, move in enumerate(moves) if move.p_value is not None]
    adjusted = benjamini_hochberg([moves[i].p_value or 0.0 for i in tested])
    for i, p in zip(tested, adjusted, strict=True):
        verdict = "moved" if p <= _FALSE_DISCOVERIES else "noise"
        moves[i] = replace(moves[i], p_adjusted=float(p), verdict=verdict)
    return moves


_VERDICTS = {
    "moved": Message("moved by more than noise"),
    "noise": Message("may be noise"),
    "same": Message("the same"),
    "suppressed": Message("no number in one of the two: withheld, or too few answers"),
    "untested": Message("no interval to test with"),
    "method": Message("counted in another way"),
    "new": Message("only in the new report"),
    "gone": Message("only in the old report"),
}


def diff_text(found: ReportDiff, language: Language) -> str:
    """Return the comparison for a terminal: the finding, what moved, and what is method."""
    lines = [found.message.render(language)]
    for move in found.of("moved", "method"):
        change = format_number(move.change, language, signed=True)
        verdict = _VERDICTS[move.verdict].render(language)
        name = found.name(move).render(language)
        lines.append(f"  {name}: {change}, {verdict} ({move.address})")
    only = Message(
        "{n:integer} number stands only in the new report, {gone:integer} only in the old one.",
        "{n:integer} numbers stand only in the new report, {gone:integer} only in the old one.",
        n=len(found.of("new")),
        gone=len(found.of("gone")),
    )
    notes = [*([only] if found.of("new", "gone") else []), *found.method]
    lines += [f"  {text.render(language)}" for text in notes]
    return "\n".join(visible_text(line) for line in lines)


_COLUMNS = (
    Message("Number"),
    Message("Before"),
    Message("Now"),
    Message("Change"),
    Message("p, corrected"),
    Message("Verdict"),
)


def diff_html(found: ReportDiff, language: Language) -> str:
    """Return the comparison as a page, what moved first."""
    shown = [move for move in found.moves if move.verdict not in {"same", "new", "gone"}]
    shown.sort(key=lambda move: move.verdict != "moved")
    same = Message(
        "{n:integer} number is the same in both.",
        "{n:integer} numbers are the same in both.",
        n=len(found.of("same")),
    )
    numbers = Part(
        title=Message("Numbers").render(language),
        caption=Message("What moved first; numbers in their own units").render(language),
        lead=(same.render(language),),
        columns=tuple(column.render(language) for column in _COLUMNS),
        body=tuple(_cells(found, move, language) for move in shown),
    )
    alone = Part(
        title=Message("Only in one of the reports").render(language),
        caption=Message("Numbers that the other report does not have").render(language),
        columns=tuple(column.render(language) for column in (_COLUMNS[0], _COLUMNS[-1])),
        body=tuple(
            (_number(found, move, language), _verdict(move, language))
            for move in found.of("new", "gone")
        ),
    )
    method = Part(
        title=Message("What differs in how they were made").render(language),
        lead=tuple(text.render(language) for text in found.method)
        or (Message("Nothing.").render(language),),
    )
    return render_sheet(
        Sheet(
            language=language,
            title=found.message.render(language).removesuffix("."),
            state=(
                Message("Before: {run}", run=found.old).render(language),
                Message("Now: {run}", run=found.new).render(language),
            ),
            sections=(numbers, *([alone] if alone.body else []), method),
            footer=Message(
                "Tested with the intervals of both reports; all tests corrected together."
            ).render(language),
        )
    )


def _number(found: ReportDiff, move: Move, language: Language) -> SheetCell:
    return SheetCell(text=found.name(move).render(language), note=move.address)


def _verdict(move: Move, language: Language) -> SheetCell:
    tone = "v" if move.verdict == "moved" else ""
    return SheetCell(text=_VERDICTS[move.verdict].render(language), tone=tone)


def _cells(found: ReportDiff, move: Move, language: Language) -> tuple[SheetCell, ...]:
    return (
        _number(found, move, language),
        SheetCell(text=format_number(move.old, language)),
        SheetCell(text=format_number(move.new, language)),
        SheetCell(text=format_number(move.change, language, signed=True)),
        SheetCell(text=format_p_value(move.p_adjusted, language)),
        _verdict(move, language),
    )
