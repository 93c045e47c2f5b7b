"""Excel both ways, quotes to CSV and Word: nothing runs, nothing is guessed."""

from pathlib import Path

import pandas as pd
import pytest
from exchange_corpus import Maker, copy_of, full_corpus
from small_corpus import R1, R2

import workbench as wb
from workbench.coding.acts import Span
from workbench.coding.corpus import Corpus
from workbench.coding.documents import DocumentFile, write_document
from workbench.coding.exchange import (
    export_excel,
    export_quotes_csv,
    export_quotes_word,
    import_excel,
)


@pytest.fixture
def corpus(make_corpus: Maker, tmp_path: Path) -> Corpus:
    return full_corpus(make_corpus, tmp_path)


def test_excel_goes_both_ways(corpus: Corpus, tmp_path: Path) -> None:
    path = export_excel(corpus, tmp_path / "p.xlsx")
    folder = copy_of(tmp_path)
    for document in (R1, R2):
        write_document(folder / "documents", document)
    report = import_excel(path, folder, coder="X")
    columns = ["document", "start", "end", "quote", "code", "coder", "polarity", "stance", "memo"]
    spans = corpus.excerpts[corpus.excerpts["start"].notna()][columns]
    theirs = Corpus(folder).excerpts[columns]
    order = ["document", "start", "coder", "code"]
    pd.testing.assert_frame_equal(
        spans.sort_values(order, ignore_index=True), theirs.sort_values(order, ignore_index=True)
    )
    assert report.codings == len(spans)
    assert Corpus(folder).codebook["silence"].parent == "wait"
    assert Corpus(folder).codebook["silence"].rules == ("tyst*", "ingen NEAR/3 sa")
    again = import_excel(path, folder, coder="X")
    assert (again.codings, again.codes) == (0, 0)


def test_no_cell_is_a_formula(corpus: Corpus, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    text = "=cmd|' /C calc'!A0 och +46 och @x och -1"
    write_document(corpus.documents_folder, DocumentFile(id="d", text=text, parts=()))
    corpus.reload()
    corpus.add(Span("d", 0, len(text)), "wait", coder="A", memo="=1+1")
    book = load_workbook(export_excel(corpus, tmp_path / "p.xlsx"))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert text in {cell.value for row in book["codings"].iter_rows() for cell in row}
    rows = export_quotes_csv(corpus, tmp_path / "p.csv").read_text("utf-8-sig")
    assert "'=cmd" in rows
    assert "\n=" not in rows
    assert ",=" not in rows


@pytest.mark.parametrize(
    ("rows", "left_out"),
    [
        ([{"document": "R1", "quote": "tio minuter", "code": "wait"}], 0),
        ([{"document": "R1", "quote": "finns inte", "code": "wait"}], 1),
        ([{"document": "R9", "quote": "x", "code": "wait"}], 1),
        ([{"document": "R1", "quote": "tio minuter", "code": "waitt"}], 1),
        ([{"document": "R2", "quote": "varje fredag", "code": "wait"}], 1),
        ([{"document": "R1", "quote": "", "code": "wait"}], 1),
        ([{"document": "R1", "quote": "tio minuter", "code": "wait", "weight": "tung"}], 1),
        ([{"document": "R1", "quote": "tio minuter", "code": "wait", "polarity": "bad"}], 1),
    ],
)
def test_rows_that_cannot_be_placed_are_numbered_never_guessed(
    corpus: Corpus, tmp_path: Path, rows: list[dict[str, str]], left_out: int
) -> None:
    path = tmp_path / "in.xlsx"
    pd.DataFrame(rows).to_excel(path, sheet_name="codings", index=False)
    report = import_excel(path, corpus, coder="X")
    assert len(report.warnings) == left_out
    assert report.codings == 1 - left_out
    if left_out:
        assert "Row 2" in report.warnings[0].render("en")


def test_workbooks_without_what_is_needed_are_errors(corpus: Corpus, tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    pd.DataFrame({"document": ["R1"], "qoute": ["x"], "code": ["wait"]}).to_excel(
        path, sheet_name="codings"
    )
    with pytest.raises(wb.CorpusError, match=r"'quote'.*Did you mean 'qoute'"):
        import_excel(path, corpus)
    pd.DataFrame({"a": [1]}).to_excel(path, sheet_name="other")
    with pytest.raises(wb.CorpusError, match="'codings' or 'codebook'"):
        import_excel(path, corpus)
    path.write_bytes(b"nothing")
    with pytest.raises(wb.CorpusError, match="Excel workbook"):
        import_excel(path, corpus)
    with pytest.raises(wb.CorpusError, match=r"\.xlsx"):
        import_excel(tmp_path / "in.csv", corpus)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_quotes_go_to_word_under_the_tree(corpus: Corpus, tmp_path: Path, language: str) -> None:
    from docx import Document as Docx

    found = Docx(str(export_quotes_word(corpus, tmp_path / "q.docx", language=language)))
    texts = [paragraph.text for paragraph in found.paragraphs]
    heads = [
        p.text
        for p in found.paragraphs
        if p.style is not None and str(p.style.name).startswith("Heading")
    ]
    assert heads == ["Wait", 'Tystnad <&> "å"', "Start"]
    assert any("tio minuter 😀, och sen" in text and "R1, F1" in text for text in texts)
    assert len([t for t in texts if "tio minuter 😀, och sen" in t]) == 2
    some = Docx(str(export_quotes_word(corpus, tmp_path / "q.docx", codes=["start"])))
    assert not any("Ingen sa" in p.text for p in some.paragraphs)
    with pytest.raises(wb.CorpusError, match=r"\.docx"):
        export_quotes_word(corpus, tmp_path / "q.txt")
