"""Collect the texts a reader sees, keep the Swedish catalogues in step, compile them.

``python tools/messages.py [ROOM ...]`` updates ``locale/sv/LC_MESSAGES/<room>.po`` from the source
and the notebooks' markdown cells, and compiles it. Translate the empty ``msgstr`` lines by hand,
then run it again. ``--check`` writes nothing and exits 1 when a catalogue is out of step.
"""

from __future__ import annotations

import ast
import datetime as dt
import io
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "workbench"
LOCALE = SOURCE / "locale" / "sv" / "LC_MESSAGES"
KEYWORDS = {"Message", "translate"}
_NO_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def calls_with_a_text(tree: ast.AST) -> Iterator[str]:
    """Yield the first argument of each ``Message("...")`` and ``translate("...", ...)``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            if name in KEYWORDS and isinstance(node.args[0].value, str) and node.args[0].value:
                yield node.args[0].value


def python_messages(room: str) -> dict[str, list[str]]:
    """Return message id -> files for one room of the package."""
    folder = SOURCE / room
    paths = sorted(folder.rglob("*.py")) if folder.is_dir() else [SOURCE / f"{room}.py"]
    found: dict[str, list[str]] = {}
    for path in paths:
        for text in calls_with_a_text(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(text, []).append(str(path.relative_to(ROOT)))
    for path in sorted(folder.rglob("*.j2")) if folder.is_dir() else []:
        for text in re.findall(r'_\(\s*"((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8")):
            found.setdefault(text, []).append(str(path.relative_to(ROOT)))
    return found


def notebook_messages() -> dict[str, list[str]]:
    """Return the paragraphs of every markdown cell: the unit that is translated."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                for block in re.split(r"\n\s*\n", "".join(cell["source"]).strip()):
                    found.setdefault(block, []).append(str(path.relative_to(ROOT)))
    return found


def rooms() -> list[str]:
    """Return every room that has texts, the notebooks among them."""
    names = {path.stem if path.is_file() else path.name for path in SOURCE.iterdir()}
    names -= {"__init__", "__pycache__", "locale", "__main__"}
    return [*sorted(name for name in names if python_messages(name)), "notebooks"]


def updated(room: str) -> Catalog:
    """Return the room's catalogue with today's messages; translations of known ids are kept."""
    path = LOCALE / f"{room}.po"
    old = read_po(io.BytesIO(path.read_bytes()), locale="sv") if path.exists() else Catalog()
    new = Catalog(locale="sv", project="workbench", header_comment=f"# Swedish texts of {room}.")
    new.fuzzy = False
    messages = notebook_messages() if room == "notebooks" else python_messages(room)
    for text in sorted(messages):
        known = old.get(text)
        new.add(text, string=known.string if known else "")
    return new


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue as a file without dates, so that an unchanged one stays the same."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=100, omit_header=False, sort_output=True)
    lines = stream.getvalue().decode().splitlines(keepends=True)
    dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Report-Msgid-Bugs')
    return "".join(line for line in lines if not line.startswith(dated)).encode()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the compiled catalogue, made from the written form so that both always agree."""
    stream = io.BytesIO()
    written = read_po(io.BytesIO(po_bytes(catalogue)), locale="sv")
    written.creation_date = written.revision_date = _NO_DATE  # else the file changes by the minute
    write_mo(stream, written)
    return stream.getvalue()


def problems(room: str) -> list[str]:
    """Return what is wrong with the room's catalogue on disk, one line each."""
    catalogue = updated(room)
    found = [f"{room}: not translated: {m.id!r}" for m in catalogue if m.id and not m.string]
    path = LOCALE / f"{room}.po"
    if not path.exists() or path.read_bytes() != po_bytes(catalogue):
        found.append(f"{room}.po is out of step with the source; run `make messages`")
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != mo_bytes(catalogue):
        found.append(f"{room}.mo is out of step with {room}.po; run `make messages`")
    return found


def main(arguments: list[str]) -> int:
    """Update and compile the rooms named (default: all), or only check them."""
    check = "--check" in arguments
    wanted = [argument for argument in arguments if argument != "--check"] or rooms()
    if not check:
        LOCALE.mkdir(parents=True, exist_ok=True)
        for room in wanted:
            catalogue = updated(room)
            (LOCALE / f"{room}.po").write_bytes(po_bytes(catalogue))
            (LOCALE / f"{room}.mo").write_bytes(mo_bytes(catalogue))
    found = [line for room in wanted for line in problems(room)]
    sys.stdout.write("\n".join([*found, f"{len(wanted)} catalogues, {len(found)} problems"]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
