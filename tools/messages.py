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
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "workbench"
LOCALE = SOURCE / "locale" / "sv" / "LC_MESSAGES"
KEYWORDS = {"Message", "translate"}
Text = str | tuple[str, str]
"""A message id; for a text that counts, its form for one and its form for other numbers."""
_NO_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def calls_with_a_text(tree: ast.AST) -> Iterator[Text]:
    """Yield the text of each ``Message("...")`` and ``translate("...", ...)``.

    ``Message("one", "many", n=...)`` is a text that counts: both its forms are yielded together.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
            literals = [a.value for a in node.args[:2] if isinstance(a, ast.Constant)]
            if name not in KEYWORDS or not isinstance(literals[0], str) or not literals[0]:
                continue
            if name == "Message" and len(literals) == 2:
                yield literals[0], str(literals[1])
            else:
                yield literals[0]


def python_messages(room: str) -> dict[Text, list[str]]:
    """Return message id -> files for one room of the package."""
    folder = SOURCE / room
    paths = sorted(folder.rglob("*.py")) if folder.is_dir() else [SOURCE / f"{room}.py"]
    found: dict[Text, list[str]] = {}
    for path in paths:
        for text in calls_with_a_text(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(text, []).append(str(path.relative_to(ROOT)))
    for path in sorted(folder.rglob("*.j2")) if folder.is_dir() else []:
        for text in re.findall(r'_\(\s*"((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8")):
            found.setdefault(text, []).append(str(path.relative_to(ROOT)))
    return found


def notebook_messages() -> dict[Text, list[str]]:
    """Return the paragraphs of every markdown cell: the unit that is translated."""
    found: dict[Text, list[str]] = {}
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
    for text in sorted(messages, key=lambda text: (text,) if isinstance(text, str) else text):
        known = old.get(text)
        counts = isinstance(text, tuple)
        kept = known.string if known and isinstance(known.string, tuple) == counts else ""
        new.add(text, string=kept or (("", "") if counts else ""))
    return new


def forms(text: str | Collection[str] | None) -> tuple[str, ...]:
    """Return the forms of an id or of its translation: two for a text that counts."""
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def faults_of_counts(texts: Collection[Text]) -> list[str]:
    """Return what is wrong with texts that count: no ``n`` in the plural, or one id, two texts."""
    counted = [text for text in texts if isinstance(text, tuple)]
    found = [f"the plural does not say {{n}}: {many!r}" for _, many in counted if "{n" not in many]
    starts = Counter(one for one, _ in counted)
    starts.update(text for text in texts if isinstance(text, str) and text in starts)
    found += [
        f"stands with and without a plural, or with two: {one!r}"
        for one, k in starts.items()
        if k > 1
    ]
    return found


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
    found = [
        f"{room}: not translated: {m.id!r}" for m in catalogue if m.id and not all(forms(m.string))
    ]
    if room != "notebooks":
        found += [f"{room}: {fault}" for fault in faults_of_counts(python_messages(room))]
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
