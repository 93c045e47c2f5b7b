"""What a batch is to make: ``PLAN.toml``, spread out to single runs, each checked beforehand."""

from __future__ import annotations

import itertools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, ValidationError

from workbench.errors import ParameterError, PlanError, WorkbenchError, near_match
from workbench.inputs.models.base import StudyModel
from workbench.inputs.study import load_study
from workbench.language import LANGUAGES
from workbench.report.choices import market_counts
from workbench.report.run import plan_run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from workbench.inputs.study import Study
    from workbench.report.run import Plan

__all__ = ["BatchPlan", "Cell", "RunsModel", "read_plan", "spread"]

_RANGE = re.compile(r"^(?P<first>[^.]+)\.\.(?P<last>[^.]+)$")
_GIVEN = str | int | float | bool


class RunsModel(StudyModel):
    """One ``[[runs]]`` table: notebooks and parameters, each a value, a list, a range or "all"."""

    notebook: str | list[str]
    study: str | list[str] | None = None
    language: Literal["sv", "en", "both"] | None = None
    parameters: dict[str, _GIVEN | list[_GIVEN]] = Field(default_factory=dict)


class BatchPlan(StudyModel):
    """A ``PLAN.toml``.

    Parameters
    ----------
    study
        Folder of the study, or several, relative to the plan; a table of runs may name its own.
    out
        Folder of the reports, relative to the working directory.
    language
        "sv", "en" or "both"; default: each study's own.
    runs
        What to run.
    """

    study: str | list[str] | None = None
    out: str = "reports"
    language: Literal["sv", "en", "both"] | None = None
    runs: list[RunsModel] = Field(min_length=1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Cell:
    """One run of a batch, as plain values that can be sent to another machine."""

    notebook: str
    study: str
    parameters: dict[str, Any]
    language: str
    out: str

    @property
    def label(self) -> str:
        """Notebook, parameters and language, for progress and lists."""
        chosen = ", ".join(f"{k}={v}" for k, v in sorted(self.parameters.items()))
        return " ".join(filter(None, [Path(self.notebook).stem, chosen, self.language]))


def read_plan(path: str | Path) -> BatchPlan:
    """Read a ``PLAN.toml``.

    Raises
    ------
    PlanError
        If it is not there, no TOML, or holds keys or values it must not; each is named.
    """
    file = Path(path)
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise PlanError(f"There is no plan '{file.name}'.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{file.name}: not TOML: {error}.") from None
    try:
        return BatchPlan.model_validate(content)
    except ValidationError as error:
        raise PlanError("\n".join(_problems(file.name, error))) from None


def _problems(name: str, error: ValidationError) -> Iterator[str]:
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"])
        hint = ""
        if problem["type"] == "extra_forbidden":
            known = {*BatchPlan.model_fields, *RunsModel.model_fields}
            hint = near_match(str(problem["loc"][-1]), known)
        yield f"{name}: {key}: {problem['msg']}.{hint}"


def spread(plan: BatchPlan, folder: Path, out: Path | None = None) -> list[tuple[Cell, Plan]]:
    """Spread a plan out to single runs, and check each one without a kernel.

    Parameters
    ----------
    plan
        As :func:`read_plan` returns it.
    folder
        Folder of the plan; studies are relative to it.
    out
        Folder of the reports in place of the plan's.

    Returns
    -------
    list
        Cell and checked run, in the plan's order, each run once.

    Raises
    ------
    PlanError
        Naming every cell that cannot run and why; nothing has been written.
    """
    studies = _Studies(folder)
    cells = dict.fromkeys(_key(cell) for cell in _cells(plan, studies, out))
    checked: list[tuple[Cell, Plan]] = []
    problems: list[str] = []
    for key in cells:
        cell = Cell(
            notebook=key[0], study=key[1], parameters=dict(key[2]), language=key[3], out=key[4]
        )
        try:
            run = plan_run(
                cell.notebook,
                studies[cell.study],
                parameters=cell.parameters,
                language=cell.language or None,
                out=cell.out,
            )
        except WorkbenchError as error:
            problems.append(f"{cell.label}: {error}")
        else:
            checked.append((cell, run))
    if problems:
        listed = "\n".join(dict.fromkeys(problems))
        raise PlanError(
            f"{len(problems)} of {len(cells)} runs cannot be made; nothing was run.\n{listed}"
        )
    return checked


_Key = tuple[str, str, tuple[tuple[str, Any], ...], str, str]


def _key(cell: Cell) -> _Key:
    chosen = tuple(sorted(cell.parameters.items()))
    return cell.notebook, cell.study, chosen, cell.language, cell.out


class _Studies:
    """Open studies by path: each is opened and read once for the whole batch."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, Study] = {}

    def path(self, given: str) -> str:
        beside = self._folder / given
        return str(beside if beside.exists() else Path(given))

    def __getitem__(self, path: str) -> Study:
        if path not in self._open:
            self._open[path] = load_study(path)
        return self._open[path]


def _cells(plan: BatchPlan, studies: _Studies, out: Path | None) -> Iterator[Cell]:
    for number, runs in enumerate(plan.runs):
        named = runs.study if runs.study is not None else plan.study
        if named is None:
            raise PlanError(f'runs.{number}: no study. Add study = "FOLDER" to it or to the plan.')
        language = runs.language or plan.language
        languages = list(LANGUAGES) if language == "both" else [language or ""]
        for study, notebook in itertools.product(_list(named), _list(runs.notebook)):
            path = studies.path(study)
            names = list(runs.parameters)
            choices = [_values(n, runs.parameters[n], studies[path]) for n in names]
            for chosen in itertools.product(*choices):
                for one in languages:
                    yield Cell(
                        notebook=notebook,
                        study=path,
                        parameters=dict(zip(names, chosen, strict=True)),
                        language=one,
                        out=str(out or plan.out),
                    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _values(name: str, given: Any, study: Study) -> list[Any]:
    """Return the values a parameter takes: lists as they are, ranges and "all" spread out."""
    found: list[Any] = []
    for value in _list(given):
        hit = _RANGE.match(value) if isinstance(value, str) else None
        if value == "all":
            found += _all(name, study)
        elif hit:
            found += _between(name, hit["first"].strip(), hit["last"].strip(), study)
        else:
            found.append(value)
    return list(dict.fromkeys(found))


def _all(name: str, study: Study) -> list[Any]:
    match name:
        case "market":
            counts = market_counts(study)
            return ["", *sorted(market for market, n in counts.items() if n >= _FLOOR)]
        case "wave":
            return _waves(study)
        case "segment":
            return ["", *_segments(study)]
        case _:
            raise ParameterError(
                f'"all" is known for market, wave and segment, not for {name}. List its values.'
            )


_FLOOR = 7
"""Markets with fewer answers get no report of their own."""


def _between(name: str, first: str, last: str, study: Study) -> list[Any]:
    if name == "wave":
        known = _waves(study)
        ends = [study.resolve_wave(end) for end in (first, last)]
        return known[known.index(ends[0]) : known.index(ends[1]) + 1]
    if first.lstrip("-").isdigit() and last.lstrip("-").isdigit():
        return list(range(int(first), int(last) + 1))
    raise ParameterError(
        f"A range is known for waves and whole numbers, not for {name}. List its values."
    )


def _waves(study: Study) -> list[str]:
    names = [study.reading(name).waves["wave"] for name in study.surveys]
    return list(dict.fromkeys(str(wave) for waves in names for wave in waves))


def _segments(study: Study) -> list[str]:
    models = [study.survey_model(name) for name in study.surveys]
    return list(dict.fromkeys(segment for model in models for segment in model.segments))
