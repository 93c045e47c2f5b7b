"""A bundle holds what a reviewer needs, nothing that must stay, and opens only when whole."""

import json
import zipfile
from pathlib import Path

import pytest

from workbench.errors import BundleError
from workbench.review.bundle import MANIFEST, opened, write_bundle


@pytest.fixture
def archive(small_run: Path, tmp_path: Path) -> Path:
    (small_run / "study" / ".keys").mkdir(exist_ok=True)
    (small_run / "study" / ".keys" / "key").write_text("secret", encoding="utf-8")
    return write_bundle(small_run / "reports", tmp_path / "a.zip", study=small_run / "study")


def test_it_holds_reports_notebooks_and_study_but_no_key(archive: Path) -> None:
    names = zipfile.ZipFile(archive).namelist()
    assert {"study/study.toml", "study/waves/2026-01.csv"} <= set(names)
    for file in ("report.html", "notebook.ipynb", "record.json"):
        assert any(name.endswith(f"/{file}") for name in names)
    assert not [name for name in names if ".keys" in name or ".history" in name]


def test_without_data_it_holds_no_answers(small_run: Path, tmp_path: Path) -> None:
    archive = write_bundle(
        small_run / "reports", tmp_path / "b.zip", study=small_run / "study", data=False
    )
    names = zipfile.ZipFile(archive).namelist()
    assert not [name for name in names if name.startswith("study/")]


def test_the_same_content_gives_the_same_bytes(small_run: Path, archive: Path) -> None:
    again = write_bundle(
        small_run / "reports", archive.with_name("c.zip"), study=small_run / "study"
    )
    assert again.read_bytes() == archive.read_bytes()


def _rewritten(archive: Path, name: str, content: bytes | None, *, extra: str = "") -> Path:
    changed = archive.with_name("changed.zip")
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.infolist():
            if member.filename == name and content is None:
                continue
            same = old.read(member)
            new.writestr(member, content if member.filename == name and content else same)
        if extra:
            new.writestr(extra, b"x")
    return changed


@pytest.mark.parametrize(
    ("name", "content", "extra", "told"),
    [
        ("study/waves/2026-01.csv", b"id\n", "", "2026-01.csv"),
        ("study/study.toml", None, "", "study.toml"),
        ("", None, "study/more.csv", "more.csv"),
        ("", None, "../../out.txt", "leads out of it"),
        ("", None, "/etc/out.txt", "leads out of it"),
        (MANIFEST, None, "", "no manifest"),
        (MANIFEST, json.dumps({}).encode(), "", "no manifest"),
    ],
)
def test_a_changed_bundle_is_refused_and_the_file_named(
    archive: Path, name: str, content: bytes | None, extra: str, told: str
) -> None:
    changed = _rewritten(archive, name, content, extra=extra)
    with pytest.raises(BundleError, match=told), opened(changed):
        pass


def test_what_is_no_archive_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(BundleError, match="opened"), opened(path):
        pass


def test_a_bomb_is_not_unpacked(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.review import bundle

    monkeypatch.setattr(bundle, "_MOST_BYTES", 1000)
    with pytest.raises(BundleError, match="larger"), opened(archive):
        pass


def test_a_link_out_of_the_study_is_refused(small_run: Path, tmp_path: Path) -> None:
    link = small_run / "study" / "link.csv"
    link.symlink_to("/etc/hostname")
    try:
        with pytest.raises(BundleError, match="link"):
            write_bundle(small_run / "reports", tmp_path / "d.zip", study=small_run / "study")
    finally:
        link.unlink()
