"""``workbench add-wave``: put a new wave's file in place and tell what drifted.

What is surely the same column (its name differs in signs and capitals only) is renamed; every other
likeness is written as a comment, so that the run stops until a person has decided.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import DataError, StudyError
from workbench.inputs.answers import ColumnRules
from workbench.inputs.drafting.drafts import PERIOD, file_stem, read_source
from workbench.inputs.drafting.matching import Match, matched_columns
from workbench.inputs.drafting.naming import quoted, toml_key, toml_table
from workbench.inputs.drafting.profiles import Profile, profiled
from workbench.inputs.drift import used_columns
from workbench.inputs.models.survey import pattern_matches
from workbench.inputs.references import resolved_survey
from workbench.inputs.scales import code_numbers
from workbench.inputs.study import Study, load_study
from workbench.inputs.survey_files import find_files, search_root
from workbench.inputs.visible import visible
from workbench.language import Message

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from workbench.inputs.exports import HeaderForm
    from workbench.inputs.models.survey import FileModel, SurveyModel

__all__ = ["AddedWave", "add_wave"]

_NOTHING = pd.Series(dtype="str")
_NAME = re.compile(r"^[^\W_][\w.-]{0,63}$")
_FEWEST = 20


@dataclass(frozen=True, kw_only=True)
class AddedWave:
    """What became of a new wave.

    Parameters
    ----------
    wave, file
        Its name, and where its file is, as the study finds it.
    rename
        Column in the file -> the study's, surely the same.
    likely
        Column of the study -> the column it may be: for a person to decide.
    absent
        Columns of the study that nothing is like.
    unknown
        Columns that no other wave has, and that the study does not ignore.
    notes
        What was done, and what is new in the answers.
    block
        What was added to ``study.toml``; "" for nothing.
    """

    wave: str
    file: str
    rename: dict[str, str] = field(default_factory=dict)
    likely: dict[str, Match] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    block: str = ""

    @property
    def fits(self) -> bool:
        """Say whether the wave can be read as it is."""
        return not (self.likely or self.absent or self.unknown)

    @property
    def exit_code(self) -> int:
        """Return 0, or 3 where a person has to decide."""
        return 0 if self.fits else 3

    def text(self, language: str = "en") -> str:
        """Return what was done and what is to be decided, a line each."""
        lines = [note.render(language) for note in self.notes]
        for old, new in self.rename.items():
            text = Message("Renamed: '{old}' is '{new}' but for signs.", old=old, new=new)
            lines.append(text.render(language))
        for column, match in self.likely.items():
            text = Message(
                "Decide: '{column}' is missing; '{found}' may be it.",
                column=column,
                found=match.found,
            )
            lines.append(text.render(language))
        for column in self.absent:
            text = Message(
                "Decide: '{column}' is missing, and no column is like it; not_asked?", column=column
            )
            lines.append(text.render(language))
        for column in self.unknown:
            text = Message("Decide: '{column}' is new; rename it, or say ignore.", column=column)
            lines.append(text.render(language))
        verdict = (
            Message("Wave {wave} fits.", wave=self.wave)
            if self.fits
            else Message("Wave {wave} was added; decide the lines above in study.toml.",
                         wave=self.wave)
        )  # fmt: skip
        return visible("\n".join([*lines, verdict.render(language)]))


def add_wave(
    study: str | os.PathLike[str],
    file: str | os.PathLike[str],
    *,
    wave: str = "",
    survey: str | None = None,
) -> AddedWave:
    """Put the file of a new wave where the study looks for it, and tell what drifted.

    Parameters
    ----------
    study
        Folder with ``study.toml``.
    file
        The new wave's data. It is copied to the place that ``files`` names, with ``{wave}`` or
        ``*``; a file that is there already stays.
    wave
        Its name. Default: what the file's name tells.
    survey
        Name of the survey. Default: the study's own.

    Returns
    -------
    AddedWave
        What was renamed, and what a person has to decide. A table for the wave is added to
        ``study.toml``, with the undecided as comments; nothing else in it is changed.

    Raises
    ------
    StudyError
        If the study is wrong, has no place for further files, or knows the wave already.
    DataError
        If the file can't be read.
    """
    opened = load_study(study)
    model = resolved_survey(opened.survey_model(survey))
    source = Path(file)
    if not source.is_file():
        raise DataError(f"{source}: there is no such file.")
    spec, name, target = _place(opened, model, source, wave)
    known = _latest_columns(opened, model, survey, except_for=target)
    new = profiled(read_source(source, spec.header).table)
    copied = source.resolve() != target.resolve()
    drift = _Drift(model, name, known, new)
    key = "survey" if survey in {None, "default"} else f"surveys.{toml_key(str(survey))}"
    block = drift.block(key)
    if copied:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    if block:
        text = opened.path.read_text(encoding="utf-8")
        opened.path.write_text(f"{text.rstrip()}\n\n{block}\n", encoding="utf-8")
    shown = target.name
    done = Message("{file} was copied into the study.", file=shown)
    return AddedWave(
        wave=name,
        file=shown,
        rename=drift.rename,
        likely=drift.likely,
        absent=drift.absent,
        unknown=drift.unknown,
        notes=(*((done,) if copied else ()), *drift.news()),
        block=block,
    )


def _place(
    study: Study, model: SurveyModel, source: Path, wave: str
) -> tuple[FileModel, str, Path]:
    """Return the entry of ``files`` that the file belongs to, its wave, and where it goes."""
    for spec in model.files:
        root, pattern = search_root(spec.path, study.folder)
        if "{wave}" not in pattern and not (spec.wave_from == "name" and "*" in pattern):
            continue
        name = wave or _wave_of(source, pattern)
        if not _NAME.match(name):
            raise StudyError(f"'{name}' can't be the name of a wave: letters, digits, _ . -")
        if name in model.waves or (study.surveys and _is_read(study, name)):
            raise StudyError(f"Wave '{name}' is in the study already; name another with --wave.")
        return spec, name, root / _filled(pattern, name, source)
    raise StudyError(
        f"{study.path}: `files` names single files, so there is no place for a further wave. "
        'Write it with the wave in the name: files = [{ path = "waves/{wave}.csv" }].'
    )


def _is_read(study: Study, name: str) -> bool:
    try:
        return name in study.reading().waves["wave"].tolist()
    except (StudyError, DataError):
        return False


def _wave_of(source: Path, pattern: str) -> str:
    """Return the wave that a file's name tells: by the pattern, else its date, else its stem."""
    last = pattern.rsplit("/", 1)[-1]
    if "{wave}" in last:
        before, _, after = last.partition("{wave}")
        if source.name.startswith(before) and source.name.endswith(after):
            return source.name[len(before) : len(source.name) - len(after) or None]
    if found := PERIOD.search(file_stem(source)):
        return found[0]
    return file_stem(source)


