"""Make ``docs/report.png``, the README's picture: the top of the demo report in a browser.

``python tools/picture.py [REPORT.html]``; without a report the English demo report is made first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "report.png"
NOTE = ROOT / ".tools" / "chromium.txt"
WIDTH, HEIGHT = 1280, 1240
COLOURS = 128


def demo_report(folder: Path) -> Path:
    """Return the path of a fresh English demo report."""
    program = str(Path(sys.executable).parent / "workbench")
    options = ["--study", "data/demo/bank", "--language", "en", "--out", str(folder)]
    command = [program, "run", "20_satisfaction", *options]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Path(done.stdout.splitlines()[-1])


def browser() -> str:
    """Return the Chromium that the browser tests use."""
    named = os.environ.get("WORKBENCH_CHROMIUM")
    return named or NOTE.read_text(encoding="utf-8").strip()


def photograph(report: Path, target: Path) -> None:
    """Write the top of the page as a small PNG."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=browser(), args=["--no-sandbox", "--disable-gpu"]
        )
        page = opened.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(report.resolve().as_uri())
        page.screenshot(path=target)
        opened.close()
    image = Image.open(target).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(sys.argv[1]) if len(sys.argv) > 1 else demo_report(Path(scratch))
        photograph(report, PICTURE)
    sys.stdout.write(f"{PICTURE}\n")
