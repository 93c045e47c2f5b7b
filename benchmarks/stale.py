"""List the stored measurements, and say which are stale: the code they cover has changed since.

``python benchmarks/stale.py`` prints the list and writes it to ``results/README.md``.
"""

from __future__ import annotations

import json
import sys

from stored import RESULTS, changed


def page() -> str:
    """Return the list as a Markdown page."""
    lines = [
        "# What was measured, and whether it still covers the code",
        "",
        "Written by `python benchmarks/stale.py`. Stale is a warning: run `make bench` or "
        "`make prove` again.",
        "",
        "| measurement | claim | date | state |",
        "|---|---|---|---|",
    ]
    for path in sorted(RESULTS.glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        since = changed(path)
        state = f"stale: {', '.join(f'`{name}`' for name in since[:4])}" if since else "current"
        more = f" and {len(since) - 4} more" if len(since) > 4 else ""
        lines.append(f"| {entry['name']} | {entry['claim']} | {entry['date']} | {state}{more} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (RESULTS / "README.md").write_text(page(), encoding="utf-8")
    sys.stdout.write(page())
