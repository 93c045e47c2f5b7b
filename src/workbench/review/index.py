"""One page over all reports: whose, for which decision, how fresh, and what is overdue.

``index.html`` in each language lies in the folder of reports and links to each report beside it.
Everything on it is read from the records; it can be thrown away and made again.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.errors import RecordError
from workbench.language import LANGUAGES, Message, format_date
from workbench.report import record
from workbench.report.html import render_sheet
from workbench.report.sheet import Part, Sheet, SheetCell
from workbench.review.chain import broken_links
from workbench.review.runs import RunFolder, changed_files, find_runs, open_run

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.language import Language

__all__ = ["Entry", "entries", "write_index"]

_OVERDUE_DAYS = 45
"""A report whose data are older than this, with no newer wave beside it, is overdue."""

_TONES = {"differs": "mis", "failed": "mis", "broken": "mis", "overdue": "v-unsure"}


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
        ``fresh``, ``preliminary``, ``stale`` (made by other code), ``failed``, ``differs`` (a file
        is not as recorded), ``broken`` (the record), ``overdue``.
    """

    folder: str
    run: RunFolder | None
    state: str

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
    found: list[Entry] = []
    for path in find_runs(folder):
        name = path.relative_to(folder).as_posix()
        try:
            run = open_run(path)
        except RecordError:
            found.append(Entry(folder=name, run=None, state="broken"))
        else:
            found.append(Entry(folder=name, run=run, state=_state(run, day)))
    return found


def _state(run: RunFolder, today: dt.date) -> str:
    facts = run.facts
    if facts["status"] != "done":
        return "failed"
    if changed_files(run) or broken_links(run):
        return "differs"
    if facts.get("preliminary"):
        return "preliminary"
    if facts["code"]["sha256"] != record.package_hash():
        return "stale"
    cut = facts.get("data_cut")
    if cut and (today - dt.date.fromisoformat(cut)).days > _OVERDUE_DAYS:
        return "overdue"
    return "fresh"


_STATES = {
    "fresh": Message("up to date"),
    "preliminary": Message("preliminary: the wave is still open"),
    "stale": Message("made by an earlier version of the program"),
    "failed": Message("could not be made"),
    "differs": Message("a file differs from its record"),
    "broken": Message("its record is broken"),
    "overdue": Message("overdue: no newer data"),
}


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
    attention = [entry for entry in listed if entry.state in _TONES]
    title = Message(
        "{n:integer} reports, {bad:integer} need attention", n=len(listed), bad=len(attention)
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
    Message("Health of the data"),
    Message("Owner of the study"),
    Message("Reader"),
    Message("Decision"),
    Message("Made"),
)


def _part(study: str, found: list[Entry], folder: Path, language: Language) -> Part:
    first = next((entry for entry in found if entry.run), None)
    title = first.fact["study"].get("title", {}) if first else {}
    return Part(
        title=title.get(language) or study,
        caption=Message("Reports, the one that needs attention first").render(language),
        columns=tuple(column.render(language) for column in _COLUMNS),
        body=tuple(
            _row(entry, folder, language)
            for entry in sorted(found, key=lambda entry: (entry.state not in _TONES, entry.folder))
        ),
    )


def _row(entry: Entry, folder: Path, language: Language) -> tuple[SheetCell, ...]:
    facts = entry.fact
    study = facts.get("study", {})
    address = f"{entry.folder}/report.html"
    leads = (folder / address).is_file()
    missing = SheetCell(text=Message("missing").render(language), tone="mis")

    def person(name: str) -> SheetCell:
        text = (study.get(name) or {}).get(language, "")
        return SheetCell(text=text) if text else missing

    return (
        SheetCell(text=_name(entry, language), href=address if leads else ""),
        SheetCell(text=_STATES[entry.state].render(language), tone=_TONES.get(entry.state, "")),
        SheetCell(text=format_date(facts.get("data_cut"), language)),
        SheetCell(text=_health(facts, language)),
        person("owner"),
        person("reader"),
        person("decision"),
        SheetCell(text=format_date(facts.get("finished"), language)),
    )


def _name(entry: Entry, language: Language) -> str:
    run = entry.run
    if run is None:
        return entry.folder
    chosen = entry.folder.split("/")[2:-1]
    title = (run.facts["notebook"].get("title") or {}).get(language) or run.notebook
    return title if chosen in ([], ["default"]) else f"{title} ({', '.join(chosen)})"


def _health(facts: dict[str, Any], language: Language) -> str:
    """Return the worst grade of the inputs; a dash where none was given."""
    grades = [entry["health"] for entry in facts.get("inputs", []) if entry.get("health")]
    return str(max(grades)) if grades else format_date(None, language)
