"""Surveys read once, for the processes that will be forked from this one.

A preloaded process gives :func:`hold` what :func:`read_for_holding` returned in a process apart.
The notebooks forked from it find the reading in memory, and take it only if everything it was made
of is byte for byte the same: what the study says of the survey, each file with its name and wave,
and the key of the pseudonyms. Otherwise they read. What the ``study.toml`` itself says is kept by
:func:`is_held`, and taken for the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workbench.errors import WorkbenchError
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.readers import file_hash
from workbench.inputs.references import resolved_survey
from workbench.inputs.study_file import read_study_file
from workbench.inputs.survey_files import find_files

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.inputs.gathering import SurveySource
    from workbench.inputs.models.study import StudyFile
    from workbench.inputs.reading import SurveyReading
    from workbench.inputs.study import Study
    from workbench.inputs.toml_lines import KeyLines
    from workbench.results.health import HealthResult

__all__ = [
    "Held",
    "fingerprint",
    "held_file",
    "held_health",
    "held_reading",
    "hold",
    "is_held",
    "read_for_holding",
]

_MOST: Final = 4
"""Surveys held at a time; the one asked for longest ago goes first."""


@dataclass(frozen=True, eq=False)
class Held:
    """A reading and the examination of it; neither when the survey can't be read."""

    fingerprint: str
    reading: SurveyReading | None
    health: HealthResult | None


@dataclass(frozen=True, eq=False)
class _File:
    """A ``study.toml``, byte for byte, and what was read from it."""

    content: bytes
    model: StudyFile
    lines: KeyLines


_held: OrderedDict[str, Held] = OrderedDict()
_files: OrderedDict[Path, _File] = OrderedDict()
_tried: set[str] = set()


def fingerprint(source: SurveySource) -> str | None:
    """Return a hash of everything a reading is made of; None when it can't be told.

    Parameters
    ----------
    source
        The survey, not yet read.
    """
    survey = resolved_survey(source.model)
    try:
        files, problems = find_files(survey, source.path.parent, source.key)
        found = [[file.shown, file.wave, file_hash(file.path)] for file in files]
        secret = source.pseudonyms.path
        key = file_hash(secret) if secret.is_file() else None
    except (OSError, WorkbenchError):
        return None
    if problems:
        return None
    model = source.model.model_dump_json()
    facts = [str(source.path), list(source.key), model, source.language, found, key]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def is_held(folder: Path) -> bool:
    """Say whether every survey of a study is held, or was tried and could not be read.

    Parameters
    ----------
    folder
        Folder with ``study.toml``, which is read once and kept.
    """
    from workbench.inputs.study import load_study, study_path

    try:
        _hold_file(study_path(folder))
        study = load_study(folder)
        return all(
            (found := fingerprint(study.source(name))) is None or found in _held or found in _tried
            for name in study.surveys
        )
    except (OSError, WorkbenchError):
        return True


def _hold_file(path: Path) -> None:
    if held_file(path) is not None:
        return
    content = path.read_bytes()
    model, lines = read_study_file(path)
    if path.read_bytes() != content:
        return
    _files[path] = _File(content, model, lines)
    while len(_files) > _MOST:
        _files.popitem(last=False)


def held_file(path: Path) -> tuple[StudyFile, KeyLines] | None:
    """Return what a ``study.toml`` says and where, if it is held and the same; else None."""
    known = _files.get(path)
    try:
        is_same = known is not None and path.read_bytes() == known.content
    except OSError:
        return None
    return (known.model, known.lines) if known and is_same else None


def read_for_holding(folder: Path) -> list[Held]:
    """Read and examine the surveys of a study that are not held, and return them.

    A survey that can't be read is returned without its reading: it is left to the notebook, which
    tells the person what is wrong.

    Parameters
    ----------
    folder
        Folder with ``study.toml``.
    """
    from workbench.inputs.study import load_study

    study = load_study(folder)
    return [
        _read(study, name, before)
        for name in study.surveys
        if (before := fingerprint(study.source(name))) is not None and before not in _held
    ]


def _read(study: Study, name: str, before: str) -> Held:
    try:
        reading, health = study.reading(name), study.health(name)
    except WorkbenchError:
        return Held(before, None, None)
    if fingerprint(study.source(name)) != before:
        return Held(before, None, None)
    return Held(before, reading, health)


def hold(entries: list[Held]) -> None:
    """Keep readings for whoever asks in this process, or in one that is forked from it."""
    for entry in entries:
        if entry.reading is None:
            _tried.add(entry.fingerprint)
            continue
        _held[entry.fingerprint] = entry
        while len(_held) > _MOST:
            _held.popitem(last=False)


def held_reading(source: SurveySource) -> SurveyReading | None:
    """Return the reading of a survey that is held and still what would be read; else None."""
    if not _held:
        return None
    known = _held.get(fingerprint(source) or "")
    return known.reading if known else None


def held_health(reading: SurveyReading, survey: str, floor: int) -> HealthResult | None:
    """Return the examination that was made of exactly this reading; else None."""
    if floor != FLOOR:
        return None
    for known in _held.values():
        if known.reading is reading and known.health and known.health.survey == survey:
            return known.health
    return None
