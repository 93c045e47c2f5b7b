"""Does a report hold? Its files against its record, and its numbers against a new run.

The answer is one of: same, same within tolerance, different (what, by how much, and the likely
cause), cannot run (why), and record broken. Nothing of the report under review is changed.
"""

from __future__ import annotations

import enum
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import RecordError, RunError, WorkbenchError
from workbench.language import Message
from workbench.report.figures import visible_text
from workbench.report.run import find_notebook, run_notebook
from workbench.review.bundle import opened
from workbench.review.causes import Cause, likely_causes
from workbench.review.chain import broken_links
from workbench.review.claims import check_claims
from workbench.review.comparison import Difference, compare_results
from workbench.review.drawings import drawing_difference
from workbench.review.pages import compare_pages, compare_tables, unrecorded_numbers
from workbench.review.quotes import unfaithful_quotes
from workbench.review.runs import (
    RunFolder,
    changed_exports,
    changed_files,
    find_runs,
    open_run,
    study_folder,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.review.comparison import Tolerance

__all__ = [
    "Status",
    "Verification",
    "as_json",
    "as_text",
    "exit_code",
    "verify",
    "verify_path",
    "verify_run",
]


class Status(enum.StrEnum):
    """What a verification found, from best to worst."""

    SAME = "same"
    WITHIN_TOLERANCE = "same within tolerance"
    DIFFERENT = "different"
    CANNOT_RUN = "cannot run"
    RECORD_BROKEN = "record broken"


_EXIT = {
    Status.SAME: 0,
    Status.WITHIN_TOLERANCE: 0,
    Status.DIFFERENT: 4,
    Status.CANNOT_RUN: 5,
    Status.RECORD_BROKEN: 6,
}


@dataclass(frozen=True, kw_only=True)
class Verification:
    """The answer for one report.

    Parameters
    ----------
    name
        Address of the run.
    status
        See :class:`Status`.
    differences
        What is not the same: files against the record, then numbers, drawings and quotes.
    causes
        What has changed since the report was made, the likeliest first.
    reason
        Why it cannot run, or what is wrong with the record.
    """

    name: str
    status: Status
    differences: tuple[Difference, ...] = ()
    causes: tuple[Cause, ...] = ()
    reason: str = ""
    files: int = field(default=0)

    @property
    def message(self) -> Message:
        """The answer in one sentence."""
        match self.status:
            case Status.SAME:
                return Message(
                    "Same: {n:integer} file as recorded, and every number came out again.",
                    "Same: {n:integer} files as recorded, and every number came out again.",
                    n=self.files,
                )
            case Status.WITHIN_TOLERANCE:
                return Message(
                    "Same within tolerance: {n:integer} file as recorded, numbers differ in "
                    "their last digits only.",
                    "Same within tolerance: {n:integer} files as recorded, numbers differ in "
                    "their last digits only.",
                    n=self.files,
                )
            case Status.DIFFERENT:
                return Message(
                    "Different in {n:integer} place; likely cause: {causes}.",
                    "Different in {n:integer} places; likely cause: {causes}.",
                    n=len(self.differences),
                    causes=[cause.text for cause in self.causes[:3]],
                )
            case Status.CANNOT_RUN:
                return Message("Cannot run: {reason}", reason=self.reason)
            case Status.RECORD_BROKEN:
                return Message("The record is broken: {reason}", reason=self.reason)


def exit_code(verifications: list[Verification]) -> int:
    """Return the exit code of the command: the worst of its reports."""
    return max((_EXIT[found.status] for found in verifications), default=0)


def verify(
    path: str | Path,
    *,
    against: str | Path | None = None,
    tolerances: Mapping[str, Tolerance] | None = None,
) -> list[Verification]:
    """Verify a run folder, or every run below a folder.

    Parameters
    ----------
    path
        Run folder, or a folder of reports.
    against
        Folder of the study; default: where the record says, from here or from the repository.
    tolerances
        Column -> how far its numbers may move.

    Returns
    -------
    list
        One answer per report, in order of their folders.

    Raises
    ------
    RecordError
        If there is no such folder, or no run in it.
    """
    folders = find_runs(Path(path))
    if not folders:
        raise RecordError(f"There is no run in '{Path(path).name}'.")
    study = Path(against) if against is not None else None
    return [verify_run(folder, against=study, tolerances=tolerances) for folder in folders]


def verify_run(
    folder: Path,
    *,
    against: Path | None = None,
    tolerances: Mapping[str, Tolerance] | None = None,
) -> Verification:
    """Verify one run folder; see :func:`verify`."""
    try:
        run = open_run(folder)
    except RecordError as error:
        name = "/".join(folder.parts[-4:])
        return Verification(name=name, status=Status.RECORD_BROKEN, reason=str(error))
    files, exports = changed_files(run), changed_exports(run)
    edited = [
        *(Difference(address=name, kind=f"file {what}") for name, what in files),
        *(Difference(address=name, kind=f"export {what}") for name, what in exports),
        *(Difference(address=name, kind=what) for name, what in broken_links(run)),
    ]
    study = _study_folder(run, against)
    if study is None:
        return _cannot(run, edited, _WHERE.format(folder=run.facts["study"].get("folder", "?")))
    causes = likely_causes(run, study, changed=[*files, *exports])
    try:
        differences, exact = _rerun(run, study, tolerances)
    except WorkbenchError as error:
        return _cannot(run, edited, str(error), causes)
    found = [*edited, *differences]
    status = Status.DIFFERENT if found else Status.SAME if exact else Status.WITHIN_TOLERANCE
    if found and not causes:  # everything is as it was then, so the report itself was touched
        causes = [Cause(kind="edited", text=Message("the report was edited after its run"))]
    return Verification(
        name=run.name,
        status=status,
        differences=tuple(found),
        causes=tuple(causes),
        files=len(run.facts["outputs"]),
    )


_WHERE = "the study '{folder}' is not here; say where with --against FOLDER."


def _cannot(
    run: RunFolder, edited: list[Difference], reason: str, causes: list[Cause] | None = None
) -> Verification:
    return Verification(
        name=run.name,
        status=Status.CANNOT_RUN,
        differences=tuple(edited),
        causes=tuple(causes or ()),
        reason=reason,
    )


def _study_folder(run: RunFolder, against: Path | None) -> Path | None:
    """Find the study: where we are told, from the working directory, from the repository."""
    if against is not None:
        return against if (against / "study.toml").is_file() else None
    return study_folder(run)


def _rerun(
    run: RunFolder, study: Path, tolerances: Mapping[str, Tolerance] | None
) -> tuple[list[Difference], bool]:
    """Run the report again beside, and compare results, drawings and quotes."""
    with tempfile.TemporaryDirectory(prefix="wb-verify-") as place:
        made = run_notebook(
            _notebook(run, Path(place)),
            study,
            parameters=run.parameters,
            language=run.language,
            out=place,
        )
        if made.status != run.facts["status"]:
            return [_ended_otherwise(run, made.status)], False
        if made.status != "done":
            return [], True
        again = open_run(made.folder)
        differences, exact = compare_results(run.results(), again.results(), tolerances)
        differences += _drawings(run.path, again.path)
        differences += compare_tables(run.path / "tables", again.path / "tables")
        if not differences:  # the page is made from these; what differs above differs there too
            pages = _text(run.path / "report.html"), _text(again.path / "report.html")
            differences += compare_pages(*pages, "report.html")
            differences += unrecorded_numbers(pages[0], run.facts, "report.html")
        differences += unfaithful_quotes(run, study)
        return differences, exact


def _notebook(run: RunFolder, place: Path) -> Path:
    """Return today's notebook of that name; where there is none, the one in the run folder."""
    try:
        return find_notebook(run.notebook)
    except RunError:
        own = place / f"{run.notebook}.ipynb"
        shutil.copyfile(run.path / "notebook.ipynb", own)
        return own


def _ended_otherwise(run: RunFolder, status: str) -> Difference:
    return Difference(address="status", kind="value", old=run.facts["status"], new=status)


def _drawings(before: Path, after: Path) -> list[Difference]:
    old = {path.name: path for path in (before / "figures").glob("*.svg")}
    new = {path.name: path for path in (after / "figures").glob("*.svg")}
    found = [
        Difference(address=f"figures/{name}", kind="added" if name in new else "missing")
        for name in sorted(old.keys() ^ new.keys())
    ]
    return found + [
        difference
        for name in sorted(old.keys() & new.keys())
        for difference in drawing_difference(f"figures/{name}", _text(old[name]), _text(new[name]))
    ]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def verify_path(
    path: Path, *, against: Path | None = None, claims: Path | None = None
) -> list[Verification]:
    """Verify what a person points at: a run folder, a folder of reports, or a bundle.

    Parameters
    ----------
    path
        Folder, or a ``.zip`` that :func:`workbench.review.bundle.write_bundle` wrote.
    against
        Folder of the study; default: the bundle's own, or where the records say.
    claims
        A text whose respondent lists and counts are checked against the theme table.
    """
    if path.is_file():
        with opened(path) as folder:
            study = folder / "study"
            own = study if (study / "study.toml").is_file() else None
            return _with_claims(verify(folder / "reports", against=against or own), folder, claims)
    return _with_claims(verify(path, against=against), path, claims)


def _with_claims(
    found: list[Verification], folder: Path, claims: Path | None
) -> list[Verification]:
    if claims is None:
        return found
    matrix = [row for run in find_runs(folder) for row in _theme_rows(open_run(run))]
    if not matrix:
        raise RecordError("No theme table is in these reports; run 50_themes, then check claims.")
    wrong = [claim for claim in check_claims(_text(claims), matrix) if not claim.holds]
    differences = tuple(
        Difference(
            address=f"{claims.name}, line {claim.line} [{claim.theme}]",
            kind=f"claim: {claim.problem}",
            old=claim.said or None,
            new=claim.found or None,
        )
        for claim in wrong
    )
    status = Status.DIFFERENT if differences else Status.SAME
    return [*found, Verification(name=claims.name, status=status, differences=differences)]


def _theme_rows(run: RunFolder) -> list[dict[str, Any]]:
    """Return the rows of every table that says which respondent has which theme."""
    wanted = {"theme", "respondent", "state"}
    return [
        dict(zip(table["columns"], row, strict=True))
        for result in run.results()["results"]
        for table in result["tables"].values()
        if wanted <= set(table["columns"])
        for row in table["rows"]
    ]


def as_text(found: Verification) -> str:
    """Return an answer for a terminal: the sentence, the differences that weigh most, the causes.

    Of each difference: what it is and where, its value in the report, its value when run again.
    """
    lines = [f"{found.name}: {found.message}"]
    listed = _listed(found.differences)
    for one in listed[:_MOST_LINES]:
        values = "" if one.old is None and one.new is None else f": {one.old} -> {one.new}"
        allowed = "" if one.tolerance is None else f" (allowed: {one.tolerance:.3g})"
        lines.append(f"  {one.kind}, {one.address}{values}{allowed}")
    further = len(listed) - _MOST_LINES
    if further > 0:
        lines.append(f"  and {further} more; --json lists all")
    if found.differences:
        lines.append(f"  {_LEGEND}")
    if found.causes:
        lines.append(f"  {_HEADING}")
    lines += [f"    {cause.kind}: {cause.text}" for cause in found.causes]
    return "\n".join(visible_text(line) for line in lines)


def _weight(one: Difference) -> int:
    """Return how soon a reviewer should meet a difference: what was touched, headline numbers."""
    if one.address.startswith(("parameters", "status")):
        return 0
    if one.kind == "number":
        is_headline = " / table / " in one.address and one.address.endswith(("estimate", "/ n"))
        return 1 if is_headline else 3
    if one.kind in {"value", "text", "missing", "added"}:
        return 2
    return 4 if one.kind in {"figure", "table"} or one.kind.startswith("page") else 0


def _listed(differences: tuple[Difference, ...]) -> list[Difference]:
    """Return the differences in order of weight; a sentence in the language the other has too."""
    english = {one.address for one in differences if one.address.endswith(" / en")}

    def is_twin(one: Difference) -> bool:
        return one.address.endswith(" / sv") and f"{one.address[:-2]}en" in english

    return sorted((one for one in differences if not is_twin(one)), key=_weight)


_LEGEND = Message("Of each: in the report -> run again, and how far it may move.")
_HEADING = Message("What is not as it was when the report was made:")
_MOST_LINES = 20


def as_json(found: Verification) -> dict[str, Any]:
    """Return an answer as JSON for other programs."""
    return {
        "run": found.name,
        "status": str(found.status),
        "message": found.message.both(),
        "reason": found.reason or None,
        "differences": [
            {
                "address": difference.address,
                "kind": difference.kind,
                "old": difference.old,
                "new": difference.new,
                "tolerance": difference.tolerance,
            }
            for difference in found.differences
        ],
        "causes": [{"kind": cause.kind, "text": cause.text.both()} for cause in found.causes],
    }
