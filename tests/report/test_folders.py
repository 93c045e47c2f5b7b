"""Folder names are safe everywhere; a run takes its place in one step."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.report import folders
from workbench.report.folders import draft_folder, publish, run_folder, safe_name


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../../etc",
            "/abs",
            "C:\\x",
            "..",
            ".",
            "",
            "con",
            "NUL.txt",
            "a\x00b",
            "a/b",
            "-rf",
            "…",
        ),
        "x" * 500,
    ],
)
def test_no_name_leaves_its_folder_or_is_reserved(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not set(safe) & set('/\\:*?"<>|\x00 ')
    assert not safe.startswith((".", "-"))
    assert safe.split(".")[0] not in {"con", "nul"}
    assert len(safe) < 100


@given(st.text(max_size=60), st.text(max_size=60))
def test_two_texts_never_share_a_folder_unless_they_differ_in_case_alone(a: str, b: str) -> None:
    def folded(text: str) -> str:
        return unicodedata.normalize("NFC", text).lower()

    if folded(a) != folded(b):
        assert safe_name(a) != safe_name(b)


def test_composed_and_decomposed_letters_are_one_name() -> None:
    assert safe_name("A\u030a") == safe_name("Å") == "å"


def test_the_run_folder_names_what_differs_from_the_defaults(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, "bank", "20_x", {"wave": "2026-Q2", "market": "SE"}, "sv")
    assert folder.relative_to(tmp_path).as_posix() == "bank/20_x/market=se,wave=2026-q2/sv"
    assert run_folder(tmp_path, "bank", "20_x", {}, "en").parent.name == "default"


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_run_folder_leaves_the_reports(study: str, market: str) -> None:
    out = Path("reports")
    folder = run_folder(out, study, "20_x", {"market": market}, "sv")
    assert folder.resolve().is_relative_to(out.resolve())
    assert len(folder.relative_to(out).parts) == 4


def _write(folder: Path, text: str) -> None:
    (folder / "report.html").write_text(text)


def test_the_old_run_moves_into_history(tmp_path: Path) -> None:
    target = tmp_path / "sv"
    for number in range(3):
        draft = draft_folder(target)
        _write(draft, f"run {number}")
        publish(draft, target, f"hash{number - 1}")
    assert (target / "report.html").read_text() == "run 2"
    history = {path.name: path for path in (target / folders.HISTORY).iterdir()}
    kept = {name: (path / "report.html").read_text() for name, path in history.items()}
    assert kept == {"hash0": "run 0", "hash1": "run 1"}
    assert [path.name for path in tmp_path.iterdir()] == ["sv"]


def test_a_run_killed_between_two_renames_is_healed(tmp_path: Path) -> None:
    target = tmp_path / "sv"
    draft = draft_folder(target)
    _write(draft, "good")
    publish(draft, target, None)
    target.rename(tmp_path / ".sv.old")  # killed here: the old is away, the new not yet in place
    draft_folder(target)
    assert (target / "report.html").read_text() == "good"


def test_a_draft_leaves_the_target_alone(tmp_path: Path) -> None:
    target = tmp_path / "sv"
    draft = draft_folder(target)
    assert not target.exists()
    assert draft.parent == target.parent
