"""Everything a finished run writes: pages, results, record, tables, figures."""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.errors import PrivacyError, RunError
from workbench.inputs.actions import FILE_NAME as ACTIONS
from workbench.inputs.disclosure import FLOOR
from workbench.inputs.redaction.scan import identifiers_in, refuse_leaks
from workbench.language import (
    LANGUAGES,
    LocalizedText,
    localized,
    translate,
)
from workbench.report import record
from workbench.report.action_pieces import recorded_action
from workbench.report.actions import follow_actions
from workbench.report.audit import published_of, refuse_disclosure
from workbench.report.branding import write_logo
from workbench.report.cells import drawings_of, payloads_of
from workbench.report.context import context_of, study_folder
from workbench.report.draft import draft_reasons
from workbench.report.engine.forked import KERNEL_ENVIRONMENT
from workbench.report.figures import standing_alone
from workbench.report.folders import safe_name
from workbench.report.harmless import HIDING, harmless
from workbench.report.html import render_page
from workbench.report.levels import write_level_pages
from workbench.report.page import build_page
from workbench.report.pages import write_pages
from workbench.report.reviewing import review_of
from workbench.report.written import notebook_json

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from workbench.report.payload import Payload
    from workbench.report.run import Plan

__all__ = ["safe_cell", "write_notebook", "write_outputs", "write_record"]

