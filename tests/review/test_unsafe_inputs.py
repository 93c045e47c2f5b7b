"""Files from others are read without trusting them: each kind of trap in each kind of file."""

import contextlib
import importlib
import io
import pkgutil
import re
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import workbench
import workbench as wb
from workbench.coding.exchange import archives
from workbench.coding.importing import packed
from workbench.coding.importing.reading import read_original
from workbench.coding.runaway import is_runaway
from workbench.errors import BundleError, CorpusError, DataError, StudyError, WorkbenchError
from workbench.inputs import workbooks
from workbench.inputs.readers import read_table
from workbench.review import bundle
from workbench.review.bundle import opened, write_bundle

FOREIGN = "root:x:0:0"
OUTSIDE = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def _packed(**parts: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _docx(declared: str = "", said: str = "Hej", **more: str) -> bytes:
    text = f"{declared}<w:document xmlns:w='{WORD}'><w:body><w:p><w:r><w:t>{said}</w:t></w:r></w:p>"
    return _packed(**{"word/document.xml": f"{text}</w:body></w:document>", **more})


def _odt(declared: str = "", said: str = "Hej", **more: str) -> bytes:
    spaces = f"xmlns:o='{OFFICE}office:1.0' xmlns:t='{OFFICE}text:1.0'"
    text = f"{declared}<o:document-content {spaces}><o:body><o:text><t:p>{said}</t:p>"
    return _packed(**{"content.xml": f"{text}</o:text></o:body></o:document-content>", **more})


def _qdpx(declared: str = "", said: str = "Hej", **more: str) -> bytes:
    text = f'{declared}<Project xmlns="urn:QDA-XML:project:1.0" name="x"><Description>{said}'
    return _packed(**{"project.qde": f"{text}</Description></Project>", **more})


def _xlsx(declared: str = "", said: str = "Hej", **more: str) -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["id", "said"])
    book.active.append([1, "SAID"])
    book.save(stream)
    with zipfile.ZipFile(stream) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    place = next(name for name, part in parts.items() if b"SAID" in part)
    text = parts[place].decode().replace("SAID", said)
    if declared:
        text = re.sub(r"^(<\?xml[^>]*\?>)?", declared, text)
    return _packed(**{**parts, place: text, **more})


def _refi(path: Path) -> str:
    from workbench.coding.exchange import import_refi

    study = path.parent / "study"
    study.mkdir(exist_ok=True)
    return str(import_refi(path, study))


def _original(path: Path) -> str:
    return "\n".join(line.text for line in read_original(path).lines)


def _table(path: Path) -> str:
    return read_table(path).frame.to_csv()


Make = Callable[..., bytes]
PACKED: dict[str, tuple[Make, Callable[[Path], str]]] = {
    "docx": (_docx, _original),
    "odt": (_odt, _original),
    "qdpx": (_qdpx, _refi),
    "xlsx": (_xlsx, _table),
}
LIMITS = (
    (packed, "_MOST_BYTES"), (workbooks, "_UNPACKED_LIMIT"), (archives, "_MOST_BYTES"),
    (bundle, "_MOST_BYTES"),
)  # fmt: skip


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in LIMITS:
        monkeypatch.setattr(module, name, 2_000_000)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("kind", PACKED)
def test_a_bomb_is_refused_in_words(kind: str, tmp_path: Path) -> None:
    make, read = PACKED[kind]
    path = tmp_path / f"a.{kind}"
    path.write_bytes(make(said="a" * 3_000_000))
    with pytest.raises(WorkbenchError, match=r"trap|unpacks to more") as caught:
        read(path)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("declared", [OUTSIDE, LAUGHS], ids=["outside", "laughs"])
@pytest.mark.parametrize("kind", PACKED)
def test_xml_that_reaches_out_brings_nothing_in(kind: str, declared: str, tmp_path: Path) -> None:
    make, read = PACKED[kind]
    path = tmp_path / f"a.{kind}"
    path.write_bytes(make(declared, "&x;"))
    with pytest.raises(WorkbenchError) as caught:
        read(path)
    assert FOREIGN not in str(caught.value)
    assert "haha" not in str(caught.value)


@pytest.mark.parametrize("kind", PACKED)
def test_a_member_that_climbs_out_is_never_unpacked(kind: str, tmp_path: Path) -> None:
    make, read = PACKED[kind]
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    path = inside / f"a.{kind}"
    path.write_bytes(make(**{"../../evil.txt": "x", "/evil.txt": "x"}))
    with contextlib.suppress(CorpusError):  # a project without documents is refused for that
        read(path)
    assert not list(tmp_path.rglob("evil.txt"))
    assert not Path("/evil.txt").exists()


