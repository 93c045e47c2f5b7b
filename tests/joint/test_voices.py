"""Every number opens to exactly its comments, screened, and hidden numbers stay closed."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joint_worlds import comments_on_disk

import workbench as wb
from workbench.errors import DataError

CODES = {"wait": ("barrier", ["kö"]), "kind": ("success", ["vänlig"])}
TEXTS = ["Lång kö.", "Så vänlig!", "kö och vänlig", "Bra.", "<script>kö</script>", "=cmd kö"]


@pytest.fixture(scope="module")
def bank(repository):
    """Return the demo bank: study, all answers, those of June, and its comments."""
    study = wb.load_study(repository / "data" / "demo" / "bank")
    answers = study.survey()
    return study, answers, answers[answers["wave"] == "2026-06"], wb.load_corpus(study)


BY_WORDS = {"texts": {"why": "comment"}}


@pytest.mark.parametrize("by", [None, "market", "channel"])
def test_every_count_of_the_demo_is_its_comments(bank, by):
    study, complete, now, corpus = bank
    shared = {"by": by, "protect": wb.report_pattern(study, complete), **BY_WORDS}
    table = wb.joint(now, corpus, "nps", **shared).table
    opened = wb.voices(now, corpus, most=None, **shared)
    keys = ["theme", "segment"]
    cells = table.merge(opened.cells, on=keys, suffixes=("", "_opened"), validate="1:1")
    assert len(cells) == len(table)
    assert (cells["suppressed"] == cells["suppressed_opened"]).all()
    shown = cells[cells["suppressed"] == ""]
    assert (shown["n_customers"] == shown["n_customers_opened"]).all()
    voices = opened.table.groupby(keys, dropna=False)["voice"].nunique()
    for row in shown.itertuples():
        assert voices.get((row.theme, row.segment), 0) == row.n_customers
    assert len(opened.table) == opened.cells["n_shown"].fillna(0).sum()


def test_the_comments_are_those_in_which_the_theme_was_coded(bank):
    _, _, now, corpus = bank
    opened = wb.voices(now, corpus, "waiting", by="market", **BY_WORDS)
    coded = corpus.excerpts[corpus.excerpts["code"] == "waiting"]
    assert set(opened.table["act"]) <= set(coded["act"])
    for row in opened.table.itertuples():
        words = corpus.text(row.document)[int(row.start) : int(row.end)]
        assert words == row.quote
        spot = coded[coded["act"] == row.act].iloc[0]
        assert row.start <= spot["start"] <= spot["end"] <= row.end
    market = dict(zip(now["comment"], now["market"], strict=True))
    by_market = opened.table.drop_duplicates("quote", keep=False)
    same = [market.get(row.quote) == row.segment for row in by_market.itertuples()]
    assert sum(same) / len(same) > 0.9  # words that several wrote are theirs too


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_counts_meet_for_any_comments(tmp_path_factory, data):
    n = data.draw(st.integers(1, 25))
    rows = data.draw(
        st.lists(
            st.tuples(st.integers(0, n - 1), st.sampled_from(["q1", "q2"]), st.sampled_from(TEXTS)),
            max_size=40,
        )
    )
    folder = tmp_path_factory.mktemp("any")
    corpus = comments_on_disk(
        folder, [(f"p{who}", "", question, words) for who, question, words in rows], CODES
    )
    answers = pd.DataFrame(
        {
            "respondent_id": [f"p{number}" for number in range(n)],
            "nki": 50.0,
            "market": data.draw(st.lists(st.sampled_from(["SE", "NO"]), min_size=n, max_size=n)),
        }
    )
    floor = data.draw(st.integers(1, 7))
    table = wb.joint(answers, corpus, "nki", by="market", floor=floor).table
    opened = wb.voices(answers, corpus, by="market", floor=floor)
    assert table["n_customers"].tolist() == opened.cells["n_customers"].tolist()
    seen = opened.table.groupby(["theme", "segment"])["voice"].nunique()
    for row in opened.cells.itertuples():
        expected = 0 if row.suppressed else row.n_customers
        assert seen.get((row.theme, row.segment), 0) == expected


def _small(tmp_path, texts, floor=2):
    names = [f"p{number}" for number in range(len(texts))]
    rows = [(name, "", "q", words) for name, words in zip(names, texts, strict=True)]
    corpus = comments_on_disk(tmp_path, rows, CODES)
    answers = pd.DataFrame({"respondent_id": names, "nki": 50.0})
    return wb.voices(answers, corpus, floor=floor)


def test_what_came_through_the_door_is_taken_out_here(tmp_path):
    opened = _small(tmp_path, ["kö, ring 070-174 06 12", "Lång kö."])
    assert opened.n_screened == 1
    assert not opened.table["quote"].str.contains("070").any()
    assert opened.table["start"].isna().tolist() == [True, False]
    assert [check.id for check in opened.checks] == ["comments_were_clean"]
    assert "workbench redact" in opened.checks[0].text.render("sv")


def test_a_cell_under_the_floor_shows_no_comment_and_no_count(tmp_path):
    opened = _small(tmp_path, ["kö", "Bra.", "Bra."])
    assert opened.table.empty
    assert opened.cells["n_customers"].isna().all()
    assert opened.cells["suppressed"].tolist() == ["floor"]


def test_nobody_is_named_and_voices_are_numbered_within_a_cell(tmp_path):
    opened = _small(tmp_path, ["kö och vänlig", "vänlig", "kö"])
    assert opened.table["voice"].tolist() == [1, 2, 1, 2]
    assert not opened.table.astype(str).isin(["p0", "p1", "p2"]).any(axis=None)


def test_most_takes_customers_from_the_whole_document(bank):
    _, _, now, corpus = bank
    few = wb.voices(now, corpus, "waiting", most=4, **BY_WORDS)
    cell = few.cells.iloc[0]
    assert few.table["voice"].nunique() == 4
    assert cell["n_customers"] == 76
    assert cell["n_shown"] == len(few.table)
    assert few.table["start"].max() - few.table["start"].min() > 20_000


def test_a_theme_or_segment_that_is_not_there_is_an_error(bank):
    _, _, now, corpus = bank
    with pytest.raises(DataError, match="Did you mean 'waiting'"):
        wb.voices(now, corpus, "waitng", **BY_WORDS)
    with pytest.raises(DataError, match="no such segment"):
        wb.voices(now, corpus, "waiting", by="market", segment="IS", **BY_WORDS)
    with pytest.raises(DataError, match="most must be"):
        wb.voices(now, corpus, "waiting", most=0, **BY_WORDS)
