"""Figures and words are found by the module of their result: none stands where nobody looks."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import workbench.report.plots
import workbench.report.wording
import workbench.results
from workbench.results.base import Result

_NAMED = re.compile(r"(?:plot|headline|lead|subtitle)_(\w+)")


def _kinds() -> dict[str, str]:
    """Return kind -> the module in ``results`` where its class is."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(workbench.results.__path__):
        content = importlib.import_module(f"workbench.results.{module.name}")
        for value in vars(content).values():
            if isinstance(value, type) and issubclass(value, Result) and "kind" in vars(value):
                found[value.kind] = value.__module__.rsplit(".", 1)[-1]
    return found


def _functions() -> Iterator[tuple[str, str, str]]:
    for package in (workbench.report.plots, workbench.report.wording):
        for module in pkgutil.iter_modules(package.__path__):
            content = importlib.import_module(f"{package.__name__}.{module.name}")
            for name in getattr(content, "__all__", ()):
                if _NAMED.fullmatch(name):
                    yield package.__name__, module.name, name


@pytest.mark.parametrize(("package", "module", "name"), sorted(_functions()))
def test_a_function_about_a_result_is_where_show_looks_for_it(
    package: str, module: str, name: str
) -> None:
    kind = _NAMED.fullmatch(name)
    assert kind is not None
    where = _kinds().get(kind[1], module)
    looked_at = importlib.import_module(f"{package}.{where}")
    assert hasattr(looked_at, name), f"{name} stands in {module}.py, wb.show looks in {where}.py"
