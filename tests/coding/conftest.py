"""Fixtures that build small corpora in a folder of their own."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, write_document

sys.path.insert(0, str(Path(__file__).parent))
from small_corpus import open_corpus


@pytest.fixture
def make_corpus(tmp_path: Path) -> Callable[..., Corpus]:
    """Return a function that writes documents and opens the corpus they make."""

    def make(*documents: DocumentFile, codes: Sequence[str] = ("wait", "start")) -> Corpus:
        for document in documents:
            write_document(tmp_path / "documents", document)
        corpus = open_corpus(tmp_path)
        for code in codes:
            corpus.define(code, coder="A", name=code.title(), definition=f"About {code}.")
        return corpus

    return make
