"""The command line: one command is one call of a function that can also be imported.

Everything heavy is imported inside the commands, so that ``workbench --help`` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.coding.refi_commands import refi
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Callable

    from workbench.report.run import Run

__all__ = ["app", "main"]

DONE, FAULT, WRONG_INPUT, PARTLY_DONE = 0, 1, 2, 3
"""Exit codes: done; a fault of ours; the input is wrong; done in part."""

app = typer.Typer(
    name="workbench",
    help="From interviews, surveys and experiments to reports a decision can rest on.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    add_completion=False,
)

StudyOption = Annotated[Path, typer.Option("--study", help="Folder with study.toml.")]
OutOption = Annotated[Path, typer.Option("--out", help="Folder of all reports.")]


@app.command()
def run(
    notebook: Annotated[str, typer.Argument(help="Notebook: a name such as 20_satisfaction.")],
    study: StudyOption,
    parameter: Annotated[
        list[str] | None, typer.Option("-p", "--parameter", help="name=value; may be repeated.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="sv, en or both; default: the study's own.")
    ] = "",
    out: OutOption = Path("reports"),
    final: Annotated[
        bool, typer.Option("--final", help="Refuse a report that is a draft.")
    ] = False,
) -> None:
    """Run one notebook on one study; the last line printed is the path of report.html."""
    from workbench.report.run import run_languages

    runs = run_languages(
        notebook, study, parameters=parameter or [], language=language, out=out, final=final
    )
    for made in runs:
        if made.status != "done":
            _complain(f"The run failed; {made.report} says what, where and how to mend it.")
        _say(made.report)
    raise typer.Exit(max((made.exit_code for made in runs), default=DONE))


@app.command()
def demo(out: OutOption = Path("reports")) -> None:
    """Make the reports of the bundled demo studies and a gallery of figures; prints their paths."""
    from workbench.report.demo import run_demo
    from workbench.report.gallery import write_gallery

    code = DONE
    made: list[Run] = []
    for run in run_demo(out):
        made.append(run)
        code = max(code, run.exit_code)
        _say(run.report)
    for page in write_gallery(out, [run.folder for run in made]):
        _say(page)
    raise typer.Exit(code)


@app.command()
def check(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")],
    language: Annotated[str, typer.Option("--language", help="sv or en.")] = "en",
) -> None:
    """Read a study and say what is wrong, what looks odd and what was read."""
    from workbench.inputs.checking import check_study

    report = check_study(study)
    _say(report.text(language))
    raise typer.Exit(report.exit_code)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder of the new study.")],
    files: Annotated[
        list[Path], typer.Option("--from", help="Data file or folder of data; may be repeated.")
    ],
    language: Annotated[str, typer.Option("--language", help="sv or en.")] = "en",
) -> None:
    """Draft a study from data files; every guess in its study.toml is marked."""
    from workbench.inputs.checking import check_study
    from workbench.inputs.drafting import draft_study

    draft = draft_study(folder, files)
    report = check_study(folder)
    _say(report.text(language))
    _say(draft.text(language))
    raise typer.Exit(PARTLY_DONE if report.errors else DONE)


@app.command("add-wave")
def add_wave(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")],
    file: Annotated[Path, typer.Argument(help="Data of the new wave.")],
    wave: Annotated[str, typer.Option("--wave", help="Its name; default: what FILE tells.")] = "",
    survey: Annotated[str, typer.Option("--survey", help="Default: the study's own.")] = "",
    language: Annotated[str, typer.Option("--language", help="sv or en.")] = "en",
) -> None:
    """Put a new wave's file in place and say what drifted."""
    from workbench.inputs.drafting import add_wave as added

    report = added(study, file, wave=wave, survey=survey or None)
    _say(report.text(language))
    raise typer.Exit(report.exit_code)


@app.command()
def code(
    study: Annotated[Path, typer.Argument(help="Folder of the study.")],
    coder: Annotated[
        str | None, typer.Option("--coder", help="Who codes; default: this computer's user.")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to serve on.")] = 8888,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address.")
    ] = False,
) -> None:
    """Open the coding desk of a study in JupyterLab."""
    from workbench.coding.desk.launch import open_desk

    raise typer.Exit(open_desk(study, coder=coder, port=port, browser=not no_browser))


