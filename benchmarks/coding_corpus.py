"""A corpus read from its files, and every table made from it.

Claim: 200 documents with 50,000 codings load and fold in less than 2 seconds, and all tables of a
thesis are made in less than 2 seconds more.
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


def measure(documents: int = 200, codings: int = 50_000) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        write_large_corpus(Path(folder), documents=documents, parts=60, codes=100, codings=codings)
        corpus, wall, cpu = clock(load_corpus, Path(folder))
        _, more_wall, more_cpu = clock(lambda: corpus.folded)
        rows.append(
            {"measured": "load and fold", "seconds": wall + more_wall, "cpu": cpu + more_cpu}
        )

        _, wall, cpu = clock(lambda: (corpus.excerpts, corpus.mentions, corpus.settled))
        rows.append({"measured": "frames the tables share", "seconds": wall, "cpu": cpu})
        total = [wall, cpu]
        for name, function in TABLES.items():
            _, wall, cpu = clock(function, corpus)
            rows.append({"measured": name, "seconds": wall, "cpu": cpu})
            total = [total[0] + wall, total[1] + cpu]
        rows.append({"measured": "all tables", "seconds": total[0], "cpu": total[1]})
    what = {"documents": documents, "codings": codings}
    return [{**row, **what} for row in rows]


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:])), indent=1))
