"""Which files a survey has, which wave each belongs to, and their rows under the study's names."""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import DataError, StudyError, near_match
from workbench.inputs.models.base import IDENTIFIER_PATTERN
from workbench.inputs.raw_table import set_aside_frame
from workbench.inputs.readers import SUFFIXES, file_hash, read_table
from workbench.inputs.study_file import Problem
from workbench.results.base import WHOLE_WAVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.inputs.models.survey import FileModel, SurveyModel
    from workbench.inputs.raw_table import RawTable
    from workbench.inputs.references import KeyPath

__all__ = [
    "FilePart",
    "SurveyFile",
    "by_wave",
    "find_files",
    "natural_order",
    "read_files",
    "search_root",
]


_VARIABLE = re.compile(r"\$\{(\w+)\}(?:/|$)")


@dataclass(frozen=True)
class SurveyFile:
    """A file of a survey: where it is, how the record names it, the wave it says it is."""

    path: Path
    shown: str
    wave: str | None
    spec: FileModel
    key: KeyPath


@dataclass(frozen=True, eq=False)
class FilePart:
    """The rows of one file that belong to one wave."""

    file: SurveyFile
    wave: str
    frame: pd.DataFrame
    delimiter: str | None = None
    value_labels: dict[str, dict[str, str]] = field(default_factory=dict)


def find_files(
    survey: SurveyModel, folder: Path, key: KeyPath
) -> tuple[list[SurveyFile], list[Problem]]:
    """Return the files that the patterns match, in natural order, and what is wrong with them."""
    files: list[SurveyFile] = []
    problems: list[Problem] = []
    seen: dict[Path, str] = {}
    for place, spec in enumerate(survey.files):
        here = (*key, "files", place, "path")
        try:
            found = list(_matches(spec, folder, survey, here))
        except StudyError as error:
            problems.append(Problem(here, str(error)))
            continue
        if not found:
            problems.append(Problem(here, f"no file matches '{spec.path}' in {folder}."))
        for file in found:
            real = file.path.resolve()
            if real in seen:
                problems.append(
                    Problem(
                        here, f"'{file.shown}' is matched twice; its answers would count twice."
                    )
                )
            seen[real] = file.shown
            if file.wave is not None and not re.fullmatch(IDENTIFIER_PATTERN, file.wave):
                problems.append(
                    Problem(
                        here,
                        f"the name of '{file.shown}' gives no usable wave; say wave = \"...\".",
                    )
                )
            files.append(file)
    return files, problems


def read_files(files: list[SurveyFile]) -> Iterator[tuple[SurveyFile, str, RawTable]]:
    """Read each file; yield it with the hash of its bytes."""
    for file in files:
        spec = file.spec
        table = read_table(
            file.path,
            encoding=spec.encoding,
            delimiter=spec.delimiter,
            sheet=spec.sheet,
            columns=spec.columns,
            header=spec.header,
        )
        yield file, file_hash(file.path), table


def by_wave(file: SurveyFile, table: RawTable) -> tuple[list[FilePart], pd.DataFrame]:
    """Split a file's rows by wave; rows without one are set aside as ``no_wave``."""
    aside = table.set_aside.assign(source=file.shown)
    whole = FilePart(
        file, file.wave or WHOLE_WAVE, table.frame, table.delimiter, table.value_labels
    )
    column = file.spec.wave_column
    if column is None:
        return [whole], aside
    if column not in table.frame:
        raise DataError(
            f"{file.shown}: has no column '{column}' to tell the wave."
            f"{near_match(column, map(str, table.frame.columns))}"
        )
    waves = table.frame[column].astype("str").str.strip().str.removesuffix(".0")
    usable = waves.str.fullmatch(IDENTIFIER_PATTERN).fillna(value=False).astype(bool)
    lost = [(int(row), "no_wave", 1) for row in table.frame.index[~usable]]
    parts = [
        replace(whole, wave=str(wave), frame=rows.drop(columns=column))
        for wave, rows in table.frame[usable].groupby(waves[usable], sort=False)
    ]
    none = set_aside_frame(lost).assign(source=file.shown)
    return parts, pd.concat([aside, none], ignore_index=True)


def natural_order(name: str) -> tuple[list[tuple[int, int | str]], str]:
    """Sort key that counts: wave 2 stands before wave 10.

    Examples
    --------
    >>> sorted(["w10", "w2"], key=natural_order)
    ['w2', 'w10']
    """
    parts = [part for part in re.split(r"([0-9]+)", name) if part]
    counted = [
        (0, int(part)) if part[0] in "0123456789" else (1, part.casefold()) for part in parts
    ]
    return counted, name


def _matches(
    spec: FileModel, folder: Path, survey: SurveyModel, key: KeyPath
) -> Iterator[SurveyFile]:
    root, shown_root, pattern = _root(spec.path, folder)
    searched = glob.escape(pattern.replace("{wave}", "*")).replace("[*]", "*")
    found = glob.glob(searched, root_dir=root, recursive=True)  # noqa: PTH207 - a name below root
    names = [Path(name).as_posix() for name in found]
    wave = _WaveNamer(spec, pattern, survey)
    for name in sorted(names, key=natural_order):
        path = root / name
        if path.is_file() and not path.name.startswith(("~$", ".")):
            yield SurveyFile(path, f"{shown_root}{name}", wave.of(name), spec, key)


def search_root(path: str, folder: Path) -> tuple[Path, str]:
    """Return where an entry of ``files`` is searched, and the pattern below that place.

    Raises
    ------
    StudyError
        If it begins with an environment variable that is not set.
    """
    root, _, pattern = _root(path, folder)
    return root, pattern


def _root(path: str, folder: Path) -> tuple[Path, str, str]:
    """Return where to search, how a record names that place, and the pattern below it."""
    if variable := _VARIABLE.match(path):
        value = os.environ.get(variable[1])
        if not value:
            raise StudyError(
                f"the environment variable {variable[1]} is not set; set it to the folder meant."
            )
        return Path(value), variable[0], path[variable.end() :]
    absolute = Path(path)
    if absolute.is_absolute():
        return Path(absolute.anchor), absolute.anchor, path.removeprefix(absolute.anchor)
    return folder, "", path


class _WaveNamer:
    """Tells a file's wave as its entry says."""

    def __init__(self, spec: FileModel, pattern: str, survey: SurveyModel) -> None:
        self._spec = spec
        self._pattern = None
        if "{wave}" in pattern:
            parts = [re.escape(part) for part in pattern.split("{wave}")]
            parts = [part.replace(r"\*\*", ".*").replace(r"\*", "[^/]*") for part in parts]
            self._pattern = re.compile("(?P<wave>[^/]+?)".join(parts[:2]))
        only = list(survey.waves)
        self._default = only[0] if len(only) == 1 else WHOLE_WAVE

    def of(self, name: str) -> str | None:
        if self._spec.wave is not None:
            return self._spec.wave
        if self._spec.wave_from == "name":
            return _stem(name)
        if self._spec.wave_column is not None:
            return None
        if self._pattern is not None and (match := self._pattern.fullmatch(name)):
            return match["wave"]
        return self._default


def _stem(name: str) -> str:
    stem = Path(name).name
    for suffix in (".gz", *SUFFIXES):
        if stem.casefold().endswith(suffix):
            stem = stem[: -len(suffix)]
    return stem
