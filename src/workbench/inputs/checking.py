"""What ``workbench check`` says of a study: what is wrong, what looks odd, what was read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.inputs.privacy import find_recordings, waiting_places
from workbench.inputs.study import load_study, study_path
from workbench.inputs.visible import visible
from workbench.language import Message
from workbench.results.base import WHOLE_WAVE

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from workbench.inputs.reading import InputFile
    from workbench.inputs.study import Study
    from workbench.results.health import HealthResult

__all__ = ["CheckReport", "check_study", "health_lines"]


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """What a check found.

    Parameters
    ----------
    path
        The ``study.toml``.
    errors
        What must be mended before anything can run, each with file, key and remedy.
    warnings
        What may be wrong; a run goes on.
    notes
        What a reader should know.
    inputs
        Every file that was read, with its rows.
    health
        How fit each survey is for conclusions; its findings never stop anything.
    """

    path: Path
    errors: tuple[str, ...] = ()
    warnings: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    inputs: tuple[InputFile, ...] = field(default=())
    health: tuple[HealthResult, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Say whether the study can run; warnings do not stop it."""
        return not self.errors

    @property
    def exit_code(self) -> int:
        """Return 0, or 2 where the input is wrong."""
        return 0 if self.passed else 2

    def text(self, language: str = "en") -> str:
        """Return the report as lines: files, health, notes, warnings, errors, the verdict last."""
        lines = [_file_line(file, language) for file in self.inputs]
        for health in self.health:
            lines += health_lines(health, language)
        lines += [Message("Note: {text}", text=note).render(language) for note in self.notes]
        lines += [
            Message("Warning: {text}", text=found).render(language) for found in self.warnings
        ]
        lines += [Message("Error: {text}", text=error).render(language) for error in self.errors]
        verdict = Message(
            "{path}: {errors}, {warnings}.",
            path=str(self.path),
            errors=Message("{n:integer} error", "{n:integer} errors", n=len(self.errors)),
            warnings=Message("{n:integer} warning", "{n:integer} warnings", n=len(self.warnings)),
        )
        return visible("\n".join([*lines, verdict.render(language)]))


def check_study(path: str | os.PathLike[str]) -> CheckReport:
    """Read a study and everything it leads to, and gather what is wrong instead of stopping.

    Parameters
    ----------
    path
        As in :func:`workbench.load_study`.

    Returns
    -------
    CheckReport
        Errors of ``study.toml``, of every survey, and of files that are not there.

    Raises
    ------
    StudyError
        If there is no study at that path at all.
    """
    file = study_path(path)
    try:
        study = load_study(file)
    except WorkbenchError as error:
        return CheckReport(path=file, errors=(str(error),))
    errors: list[str] = []
    warnings: list[Message] = []
    notes: list[Message] = []
    inputs: list[InputFile] = []
    healths: list[HealthResult] = []
    for name in study.surveys:
        try:
            reading = study.reading(name)
        except WorkbenchError as error:
            errors.append(str(error))
            continue
        inputs += reading.inputs
        healths.append(study.health(name))
        notes += reading.notes
        warnings += reading.warnings
    errors += _missing_files(study)
    errors += _recordings(study)
    warnings += _drafts(study)
    warnings += _undecided(study)
    return CheckReport(
        path=file,
        errors=tuple(errors),
        warnings=tuple(warnings),
        notes=tuple(notes),
        inputs=tuple(inputs),
        health=tuple(healths),
    )


def health_lines(health: HealthResult, language: str) -> list[str]:
    """Return the health of a survey as lines: its grade, the grade of each file, each finding."""
    lines = [health.summary(language)]
    for row in health.table.itertuples(index=False):
        place = Message("{file}, wave {wave}", file=str(row.input), wave=str(row.wave))
        line = Message(
            "  {grade}  {place}: {alarms}, {cares:integer} to take care with",
            grade=str(row.health),
            place=str(row.input) if row.wave == WHOLE_WAVE else place,
            alarms=Message("{n:integer} alarm", "{n:integer} alarms", n=row.alarms),
            cares=row.cares,
        )
        lines.append(line.render(language))
    for finding in health.found:
        text = finding.text
        worded = {
            "alarm": Message("  Alarm: {text}", text=text),
            "care": Message("  Care: {text}", text=text),
            "note": Message("  Good to know: {text}", text=text),
        }
        lines.append(worded[finding.severity].render(language))
    return lines


def _file_line(file: InputFile, language: str) -> str:
    line = Message(
        "{path}: {read:integer} rows = {kept:integer} kept + {aside:integer} set aside",
        path=file.path,
        read=file.rows_read,
        kept=file.rows_kept,
        aside=file.rows_set_aside,
    ).render(language)
    form = [part for part in (file.encoding, _shown_delimiter(file.delimiter)) if part]
    return f"{line} ({', '.join(form)})" if form else line


def _shown_delimiter(delimiter: str | None) -> str:
    return repr(delimiter) if delimiter is not None else ""


def _missing_files(study: Study) -> list[str]:
    """Name the files of experiments and the corpus that are not there."""
    errors: list[str] = []
    for name in study.experiments:
        file = study.experiment(name).file
        if not (study.folder / file).is_file():
            errors.append(
                f"{study.path}: `experiment.{name}.file`: there is no file '{file}' in "
                f"{study.folder}."
            )
    corpus = study.corpus_model
    guide = getattr(corpus, "guide", None)
    if guide and not (study.folder / guide).is_file():
        errors.append(
            f"{study.path}: `corpus.guide`: there is no file '{guide}' in {study.folder}."
        )
    return errors


def _recordings(study: Study) -> list[str]:
    """Name recordings inside the study: a voice is personal data that no token hides."""
    return [
        f"{study.path}: '{path.as_posix()}' is a recording, and a voice is personal data. Keep it "
        "outside the project, and delete it when the transcript is approved."
        for path in find_recordings(study.folder)
    ]


def _undecided(study: Study) -> list[Message]:
    """Say how many places in the documents may be personal data that nobody has decided about."""
    corpus = study.corpus_model
    if corpus is None or corpus.redact == "off":
        return []
    n = waiting_places(study.folder, corpus.documents, language=corpus.language)
    if not n:
        return []
    return [
        Message(
            "{n:integer} place in the documents may be personal data; decide with `workbench "
            "redact STUDY --review`.",
            "{n:integer} places in the documents may be personal data; decide with `workbench "
            "redact STUDY --review`.",
            n=n,
        )
    ]


def _drafts(study: Study) -> list[Message]:
    """Say what keeps the study's reports drafts, or empty."""
    warnings: list[Message] = []
    lacking = [key for key in ("decision", "owner") if not getattr(study, key)]
    if lacking:
        warnings.append(
            Message(
                "The study names no {lacking}; its reports are marked as drafts.",
                lacking=", ".join(f"`study.{key}`" for key in lacking),
            )
        )
    corpus = study.corpus_model
    if corpus is not None and not (study.folder / corpus.documents).is_dir():
        warnings.append(
            Message(
                "There is no folder '{folder}' with documents yet; `workbench import` fills it.",
                folder=corpus.documents,
            )
        )
    return warnings
