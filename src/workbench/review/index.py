"""One page over all reports: whose, for which decision, how fresh, and what is overdue.

``index.html`` in each language lies in the folder of reports and links to each report beside it.
Everything on it is read from the records; it can be thrown away and made again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.errors import RecordError
from workbench.language import LANGUAGES, Message, format_date
from workbench.report import record
from workbench.report.html import render_sheet
from workbench.report.sheet import Part, Sheet, SheetCell
from workbench.review.chain import broken_links
from workbench.review.fresh import InputHashes, are_inputs_as_read
from workbench.review.runs import RunFolder, changed_files, find_runs, open_run, study_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workbench.language import Language

__all__ = ["Entry", "entries", "write_index"]

_OVERDUE_DAYS = 45
"""A report whose data are older than this, with no newer data beside it, is overdue."""

_TONES = {
    "differs": "v-bad", "failed": "v-bad", "broken": "v-bad", "overdue": "v-unsure",
    "data changed": "v-unsure",
}  # fmt: skip
"""The states that need attention, and how they look."""

_MOST_GRADES = 8


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One report on the index.

    Parameters
    ----------
    folder
        Run folder, relative to the index.
    run
        What its record says; None when it is broken.
    state
        ``fresh``, ``preliminary``, ``stale`` (made by other code), ``data changed`` (what it read
        is not as it was), ``failed``, ``differs`` (a file, or the chain of its runs, is not as
        recorded), ``broken`` (the record).
    is_overdue
        Whether its data are old and no report beside it has newer ones.
    """

    folder: str
    run: RunFolder | None
    state: str
    is_overdue: bool = False

    @property
    def tone(self) -> str:
        """How its state looks; empty when it needs no attention."""
        return _TONES.get(self.state, _TONES["overdue"] if self.is_overdue else "")

    @property
    def fact(self) -> dict[str, Any]:
        """The record's facts about study and data, empty when there are none."""
        return self.run.facts if self.run else {}


def entries(folder: Path, *, today: dt.date | None = None) -> list[Entry]:
    """Return every report below a folder, with its state.

    Parameters
    ----------
    folder
        Folder of reports.
    today
        Day to judge by; default: today.
    """
    day = today or dt.datetime.now(dt.UTC).date()
    hashes = InputHashes()
    found: list[Entry] = []
    for path in find_runs(folder):
        name = path.relative_to(folder).as_posix()
        try:
            run = open_run(path)
        except RecordError:
            found.append(Entry(folder=name, run=None, state="broken"))
        else:
            found.append(Entry(folder=name, run=run, state=_state(run, hashes)))
    newest: dict[tuple[str, ...], str] = {}
    for entry in found:
        series, cut = _series(entry), entry.fact.get("data_cut") or ""
        newest[series] = max(newest.get(series, ""), cut)
    return [
        replace(entry, is_overdue=_is_overdue(entry, newest[_series(entry)], day))
        for entry in found
    ]


def _series(entry: Entry) -> tuple[str, ...]:
    """Return what reports of other waves have in common with this one."""
    if entry.run is None:
        return (entry.folder,)
    chosen = {k: v for k, v in entry.run.parameters.items() if k not in {"wave", "study"}}
    return (entry.run.study_id, entry.run.notebook, entry.run.language, record.hash_of(chosen))


def _is_overdue(entry: Entry, newest: str, today: dt.date) -> bool:
    cut = entry.fact.get("data_cut")
    if not cut or cut < newest:
        return False
    return (today - dt.date.fromisoformat(cut)).days > _OVERDUE_DAYS


def _state(run: RunFolder, hashes: InputHashes) -> str:
    facts = run.facts
    if facts["status"] != "done":
        return "failed"
    if changed_files(run) or broken_links(run):
        return "differs"
    if _data_changed(run, hashes):
        return "data changed"
    if facts.get("preliminary"):
        return "preliminary"
    return "fresh" if facts["code"]["sha256"] == record.package_hash() else "stale"


def _data_changed(run: RunFolder, hashes: InputHashes) -> bool:
    """Say whether a file the report read is another now; where the study is not here, no."""
    study = study_folder(run)
    if study is None:
        return False
    is_study_same = hashes[study / "study.toml"] == run.facts["study"]["sha256"]
    return not (is_study_same and are_inputs_as_read(run, study, hashes))


_STATES = {
    "fresh": Message("up to date"),
    "preliminary": Message("preliminary: the wave is still open"),
    "stale": Message("made by an earlier version of the program"),
    "failed": Message("could not be made"),
    "differs": Message("a file differs from its record"),
    "broken": Message("its record is broken"),
    "data changed": Message("made before its data changed"),
}
_OVERDUE = Message("overdue: no newer data")


