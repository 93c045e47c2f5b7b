"""The commands of REFI-QDA: ``workbench refi export`` and ``workbench refi import``."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotations
from typing import Annotated

import typer

__all__ = ["refi"]

refi = typer.Typer(
    name="refi",
    help="REFI-QDA, the format other coding tools read and write.",
    rich_markup_mode=None,
    no_args_is_help=True,
)


@refi.command("export")
def refi_export(
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")],
    out: Annotated[Path, typer.Argument(help="OUT.qdpx (project) or OUT.qdc (codebook).")],
) -> None:
    """Write the corpus as a REFI-QDA project; it is valid, or nothing is written."""
    from workbench.coding.text_commands import export_project

    for line in export_project(study, out):
        typer.echo(line)


@refi.command("import")
def refi_import(
    file: Annotated[Path, typer.Argument(help="A .qdpx, .qdc or .qde file.")],
    study: Annotated[Path, typer.Argument(help="Folder with study.toml.")],
    coder: Annotated[str, typer.Option("--coder", help="For codings without a user.")] = "",
) -> None:
    """Read a REFI-QDA file of any tool; what was guessed or left out is said."""
    from workbench.coding.commands import default_coder
    from workbench.coding.text_commands import import_project

    lines, code = import_project(file, study, coder=coder or default_coder())
    for line in lines:
        typer.echo(line)
    raise typer.Exit(code)
