"""Write ``environment.yml`` for conda from ``pyproject.toml`` and ``uv.lock``.

The packages a reader of the notebooks knows by name are pinned as the lock has them; the rest comes
with the workbench itself. Where the lock forks by Python version, the pin spans the fork.
``--check`` writes nothing and exits 1 when the file is out of step.
"""

from __future__ import annotations

import functools
import sys
import tomllib
from pathlib import Path

from packaging.markers import Marker
from packaging.version import Version

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "environment.yml"
PINNED = ("jupyterlab", "nbval", "nltk", "pandas", "papermill", "pingouin", "pytest", "seaborn")


@functools.cache
def project() -> dict:
    """Return ``pyproject.toml``."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@functools.cache
def lock() -> dict:
    """Return ``uv.lock``."""
    return tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))


def supported_pythons() -> list[str]:
    """Return the Python versions that the project says it supports, such as ``3.11``."""
    mark = "Programming Language :: Python :: 3."
    classifiers = project()["project"]["classifiers"]
    return [f"3.{entry.removeprefix(mark)}" for entry in classifiers if entry.startswith(mark)]


def locked_versions(package: str) -> dict[str, str]:
    """Return the locked version of a package for each supported Python, on Linux."""
    entries = [entry for entry in lock()["package"] if entry["name"] == package]
    return {
        python: entry["version"]
        for python in supported_pythons()
        for entry in entries
        if applies(entry.get("resolution-markers", []), python)
    }


def applies(markers: list[str], python: str) -> bool:
    """Say whether one of the markers holds for a late patch release of the Python, on Linux."""
    machine = {
        "python_version": python,
        "python_full_version": f"{python}.30",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
    }
    return not markers or any(Marker(marker).evaluate(machine) for marker in markers)


def pin(package: str) -> str:
    """Return the conda requirement that equals the lock for every supported Python."""
    versions = sorted(set(locked_versions(package).values()), key=Version)
    if len(versions) == 1:
        return f"{package}={versions[0]}"
    return f"{package}>={versions[0]},<={versions[-1]}"


def environment() -> str:
    """Return the text of ``environment.yml``."""
    python = project()["project"]["requires-python"]
    lines = [
        "# Written by `make environment` from pyproject.toml and uv.lock; do not edit.",
        "# conda env create --file environment.yml",
        "name: workbench",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python{python}",
        "  - pip",
        *(f"  - {pin(package)}" for package in PINNED),
        "  - pip:",
        "      - --editable .",
    ]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the file, or compare it."""
    if "--check" in arguments:
        return int(TARGET.read_text(encoding="utf-8") != environment())
    TARGET.write_text(environment(), encoding="utf-8")
    sys.stdout.write(f"{TARGET}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