@pytest.mark.parametrize("kind", PACKED)
def test_a_torn_or_encrypted_file_is_refused_in_words(kind: str, tmp_path: Path) -> None:
    make, read = PACKED[kind]
    whole = make()
    path = tmp_path / f"a.{kind}"
    locked = bytearray(whole)
    for start in [hit.start() for hit in re.finditer(b"PK\x01\x02", whole)]:
        locked[start + 8] |= 1  # the flag of encryption in the list of contents
    for start in [hit.start() for hit in re.finditer(b"PK\x03\x04", whole)]:
        locked[start + 6] |= 1
    for content in (bytes(locked), whole[: len(whole) // 2], b"PK\x03\x04", b""):
        path.write_bytes(content)
        with pytest.raises(WorkbenchError):
            read(path)


@pytest.mark.parametrize("kind", ["pkl", "pickle", "joblib", "npy", "h5"])
def test_a_file_that_runs_code_when_it_is_read_is_not_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a.{kind}"
    pd.DataFrame({"id": [1]}).to_pickle(path)
    with pytest.raises(DataError, match="are not read"):
        read_table(path)


def test_a_parquet_file_brings_no_pickled_type(tmp_path: Path) -> None:
    """An extension type that a file asks for is not built; its storage is read or refused."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    field = pa.field("id", pa.int64()).with_metadata(
        {"ARROW:extension:name": "arrow.py_extension_type", "ARROW:extension:metadata": b"cos\n"}
    )
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [1, 2]}, schema=pa.schema([field])), path)
    assert read_table(path).frame["id"].tolist() == [1, 2]


@pytest.mark.parametrize("declared", [OUTSIDE, LAUGHS], ids=["outside", "laughs"])
def test_a_logo_that_reaches_out_is_refused(declared: str, small_run: Path, tmp_path: Path) -> None:
    study = _with_logo(small_run, tmp_path)
    logo = f'{declared}<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
    (study / "logo.svg").write_text(logo, encoding="utf-8")
    from workbench.report.branding import brand_of

    with pytest.raises(StudyError) as caught:
        brand_of(wb.load_study(study))
    assert FOREIGN not in str(caught.value)


def test_a_logo_that_is_a_link_out_of_the_study_is_refused(small_run: Path, tmp_path: Path) -> None:
    from workbench.report.branding import brand_of

    study = _with_logo(small_run, tmp_path)
    (tmp_path / "private.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8"
    )
    (study / "logo.svg").symlink_to(tmp_path / "private.svg")
    with pytest.raises(StudyError, match=r"brand\.logo"):
        brand_of(wb.load_study(study))


def _with_logo(small_run: Path, tmp_path: Path) -> Path:
    study = tmp_path / "study"
    study.mkdir(exist_ok=True)
    text = (small_run / "study" / "study.toml").read_text(encoding="utf-8")
    (study / "study.toml").write_text(f'{text}[brand]\nlogo = "logo.svg"\n', encoding="utf-8")
    return study


def test_a_link_inside_a_bundle_is_never_made_a_link(small_run: Path, tmp_path: Path) -> None:
    archive = write_bundle(small_run / "reports", tmp_path / "a.zip", study=small_run / "study")
    link = zipfile.ZipInfo("study/waves/2026-03.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "a") as packed_again:
        packed_again.writestr(link, "/etc/passwd")
    with pytest.raises(BundleError, match=r"2026-03\.csv' is in the bundle but not in"):
        opened(archive).__enter__()


def test_a_run_folder_that_holds_a_link_does_not_hand_on_what_it_leads_to(
    small_run: Path, tmp_path: Path
) -> None:
    import shutil

    from workbench.review.runs import find_runs

    shutil.copytree(small_run / "reports", tmp_path / "reports")
    (tmp_path / "private.txt").write_text("secret", encoding="utf-8")
    run = find_runs(tmp_path / "reports")[0]
    (run / "tables" / "more.csv").symlink_to(tmp_path / "private.txt")
    with pytest.raises(BundleError, match="link"):
        write_bundle(tmp_path / "reports", tmp_path / "a.zip", study=small_run / "study")
    assert not (tmp_path / "a.zip").exists()


def test_no_pattern_of_the_program_can_search_for_ever() -> None:
    patterns = {
        f"{found.name}.{name}": value.pattern
        for found in pkgutil.walk_packages(workbench.__path__, "workbench.")
        if not found.name.endswith(("__main__", ".ready"))
        for name, value in vars(importlib.import_module(found.name)).items()
        if isinstance(value, re.Pattern) and isinstance(value.pattern, str)
    }
    assert len(patterns) > 100
    assert [name for name, pattern in patterns.items() if is_runaway(pattern)] == []