def write_index(folder: Path, *, today: dt.date | None = None) -> list[Path]:
    """Write ``index.sv.html`` and ``index.en.html`` over every report below a folder.

    Parameters
    ----------
    folder
        Folder of reports.
    today
        Day to judge by; default: today.

    Returns
    -------
    list
        The files written.
    """
    listed = entries(folder, today=today)
    written: list[Path] = []
    for language in LANGUAGES:
        shown = [entry for entry in listed if _is_shown(entry, language)]
        page = render_sheet(_sheet(shown, folder, language))
        path = folder / f"index.{language}.html"
        draft = path.with_suffix(".new")
        draft.write_text(page, encoding="utf-8")
        draft.replace(path)
        written.append(path)
    return written


def _is_shown(entry: Entry, language: Language) -> bool:
    return entry.run is None or entry.run.language == language


def _sheet(listed: list[Entry], folder: Path, language: Language) -> Sheet:
    by_study: dict[str, list[Entry]] = {}
    for entry in listed:
        by_study.setdefault(entry.folder.split("/")[0], []).append(entry)
    attention = [entry for entry in listed if entry.tone]
    title = Message(
        "{reports}, {attention}",
        reports=Message("{n:integer} report", "{n:integer} reports", n=len(listed)),
        attention=Message(
            "{n:integer} needs attention", "{n:integer} need attention", n=len(attention)
        ),
    )
    if not attention:
        title = Message(
            "{n:integer} report, and it needs no attention",
            "{n:integer} reports, none needs attention",
            n=len(listed),
        )
    return Sheet(
        language=language,
        title=title.render(language),
        state=(Message("Index of reports").render(language),),
        sections=tuple(
            _part(study, found, folder, language) for study, found in sorted(by_study.items())
        ),
        footer=Message("Made from the records beside it; made again by: workbench index").render(
            language
        ),
    )


_COLUMNS = (
    Message("Report"),
    Message("State"),
    Message("Data until"),
    Message("Health of the data, oldest first"),
    Message("Made"),
)
_PURPOSE = {
    "owner": Message("Owner of the study"),
    "reader": Message("Reader"),
    "decision": Message("Decision"),
}


def _part(study: str, found: list[Entry], folder: Path, language: Language) -> Part:
    known = [entry for entry in found if entry.run]
    last = max(known, key=lambda entry: str(entry.fact["finished"]), default=None)
    facts = last.fact["study"] if last else {}
    return Part(
        title=(facts.get("title") or {}).get(language) or study,
        lead=(" · ".join(_purpose(facts, language)),) if last else (),
        caption=Message("Reports, the one that needs attention first").render(language),
        columns=tuple(column.render(language) for column in _COLUMNS),
        body=tuple(
            _row(entry, folder, language)
            for entry in sorted(found, key=lambda entry: (not entry.tone, entry.folder))
        ),
    )


def _purpose(facts: dict[str, Any], language: Language) -> Iterator[str]:
    """Yield whose the study is, who reads it and what it decides; what is missing is said."""
    missing = Message("missing").render(language)
    for name, label in _PURPOSE.items():
        yield f"{label.render(language)}: {(facts.get(name) or {}).get(language) or missing}"


def _row(entry: Entry, folder: Path, language: Language) -> tuple[SheetCell, ...]:
    facts = entry.fact
    address = f"{entry.folder}/report.html"
    leads = (folder / address).is_file()
    return (
        SheetCell(text=_name(entry, language), href=address if leads else ""),
        SheetCell(text=_said(entry, language), tone=entry.tone),
        SheetCell(text=format_date(facts.get("data_cut"), language)),
        SheetCell(text=_health(facts, language)),
        SheetCell(text=format_date(facts.get("finished"), language)),
    )


def _name(entry: Entry, language: Language) -> str:
    run = entry.run
    if run is None:
        return entry.folder
    chosen = entry.folder.split("/")[2:-1]
    title = (run.facts["notebook"].get("title") or {}).get(language) or run.notebook
    if chosen in ([], ["default"]):
        return title
    said = [_choice(part, language) for choices in chosen for part in choices.split(",")]
    return f"{title} ({', '.join(said)})"


_CHOICES = {
    "wave": Message("wave"),
    "market": Message("market"),
    "segment": Message("segment"),
    "outcome": Message("outcome"),
    "experiment": Message("experiment"),
}
"""Parameters that choose what a report is about, as a reader calls them."""


def _choice(text: str, language: Language) -> str:
    name, equals, value = text.partition("=")
    said = _CHOICES[name].render(language) if name in _CHOICES else name
    return f"{said}: {value}" if equals else text


def _said(entry: Entry, language: Language) -> str:
    state = _STATES[entry.state].render(language)
    if not entry.is_overdue:
        return state
    overdue = _OVERDUE.render(language)
    return overdue if entry.state == "fresh" else f"{state}; {overdue}"


def _health(facts: dict[str, Any], language: Language) -> str:
    """Return the grades of the inputs, oldest wave first; a dash where none was given."""
    graded = {entry["path"]: entry["health"] for entry in facts.get("inputs", ())}
    grades = [str(graded[path]) for path in sorted(graded) if graded[path]]
    left_out = ["…"] if len(grades) > _MOST_GRADES else []
    return " ".join([*left_out, *grades[-_MOST_GRADES:]]) or format_date(None, language)
