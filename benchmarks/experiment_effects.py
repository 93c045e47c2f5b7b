"""Five analyses of one Parquet file: the workbench, a bare scan, tea-tasting and naive pandas.

Claim: at 10M rows sample ratio, conversion, revenue with CUPED, a ratio and a ratio with CUPED take
at most 2.5 times a bare scan of the same columns, less than tea-tasting's best back end, and at
most 1/15 of naive pandas. Each path is timed inside a process of its own, imports excluded, from
opening the file to the five results; the smallest of three. CPU counts all threads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from workbench.experiment.simulation import write_large_trial

ROWS = int(os.environ.get("WORKBENCH_BENCH_ROWS", "10_000_000"))
COLUMNS = ["variant", "converted", "revenue", "revenue_before", "orders", "sessions",
           "orders_before", "sessions_before"]  # fmt: skip

TIMED = """
import json, sys, time
path = sys.argv[1]
{setup}
def once():
{body}
wall, cpu = time.perf_counter(), time.process_time()
result = once()
print(json.dumps({{"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu,
    "peak": int(open("/proc/self/status").read().split("VmHWM:")[1].split()[0]) / 1024,
    "p": result}}))
"""

SCAN = ("import duckdb", f"""
    columns = {COLUMNS!r}
    sums = ", ".join(f"sum({{c}})" for c in columns)
    duckdb.connect().read_parquet(path).aggregate(sums).fetchall()
    return []
""")  # fmt: skip

OURS = ("""
import duckdb
from workbench.experiment.cells import gather_cells
from workbench.experiment.layout import layout_of
from workbench.experiment.metric_effects import Estimator
from workbench.experiment.plan import plan_from
from workbench.experiment.sample_ratio import sample_ratio
from workbench.experiment.source import open_source
plan = plan_from({"file": path, "unit": "unit", "variant": "variant", "control": "0", "metrics": [
    {"name": "converted", "role": "primary", "covariates": []},
    {"name": "revenue", "kind": "mean", "covariates": ["revenue_before"]},
    {"name": "ratio", "kind": "ratio", "numerator": "orders", "denominator": "sessions",
     "covariates": []},
    {"name": "adjusted", "kind": "ratio", "numerator": "orders", "denominator": "sessions",
     "covariates": ["orders_before", "sessions_before"]},
]})
""", """
    source = open_source(path)
    layout = layout_of(plan, source, {})
    cells = gather_cells(source, layout.columns, layout.keys, layout.pairs, cubes=layout.cubes,
                         ranged=layout.ranged)
    estimator = Estimator(plan=plan, source=source, layout=layout, cells=cells, confidence=0.95)
    counts = [cells.count(cells.where(variant=v)) for v in ("0", "1")]
    effects = [estimator.effect(metric, "1").planned.p_value for metric in plan.metrics]
    return [sample_ratio(counts, [1, 1]).p_value, *effects]
""")  # fmt: skip

READOUT = ("""
import duckdb
import workbench as wb
from workbench.experiment.plan import plan_from
import workbench.experiment.readout
plan = plan_from({"file": path, "unit": "unit", "variant": "variant", "control": "0",
    "variants": {"0": 0.5, "1": 0.5}, "covariates": [], "metrics": [
    {"name": "converted", "role": "primary"},
    {"name": "revenue", "kind": "mean", "covariates": ["revenue_before"]},
    {"name": "ratio", "kind": "ratio", "numerator": "orders", "denominator": "sessions"},
    {"name": "nps", "column": "score", "kind": "nps", "role": "guardrail", "margin": 3},
]})
""", """
    wb.read_experiment(path, plan)
    return []
""")  # fmt: skip

FURTHER = """    {"name": "spent", "column": "revenue", "kind": "mean", "cap_quantile": 0.999},
    {"name": "p90", "column": "revenue", "kind": "quantile", "quantile": 0.9,
     "role": "exploratory"},
]})"""
QUANTILES = (READOUT[0].replace("]})", FURTHER), READOUT[1])

TEA = ("""
import tea_tasting as tt
{imports}
experiment = tt.Experiment(
    sample_ratio=tt.SampleRatio(),
    converted=tt.Proportion("converted") if hasattr(tt, "Proportion") else tt.Mean("converted"),
    revenue=tt.Mean("revenue", "revenue_before"),
    ratio=tt.RatioOfMeans("orders", "sessions"),
    adjusted=tt.RatioOfMeans("orders", "sessions", "orders_before", "sessions_before"),
)
""", """
    result = experiment.analyze({data}, control=0)
    return [float(result[name].pvalue) for name in
            ("sample_ratio", "converted", "revenue", "ratio", "adjusted")]
