"""The text tools need no network and no downloaded data."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_BLOCKED = """
import socket, sys

def refuse(*arguments, **more):
    raise OSError("the network is blocked")

socket.socket.connect = refuse
socket.socket.connect_ex = refuse
socket.create_connection = refuse
socket.getaddrinfo = refuse
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""
SUITE = (
    "test_match.py", "test_keyness.py", "test_suggest.py", "test_topics.py", "test_saturation.py",
    "test_rule_coding.py", "test_suggestion_queue.py", "test_checklists.py", "test_redacting.py",
    "test_exchange.py", "test_exchange_tables.py", "test_sentences.py", "test_text_commands.py",
    "test_text_docs.py",
)  # fmt: skip


@pytest.mark.prove  # `make test` blocks the network in these modules too, see conftest.py
def test_the_text_suite_passes_without_network_and_without_nltk_data(
    tmp_path: Path, repository: Path
) -> None:
    empty = tmp_path / "nltk_data"
    empty.mkdir()
    files = [str(repository / "tests" / "coding" / name) for name in SUITE]
    files.append(str(repository / "tests" / "inputs" / "test_privacy.py"))
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            _BLOCKED,
            "-q",
            "-x",
            "-p",
            "no:cacheprovider",
            "-m",
            "not prove",
            *files,
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=repository,
        env={**os.environ, "NLTK_DATA": str(empty), "HOME": str(tmp_path)},
    )
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-1_000:]
    assert list(empty.iterdir()) == []


def test_the_network_is_blocked_in_the_text_suite(request: pytest.FixtureRequest) -> None:
    found = request.config.rootpath / "tests" / "coding"
    for name in SUITE:
        assert (found / name).is_file()
    text = (found / "conftest.py").read_text(encoding="utf-8")
    assert all(f'"{name.removesuffix(".py")}"' in text for name in SUITE)
