"""Memory of a readout from one million to fifty million units.

Claim: from 1M to 50M rows the peak is flat (within 15 %): of the five analyses, of a whole readout
that counts every unit exactly, and of one with a quantile and a cap at a quantile.
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

MEASURED = (
    "bare scan", "workbench", "workbench, whole readout", "workbench, readout with quantiles",
)  # fmt: skip


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.parquet"
            write_large_trial(path, size)
            for name in MEASURED:
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
