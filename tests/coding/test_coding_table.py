"""A coding table made by hand gives the report that the same codings give, its gaps shown."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from small_corpus import R1, R2, open_corpus

import workbench as wb
from workbench.coding.acts import Cell, Document, Span
from workbench.coding.coding_table import import_coding_table
from workbench.coding.corpus import Corpus
from workbench.errors import CorpusError

MakeCorpus = Callable[..., Corpus]


@pytest.fixture
def talks(tmp_path: Path, repository: Path) -> tuple[Corpus, Path, pd.DataFrame]:
    """Return the demo interviews, a copy without codings, and the codings as a spreadsheet."""
    demo = repository / "data" / "demo" / "interviews"
    copy = tmp_path / "copy"
    shutil.copytree(demo, copy)
    shutil.rmtree(copy / "coding")
    original = wb.load_corpus(demo)
    names = {
        "code": "Kod", "quote": "Citat", "document": "Intervju", "question": "Fråga",
        "respondent": "Vem", "polarity": "Tecken", "coder": "coder",
    }  # fmt: skip
    signs = {"success": "+", "barrier": "hinder", "both": "+/-"}
    table = original.excerpts[list(names)].rename(columns=names)
    return original, copy, table.assign(Tecken=table["Tecken"].map(signs))


COLUMNS = {
    "code": "Kod", "quote": "Citat", "document": "Intervju", "question": "Fråga",
    "respondent": "Vem", "polarity": "Tecken",
}  # fmt: skip


def test_a_spreadsheet_gives_the_same_tables(
    talks: tuple[Corpus, Path, pd.DataFrame], tmp_path: Path
) -> None:
    original, copy, table = talks
    for coder in ("A", "B"):
        path = tmp_path / f"{coder}.xlsx"
        table[table["coder"] == coder].drop(columns="coder").to_excel(path, index=False)
        done = import_coding_table(wb.load_corpus(copy), path, coder=coder, **COLUMNS)
        assert set(done.counts) == {"exact"}
        assert done.codes_made == ()
    again = wb.load_corpus(copy)
    assert len(again.codings) == len(original.codings) == 177
    one, other = wb.theme_table(original), wb.theme_table(again)
    pd.testing.assert_frame_equal(
        one.matrix.drop(columns="state"), other.matrix.drop(columns="state")
    )
    numbers = ["theme", "polarity", "n_respondents", "n_quotes", "n_without_quote"]
    pd.testing.assert_frame_equal(one.themes[numbers], other.themes[numbers])
    assert set(again.codings["via"]) == {"import:table"}


def test_without_quotes_the_same_people_are_counted_and_the_gap_is_shown(
    talks: tuple[Corpus, Path, pd.DataFrame],
) -> None:
    _, copy, table = talks
    mine = table[table["coder"] == "A"].assign(Citat=None)
    done = import_coding_table(wb.load_corpus(copy), mine, coder="A", **COLUMNS)
    assert done.counts == {"no_place": len(mine)}
    assert set(done.rows["reason"]) == {"no_quote"}
    found = wb.theme_table(wb.load_corpus(copy))
    said = set(zip(mine["Vem"], mine["Kod"], strict=True))
    assert found.matrix["present"].sum() == len(said)
    assert found.themes["n_without_quote"].sum() == len(mine)
    check = next(one for one in found.checks if one.id == "every_coding_has_a_quote")
    assert not check.passed
    gaps = wb.gaps(wb.load_corpus(copy)).table.set_index("gap")["n"]
    assert gaps["without_quote"] == len(mine)


def rows(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["Code", "Quote", "Doc", "Who", "Q"])


NAMED = {"code": "Code", "quote": "Quote", "document": "Doc", "respondent": "Who", "question": "Q"}


def test_a_quote_is_placed_only_where_it_surely_stands(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1, R2)
    table = rows(
        ("wait", "tystnaden", "R1", None, None),
        ("wait", "  Ingen  sa något\npå tre veckor", "R1", None, None),
        ("wait", "det här sa ingen", "R1", None, None),
        ("wait", "e", "R1", None, None),
        ("wait", None, None, "R1", "F1"),
        ("wait", "tystnaden", "R9", None, None),
        (None, "tystnaden", "R1", None, None),
    )
    done = import_coding_table(corpus, table, coder="B", **NAMED)
    assert list(done.rows["how"]) == [
        "exact", "alike", "no_place", "no_place", "no_place", "left_out", "left_out"
    ]  # fmt: skip
    assert list(done.rows["reason"][2:]) == [
        "absent", "ambiguous", "no_quote", "no_document", "no_code"
    ]  # fmt: skip
    by_act = {coding.act: coding for coding in open_corpus(corpus.folder).folded.codings}
    targets = [by_act[act].target for act in done.rows["act"].dropna()]
    assert [type(target) for target in targets] == [Span, Span, Document, Document, Cell]
    for target in targets[:2]:
        assert isinstance(target, Span)
        assert corpus.text("R1")[target.start : target.end] == target.quote
    assert by_act[done.rows["act"][2]].memo == "det här sa ingen"


def test_codes_are_made_with_those_above_them_once(make_corpus: MakeCorpus) -> None:
    corpus = make_corpus(R1)
    table = rows(
        ("Väntan > utan besked", "tystnaden", "R1", None, None),
        ("Väntan > med besked", "tystnaden", "R1", None, None),
        ("<script>", "tystnaden", "R1", None, None),
    )
    done = import_coding_table(corpus, table, coder="B", **NAMED)
    again = import_coding_table(corpus, table, coder="B", **NAMED)
    assert len(done.codes_made) == 4
    assert again.codes_made == ()
    book = open_corpus(corpus.folder).codebook
    paths = {" > ".join(one.label() for one in book.path(code)) for code in done.codes_made}
    assert paths == {"Väntan", "Väntan > utan besked", "Väntan > med besked", "<script>"}


@pytest.mark.parametrize("sign", ["bra", "1", "<b>"])
def test_a_sign_that_is_none_stops_before_anything_is_written(
    make_corpus: MakeCorpus, sign: str
) -> None:
    corpus = make_corpus(R1)
    before = {path: path.read_bytes() for path in corpus.folder.rglob("*") if path.is_file()}
    table = rows(("new", "tystnaden", "R1", None, None)).assign(Sign=sign)
    with pytest.raises(CorpusError, match="Row 1: polarity must be"):
        import_coding_table(corpus, table, coder="B", polarity="Sign", **NAMED)
    after = {path: path.read_bytes() for path in corpus.folder.rglob("*") if path.is_file()}
    assert after == before


def test_a_missing_column_has_a_near_match(make_corpus: MakeCorpus) -> None:
    with pytest.raises(CorpusError, match=r"no column 'Citat'.*Did you mean 'citat'"):
        import_coding_table(
            make_corpus(R1), pd.DataFrame({"Kod": ["x"], "citat": ["y"]}), coder="B",
            code="Kod", quote="Citat",
        )  # fmt: skip
