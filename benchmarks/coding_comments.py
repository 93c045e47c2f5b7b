"""Thousands of open answers imported as documents, one per question, and read back.

Claim: 8,000 comments to five questions are five documents, imported and loaded in seconds.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.coding.corpus import load_corpus
from workbench.coding.importing.open_answers import import_table
from workbench.inputs.models.corpus import CorpusModel

SENTENCE = "the staff was kind but nobody told me when my turn would come or why it took so long"


def answers(n: int, questions: int, seed: int = 0) -> pd.DataFrame:
    """Return ``respondent question text``: a sentence or three each."""
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(SENTENCE.split(), int(rng.integers(5, 60)))) for _ in range(n)]
    return pd.DataFrame(
        {
            "respondent": [f"r{number // questions:05d}" for number in range(n)],
            "question": [f"q{number % questions + 1}" for number in range(n)],
            "text": texts,
        }
    )


def measure(n: int = 8000, questions: int = 5) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    frame = answers(n, questions)
    for redact in ("off", "sure"):
        with tempfile.TemporaryDirectory() as folder:
            begin, cpu = time.perf_counter(), time.process_time()
            model = CorpusModel(language="en", redact=redact)
            columns = {"text": "text", "respondent": "respondent", "question": "question"}
            import_table(Path(folder), frame, **columns, model=model)
            middle, middle_cpu = time.perf_counter(), time.process_time()
            corpus = load_corpus(Path(folder))
            found = len(corpus.parts)
            rows.append(
                {
                    "comments": n,
                    "documents": len(corpus.documents),
                    "answers": found,
                    "personal_data": redact,
                    "import_seconds": round(middle - begin, 2),
                    "import_cpu": round(middle_cpu - cpu, 2),
                    "load_seconds": round(time.perf_counter() - middle, 2),
                    "load_cpu": round(time.process_time() - middle_cpu, 2),
                }
            )
    return rows


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
