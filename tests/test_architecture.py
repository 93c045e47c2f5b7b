"""Arrows point one way: the rooms of the house and what each may import."""

import ast
from pathlib import Path

import pytest

import workbench

SOURCE = Path(workbench.__file__).parent

BOTTOM = {"errors", "language", "estimates", "results"}
ANALYSIS = {"coding", "survey", "experiment"}
ROOMS: dict[str, set[str]] = {  # room -> rooms it may import, besides itself
    "errors": set(),
    "language": {"errors"},
    "results": {"errors", "language"},
    "estimates": {"errors"},
    "inputs": BOTTOM,
    "coding": BOTTOM | {"inputs"},
    "survey": BOTTOM | {"inputs"},
    "experiment": BOTTOM | {"inputs"},
    "joint": BOTTOM | {"inputs"} | ANALYSIS,
    "report": BOTTOM | {"inputs"},
    "review": BOTTOM | {"inputs", "joint", "report"} | ANALYSIS,
    "cli": BOTTOM | {"inputs", "joint", "report", "review"} | ANALYSIS,
}


def _room(path: Path) -> str:
    relative = path.relative_to(SOURCE)
    return relative.parts[0].removesuffix(".py")


def _imported_rooms(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("workbench.")}
    return found


FILES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "__main__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_rooms_import_only_what_stands_below_them(path: Path) -> None:
    room = _room(path)
    if room in {"__init__"}:
        assert _imported_rooms(path) == set(), "the package itself imports lazily"
        return
    assert room in ROOMS, f"'{room}' is not in the table of rooms"
    assert _imported_rooms(path) <= ROOMS[room] | {room}


def test_no_module_is_a_bag_of_helpers() -> None:
    assert not [path for path in FILES if path.stem in {"utils", "helpers", "misc", "common"}]


def test_every_public_name_is_found_where_the_table_says() -> None:
    for name in workbench.__all__:
        assert getattr(workbench, name) is not None