@app.command()
def batch(
    plan: Annotated[Path, typer.Argument(help="PLAN.toml: notebooks x parameters.")],
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, help="Runs at a time; default: one per core.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option("--scheduler", help="Address of a Dask scheduler.")
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="fork (fast) or cold (a new process for each run).")
    ] = "fork",
    force: Annotated[
        bool, typer.Option("--force", help="Run unchanged reports again too.")
    ] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Folder of all reports.")] = None,
) -> None:
    """Run a grid of reports: all checked first, unchanged ones skipped, past failures."""
    from workbench.review.batch import engine_named, run_batch
    from workbench.review.index import write_index
    from workbench.review.progress import Progress

    with Progress() as progress:
        done = run_batch(
            plan,
            workers=workers,
            scheduler=scheduler,
            engine=engine_named(engine),
            force=force,
            out=out,
            progress=progress,
        )
    for outcome in done.outcomes:
        if outcome.status in {"failed", "fault"}:
            _complain(f"{outcome.cell.label}: {outcome.reason or outcome.report}")
    _say(done.message.render("en"))
    _say(write_index(done.out)[-1])
    raise typer.Exit(done.exit_code)


@app.command()
def verify(
    path: Annotated[Path, typer.Argument(help="Run folder, folder of reports, or bundle.")],
    against: Annotated[
        Path | None, typer.Option("--against", help="Folder of the study to run again on.")
    ] = None,
    claims: Annotated[
        Path | None, typer.Option("--claims", help="Text whose respondent lists are checked.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
) -> None:
    """Verify that a report holds: files against its record, numbers against a new run."""
    import json

    from workbench.review import verify as checks

    found = checks.verify_path(path, against=against, claims=claims)
    if as_json:
        _say(json.dumps([checks.as_json(one) for one in found], ensure_ascii=False, indent=1))
    else:
        for one in found:
            _say(checks.as_text(one))
    raise typer.Exit(checks.exit_code(found))


@app.command()
def bundle(
    path: Annotated[Path, typer.Argument(help="Run folder, or a folder of one study's reports.")],
    out: Annotated[Path, typer.Argument(help="Archive to write: OUT.zip.")],
    study: Annotated[Path | None, typer.Option("--study", help="Folder with study.toml.")] = None,
    without_data: Annotated[
        bool, typer.Option("--without-data", help="Leave the study's files out.")
    ] = False,
) -> None:
    """Pack reports, their notebooks and their study into one archive that can be verified."""
    from workbench.review.bundle import write_bundle

    _say(write_bundle(path, out, study=study, data=not without_data))


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="Run folder of the earlier report.")],
    new: Annotated[Path, typer.Argument(help="Run folder of the later report.")],
    language: Annotated[str, typer.Option("--language", help="sv or en.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Answer as JSON.")] = False,
    html: Annotated[Path | None, typer.Option("--html", help="Write a page.")] = None,
) -> None:
    """Say which numbers moved between two reports, and whether by more than noise."""
    import json

    from workbench.language import language_named
    from workbench.review.diff import diff_html, diff_reports, diff_text

    found, chosen = diff_reports(old, new), language_named(language)
    if html is not None:
        html.write_text(diff_html(found, chosen), encoding="utf-8")
        _say(html)
    elif as_json:
        _say(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        _say(diff_text(found, chosen))


@app.command()
def actions(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml and actions.toml.")],
    reports: Annotated[Path, typer.Option("--reports", help="Folder of reports.")] = Path(
        "reports"
    ),
    note: Annotated[bool, typer.Option("--note", help="Write down the present numbers.")] = False,
    language: Annotated[str, typer.Option("--language", help="sv or en.")] = "en",
) -> None:
    """List open actions, the oldest first, with what has happened to their numbers."""
    from workbench.language import language_named
    from workbench.report.action_notes import list_actions, note_values

    chosen = language_named(language)
    for address in note_values(study, reports) if note else ():
        _say(f"noted: {address}")
    for line in list_actions(study, reports, language=chosen):
        _say(line)


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="Run folder, as `workbench run` made it.")],
    out: Annotated[Path | None, typer.Option("--out", help="Default: beside the run.")] = None,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", help="csv, parquet, xlsx, svg, png, pdf, pptx or docx; all."),
    ] = None,
) -> None:
    """Export a report: tidy tables, figures, a page for a meeting, PowerPoint and Word."""
    from workbench.report.exports.package import FORMATS, said_and_written

    for line in said_and_written(run, out=out, formats=formats or FORMATS):
        _say(line)


@app.command()
def index(
    folder: Annotated[Path, typer.Argument(help="Folder of all reports.")] = Path("reports"),
) -> None:
    """Make the index of reports again: owner, decision, state, what is overdue."""
    from workbench.review.index import write_index

    for path in write_index(folder):
        _say(path)