def _filled(pattern: str, wave: str, source: Path) -> str:
    if "{wave}" in pattern:
        return pattern.replace("{wave}", wave).replace("*", "")
    folder, _, last = pattern.rpartition("/")
    suffix = last[last.index(".") :] if "." in last else source.suffix
    return f"{folder}/{wave}{suffix}" if folder else f"{wave}{suffix}"


def _latest_columns(
    study: Study, model: SurveyModel, survey: str | None, *, except_for: Path
) -> dict[str, Profile]:
    """Return the columns of the latest wave's file, under the names the study uses."""
    key = ("survey",) if survey in {None, "default"} else ("surveys", str(survey))
    files, problems = find_files(model, study.folder, key)
    files = [f for f in files if f.path.resolve() != except_for.resolve() and f.wave is not None]
    if problems or not files:
        return {}
    last = files[-1]
    header: HeaderForm | None = last.spec.header
    profiles = profiled(read_source(last.path, header).table)
    declared = model.waves.get(str(last.wave))
    rename = model.rename | (declared.rename if declared else {})
    return {rename.get(name, name): profile for name, profile in profiles.items()}


class _Drift:
    """How the columns of a file differ from those the study uses."""

    def __init__(
        self,
        model: SurveyModel,
        wave: str,
        known: Mapping[str, Profile],
        new: Mapping[str, Profile],
    ) -> None:
        self._model = model
        self._wave = wave
        self._known = known
        named = {model.rename.get(name, name): profile for name, profile in new.items()}
        lacking = [column for column in used_columns(model) if column not in named]
        strangers = {name: p for name, p in named.items() if name not in known}
        wanted = {column: known.get(column, Profile(column, _NOTHING)) for column in lacking}
        matches = matched_columns(wanted, strangers)
        self.rename = {m.found: column for column, m in matches.items() if m.is_sure}
        self.likely = {column: m for column, m in matches.items() if not m.is_sure}
        self.absent = tuple(column for column in lacking if column not in matches)
        taken = {match.found for match in matches.values()}
        self.unknown = tuple(
            name
            for name in strangers
            if name not in taken
            and name not in used_columns(model)
            and not any(pattern_matches(pattern, name) for pattern in model.ignore)
        )
        self._named = {self.rename.get(name, name): profile for name, profile in named.items()}

    def block(self, key: str) -> str:
        """Return the wave's table for ``study.toml``; the undecided stands as comments."""
        lines: list[str] = []
        if self.rename:
            lines.append(f"rename = {toml_table(self.rename)}")
        if self.likely:
            pairs = {match.found: column for column, match in self.likely.items()}
            lines.append(f"# guess, decide: rename = {toml_table(self.rename | pairs)}")
        if self.absent:
            listed = ", ".join(quoted(column) for column in self.absent)
            lines.append(f"# guess, decide: not_asked = [{listed}]")
        if self.unknown:
            listed = ", ".join(quoted(column) for column in self.unknown)
            lines.append(f"# guess, decide: ignore = [{listed}]")
        if not lines and not self._model.waves:
            return ""
        return "\n".join([f"[{key}.waves.{toml_key(self._wave)}]", *lines])

    def news(self) -> list[Message]:
        """Tell codes and categories that the latest wave did not have."""
        rules = ColumnRules(self._model)
        found: list[Message] = []
        for column in used_columns(self._model):
            profile = self._named.get(column)
            if profile is None:
                continue
            if rules.kind(column) == "scale":
                found += _outside(column, profile, rules)
            elif column in self._known and column in _categories(self._model):
                found += _new_values(column, profile, self._known[column])
        return found


