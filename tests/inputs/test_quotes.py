"""A quotation mark that never closes swallows no rows."""

import pytest

from workbench.inputs.raw_table import RawTable
from workbench.inputs.tabular import read_delimited


def read(text: str, **choices: object) -> RawTable:
    return read_delimited(text.encode(), file="data.csv", **choices)  # type: ignore[arg-type]


def rows(first: int, last: int) -> str:
    return "".join(f"{n},Svar nummer {n},{n % 10}\n" for n in range(first, last))


def test_an_unclosed_mark_costs_its_own_row_only() -> None:
    table = read("id,text,score\n" + rows(1, 50) + '50,"Bra,9\n' + rows(51, 101))
    assert len(table.frame) == 99
    assert table.set_aside.to_dict("records") == [
        {"row": 51, "reason": "unclosed_quote", "lines": 1}
    ]


def test_two_unclosed_marks_do_not_close_each_other() -> None:
    text = "id,text,score\n" + rows(1, 20) + '20,"Bra,9\n' + rows(21, 40) + '40,Dåligt",2\n'
    table = read(text + rows(41, 60))
    assert table.set_aside["row"].tolist() == [21]
    assert table.frame["text"].tolist().count('Dåligt"') == 1
    assert table.rows_read == 59


def test_two_unclosed_opening_marks_cost_two_rows() -> None:
    text = (
        "id,text,score\n" + rows(1, 9) + '9,"Bra,9\n' + rows(10, 20) + '20,"Ja,9\n' + rows(21, 30)
    )
    table = read(text)
    assert table.set_aside["row"].tolist() == [10, 21]
    assert table.rows_read == 29


def test_a_mark_that_opens_at_the_very_end_is_set_aside() -> None:
    table = read("id,text,score\n" + rows(1, 9) + '9,"Bra')
    assert table.set_aside["row"].tolist() == [10]
    assert len(table.frame) == 8


@pytest.mark.parametrize("newlines", [1, 2, 30])
def test_a_comment_over_several_lines_is_one_answer(newlines: int) -> None:
    comment = "Först det ena, sedan det andra" + "\nmer, text" * newlines
    table = read("id,text,score\n" + rows(1, 9) + f'9,"{comment}",4\n' + rows(10, 20))
    assert table.set_aside.empty
    assert table.frame.loc[10, "text"] == comment
    assert table.frame.index[9] == 11 + newlines


def test_marks_inside_a_cell_are_text() -> None:
    text = 'id,text,score\n1,6" skruv,4\n2,"Han sa ""nej""",5\n3,"Bra" sa han,6\n4,"",7\n'
    table = read(text)
    assert table.frame["text"].tolist() == ['6" skruv', 'Han sa "nej"', "Bra sa han", ""]
    assert table.set_aside.empty


def test_records_of_another_kind_inside_a_cell_are_set_aside_as_one_row() -> None:
    swallowed = "".join(f"fil{n}.xml\tfil{n}.xml\t{n}\t{n}\ttext\n" for n in range(30))
    text = (
        "Bra\t5\n" * 40 + '"Käre Mr Horgan.\n' + swallowed + 'slut"""\t4, 6\n' + "Dåligt\t2\n" * 9
    )
    table = read(text, columns=["text", "labels"])
    assert table.set_aside.to_dict("records") == [
        {"row": 41, "reason": "unclosed_quote", "lines": 32}
    ]
    assert len(table.frame) == 49


def test_a_quoted_header_over_two_lines_is_one_name() -> None:
    table = read('"id","Hur nöjd\när du?"\n"1","9"\n"2","8"\n')
    assert list(table.frame.columns) == ["id", "Hur nöjd\när du?"]
    assert table.frame.index.tolist() == [3, 4]
