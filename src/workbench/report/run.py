"""One notebook, one study, one set of parameters: from a command to a folder that can be checked.

Order matters: everything a person can get wrong is checked before a kernel starts and before
anything is written. The run is built in a folder beside its place and put there in one step. A
failure inside the notebook leaves a page that says what, where and how to mend it.
"""

from __future__ import annotations

import functools
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.errors import ParameterError, PrivacyError, RunError, near_match
from workbench.language import LANGUAGES
from workbench.report import folders, record
from workbench.report.parameters import (
    Parameter,
    Value,
    non_defaults,
    parse_assignments,
    read_parameters,
    typed_values,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from workbench.inputs.study import Study
    from workbench.report.branding import Brand
    from workbench.report.kernel import Execution

__all__ = [
    "Plan",
    "Run",
    "find_notebook",
    "plan_run",
    "refuse_different_numbers",
    "run_languages",
    "run_notebook",
    "run_plan",
]


@dataclass(frozen=True, kw_only=True)
class Run:
    """A finished run.

    Parameters
    ----------
    folder, report
        Run folder and its ``report.html``.
    language
        Of the pages.
    status
        ``done``; ``failed``: the input is wrong, the page says how; ``fault``: our own fault.
    """

    folder: Path
    report: Path
    language: str
    status: Literal["done", "failed", "fault"]

    @property
    def exit_code(self) -> int:
        """0 done, 2 the input is wrong, 1 a fault of ours."""
        return {"done": 0, "failed": 2, "fault": 1}[self.status]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A run that has passed every check that needs no kernel."""

    notebook_path: Path
    notebook: NotebookNode  # never changed: the plans of a process share what they read
    study: Any
    parameters: dict[str, Parameter]
    values: dict[str, Value]
    language: str
    out: Path
    folder: Path
    final: bool
    brand: Brand

    @property
    def name(self) -> str:
        """Name of the notebook."""
        return self.notebook_path.stem


def find_notebook(name: str | Path) -> Path:
    """Return the path of a notebook given as a path, or by name from a ``notebooks`` folder.

    Raises
    ------
    RunError
        If there is none; notebooks with a similar name are named.
    """
    given = Path(name)
    wanted = given if given.suffix == ".ipynb" else given.with_name(given.name + ".ipynb")
    root = record.repository()
    homes = [Path(), Path("notebooks"), *([root / "notebooks"] if root else [])]
    for home in homes:
        if (home / wanted).is_file():
            return (home / wanted).resolve()
    known = sorted({path.stem for home in homes[1:] for path in home.glob("*.ipynb")})
    hint = near_match(wanted.stem, known)
    listed = f" The notebooks are: {', '.join(known)}." if known else ""
    raise RunError(f"There is no notebook '{wanted}'.{hint}{listed}")


def plan_run(
    notebook: str | Path,
    study: str | Path | Study,
    *,
    parameters: Mapping[str, Value] | Sequence[str] = (),
    language: str | None = None,
    out: str | Path = "reports",
    final: bool = False,
) -> Plan:
    """Check everything that can be checked without a kernel; write nothing.

    Parameters
    ----------
    notebook, study
        Notebook (path or name) and study (folder, ``study.toml``, or one that is open).
    parameters
        ``{"market": "SE"}`` or ``["market=SE"]``.
    language
        "sv" or "en"; default: the study's own.
    out
        Folder of all reports.
    final
        True refuses a report that would be a draft.

    Raises
    ------
    RunError, ParameterError, StudyError
        Naming what is wrong and how to mend it.
    """
    from workbench.inputs.study import load_study
    from workbench.report.branding import brand_of
    from workbench.report.choices import check_choices

    path = find_notebook(notebook)
    content = _read_notebook(path)
    declared = read_parameters(content, path.name)
    given = _given(parameters)
    _refuse_reserved(given)
    loaded = load_study(study) if isinstance(study, str | Path) else study
    chosen = language or loaded.language
    if chosen not in LANGUAGES:
        raise ParameterError(f"Language must be sv, en or both; found '{chosen}'.")
    values = typed_values(
        declared, given | ({"language": chosen} if "language" in declared else {})
    )
    values = check_choices(values, declared, loaded, given=given)
    kept = non_defaults(declared, {k: v for k, v in values.items() if k not in _NOT_IN_NAME})
    folder = folders.run_folder(Path(out), loaded.id, path.stem, kept, chosen)
    return Plan(
        notebook_path=path,
        notebook=content,
        study=loaded,
        parameters=declared,
        values=values,
        language=chosen,
        out=Path(out),
        folder=folder,
        final=final,
        brand=brand_of(loaded),
    )


def _given(parameters: Mapping[str, Value] | Sequence[str]) -> dict[str, Value]:
    if isinstance(parameters, Mapping):
        return dict(parameters)
    return {**parse_assignments(parameters)}


_NOT_IN_NAME = frozenset({"study", "language"})


def _refuse_reserved(given: Mapping[str, Any]) -> None:
    for name, option in (("study", "--study DIR"), ("language", "--language sv|en|both")):
        if name in given:
            raise ParameterError(f"Give '{name}' with {option}, not as a parameter.")


def _read_notebook(path: Path) -> NotebookNode:
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(
            f"'{path.name}' can't be read as a notebook ({type(error).__name__}). "
            "Open it in JupyterLab and save it again."
        ) from None


@functools.lru_cache(maxsize=8)  # a batch runs each notebook once per market
def _parsed(text: str) -> NotebookNode:
    from workbench.report.kernel import without_grammar

    with without_grammar():
        import nbformat
    return nbformat.reads(text, as_version=4)


def run_notebook(
    notebook: str | Path,
    study: str | Path,
    *,
    parameters: Mapping[str, Value] | Sequence[str] = (),
    language: str | None = None,
    out: str | Path = "reports",
    final: bool = False,
) -> Run:
    """Run a notebook on a study and make its report.

    Parameters
    ----------
    notebook, study, parameters, language, out, final
        As in :func:`plan_run`.

    Returns
    -------
    Run
        Also when the notebook failed: its page then says what went wrong.
    """
    plan = plan_run(notebook, study, parameters=parameters, language=language, out=out, final=final)
    return run_plan(plan)


def run_plan(plan: Plan, *, manager_class: type[Any] | None = None) -> Run:
    """Run what :func:`plan_run` has checked.

    Parameters
    ----------
    plan
        What to run.
    manager_class
        Kernel manager; default: a fresh process.
    """
    from workbench.report.draft import draft_reasons
    from workbench.report.kernel import execute

    if plan.final:
        _refuse_draft(draft_reasons(plan.study, plan.values, plan.language))
    started = record.now()
    draft = folders.draft_folder(plan.folder)
    try:
        injected = {"study": "."} if "study" in plan.parameters else {}
        execution = execute(
            plan.notebook,
            plan.values | injected,
            cwd=plan.study.folder,
            manager_class=manager_class,
        )
        status = _write(plan, execution, draft, started)
        folders.publish(draft, plan.folder, _hash_of_record(plan.folder))
    finally:
        if draft.exists():
            shutil.rmtree(draft)
    return Run(
        folder=plan.folder,
        report=plan.folder / "report.html",
        language=plan.language,
        status=status,
    )


def _refuse_draft(reasons: list[str]) -> None:
    if reasons:
        raise RunError(
            "A final report needs what is missing here: " + "; ".join(reasons) + ". "
            "Add it to study.toml, or run without --final."
        )


def _hash_of_record(folder: Path) -> str | None:
    path = folder / "record.json"
    return record.file_hash(path)[:16] if path.is_file() else None


def _write(
    plan: Plan, execution: Execution, draft: Path, started: str
) -> Literal["done", "failed", "fault"]:
    from workbench.report.failure import Failure, failure_of, write_failure
    from workbench.report.outputs import write_outputs

    if execution.failed_cell is not None:
        failure = failure_of(execution)
    else:
        try:
            write_outputs(plan, execution.notebook, draft, started)
        except (RunError, PrivacyError) as error:
            failure = Failure.of_error(error)
        else:
            return "done"
    write_failure(plan, execution, failure, draft, started)
    return "fault" if failure.is_ours else "failed"


def run_languages(
    notebook: str | Path,
    study: str | Path,
    *,
    parameters: Mapping[str, Value] | Sequence[str] = (),
    language: str = "",
    out: str | Path = "reports",
    final: bool = False,
) -> list[Run]:
    """Run a notebook in one language, or in both: once each, from the same numbers.

    Parameters
    ----------
    notebook, study, parameters, out, final
        As in :func:`plan_run`.
    language
        "sv", "en", "both", or empty for the study's own.

    Raises
    ------
    RunError
        If the numbers of the two languages differ: the notebook then depends on its language.
    """
    wanted = list(LANGUAGES) if language == "both" else [language or None]
    plans = [
        plan_run(notebook, study, parameters=parameters, language=one, out=out, final=final)
        for one in wanted
    ]
    runs = [run_plan(plan) for plan in plans]
    if len(runs) == 2 and all(made.status == "done" for made in runs):
        refuse_different_numbers(runs)
    return runs


def _without_words(tables: dict[str, Any]) -> dict[str, Any]:
    """Return tables with their texts blanked: a study gives its own words in each language."""
    return {
        name: table
        | {"rows": [["" if isinstance(v, str) else v for v in row] for row in table["rows"]]}
        for name, table in tables.items()
    }


def refuse_different_numbers(runs: list[Run]) -> None:
    """Compare the tables of two languages, row by row, but for the words in them.

    Raises
    ------
    RunError
        Naming the first result that differs.
    """
    import json

    results = [
        [
            {part: result[part] for part in ("id", "kind")}
            | {"tables": _without_words(result["tables"])}
            | {"checks": [(check["id"], check["passed"]) for check in result["checks"]]}
            for result in json.loads((made.folder / "results.json").read_text("utf-8"))["results"]
        ]
        for made in runs
    ]
    for first, second in zip(*results, strict=False):
        if first != second:
            raise RunError(
                f"Result '{first['id']}' differs between Swedish and English; a notebook must "
                "compute the same in both. Remove what depends on 'language' from its cells."
            )