@app.command("import")
def import_documents(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")],
    files: Annotated[list[Path] | None, typer.Argument(help="Interviews or tables.")] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="Of text files.")] = "",
    respondent: Annotated[str, typer.Option("--of", help="Whose interview it is.")] = "",
    text: Annotated[str, typer.Option("--text", help="Column of the answers.")] = "",
    who: Annotated[str, typer.Option("--respondent", help="Column of respondents.")] = "",
    question: Annotated[str, typer.Option("--question", help="Column of questions.")] = "",
    wave: Annotated[str, typer.Option("--wave", help="Column of waves.")] = "",
    open_answers: Annotated[
        bool, typer.Option("--open-answers", help="The survey's own open answers.")
    ] = False,
) -> None:
    """Import interviews, tables of answers, or the survey's open answers as documents."""
    from workbench.coding.commands import import_documents as imported

    named = {"text": text, "respondent": who, "question": question, "wave": wave}
    columns = {key: value for key, value in named.items() if value}
    for line in imported(
        study,
        files or [],
        encoding=encoding or None,
        respondent=respondent or None,
        columns=columns,
        open_answers=open_answers,
    ):
        _say(line)


@app.command()
def reanchor(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")],
    document: Annotated[str, typer.Argument(help="Name of the document.")],
    new: Annotated[Path | None, typer.Argument(help="Corrected text, UTF-8.")] = None,
    coder: Annotated[str, typer.Option("--coder", help="Whose log takes the moves.")] = "",
) -> None:
    """Put a corrected text in place; every coding keeps its words, or is listed."""
    from workbench.coding.commands import default_coder, reanchor_document

    lines, code = reanchor_document(study, document, new, coder=coder or default_coder())
    for line in lines:
        _say(line)
    raise typer.Exit(code)


@app.command()
def erase(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")],
    respondent: Annotated[str, typer.Argument(help="Pseudonym of who withdraws.")],
    also: Annotated[
        list[Path] | None, typer.Option("--also", help="Folders of reports to search too.")
    ] = None,
    coder: Annotated[str, typer.Option("--coder", help="Who carries it out.")] = "",
) -> None:
    """Blank everything a respondent said, wherever the project keeps it."""
    from workbench.coding.commands import default_coder, erase_respondent

    done = erase_respondent(study, respondent, coder=coder or default_coder(), also=also or [])
    for line in done:
        _say(line)


@app.command()
def rules(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would change, with hits in context.")
    ] = False,
) -> None:
    """Code the corpus by the rules of its codebook, once its examples agree with them."""
    from workbench.coding.text_commands import run_rules

    for line in run_rules(study, dry_run=dry_run):
        _say(line)


app.add_typer(refi)


@app.command()
def redact(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")],
    review: Annotated[
        bool, typer.Option("--review", help="Decide about each value, one after the other.")
    ] = False,
    reviewer: Annotated[str, typer.Option("--reviewer", help="Who decides, for the log.")] = "",
) -> None:
    """Say how much personal data waits in the documents, or decide about it."""
    from workbench.coding.commands import default_coder
    from workbench.coding.text_commands import run_redaction

    ask = (lambda question: typer.prompt(question, default="s")) if review else None
    lines, code = run_redaction(study, reviewer=reviewer or default_coder(), ask=ask)
    for line in lines:
        _say(line)
    raise typer.Exit(code)


def _say(text: object) -> None:
    typer.echo(str(text))


def _complain(text: str) -> None:
    typer.echo(text, err=True)


def guarded(command: Callable[[], Any]) -> int:
    """Run a command and return its exit code; our own errors become one readable text."""
    try:
        command()
    except WorkbenchError as error:
        _complain(f"{type(error).__name__}: {error}")
        return WRONG_INPUT
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else DONE if stop.code is None else FAULT
    except KeyboardInterrupt:
        _complain("Stopped. Nothing half-made is left behind.")
        return 130
    except Exception as error:  # noqa: BLE001 - the last line of defence: no traceback with data
        _complain(f"A fault of ours: {type(error).__name__}. {_place(error)}")
        return FAULT
    return DONE


def _place(error: Exception) -> str:
    """Say where in the package it happened; the message itself could hold answers."""
    import traceback

    frames = [f for f in traceback.extract_tb(error.__traceback__) if "workbench" in f.filename]
    if not frames:
        return "Set WORKBENCH_DEBUG=1 to see all of it."
    last = frames[-1]
    place = "/".join(Path(last.filename).parts[-2:])
    return f"It happened in {place}, line {last.lineno}. Set WORKBENCH_DEBUG=1 to see all of it."


def main() -> None:
    """Run the command line and exit with its code."""
    import os

    if os.environ.get("WORKBENCH_DEBUG"):
        app()
    else:
        sys.exit(guarded(app))


if __name__ == "__main__":
    main()
