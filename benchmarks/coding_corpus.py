"""A corpus read from its files, and every table made from it.

Claim: 200 documents with 50,000 codings load and fold in less than 2 seconds, and all tables of a
thesis are made in less than 2 seconds more. Each is the smallest of three, read anew. It is one
thread: on a machine with nothing else to do seconds and CPU seconds are the same, on a busy one
CPU seconds tell.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from large_corpus import write_large_corpus

from workbench.coding.cases import by_case
from workbench.coding.corpus import load_corpus
from workbench.coding.framework import framework_matrix
from workbench.coding.gaps import gaps
from workbench.coding.guide import guide_review
from workbench.coding.matrices import co_occurrence, code_matrix
from workbench.coding.polarity import polarity_matrix
from workbench.coding.themes import theme_table
from workbench.coding.theory import theory_against_data

TABLES = {
    "theme_table": theme_table,
    "code_matrix": code_matrix,
    "co_occurrence": co_occurrence,
    "polarity_matrix": polarity_matrix,
    "by_case": by_case,
    "theory_against_data": theory_against_data,
    "framework_matrix": framework_matrix,
    "gaps": gaps,
    "guide_review": guide_review,
}


def clock(function, *arguments: Any) -> tuple[Any, float, float]:
    begin, cpu = time.perf_counter(), time.process_time()
    found = function(*arguments)
    return found, round(time.perf_counter() - begin, 3), round(time.process_time() - cpu, 3)


def measured(folder: Path) -> list[tuple[str, float, float]]:
    """Return what was measured, seconds and CPU seconds of one reading."""
    corpus, wall, cpu = clock(load_corpus, folder)
    _, more_wall, more_cpu = clock(lambda: corpus.folded)
    found = [("load and fold", wall + more_wall, cpu + more_cpu)]
    _, wall, cpu = clock(lambda: (corpus.excerpts, corpus.mentions, corpus.settled))
    tables = [("frames the tables share", wall, cpu)]
    for name, function in TABLES.items():
        _, wall, cpu = clock(function, corpus)
        tables.append((name, wall, cpu))
    total = ("all tables", sum(row[1] for row in tables), sum(row[2] for row in tables))
    return [*found, *tables, total]


def measure(documents: int = 200, codings: int = 50_000) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        write_large_corpus(Path(folder), documents=documents, parts=60, codes=100, codings=codings)
        runs = [measured(Path(folder)) for _ in range(3)]
    what = {"documents": documents, "codings": codings}
    return [
        {
            "measured": rows[0][0],
            "seconds": round(min(row[1] for row in rows), 3),
            "cpu": round(min(row[2] for row in rows), 3),
            **what,
        }
        for rows in zip(*runs, strict=True)
    ]


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:])), indent=1))
