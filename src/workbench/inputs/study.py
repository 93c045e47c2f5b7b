"""A study: a folder whose ``study.toml`` alone says what the data mean."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import StudyError, near_match
from workbench.inputs.computed import segment_labels
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.held import held_file, held_reading
from workbench.inputs.pseudonyms import Pseudonyms
from workbench.inputs.reading import SurveySource, read_survey
from workbench.inputs.references import resolved_survey
from workbench.inputs.study_file import read_study_file
from workbench.inputs.waves import resolved_wave

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from workbench.inputs.models.base import Label
    from workbench.inputs.models.corpus import CorpusModel
    from workbench.inputs.models.experiment import ExperimentModel
    from workbench.inputs.models.goals import GoalModel
    from workbench.inputs.models.journey import Touchpoint
    from workbench.inputs.models.study import StudyFile
    from workbench.inputs.models.survey import SurveyModel
    from workbench.inputs.reading import SurveyReading
    from workbench.inputs.references import KeyPath
    from workbench.inputs.toml_lines import KeyLines
    from workbench.results.health import HealthResult

__all__ = ["DEFAULT_SURVEY", "Study", "load_study", "study_path"]

DEFAULT_SURVEY = "default"
FILE_NAME = "study.toml"


def load_study(path: str | os.PathLike[str]) -> Study:
    """Open a study.

    Parameters
    ----------
    path
        Its folder, or its ``study.toml``. A relative path is looked for in the working directory,
        then the notebook's folder, then the repository. Data are read when they are asked for.

    Returns
    -------
    Study
        What the file says, and the ways to the data.

    Raises
    ------
    StudyError
        If there is no study, or its file holds mistakes: all of them, each with key and remedy.

    Examples
    --------
    >>> load_study("no/such/folder")
    Traceback (most recent call last):
    ...
    workbench.errors.StudyError: no/such/folder: not found...
    """
    file = study_path(path)
    model, lines = held_file(file) or read_study_file(file)
    return Study(file, model, lines)


def study_path(path: str | os.PathLike[str]) -> Path:
    """Return the ``study.toml`` that a path means.

    Raises
    ------
    StudyError
        If it is in none of the places where it may be.
    """
    given = Path(path).expanduser()
    places = [given] if given.is_absolute() else [base / given for base in _bases()]
    for place in places:
        if place.is_file():
            return place.resolve()
        if (place / FILE_NAME).is_file():
            return (place / FILE_NAME).resolve()
    if any(place.is_dir() for place in places):
        raise StudyError(
            f"{given}: has no {FILE_NAME}. `workbench init DIR --from FILE` drafts one."
        )
    looked = ", ".join(dict.fromkeys(str(place.parent) for place in places))
    raise StudyError(f"{given}: not found; looked in {looked}.")


def _bases() -> list[Path]:
    """Return where relative paths begin: working directory, notebook's folder, repository."""
    here = Path.cwd()
    bases = [here]
    for variable in ("WORKBENCH_NOTEBOOK", "JPY_SESSION_NAME"):
        if (notebook := os.environ.get(variable)) and notebook.endswith(".ipynb"):
            bases.append((here / notebook).parent)
    for base in list(bases):
        roots = [folder for folder in (base, *base.parents) if (folder / ".git").exists()]
        bases += roots[:1]
    return list(dict.fromkeys(bases))


