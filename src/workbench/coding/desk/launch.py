"""``workbench code STUDY``: a JupyterLab with the desk of one study, and nothing else to set up."""

from __future__ import annotations

import getpass
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from workbench.coding.corpus import load_corpus
from workbench.errors import CorpusError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["coder_name", "desk_notebook", "open_desk"]

_CELLS = """import workbench as wb

corpus = wb.load_corpus({study!r})
desk = wb.CodingDesk(corpus, coder={coder!r}, language={language!r})
desk"""


def open_desk(
    study: Path,
    *,
    coder: str | None = None,
    port: int = 8888,
    browser: bool = True,
    language: str | None = None,
) -> int:
    """Open the desk of a study in JupyterLab, and return JupyterLab's exit code.

    Parameters
    ----------
    study
        Folder of the study.
    coder
        Who codes. Default: the name of the user of this computer.
    port
        Port on this computer; the next free one is taken when it is in use.
    browser
        Open a browser window. JupyterLab prints its address either way.
    language
        Default: the study's own.

    Raises
    ------
    CorpusError, StudyError
        If the study holds nothing to code, or the name cannot be a coder's.
    """
    corpus = load_corpus(study)
    if not len(corpus.documents):
        raise CorpusError(
            "There is no document to code yet. Import some: 'workbench import STUDY FILE...'."
        )
    name = coder or coder_name(getpass.getuser())
    with corpus.lock(f"{name}.opening"):
        notebook = desk_notebook(corpus.folder, name, language or _language(study))
    command = [
        *(sys.executable, "-m", "jupyterlab", f"--port={port}"),
        *(f"--ServerApp.root_dir={notebook.parent.resolve()}", "--LabApp.news_url="),
        *(() if browser else ("--no-browser",)),
        *(("--allow-root",) if getattr(os, "geteuid", lambda: 1)() == 0 else ()),
        str(notebook.resolve()),
    ]
    return subprocess.run(command, check=False, env=dict(os.environ)).returncode  # noqa: S603 - our own command


def coder_name(user: str) -> str:
    """Return a user's name as a coder's: letters and digits, ``_ . -``.

    Examples
    --------
    >>> coder_name("Åsa Öberg"), coder_name("!")
    ('Åsa-Öberg', 'A')
    """
    return re.sub(r"[^\w.-]+", "-", user).strip("-._")[:64] or "A"


def desk_notebook(folder: Path, coder: str, language: str) -> Path:
    """Write the notebook of a coder's desk into ``.workbench/``, which Git ignores."""
    import nbformat
    from nbformat.v4 import new_code_cell, new_notebook

    place = folder / ".workbench" / "desk" / f"{coder}.ipynb"
    place.parent.mkdir(parents=True, exist_ok=True)
    source = _CELLS.format(study=str(folder.resolve()), coder=coder, language=language)
    made: Any = new_notebook(cells=[new_code_cell(source, id="desk")])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(made, place)
    return place


def _language(study: Path) -> str:
    from workbench.inputs.study import load_study

    if not (study / "study.toml").is_file():
        return "sv"
    return str(load_study(study).language)
