"""Excel, Parquet, JSON lines, SPSS and packed text read into the same kind of table."""

import datetime as dt
import gzip
import hashlib
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from workbench.errors import DataError
from workbench.inputs.readers import file_hash, read_table


def test_packed_text_reads_like_plain(tmp_path: Path) -> None:
    raw = "id;ort\n1;Växjö\n".encode("cp1252")
    path = tmp_path / "data.csv.gz"
    path.write_bytes(gzip.compress(raw))
    assert read_table(path).frame["ort"].tolist() == ["Växjö"]
    path.write_bytes(gzip.compress(raw)[:-9])
    with pytest.raises(DataError, match="packed file is broken"):
        read_table(path)


def test_the_hash_is_of_the_files_bytes(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(b"id\n1\n" * 300_000)
    assert file_hash(path) == hashlib.sha256(b"id\n1\n" * 300_000).hexdigest()


def test_a_kind_that_is_not_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "data.pkl"
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"'\.pkl' are not read\. Save it as one of \.csv"):
        read_table(path)
    with pytest.raises(DataError, match="can't be opened"):
        read_table(tmp_path / "none.csv")


def test_a_sheet_shows_what_excel_shows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["id", "när", "betyg", "andel", "text", "ja"],
        [1, dt.datetime(2026, 1, 31), 9, 0.5, "å ä ö", True],
        [None] * 6,
        [2, dt.datetime(2026, 2, 1, 8, 30), 7.0, 1, "=1+1", None],
    ):
        sheet.append(row)
    book.save(tmp_path / "data.xlsx")
    table = read_table(tmp_path / "data.xlsx")
    assert table.frame.iloc[0].tolist() == ["1", "2026-01-31", "9", "0.5", "å ä ö", "1"]
    assert table.frame.iloc[1, :4].tolist() == ["2", "2026-02-01 08:30:00", "7", "1"]
    assert table.set_aside.to_dict("records") == [{"row": 3, "reason": "empty_row", "lines": 1}]
    assert table.frame.index.tolist() == [2, 4]


def test_a_formula_is_never_evaluated(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "q"])
    sheet.append([1, "=cmd|' /C calc'!A0"])
    book.save(tmp_path / "data.xlsx")
    table = read_table(tmp_path / "data.xlsx")
    assert table.frame["q"].tolist() == [""]
    assert [str(note) for note in table.notes] == [
        "data.xlsx: 1 formula cell holds no stored value and counts as empty."
    ]


def test_a_sheet_can_be_named_and_others_are_noted(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Läs mig"
    book.active.append(["hej"])
    sheet = book.create_sheet("Svar")
    sheet.append(["id", "q"])
    sheet.append([1, 2])
    book.save(tmp_path / "data.xlsx")
    assert read_table(tmp_path / "data.xlsx", sheet="Svar").frame["q"].tolist() == ["2"]
    assert "has 2 sheets; the first, Läs mig, was read" in str(
        read_table(tmp_path / "data.xlsx").notes[0]
    )
    with pytest.raises(DataError, match=r"no sheet 'svaar'\. Did you mean 'Svar'\?"):
        read_table(tmp_path / "data.xlsx", sheet="svaar")


def test_broken_and_empty_workbooks_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    path.write_bytes(b"no zip")
    with pytest.raises(DataError, match="no sound Excel workbook"):
        read_table(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(DataError, match="no sound Excel workbook"):
        read_table(path)
    openpyxl.Workbook().save(path)
    with pytest.raises(DataError, match="the sheet is empty"):
        read_table(path)


def test_a_workbook_that_unpacks_to_a_bomb_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.inputs.workbooks._UNPACKED_LIMIT", 1000)
    openpyxl.Workbook().save(tmp_path / "data.xlsx")
    with pytest.raises(DataError, match="unpacks to more than"):
        read_table(tmp_path / "data.xlsx")


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    frame = pd.DataFrame({"id": [1, 2], "q": [9.5, None], "ort": ["Växjö", None]})
    frame.to_parquet(tmp_path / "data.parquet")
    table = read_table(tmp_path / "data.parquet")
    assert table.frame.index.tolist() == [1, 2]
    assert [str(dtype) for dtype in table.frame.dtypes] == ["int64", "float64", "str"]
    pd.DataFrame({"q": [[1, 2]]}).to_parquet(tmp_path / "nested.parquet")
    with pytest.raises(DataError, match="lists or tables stand in 'q'"):
        read_table(tmp_path / "nested.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError, match="no sound Parquet"):
        read_table(tmp_path / "broken.parquet")


def test_json_lines_set_broken_lines_aside(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text('{"id": 1, "q": 9}\n{"id": 2, "q"\n[1]\n\n{"id": 3, "q": "Vet ej"}\n')
    table = read_table(path)
    assert table.frame["q"].tolist() == ["9", "Vet ej"]
    assert table.frame.index.tolist() == [1, 5]
    assert table.set_aside["row"].tolist() == [2, 3]
    path.write_text('{"q": {"a": 1}}\n')
    with pytest.raises(DataError, match="'q' holds lists or tables"):
        read_table(path)
    path.write_text("[]\n")
    with pytest.raises(DataError, match="no line is a JSON object"):
        read_table(path)


def test_spss_brings_its_labels(tmp_path: Path) -> None:
    path = tmp_path / "data.sav"
    frame = pd.DataFrame({"q": [1.0, 2.0, 9.0], "ort": ["Växjö", "", "Åmål"]})
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels={"q": {1: "Ja", 2: "Nej"}},
        missing_ranges={"q": [9]},
    )
    table = read_table(path)
    assert table.value_labels == {"q": {"1": "Ja", "2": "Nej"}}
    assert table.frame["q"].tolist() == [1.0, 2.0, 9.0], "the study says what is missing"
    path.write_bytes(b"$FL2")
    with pytest.raises(DataError, match="no sound SPSS"):
        read_table(path)