_FORMULA = re.compile(r"^[=+\-@\t\r]")
_REAL_NUMBER = re.compile(r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$")


def write_outputs(plan: Plan, notebook: NotebookNode, folder: Path, started: str) -> None:
    """Write a finished run into an empty folder.

    Raises
    ------
    PrivacyError
        If a suppressed number could be computed from what the report shows, or a file holds a name
        of the study's key files, a mail address, a phone or identity number. Nothing is left then.
    RunError
        If two results share an id, or an input changed while the run went on.
    """
    payloads = list(payloads_of(notebook))
    inputs = _inputs(payloads, plan)
    published = published_of(payloads)
    refuse_disclosure(published, floor=int(plan.values.get("floor", FLOOR)))
    answers = [payload["answer"] for payload in payloads if payload["kind"] == "answer"]
    reasons = draft_reasons(
        plan.study,
        plan.values,
        plan.language,
        has_answer=bool(answers),
        has_next_step=bool(answers and answers[-1]["rows"]["now"]),
    )
    if plan.final and reasons:
        raise RunError(
            "A final report needs what is missing here: " + "; ".join(reasons) + ". "
            "Add it, or run without --final."
        )
    results = results_json(plan, payloads, inputs)
    follows = follow_actions(plan.study, notebook=plan.name, results=results, out=plan.out)
    record.write_json(folder / "results.json", results)
    write_notebook(notebook, folder / "notebook.ipynb")
    _write_tables(payloads, folder / "tables")
    _write_figures(notebook, folder / "figures", plan.language, plan.brand.shades)
    write_pages(notebook, folder)
    facts = run_facts(plan, started, inputs, status="done", draft=reasons)
    facts["brand"] = plan.brand.facts | write_logo(plan.brand, folder)
    facts["actions"] = [recorded_action(follow) for follow in follows]
    context = context_of(plan, facts, reasons, follows)
    review = review_of(
        facts, n_results=len(results["results"]), n_tables=len(published), language=plan.language
    )
    context = replace(context, review=review)
    page = build_page(notebook, language=plan.language, context=context)
    for name, reviewer in (("report.html", False), ("review.html", True)):
        html = render_page(page, reviewer=reviewer)
        (folder / name).write_text(html, encoding="utf-8")
    for payload in payloads:
        if payload["kind"] == "levels":
            write_level_pages(payload, folder, context, plan.language)
    write_record(folder, facts)
    _refuse_personal_data(plan, folder)


def _refuse_personal_data(plan: Plan, folder: Path) -> None:
    """Look through everything written once more; take it all away again when someone is in it."""
    said = plan.study.path.read_text(encoding="utf-8")
    try:
        refuse_leaks(folder, study=plan.study.folder, allowed=identifiers_in(said))
    except PrivacyError:
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise


def results_json(
    plan: Plan, payloads: list[Payload], inputs: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the content of ``results.json``: every result, unrounded, worded in both languages."""
    return {
        "schema": 1,
        "study": plan.study.id,
        "notebook": plan.name,
        "parameters": _public_values(plan),
        "language": plan.language,
        "inputs": inputs,
        "results": [_public(payload) for payload in payloads if payload["kind"] != "provenance"],
    }


def _public_values(plan: Plan) -> dict[str, Any]:
    return {name: value for name, value in plan.values.items() if name != "study"}


def _public(payload: Payload) -> Payload:
    names = ("id", "kind", "summary", "method")
    tables = {
        name: {part: table[part] for part in ("key", "columns", "rows")}
        for name, table in payload["tables"].items()
    }
    return {name: payload[name] for name in names} | {
        "tables": tables,
        "checks": payload["checks"],
    }


def _inputs(payloads: list[Payload], plan: Plan) -> list[dict[str, Any]]:
    """Return the files the notebook says it read, each hashed once more."""
    found: list[dict[str, Any]] = []
    for payload in payloads:
        if payload["kind"] != "provenance":
            continue
        table = payload["tables"]["table"]
        for row in table["rows"]:
            entry = dict(zip(table["columns"], row, strict=True))
            path = plan.study.folder / entry["file"]
            if path.is_file() and record.file_hash(path) != entry["sha256"]:
                raise RunError(
                    f"'{entry['file']}' changed while the report was made. Run it again."
                )
            hashed = {"path": entry["file"], "sha256": entry["sha256"]}
            health = {name: entry.get(name) for name in ("health", "findings")}
            found.append(hashed | health)
    return found + _files_of_every_report(plan, {entry["path"] for entry in found})


def _files_of_every_report(plan: Plan, known: set[str]) -> list[dict[str, Any]]:
    """Return ``actions.toml`` and the logo as inputs: every report shows what is in them."""
    brand = plan.study.model.brand
    names = [ACTIONS, *([brand.logo] if brand and brand.logo else [])]
    return [
        {
            "path": name,
            "sha256": record.file_hash(plan.study.folder / name),
            "health": None,
            "findings": [],
        }
        for name in names
        if name not in known and (plan.study.folder / name).is_file()
    ]


def run_facts(
    plan: Plan,
    started: str,
    inputs: list[dict[str, Any]],
    *,
    status: str,
    draft: list[str],
) -> dict[str, Any]:
    """Return the content of ``record.json`` but for the hashes of what is written."""
    previous = plan.folder / "record.json"
    return {
        "schema": 1,
        "status": status,
        "draft": draft,
        "study": {
            "id": plan.study.id,
            "folder": study_folder(plan),
            "sha256": record.file_hash(plan.study.path),
            **{
                name: _both(getattr(plan.study, name))
                for name in ("title", "owner", "reader", "question", "decision")
            },
        },
        "notebook": {
            "name": plan.name,
            "sha256": record.notebook_hash(plan.notebook),
            "title": {one: translate(_title(plan), one).removeprefix("# ") for one in LANGUAGES},
        },
        **_data_cut(plan),
        "parameters": _public_values(plan),
        "language": plan.language,
        "inputs": inputs,
        "code": {"sha256": record.package_hash(), **record.git_state()},
        "lock": {"sha256": record.lock_hash()},
        "versions": record.versions(),
        "conditions": dict(KERNEL_ENVIRONMENT),
        "seed": plan.values.get("seed"),
        "started": started,
        "finished": record.now(),
        "who": record.who(),
        "previous": record.file_hash(previous) if previous.is_file() else None,
    }


def _both(label: LocalizedText | None) -> dict[str, str]:
    """Return a label in every language, for pages that are made from records alone."""
    return {one: localized(label or "", one) for one in LANGUAGES}


def _title(plan: Plan) -> str:
    """Return the notebook's first heading with its mark, as the catalogue has it."""
    for cell in plan.notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return cell.source.splitlines()[0]
    return plan.name


def _data_cut(plan: Plan) -> dict[str, Any]:
    """Return the day the newest data in the report are from, and whether its wave is open."""
    wave = str(plan.values.get("wave", ""))
    if not wave or not plan.study.surveys:
        return {"data_cut": None, "preliminary": False}
    declared = plan.study.survey_model(next(iter(plan.study.surveys))).waves.get(wave)
    closed = declared.closed if declared else None
    return {"data_cut": closed.isoformat() if closed else None, "preliminary": closed is None}


def write_record(folder: Path, facts: dict[str, Any]) -> None:
    """Write ``record.json`` with the hash of every file of the run beside it."""
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "record.json"
    )
    whole = facts | {"outputs": record.output_hashes(folder, names)}
    record.write_json(folder / "record.json", whole | {"seal": record.seal_of(whole)})


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write the executed notebook, its outputs without what would run when it is opened."""
    path.write_text(notebook_json(harmless(notebook)) + "\n", encoding="utf-8")


def safe_cell(value: Any) -> Any:
    """Return a value for a CSV cell that no spreadsheet takes for a formula.

    Text that begins with ``=``, ``+``, ``-``, ``@`` or a tab gets a leading apostrophe; numbers,
    also negative ones, stay as they are. Letters that hide or turn text around are taken out.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-2.5"), safe_cell(-2.5), safe_cell(None)
    ("'=1+1", '-2.5', -2.5, '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        seen = HIDING.sub("", value)
        is_formula = _FORMULA.match(seen) and not _REAL_NUMBER.match(seen)
        return f"'{seen}" if is_formula else seen
    if isinstance(value, list):
        return safe_cell("; ".join(str(part) for part in value))
    return value


def _write_tables(payloads: list[Payload], folder: Path) -> None:
    for payload in payloads:
        for name, table in payload["tables"].items():
            folder.mkdir(exist_ok=True)
            stem = safe_name(f"{payload['id']}" if name == "table" else f"{payload['id']}_{name}")
            path = folder / f"{stem}.csv"
            with path.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow([safe_cell(column) for column in table["columns"]])
                writer.writerows([safe_cell(value) for value in row] for row in table["rows"])


def _write_figures(
    notebook: NotebookNode, folder: Path, language: str, shades: dict[str, str]
) -> None:
    for identifier, drawings in drawings_of(notebook, language):
        folder.mkdir(exist_ok=True)
        for width, svg in drawings.items():
            name = safe_name(f"{identifier}_{width}")
            (folder / f"{name}.svg").write_text(standing_alone(svg, shades), encoding="utf-8")