""")  # fmt: skip

NAIVE = ("""
import numpy as np, pandas as pd, pingouin, statsmodels.api as sm
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest
""", f"""
    frame = pd.read_parquet(path, columns={COLUMNS!r})
    t, c = frame[frame.variant == 1], frame[frame.variant == 0]
    split = stats.chisquare([len(t), len(c)]).pvalue
    converted = proportions_ztest([t.converted.sum(), c.converted.sum()], [len(t), len(c)])[1]
    x = frame.revenue_before - frame.revenue_before.mean()
    design = sm.add_constant(pd.DataFrame(dict(t=frame.variant, x=x, tx=frame.variant * x)))
    revenue = sm.OLS(frame.revenue, design).fit(cov_type="HC1").pvalues["t"]
    found = []
    for covariates in ([], ["orders_before", "sessions_before"]):
        parts = []
        for arm in (t, c):
            r = arm.orders.sum() / arm.sessions.sum()
            linear = (arm.orders - r * arm.sessions) / arm.sessions.mean() + r
            parts.append(linear)
        both = pd.concat(parts)
        other = frame.loc[both.index, covariates]
        design = sm.add_constant(pd.concat([frame.loc[both.index, ["variant"]], other], axis=1))
        found.append(sm.OLS(both, design).fit(cov_type="HC1").pvalues["variant"])
    welch = pingouin.ttest(t.revenue.sample(1000, random_state=1), c.revenue.sample(1000,
                           random_state=1))
    return [float(split), float(converted), float(revenue), *map(float, found)]
""")  # fmt: skip


def tea(imports: str, data: str) -> tuple[str, str]:
    setup, body = TEA
    return setup.replace("{imports}", imports), body.replace("{data}", data)


PATHS = {
    "bare scan": SCAN,
    "workbench": OURS,
    "workbench, whole readout": READOUT,
    "workbench, readout with quantiles": QUANTILES,
    "tea-tasting on DuckDB": tea("import duckdb", "duckdb.read_parquet(path)"),
    "tea-tasting on Polars": tea(
        "import polars", f"polars.read_parquet(path, columns={COLUMNS!r})"
    ),
    "tea-tasting on lazy Polars": tea("import polars", "polars.scan_parquet(path)"),
    "tea-tasting on pandas": tea(
        "import pandas", f"pandas.read_parquet(path, columns={COLUMNS!r})"
    ),
    "naive pandas": NAIVE,
}


def timed(name: str, path: Path, rounds: int) -> dict[str, object]:
    setup, body = PATHS[name]
    script = TIMED.format(setup=setup, body=body)
    found = []
    for _ in range(rounds):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script, str(path)], capture_output=True,
            text=True,
        )  # fmt: skip
        if done.returncode:
            return {"failed": done.stderr.strip().splitlines()[-1][:120]}
        found.append(json.loads(done.stdout.splitlines()[-1]))
    best = min(found, key=lambda one: one["cpu"])
    return {
        "wall": min(one["wall"] for one in found),
        "cpu": best["cpu"],
        "peak": best["peak"],
        "p": best["p"],
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trial.parquet"
        write_large_trial(path, ROWS)
        rows = []
        floor: dict[str, object] = {}
        for name in PATHS:
            heavy = name in {"naive pandas", "tea-tasting on pandas"}
            measured = timed(name, path, 1 if heavy else 3)
            floor = floor or measured
            row: dict[str, object] = {"path": name, "rows": ROWS}
            if name.startswith("tea-tasting"):
                row["version"] = version("tea-tasting")
            if "failed" in measured:
                row |= measured
            else:
                row |= {
                    "wall_s": round(float(measured["wall"]), 3),  # type: ignore[arg-type]
                    "cpu_s": round(float(measured["cpu"]), 3),  # type: ignore[arg-type]
                    "wall_x": round(float(measured["wall"]) / float(floor["wall"]), 2),  # type: ignore[arg-type]
                    "cpu_x": round(float(measured["cpu"]) / float(floor["cpu"]), 2),  # type: ignore[arg-type]
                    "peak_mb": round(float(measured["peak"])),  # type: ignore[arg-type]
                    "p": [float(f"{p:.4g}") for p in measured["p"]],  # type: ignore[attr-defined]
                }
            rows.append(row)
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
