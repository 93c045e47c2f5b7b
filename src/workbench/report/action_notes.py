"""The list of open actions for a terminal, and the numbers they rest on written down once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit

from workbench.inputs.actions import FILE_NAME
from workbench.inputs.study import load_study
from workbench.language import localized
from workbench.report.action_pieces import number_line, unowned_line, verdict_line
from workbench.report.actions import follow_actions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from workbench.report.actions import Follow

__all__ = ["list_actions", "note_values"]

_NO_RESULTS: dict[str, Any] = {"results": [], "parameters": {}}


def list_actions(study: str | Path, reports: Path, *, language: str = "en") -> list[str]:
    """Return a line per open action: what, whose, and what has happened to its number.

    Parameters
    ----------
    study
        Folder with ``study.toml``.
    reports
        Folder of all reports, where the numbers are looked up.
    language
        Of the lines.

    Raises
    ------
    StudyError
        If ``actions.toml`` has a mistake.
    """
    return [_line(follow, language) for follow in _follows(study, reports)]


def note_values(study: str | Path, reports: Path) -> list[str]:
    """Write the present number into each open action that names one and has none noted.

    Only ``then`` is written, as a report holds it; comments and order of the file stay. What a
    person has written is never changed.

    Parameters
    ----------
    study, reports
        As in :func:`list_actions`.

    Returns
    -------
    list
        The address of each number noted.
    """
    follows = [f for f in _follows(study, reports) if f.verdict == "no_then" and f.present]
    if not follows:
        return []
    path = load_study(study).folder / FILE_NAME
    document = tomlkit.parse(path.read_text(encoding="utf-8"))
    noted = [address for follow in follows for address in _noted(document, follow)]
    draft = path.with_suffix(".new")
    draft.write_text(tomlkit.dumps(document), encoding="utf-8")
    draft.replace(path)
    return noted


def _follows(study: str | Path, reports: Path) -> Sequence[Follow]:
    loaded = load_study(study)
    return follow_actions(loaded, notebook="", results=_NO_RESULTS, out=reports)


def _noted(document: Any, follow: Follow) -> list[str]:
    present = follow.present
    found: list[str] = []
    for entry in document["actions"]:
        is_same = entry.get("evidence") == follow.action.evidence
        if present is None or not is_same or "then" in entry:
            continue
        then = tomlkit.inline_table()
        for name, value in (
            ("wave", present.wave),
            ("value", present.value),
            ("low", present.low),
            ("high", present.high),
            ("confidence", present.confidence if present.confidence != 0.95 else None),
        ):
            if value is not None:
                then[name] = value
        entry["then"] = then
        found.append(follow.action.evidence)
    return found


def _line(follow: Follow, language: str) -> str:
    parts = [localized(follow.action.text, language), unowned_line(follow, language)]
    if follow.action.evidence:
        parts += [number_line(follow, language), verdict_line(follow, language)]
    return " | ".join(part for part in parts if part)
