"""Delimited text: the right columns, and every row either kept or set aside with a reason."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.inputs.raw_table import RawTable
from workbench.inputs.tabular import read_delimited, sniff_delimiter


def read(text: str | bytes, **choices: object) -> RawTable:
    raw = text.encode() if isinstance(text, str) else text
    return read_delimited(raw, file="data.csv", **choices)  # type: ignore[arg-type]


def reasons(table: RawTable) -> list[tuple[int, str, int]]:
    return [tuple(row) for row in table.set_aside.itertuples(index=False)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_delimiter_is_found(delimiter: str) -> None:
    text = "id;q1;kommentar\n1;9;Bra, men dyrt\n2;7;\n".replace(";", delimiter)
    if delimiter == ",":
        text = text.replace("Bra, men dyrt", '"Bra, men dyrt"')
    table = read(text)
    assert table.delimiter == delimiter
    assert table.frame["kommentar"].tolist() == ["Bra, men dyrt", ""]


@pytest.mark.parametrize(
    "text",
    [
        "id;w\n1;0,5\n2;0,75\n",
        "id;w;x\n1;0,5;1,5\n2;0,75;2,5\n",
        "Hur nöjd, totalt;Vikt, slutlig\n9,5;0,5\n8,5;0,75\n",
        "a;b\n1,5;2,5\n3,5;4,5\n" * 3,
    ],
)
def test_a_decimal_comma_is_never_the_delimiter(text: str) -> None:
    assert sniff_delimiter(text) == ";"


def test_one_column_is_a_table_too() -> None:
    table = read("comment\nBra\n\nSämre; dyrare\n")
    assert table.frame["comment"].tolist() == ["Bra", "", "Sämre; dyrare"]


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert list(read(b"\xef\xbb\xbfid,q\n1,2\n").frame.columns) == ["id", "q"]


def test_utf16_reads_like_utf8() -> None:
    text = "id;ort\n1;Växjö\n"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert read(text.encode(encoding)).frame["ort"].tolist() == ["Växjö"]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_newline_ends_a_row(newline: str) -> None:
    table = read(newline.join(["id,q", "1,2", "3,4", ""]))
    assert table.frame["q"].tolist() == ["2", "4"]


def test_excels_separator_line_is_obeyed() -> None:
    table = read("sep=;\nid;q\n1;2\n")
    assert list(table.frame.columns) == ["id", "q"]
    assert table.frame.index.tolist() == [3]


def test_rows_of_another_width_are_set_aside_where_they_stand() -> None:
    table = read("id,q,r\n1,2,3\n4,5\n6,7,8\n9,10,11,12\n13,14,15\n")
    assert reasons(table) == [(3, "too_few_fields", 1), (5, "too_many_fields", 1)]
    assert table.frame.index.tolist() == [2, 4, 6]
    assert table.rows_read == 5


def test_rows_of_nothing_but_delimiters_are_set_aside() -> None:
    table = read("id;q\n1;2\n;\n\n3;4\n")
    assert reasons(table) == [(3, "empty_row", 1)]
    assert table.frame.index.tolist() == [2, 5]


def test_a_file_that_does_not_fit_its_header_is_refused() -> None:
    with pytest.raises(DataError, match=r"2 of 2 rows do not have the 2 fields"):
        read("a,b\n1,2,3\n4,5,6\n")


def test_an_empty_file_is_refused_and_a_header_alone_is_not() -> None:
    with pytest.raises(DataError, match="the file is empty"):
        read(b"")
    with pytest.raises(DataError, match="the file is empty"):
        read(b"\xef\xbb\xbf \n")
    table = read("id,q\n")
    assert list(table.frame.columns) == ["id", "q"]
    assert table.rows_read == 0


def test_two_columns_of_one_name_stop_the_reading() -> None:
    with pytest.raises(DataError, match="more than once: 'q1'"):
        read("q1,q2,q1\n1,2,3\n")


def test_a_column_with_answers_needs_a_name() -> None:
    with pytest.raises(DataError, match="column 2 has answers but no name"):
        read("id,,q\n1,2,3\n")


def test_a_delimiter_at_the_end_of_each_line_is_no_column() -> None:
    assert list(read("id;q;\n1;2;\n").frame.columns) == ["id", "q"]


def test_spaces_in_names_are_kept_for_the_study_to_see() -> None:
    assert list(read("id, q1 ,q2\n1,2,3\n").frame.columns) == ["id", " q1 ", "q2"]


def test_names_can_be_told_for_a_file_without_header() -> None:
    table = read("1\ta\n2\tb\n", columns=["id", "text"])
    assert table.frame["text"].tolist() == ["a", "b"]
    assert table.frame.index.tolist() == [1, 2]


def test_nothing_is_guessed_about_types() -> None:
    frame = read("zip,flag,na,n\n01234,true,NA,1e5\n").frame
    assert frame.iloc[0].tolist() == ["01234", "true", "NA", "1e5"]
    assert set(map(str, frame.dtypes)) == {"str"}


CELL = st.text(alphabet='aåö"\n, x', max_size=6)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    assume(all(not ("\n" in cell and "," in cell) for row in rows for cell in row))
    rows = [[f"r{place}", *row] for place, row in enumerate(rows)]
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([["id", "a", "b", "c"], *rows])
    table = read(stream.getvalue(), delimiter=",")
    assert table.frame.to_numpy().tolist() == rows
    assert table.set_aside.empty


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet='a1",;\n\tå', max_size=80))
def test_no_row_is_lost_whatever_the_text(text: str) -> None:
    try:
        table = read("id,x\n" + text, delimiter=",")
    except DataError:
        return
    rows = len(table.frame)
    kept_lines = pd.Series(table.frame.index)
    assert kept_lines.is_unique
    assert not set(kept_lines) & set(table.set_aside["row"])
    in_cells = int(sum(table.frame[column].str.count("\n").sum() for column in table.frame))
    lines = [line for line in text.split("\n") if line]
    inside_blank = text.count("\n\n")
    accounted = rows + int(table.set_aside["lines"].sum()) + in_cells
    assert len(lines) <= accounted <= len(lines) + inside_blank + 1


def test_a_million_cells_are_read_without_a_loop() -> None:
    rng = np.random.default_rng(1)
    rows = rng.integers(0, 11, size=(100_000, 10))
    text = "\n".join(["q" + ",q".join(map(str, range(10))), *(",".join(map(str, r)) for r in rows)])
    frame = read(text).frame
    assert (frame.astype("int64").to_numpy() == rows).all()
