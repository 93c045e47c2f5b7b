"""What a reader sees on a page, compared: words, numbers and drawings, not styling or times."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any, Final

from lxml import html

from workbench.report.action_pieces import ELSEWHERE
from workbench.review.comparison import Difference, Tolerance
from workbench.review.drawings import drawing_difference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["compare_pages", "compare_tables", "unrecorded_numbers"]

_NOT_READ: Final = ("head", "style", "footer")
_PROVENANCE: Final = "provenance"


def compare_pages(old: str, new: str, name: str) -> list[Difference]:
    """Compare two pages by the text a reader sees and by their drawings.

    Parameters
    ----------
    old, new
        HTML of the same page of two runs.
    name
        What differences are called.

    Returns
    -------
    list
        One difference per piece of text, in the order of the page; what says when and by whom the
        run was made does not count, nor what an action's number in another report was then.
    """
    before, after = _read(old), _read(new)
    found = [
        Difference(address=name, kind="page text", old=a, new=b)
        for a, b in _unequal(list(_texts(before)), list(_texts(after)))
    ]
    drawings = list(_drawings(before)), list(_drawings(after))
    if len(drawings[0]) != len(drawings[1]):
        return [*found, Difference(address=name, kind="page figures")]
    return found + [
        difference
        for number, (a, b) in enumerate(zip(*drawings, strict=True), 1)
        for difference in drawing_difference(f"{name}, figure {number}", a, b)
    ]


def _read(text: str) -> Any:
    tree: Any = html.document_fromstring(text)
    for element in list(tree.iter(*_NOT_READ)):
        element.drop_tree()
    for element in tree.xpath(f"//*[@id='{_PROVENANCE}'] | //*[@{ELSEWHERE}]"):
        element.drop_tree()
    return tree


def unrecorded_numbers(page: str, facts: Mapping[str, Any], name: str) -> list[Difference]:
    """Compare what a page says of numbers in other reports with what the record kept of them.

    Parameters
    ----------
    page
        HTML of a page of the run.
    facts
        Content of the run's ``record.json``.
    name
        What differences are called.
    """
    kept = {
        _words(text)
        for action in facts.get("actions", ())
        for text in action.get("happened", {}).values()
    }
    tree: Any = html.document_fromstring(page)
    rows = tree.xpath(f"//tr[td[@{ELSEWHERE}]]")
    said = [
        ". ".join(_words(cell.text_content()) for cell in row.xpath(f"td[@{ELSEWHERE}]"))
        for row in rows
    ]
    return [
        Difference(address=name, kind="page text", old=words) for words in said if words not in kept
    ]


def _words(text: str) -> str:
    return " ".join(text.split())


def _texts(tree: Any) -> Iterator[str]:
    """Yield the visible texts outside drawings; attributes that are read aloud count too."""
    for element in tree.iter():
        if not isinstance(element.tag, str) or _in_drawing(element):
            continue
        for text in (element.text, element.get("aria-label"), element.get("alt")):
            if text and text.strip():
                yield _words(text)
        for child in element:
            if child.tail and child.tail.strip():
                yield _words(child.tail)


def _in_drawing(element: Any) -> bool:
    return element.tag == "svg" or any(parent.tag == "svg" for parent in element.iterancestors())


def _drawings(tree: Any) -> Iterator[str]:
    for element in tree.iter("svg"):
        yield str(html.tostring(element, encoding="unicode", with_tail=False))


def _unequal(old: list[str], new: list[str]) -> Iterator[tuple[str | None, str | None]]:
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield " ".join(old[a:b]) or None, " ".join(new[c:d]) or None


def compare_tables(old: Path, new: Path) -> list[Difference]:
    """Compare the CSV tables of two run folders, cell by cell; numbers within tolerance."""
    before = {path.name: path for path in old.glob("*.csv")}
    after = {path.name: path for path in new.glob("*.csv")}
    found = [
        Difference(address=f"tables/{name}", kind="added" if name in after else "missing")
        for name in sorted(before.keys() ^ after.keys())
    ]
    for name in sorted(before.keys() & after.keys()):
        found += _table_difference(f"tables/{name}", _rows(before[name]), _rows(after[name]))
    return found


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="", errors="replace") as stream:
        return list(csv.reader(stream))


def _table_difference(address: str, old: list[list[str]], new: list[list[str]]) -> list[Difference]:
    """Return the first cell that differs; rows may stand in another order, each with its equal."""
    if len(old) != len(new):
        return [Difference(address=f"{address} / rows", kind="table", old=len(old), new=len(new))]
    pairs = zip([*old[:1], *sorted(old[1:])], [*new[:1], *sorted(new[1:])], strict=True)
    for a, b in pairs:
        if len(a) != len(b):
            where = f"{address} / columns"
            return [Difference(address=where, kind="table", old=len(a), new=len(b))]
        apart = [i for i in range(len(a)) if not _same_cells(a[i : i + 1], b[i : i + 1])]
        if apart:
            column = apart[0]
            where = " / ".join([address, *a[:1], *old[0][column : column + 1]])
            return [Difference(address=where, kind="table", old=a[column], new=b[column])]
    return []


def _same_cells(old: list[str], new: list[str]) -> bool:
    return len(old) == len(new) and all(
        a == b or _close(a, b) for a, b in zip(old, new, strict=True)
    )


def _close(old: str, new: str) -> bool:
    try:
        return Tolerance().allows(float(old), float(new))
    except ValueError:
        return False
