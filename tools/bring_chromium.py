"""Find a Chromium for the browser tests and write its path to ``.tools/chromium.txt``.

In this order: ``WORKBENCH_CHROMIUM``, an installed Chromium or Chrome, Debian's package (as root),
Playwright's own download. Where none works, one sentence says what to install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTE = Path(__file__).parents[1] / ".tools" / "chromium.txt"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
ADVICE = (
    "No Chromium was found, and none could be brought. Install Chromium or Chrome "
    "(Debian: apt install chromium), or set WORKBENCH_CHROMIUM to its path, and run this again."
)


def bring() -> str:
    """Return the path of a Chromium that runs.

    Raises
    ------
    SystemExit
        If none is installed and none can be brought.
    """
    for path in candidates():
        if runs(path):
            return path
    sys.exit(ADVICE)


def candidates() -> Iterator[str]:
    """Yield paths to try, each step only when the ones before did not do."""
    if named := os.environ.get("WORKBENCH_CHROMIUM"):
        yield named
    yield from installed()
    if install_debian_package():
        yield from installed()
    if downloaded := playwright_download():
        yield downloaded


def installed() -> Iterator[str]:
    """Yield browsers on the path and where macOS keeps applications."""
    yield from filter(None, map(shutil.which, NAMES))
    yield from APPLICATIONS


def runs(path: str) -> bool:
    """Say whether the browser answers; a stub that only points at a shop does not."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and any(character.isdigit() for character in done.stdout)


def install_debian_package() -> bool:
    """Install Debian's package if this is Debian and we are root."""
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    sys.stderr.write("Installing Debian's chromium ...\n")
    options = ["--yes", "--quiet", "--no-install-recommends"]
    for step in (["update", "--quiet"], ["install", *options, "chromium"]):
        done = subprocess.run([apt, *step], env=environment, capture_output=True)
        if done.returncode:
            return False
    return True


def playwright_download() -> str | None:
    """Return the path of Playwright's own Chromium after fetching it."""
    sys.stderr.write("Fetching Playwright's Chromium ...\n")
    fetch = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(fetch, capture_output=True).returncode:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


if __name__ == "__main__":
    NOTE.parent.mkdir(exist_ok=True)
    NOTE.write_text(bring() + "\n", encoding="utf-8")
    sys.stdout.write(NOTE.read_text(encoding="utf-8"))
