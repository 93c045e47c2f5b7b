"""The command line: one command is one call of a function that can also be imported.

Everything heavy is imported inside the commands, so that ``workbench --help`` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from collections.abc import Callable

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
    """Make the reports of the bundled demo studies; prints their paths."""
    from workbench.report.demo import run_demo

    code = DONE
    for made in run_demo(out):
        code = max(code, made.exit_code)
        _say(made.report)
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
