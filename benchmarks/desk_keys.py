"""How quick the coding desk is, in JupyterLab and Chromium, with nothing else to wait for.

Claim: 95 of 100 keys are acknowledged as acts on disk within 100 ms, in a talk of 60,000
characters; a document of 300,000 characters with 2,000 codings is open within a second of the
kernel's answer.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests" / "browser"), str(ROOT / "tests" / "coding")]
from lab import DeskPage, Lab, started_lab  # noqa: E402
from studies import long_interview, make_study  # noqa: E402

from workbench.coding.acts import Span  # noqa: E402
from workbench.coding.desk import desk as _covered  # noqa: E402, F401 - what is measured

CELL = """import workbench as wb
desk = wb.CodingDesk(wb.load_corpus({folder!r}), coder="A", language="en")
desk"""
ACTS = 150


def open_desk(browser: Browser, lab: Lab, folder: Path, name: str) -> DeskPage:
    context = browser.new_context(viewport={"width": 1500, "height": 950})
    context.set_default_timeout(120_000)
    notebook = lab.notebook(name, CELL.format(folder=str(folder)))
    return DeskPage(lab, context.new_page(), notebook).open().run()


def keys(browser: Browser, lab: Lab, folder: Path) -> dict[str, object]:
    """Code sentence after sentence with the number keys, and time each act."""
    make_study(folder, long_interview())
    desk = open_desk(browser, lab, folder, "keys")
    desk.press("s", "c")
    desk.write("Väntetid")
    desk.press("Enter")
    for _ in range(ACTS):
        desk.press("ArrowDown", "1", "+")
    times = sorted(float(one) for one in desk.desk("d.times"))
    return {
        "what": "key to act on disk",
        "n": len(times),
        "median_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(0.95 * len(times))], 1),
        "limit_ms": 100,
        "holds": times[int(0.95 * len(times))] <= 100,
    }


def opening(browser: Browser, lab: Lab, folder: Path) -> list[dict[str, object]]:
    """Open a very long document with many codings."""
    corpus = make_study(folder, long_interview(300, 300_000))
    draw = random.Random(1)  # noqa: S311 - repeatable, not secret
    codes = [code.id for code in corpus.codebook if code.kind == "code"]
    spoken = [part for part in corpus.file("R1").parts if part.respondent]
    acts = []
    for _ in range(2_000):
        part = draw.choice(spoken)
        start = draw.randrange(part.start, part.end - 60)
        span = Span("R1", start, start + draw.randrange(10, 60))
        acts.append({"op": "add", **corpus.coding(span, draw.choice(codes))})
    corpus.write("A", acts)
    desk = open_desk(browser, lab, folder, "opening")
    row = {"n": 1, "limit_ms": 1000}
    drew, whole = (float(desk.desk(f"d.root.dataset.{name}")) for name in ("drew", "opened"))
    rows: list[dict[str, object]] = [
        {"what": "open after the kernel's answer", "median_ms": drew, **row, "holds": drew <= 1000},
        {"what": "open, asking the kernel included", "n": 1, "median_ms": whole},
    ]
    desk.press("s", "c")
    desk.write("Väntetid")
    desk.press("Enter")
    for _ in range(30):
        desk.press("ArrowDown", "1")
    times = sorted(float(one) for one in desk.desk("d.times"))
    rows.append(
        {
            "what": "key to act on disk, 2,000 codings",
            "n": len(times),
            "median_ms": round(times[len(times) // 2], 1),
            "p95_ms": round(times[int(0.95 * len(times))], 1),
            "limit_ms": 100,
            "holds": times[int(0.95 * len(times))] <= 100,
        }
    )
    return rows


def measure() -> list[dict[str, object]]:
    """Return what was measured."""
    chromium = os.environ.get("WORKBENCH_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        for name in ("lab", "keys", "opening"):
            (folder / name).mkdir()
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        with started_lab(folder / "lab") as lab:
            first = keys(browser, lab, folder / "keys")
            rows = opening(browser, lab, folder / "opening")
        browser.close()
    return [first, *rows]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
