"""The demo bank's comments of the last wave as a corpus, coded by the rules of their codebook."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.coding.corpus import Corpus
from workbench.coding.demo_corpus import Clock, corpus_files
from workbench.coding.importing.open_answers import import_table
from workbench.coding.rule_coding import apply_rules
from workbench.inputs.demo import demo_files
from workbench.inputs.demo.comments import STUDIES, CommentWriter
from workbench.inputs.study import load_study

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["codebook_entries", "demo_comment_files", "write_demo_comments"]

STUDY = "bank"
_KEY = "5e" * 32
"""The demo's own key of pseudonyms: whoever writes the demo again gets the same bytes."""


def demo_comment_files() -> dict[str, bytes]:
    """Return the files of the corpus by their path under ``data/demo/bank``."""
    with tempfile.TemporaryDirectory() as folder:
        write_demo_comments(Path(folder))
        return corpus_files(Path(folder))


def write_demo_comments(folder: Path) -> None:
    """Write the demo bank with the comments of its last wave as a corpus to a folder."""
    for name, text in demo_files().items():
        study, _, place = name.partition("/")
        if study == STUDY:
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    (folder / ".keys").mkdir(exist_ok=True)
    (folder / ".keys" / "pseudonym.key").write_text(_KEY, encoding="ascii")
    study = load_study(folder)
    answers = study.survey()
    last = answers[answers["wave"] == study.resolve_wave("latest")]
    import_table(
        folder,
        last.assign(question="why"),
        text="comment",
        respondent="respondent_id",
        question="question",
        wave="wave",
        model=study.corpus_model,
    )
    corpus = Corpus(folder, clock=Clock(), random=np.random.default_rng(20260628))
    themes = CommentWriter().themes
    book = codebook_entries(STUDIES / "comment_codebook.toml", themes)
    corpus.change_codebook_at_once("A", list(book))
    apply_rules(corpus)


def codebook_entries(path: Path, themes: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return the changes that make a codebook: what a person wrote, and the themes' labels.

    Parameters
    ----------
    path
        TOML, a table per code: definition, include, exclude, rules, example, counterexample,
        motivation.
    themes
        Code -> label, and the sign and touchpoint where the table has none.
    """
    with path.open("rb") as stream:
        book: dict[str, dict[str, Any]] = tomllib.load(stream)
    for code, entry in book.items():
        known = themes[code] | entry
        fields = {
            "name": known["label"],
            "kind": "theme",
            "definition": entry["definition"],
            "include": [entry["include"]],
            "exclude": [entry["exclude"]],
            "examples": [
                {"text": entry["example"], "applies": True},
                {"text": entry["counterexample"], "applies": False},
            ],
            "origin": "inductive",
            "rules": entry["rules"],
            "polarity": known["polarity"],
            "motivation": entry["motivation"],
        }
        if "touchpoint" in known:
            fields["touchpoint"] = known["touchpoint"]
        yield {"op": "create", "code": code, "fields": fields}
