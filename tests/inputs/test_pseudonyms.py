"""People are pseudonyms: the same everywhere in a study, unknown outside it."""

import hmac
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import StudyError
from workbench.inputs.pseudonyms import Pseudonyms


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    first = Pseudonyms(tmp_path).of(["19800101-1234"])
    path = tmp_path / ".keys" / "pseudonym.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (tmp_path / ".keys" / ".gitignore").read_text() == "*\n"
    assert Pseudonyms(tmp_path).of(["19800101-1234"]).tolist() == first.tolist()
    assert [entry.name for entry in path.parent.iterdir() if entry.suffix != ".key"] == [
        ".gitignore"
    ]


def test_a_pseudonym_is_the_beginning_of_the_keyed_digest_of_the_key(tmp_path: Path) -> None:
    found = Pseudonyms(tmp_path).of(["kalle", "åsa", None, "kalle"])
    secret = bytes.fromhex((tmp_path / ".keys" / "pseudonym.key").read_text())
    expected = [f"p{hmac.digest(secret, key.encode(), 'sha256').hex()[:16]}"
                for key in ("kalle", "åsa", "kalle")]  # fmt: skip
    assert found.dropna().tolist() == expected
    assert found.isna().tolist() == [False, False, True, False]


def test_another_study_has_other_pseudonyms(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    left, right = (Pseudonyms(tmp_path / name).of(["kalle"])[0] for name in "ab")
    assert left != right
    assert "kalle" not in left


def test_how_a_key_is_written_does_not_make_another_person(tmp_path: Path) -> None:
    names = Pseudonyms(tmp_path).of(
        pd.Series([123, 123.0, "123", " 123 ", "123.0"], dtype="object")
    )
    assert len(set(names)) == 1
    assert len(set(Pseudonyms(tmp_path).of(["å", "a\u030a"]))) == 1
    assert Pseudonyms(tmp_path).of(["Ab", "ab", "0123", "123"]).nunique() == 4


def test_an_empty_key_is_nobody(tmp_path: Path) -> None:
    names = Pseudonyms(tmp_path).of(pd.Series(["", " ", None, "x"]))
    assert names.isna().tolist() == [True, True, True, False]
    assert names.dtype == "str"


def test_a_broken_key_is_never_replaced(tmp_path: Path) -> None:
    Pseudonyms(tmp_path).of(["x"])
    (tmp_path / ".keys" / "pseudonym.key").write_text("short")
    with pytest.raises(StudyError, match=r"can't be read\. Restore it from a copy"):
        Pseudonyms(tmp_path).of(["x"])


def test_workers_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(lambda _: Pseudonyms(tmp_path).of(["x"])[0], range(16)))
    assert len(set(names)) == 1


def test_the_key_is_not_printed(tmp_path: Path) -> None:
    pseudonyms = Pseudonyms(tmp_path)
    pseudonyms.of(["x"])
    key = (tmp_path / ".keys" / "pseudonym.key").read_text()
    assert key not in repr(pseudonyms)
