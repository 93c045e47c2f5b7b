"""What it costs to start: importing the package, and asking the command for help.

Claim: ``import workbench`` takes at most 100 ms of CPU, and ``workbench --help`` at most 300 ms;
beside them a bare interpreter, ``import pandas`` and ``papermill --help``, in the same run.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from measuring import medians

ROUNDS = 9
SCRIPTS = Path(sys.executable).parent


def measure() -> list[dict[str, object]]:
    python = [sys.executable, "-c"]
    costs = medians(
        {
            "python": [*python, "pass"],
            "import workbench": [*python, "import workbench"],
            "import pandas": [*python, "import pandas"],
            "workbench --help": [str(SCRIPTS / "workbench"), "--help"],
            "papermill --help": [str(SCRIPTS / "papermill"), "--help"],
        },
        rounds=ROUNDS,
    )
    limits = {"import workbench": 100, "workbench --help": 300}
    peers = {"import workbench": "import pandas", "workbench --help": "papermill --help"}
    rows: list[dict[str, object]] = []
    for name, taken in costs.items():
        row: dict[str, object] = {"command": name, "cpu_ms": round(1000 * taken.cpu, 1)}
        if name in limits:
            row |= {
                "limit_ms": limits[name],
                "holds": 1000 * taken.cpu <= limits[name],
                "peer": peers[name],
                "times_faster": round(costs[peers[name]].cpu / taken.cpu, 1),
            }
        rows.append(row)
    return rows


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
