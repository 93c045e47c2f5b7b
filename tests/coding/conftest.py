"""Fixtures that build small corpora in a folder of their own."""

import socket
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


TEXT_SUITE = {
    "test_checklists", "test_exchange", "test_exchange_tables", "test_keyness", "test_match",
    "test_redacting", "test_rule_coding", "test_saturation", "test_sentences", "test_suggest",
    "test_suggestion_queue", "test_text_commands", "test_text_docs", "test_text_real_data",
    "test_topics",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _offline(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Block sockets and empty NLTK's data folder for everything about text."""
    if Path(str(request.fspath)).stem not in TEXT_SUITE:
        return
    import nltk

    def refuse(*_arguments: object, **_more: object) -> None:
        raise OSError("the network is blocked")

    monkeypatch.setattr(nltk.data, "path", [str(tmp_path_factory.mktemp("nltk_data"))])
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
