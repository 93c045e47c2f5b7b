"""From nothing to an opened report: clone, set up with an empty cache, run, open in a browser.

Claim: about a minute on two cores with a package index near by. The cache of uv and the folder of
tools start empty, and no uv is on the path; the clone is of this repository's last commit.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIMIT = 60


def timed(command: list[str], **options: object) -> tuple[float, str]:
    begin = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True, **options)
    return time.perf_counter() - begin, done.stdout


def measure(folder: Path) -> dict[str, object]:
    clone = folder / "workbench"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name == "HOME" or name.startswith(("PIP_", "SSL"))
    } | {"PATH": path_without_uv(), "UV_CACHE_DIR": str(folder / "cache")}
    cloning, _ = timed(["git", "clone", "--quiet", f"file://{ROOT}", str(clone)])
    bringing, _ = timed(["make", "uv"], cwd=clone, env=environment)
    syncing, _ = timed(
        [".tools/bin/uv", "sync", "--frozen", "--quiet", "--no-dev"], cwd=clone, env=environment
    )
    making, printed = timed(["make", "demo"], cwd=clone, env=environment)
    reports = [clone / line for line in printed.splitlines() if line.endswith("report.html")]
    opening, title = opened(reports[0])
    total = cloning + bringing + syncing + making / len(reports) + opening
    return {
        "clone_s": round(cloning, 1),
        "bring_uv_s": round(bringing, 1),
        "install_s": round(syncing, 1),
        "all_demo_reports_s": round(making, 1),
        "demo_reports": len(reports),
        "open_s": round(opening, 1),
        "title": title,
        "first_report_about_s": round(total, 1),
        "everything_s": round(cloning + bringing + syncing + making + opening, 1),
        "limit": LIMIT,
        "holds": total <= LIMIT,
    }


def path_without_uv() -> str:
    """Return the path without the folders that hold a uv, so that one must be brought."""
    folders = os.environ["PATH"].split(os.pathsep)
    return os.pathsep.join(folder for folder in folders if not (Path(folder) / "uv").exists())


def opened(report: Path) -> tuple[float, str]:
    """Return how long a browser takes to show the page, and the page's title."""
    from playwright.sync_api import sync_playwright

    begin = time.perf_counter()
    chromium = os.environ.get("WORKBENCH_CHROMIUM", "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(report.as_uri())
        title = page.title()
        browser.close()
    return time.perf_counter() - begin, title


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(measure(Path(scratch)), indent=1))