def _categories(model: SurveyModel) -> set[str]:
    return {segment.column for segment in model.segments.values()}


def _outside(column: str, profile: Profile, rules: ColumnRules) -> list[Message]:
    coded = code_numbers(profile.cells, rules.rule(column), scale=rules.scale(column))
    outside = coded.count("out_of_scale")
    if not outside:
        return []
    return [
        Message(
            "'{column}': {n:integer} of {base:integer} answers is out of scale.",
            "'{column}': {n:integer} of {base:integer} answers are out of scale.",
            column=column,
            n=outside,
            base=outside + coded.answered,
        )
    ]


def _new_values(column: str, profile: Profile, before: Profile) -> list[Message]:
    """Count values that are new, and common ones that are gone; the values are not shown."""
    new = [text for text in profile.counts if text not in before.counts]
    gone = [
        text
        for text, n in before.counts.items()
        if text not in profile.counts and n >= max(_FEWEST, 0.02 * before.n)
    ]
    if len(new) > 40 or not (new or gone):
        return []
    return [
        Message(
            "'{column}': {new}, {gone}.",
            column=column,
            new=Message("{n:integer} new value", "{n:integer} new values", n=len(new)),
            gone=Message(
                "{n:integer} common value is gone",
                "{n:integer} common values are gone",
                n=len(gone),
            ),
        )
    ]
