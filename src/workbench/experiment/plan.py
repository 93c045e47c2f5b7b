"""The plan, written before: read, hashed, and kept as it was at the start."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from workbench.errors import PlanError, StudyError, near_match
from workbench.inputs.models.experiment import ExperimentModel, MetricModel
from workbench.inputs.study_file import read_study_file
from workbench.results.trial import as_words

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from workbench.language import LocalizedText

__all__ = ["Plan", "load_plan", "plan_from", "read_registered", "register_plan"]

STUDY_FILE = "study.toml"


@dataclass(frozen=True, eq=False)
class Plan:
    """A plan that has been checked.

    Parameters
    ----------
    name
        Of the experiment, as in ``study.toml``.
    model
        The typed plan; its fields are described there.
    folder
        That relative paths start from.
    title, question, owner
        For the page: the plan's own, else the study's.
    study_id
        Of the study it belongs to; empty for a plan of its own.
    gathered
        What was read under this plan last, by file and day. :func:`~.gathering.gather` keeps it
        here and believes it while the file is byte for byte the same.
    """

    name: str
    model: ExperimentModel
    folder: Path
    title: LocalizedText = ""
    question: LocalizedText = ""
    owner: LocalizedText = ""
    study_id: str = ""
    gathered: dict[Any, Any] = field(
        default_factory=dict[Any, Any], init=False, repr=False, compare=False
    )

    @property
    def data_path(self) -> Path:
        """Return where the result file is."""
        return self.folder / self.model.file

    @property
    def canonical(self) -> dict[str, Any]:
        """Return what binds: everything but when and where the file was drawn."""
        words = {"labels", "columns", "title", "question", "owner"}
        free = {"file", "drawn", "log", "registered", "next_step"} | words
        return self.model.model_dump(mode="json", exclude_defaults=True, exclude=free)

    @property
    def sha256(self) -> str:
        """Return the hash of what binds."""
        text = json.dumps(self.canonical, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def metrics(self) -> tuple[MetricModel, ...]:
        """Return the metrics, primary first, then guardrails, secondary, exploratory."""
        order = ("primary", "guardrail", "secondary", "exploratory")
        return tuple(sorted(self.model.metrics, key=lambda metric: order.index(metric.role)))

    def of_role(self, role: str) -> tuple[MetricModel, ...]:
        """Return the metrics with a role."""
        return tuple(metric for metric in self.model.metrics if metric.role == role)

    def label(self, variant: str) -> LocalizedText:
        """Return how a reader sees a variant."""
        return self.model.labels.get(variant) or variant

    def column(self, name: str) -> LocalizedText:
        """Return how a reader sees a column."""
        known = self.model.columns.get(name)
        return (known.label if known else "") or as_words(name)


def load_plan(study_or_file: object, name: str | None = None) -> Plan:
    """Read an experiment's plan.

    Parameters
    ----------
    study_or_file
        A study, its folder, its ``study.toml``, or a TOML file of its own that holds either
        ``[experiment.<name>]`` tables or one bare plan.
    name
        Of the experiment. Not needed when there is only one.

    Returns
    -------
    Plan
        Checked against itself; data are not read.

    Raises
    ------
    PlanError
        If the file is not there, a key is unknown or wrong, or no experiment has that name.
    """
    model = getattr(study_or_file, "model", None)
    if model is not None and hasattr(model, "experiment"):
        folder = Path(getattr(study_or_file, "folder", "."))
        return _from_study(model, folder, name)
    path = Path(cast("str | Path", study_or_file))
    path = path / STUDY_FILE if path.is_dir() else path
    data = _toml(path)
    if "study" in data:
        try:
            study, _ = read_study_file(path)
        except StudyError as error:
            raise PlanError(str(error)) from None
        return _from_study(study, path.parent, name)
    if "experiment" in data:
        plans = cast("dict[str, dict[str, Any]]", data["experiment"])
        chosen = _chosen(plans, name)
        return plan_from(plans[chosen], name=chosen, folder=path.parent, file=path.name)
    return plan_from(data, name=name or path.stem, folder=path.parent, file=path.name)


def plan_from(
    table: Mapping[str, Any],
    *,
    name: str = "experiment",
    folder: Path | None = None,
    file: str = "",
) -> Plan:
    """Return a plan from a table such as ``[experiment.<name>]`` of a study.

    Raises
    ------
    PlanError
        If a key is unknown, missing or wrong; all of them are listed.

    Examples
    --------
    >>> plan = plan_from({"file": "x.csv", "unit": "id", "variant": "v", "control": "A"})
    >>> plan.model.alpha
    0.05
    """
    try:
        model = ExperimentModel.model_validate(dict(table))
    except ValidationError as error:
        raise PlanError(_worded(error, name, file)) from None
    return Plan(name, model, folder or Path(), model.title or name, model.question, model.owner)


def _from_study(study: Any, folder: Path, name: str | None) -> Plan:
    chosen = _chosen(study.experiment, name)
    model: ExperimentModel = study.experiment[chosen]
    header = study.study
    return Plan(
        chosen,
        model,
        folder,
        model.title or chosen,
        model.question or header.question or header.title,
        model.owner or header.owner,
        header.id,
    )


def _chosen(plans: Mapping[str, Any], name: str | None) -> str:
    if name is None and len(plans) == 1:
        return next(iter(plans))
    if name in plans:
        return str(name)
    known = ", ".join(plans) or "none"
    hint = near_match(name, plans) if name else " Name the one to read."
    raise PlanError(f"The study has no experiment '{name or ''}'. It has: {known}.{hint}")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise PlanError(
            f"{path}: not found. A plan stands in a study's study.toml, under [experiment.<name>]."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"{path}: not valid TOML in UTF-8: {error}.") from None


def _worded(error: ValidationError, name: str, file: str) -> str:
    lines: list[str] = []
    for found in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in ("experiment", name, *found["loc"]))
        known = {**ExperimentModel.model_fields, **MetricModel.model_fields}
        if found["type"] == "extra_forbidden":
            text = f"unknown key.{near_match(str(found['loc'][-1]), known)}"
        else:
            text = found["msg"].removeprefix("Value error, ")
        lines.append(f"{file + ': ' if file else ''}`{place}`: {text}.")
    return "\n".join(lines)


def register_plan(plan: Plan, *, on: dt.date | None = None) -> Path:
    """Keep the plan as it is before the experiment starts: later changes will be listed.

    Writes the copy that ``registered`` names, or ``plans/<name>.json`` in the study.

    Parameters
    ----------
    plan
        The plan to keep.
    on
        Date of the registration. Default: the plan's ``written``.

    Raises
    ------
    PlanError
        If another plan of this name is registered already: a registered plan is not overwritten.
    """
    path = plan.folder / (plan.model.registered or f"plans/{plan.name}.json")
    day = on or plan.model.written
    if path.exists():
        if read_registered(path)["sha256"] == plan.sha256:
            return path
        raise PlanError(
            f"{path.name}: another version of this plan is registered. Keep it: the readout lists "
            "what has changed since. For a new round, give the experiment a new name."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "schema": 1,
        "experiment": plan.name,
        "registered": day.isoformat() if day else None,
        "sha256": plan.sha256,
        "plan": plan.canonical,
    }
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read_registered(path: Path) -> dict[str, Any]:
    """Return a registered plan; its hash must fit what it says.

    Raises
    ------
    PlanError
        If the file is broken or was changed by hand.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        text = json.dumps(content["plan"], sort_keys=True, ensure_ascii=False)
        fits = content["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        raise PlanError(f"{path.name}: is no registered plan that can be read.") from None
    if not fits:
        raise PlanError(
            f"{path.name}: the registered plan was changed after it was registered: its hash does "
            "not fit. Restore the file from version control."
        )
    return cast("dict[str, Any]", content)
