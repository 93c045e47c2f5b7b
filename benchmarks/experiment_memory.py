"""Memory of a readout from one million to fifty million units.

Claim: the peak of the five analyses is flat (within 15 %) from 1M to 50M rows. The one of a whole
readout has a ceiling: units are counted exactly, four million at a time.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from experiment_effects import timed

from workbench.experiment.simulation import write_large_trial

SIZES = [
    int(n) for n in os.environ.get("WORKBENCH_BENCH_SIZES", "1000000 10000000 50000000").split()
]


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.parquet"
            write_large_trial(path, size)
            for name in ("bare scan", "workbench", "workbench, whole readout"):
                measured = timed(name, path, 1)
                rows.append(
                    {
                        "rows": size,
                        "path": name,
                        "peak_mb": round(float(measured["peak"])),  # type: ignore[arg-type]
                        "wall_s": round(float(measured["wall"]), 2),  # type: ignore[arg-type]
                    }
                )
            path.unlink()
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
