"""A small study written where the test can change it."""

from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = """
[study]
id = "test"
title = "Test"
language = "sv"
"""

WriteStudy = Callable[..., Path]


@pytest.fixture
def write_study(tmp_path: Path) -> WriteStudy:
    """Return a function that writes ``study.toml`` and data files and returns the folder."""

    def write(toml: str, *, header: str = HEADER, **files: str | bytes) -> Path:
        (tmp_path / "study.toml").write_text(header + toml, encoding="utf-8")
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_csv", ".csv")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write
