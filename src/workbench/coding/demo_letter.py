"""The comments on the demo's invoice letter as a corpus, coded by the rules of their codebook."""

from __future__ import annotations

import csv
import io
import tempfile
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd

from workbench.coding.corpus import Corpus
from workbench.coding.demo_comments import codebook_entries
from workbench.coding.demo_corpus import Clock, corpus_files
from workbench.coding.importing.open_answers import import_table
from workbench.coding.rule_coding import apply_rules
from workbench.inputs.demo import demo_files
from workbench.inputs.demo.comments import STUDIES
from workbench.inputs.study import load_study

__all__ = ["demo_letter_files"]

STUDY = "invoice-letter"
ROUND = "round-2"
"""The first round's split was broken: what its customers wrote is compared with nothing."""


def demo_letter_files() -> dict[str, bytes]:
    """Return the files of the corpus by their path under ``data/demo/invoice-letter``."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = {name.partition("/")[2]: text for name, text in demo_files().items()
                 if name.startswith(f"{STUDY}/")}  # fmt: skip
        (folder / "study.toml").write_text(files["study.toml"], encoding="utf-8", newline="\n")
        rows = list(csv.DictReader(io.StringIO(files[f"{ROUND}.csv"])))
        answers = pd.DataFrame(rows)[["customer", "comment"]].replace("", pd.NA)
        import_table(
            folder,
            answers.assign(question="letter", wave=ROUND),
            text="comment",
            respondent="customer",
            question="question",
            wave="wave",
            model=load_study(folder).corpus_model,
        )
        corpus = Corpus(folder, clock=Clock(), random=np.random.default_rng(20260614))
        with (STUDIES / "letter_comments.toml").open("rb") as stream:
            themes = tomllib.load(stream)["themes"]
        book = codebook_entries(STUDIES / "letter_codebook.toml", themes)
        corpus.change_codebook_at_once("A", list(book))
        apply_rules(corpus)
        return corpus_files(folder)
