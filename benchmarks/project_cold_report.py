"""One cold report against Papermill and nbconvert from their command lines, same notebook.

Claim: ``workbench run`` of ``20_satisfaction`` takes at most 1.2 times the CPU of ``papermill``
followed by ``nbconvert --to html``, with the record, both pages and the disclosure audit included.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from measuring import medians

ROOT = Path(__file__).parents[1]
SCRIPTS = Path(sys.executable).parent
NOTEBOOK = ROOT / "notebooks" / "20_satisfaction.ipynb"
STUDY = ROOT / "data" / "demo" / "bank"
ROUNDS = 3
LIMIT = 1.2


def measure(folder: Path) -> dict[str, object]:
    executed = folder / "executed.ipynb"
    costs = medians(
        {
            "workbench run": [str(SCRIPTS / "workbench"), "run", str(NOTEBOOK), "--study",
                              str(STUDY), "--language", "sv", "--out", str(folder / "reports")],
            "papermill": [str(SCRIPTS / "papermill"), str(NOTEBOOK), str(executed), "-p", "study",
                          str(STUDY), "-p", "language", "sv"],
            "nbconvert": [str(SCRIPTS / "jupyter-nbconvert"), "--to", "html", "--no-input",
                          str(executed)],
        },
        rounds=ROUNDS,
        cwd=ROOT,
    )  # fmt: skip
    peer_cpu = costs["papermill"].cpu + costs["nbconvert"].cpu
    peer_wall = costs["papermill"].wall + costs["nbconvert"].wall
    ratio = costs["workbench run"].cpu / peer_cpu
    return {
        "workbench_cpu_s": round(costs["workbench run"].cpu, 2),
        "papermill_cpu_s": round(costs["papermill"].cpu, 2),
        "nbconvert_cpu_s": round(costs["nbconvert"].cpu, 2),
        "cpu_ratio": round(ratio, 3),
        "wall_ratio": round(costs["workbench run"].wall / peer_wall, 3),
        "limit": LIMIT,
        "holds": ratio <= LIMIT,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(measure(Path(scratch)), indent=1))