class Study:
    """What ``study.toml`` says, and the data it leads to.

    Surveys are read on first use and kept; the frames handed out are copies.
    """

    def __init__(self, path: Path, model: StudyFile, lines: KeyLines) -> None:
        self._path = path
        self._model = model
        self._lines = lines
        self._pseudonyms = Pseudonyms(path.parent)
        self._resolved: dict[str, SurveyModel] = {}
        self._readings: dict[str, SurveyReading] = {}
        self._healths: dict[tuple[Any, ...], HealthResult] = {}

    def __repr__(self) -> str:
        return f"<Study '{self.id}' in {self.folder}>"

    @property
    def path(self) -> Path:
        """The ``study.toml``."""
        return self._path

    @property
    def folder(self) -> Path:
        """The folder that relative paths in the study begin from."""
        return self._path.parent

    @property
    def model(self) -> StudyFile:
        """The typed tables of the file."""
        return self._model

    @property
    def id(self) -> str:
        """The study's name in paths and addresses."""
        return self._model.study.id

    @property
    def title(self) -> Label:
        """Heading of its reports."""
        return self._model.study.title or self.id

    @property
    def question(self) -> Label:
        """What is asked."""
        return self._model.study.question

    @property
    def decision(self) -> Label:
        """What will be decided; empty: reports are drafts."""
        return self._model.study.decision

    @property
    def owner(self) -> Label:
        """Who answers for it; empty: reports are drafts."""
        return self._model.study.owner

    @property
    def reader(self) -> Label:
        """Who reads the report."""
        return self._model.study.reader

    @property
    def language(self) -> str:
        """Language of reports where none is asked for."""
        return self._model.study.language

    @property
    def schema_version(self) -> int:
        """Form of the file."""
        return self._model.study.schema_version

    @property
    def journey(self) -> tuple[Touchpoint, ...]:
        """The touchpoints, in order."""
        return self._model.journey

    @property
    def goals(self) -> tuple[GoalModel, ...]:
        """What outcomes are to reach."""
        return self._model.goals

    @property
    def pseudonyms(self) -> Pseudonyms:
        """The study's way to turn a person's key into the same pseudonym in every source."""
        return self._pseudonyms

    @property
    def surveys(self) -> tuple[str, ...]:
        """Names of the surveys; ``[survey]`` is ``"default"`` and first."""
        default = (DEFAULT_SURVEY,) if self._model.survey is not None else ()
        return (*default, *self._model.surveys)

    def survey_model(self, name: str | None = None) -> SurveyModel:
        """Return what the study says of a survey, with every scale and kind filled in.

        Raises
        ------
        StudyError
            If there is no such survey.
        """
        key, model = self._survey_model(name)
        known = str(key[-1])
        if known not in self._resolved:
            self._resolved[known] = resolved_survey(model)
        return self._resolved[known]

    def survey(self, name: str | None = None) -> pd.DataFrame:
        """Return the answers of a survey, one row per respondent and wave, oldest wave first.

        Columns: ``respondent_id``, ``person`` and ``population`` where the study has them,
        ``wave``, ``weight`` (1 without weights), ``source``; a text column per segment under the
        segment's name; a column per outcome (``nki`` and ``mean`` 0-100, ``nps`` -100, 0 or 100,
        ``csat`` 0 or 100); a 0-100 column per driver; then the files' columns under the names the
        study uses. Items with a scale are numbers; other columns of text files stay text. Codes
        that are no answers are missing. The raw keys of people are in no column.

        Raises
        ------
        StudyError
            If there is no such survey, files are missing, columns drift, or a scale is wrong.
        DataError
            If a file can't be read, or its weights can't be used.
        """
        return self.reading(name).frame.copy(deep=False)

    def reading(self, name: str | None = None) -> SurveyReading:
        """Return a survey with the account of its reading: files, rows, missing answers, waves."""
        known = str(self._survey_model(name)[0][-1])
        if known not in self._readings:
            source = self.source(name)
            self._readings[known] = held_reading(source) or read_survey(source)
        return self._readings[known]

    def source(self, name: str | None = None) -> SurveySource:
        """Return what reading a survey needs to know of this study."""
        key, model = self._survey_model(name)
        return SurveySource(self._path, self._lines, key, model, self.language, self._pseudonyms)

    def health(
        self,
        name: str | None = None,
        *,
        floor: int = FLOOR,
        only: Mapping[str, str] | None = None,
        wave: str = "latest",
    ) -> HealthResult:
        """Return how fit a survey is for conclusions, examined once; see ``wb.data_health``."""
        parts = tuple(sorted((name, value) for name, value in (only or {}).items() if value))
        known = (str(self._survey_model(name)[0][-1]), floor, parts, wave)
        if known not in self._healths:
            from workbench.inputs.health import data_health

            self._healths[known] = data_health(self, name, floor=floor, only=only, wave=wave)
        return self._healths[known]

    def resolve_wave(self, wave: str = "latest", *, survey: str | None = None) -> str:
        """Return the wave meant: ``"latest"`` is the last by date.

        Raises
        ------
        ParameterError
            If there is no such wave.
        """
        return resolved_wave(wave, self.reading(survey).waves["wave"].tolist())

    def segment_labels(self, segment: str, *, survey: str | None = None) -> dict[str, Label]:
        """Return code -> label of a segment's values; empty where the study gives none."""
        model = self._survey_model(survey)[1]
        if segment not in model.segments:
            raise StudyError(
                f"Segment '{segment}' is not in the study.{near_match(segment, model.segments)}"
            )
        return segment_labels(model, segment)

    @property
    def corpus_model(self) -> CorpusModel | None:
        """What the study says of its documents; None without any."""
        return self._model.corpus

    @property
    def experiments(self) -> tuple[str, ...]:
        """Names of the experiments."""
        return tuple(self._model.experiment)

    def experiment(self, name: str) -> ExperimentModel:
        """Return the plan of an experiment.

        Raises
        ------
        StudyError
            If there is none of that name.
        """
        if name not in self._model.experiment:
            raise StudyError(
                f"Experiment '{name}' is not in {self._path}."
                f"{near_match(name, self._model.experiment)}"
            )
        return self._model.experiment[name]

    def _survey_model(self, name: str | None) -> tuple[KeyPath, SurveyModel]:
        if name in {None, DEFAULT_SURVEY} and self._model.survey is not None:
            return ("survey",), self._model.survey
        if name is None and len(self._model.surveys) == 1:
            name = next(iter(self._model.surveys))
        if name is not None and name in self._model.surveys:
            return ("surveys", name), self._model.surveys[name]
        if not self.surveys:
            raise StudyError(f"{self._path}: has no survey; add [survey] with its files.")
        wanted = f"'{name}'" if name is not None else "without a name"
        raise StudyError(
            f"{self._path}: has no survey {wanted}. There are: {', '.join(self.surveys)}."
            f"{near_match(name or '', self.surveys)}"
        )
