"""Who is counted: customers once, whatever they left, and what happens when keys do not meet."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joint_worlds import bank_answers, comments_on_disk, links_of, made_links

import workbench as wb
from workbench.errors import DataError
from workbench.inputs.disclosure import audit, published_tables

CODES = {"wait": ("barrier", ["kö", "väntan"]), "kind": ("success", ["vänlig"])}


def _answers(names, **more):
    return pd.DataFrame({"respondent_id": names, **more})


def test_a_customer_with_five_comments_counts_once(tmp_path):
    names = [f"p{number:02}" for number in range(30)]
    rows = [("p00", "", f"q{number}", "Lång kö, sur väntan i kö.") for number in range(5)]
    rows += [(name, "", "q0", "kö" if place < 9 else "Allt bra.") for place, name in
             enumerate(names[1:])]  # fmt: skip
    corpus = comments_on_disk(tmp_path, rows, CODES)
    answers = _answers(names, nki=np.linspace(20, 80, 30), nps=[-100.0, 0, 100] * 10)
    row = wb.joint(answers, corpus, "nki", floor=1).table.iloc[0]
    assert (row["theme"], row["n_written"], row["n_customers"]) == ("wait", 30, 10)
    assert (row["n_with"], row["n_without"]) == (10, 20)
    assert row["share"] == pytest.approx(1 / 3)
    expected = answers["nki"].iloc[:10].mean() - answers["nki"].iloc[10:].mean()
    assert row["difference"] == pytest.approx(expected)


def test_a_customer_in_several_waves_counts_once_with_the_last_of_their_rows(tmp_path):
    rows = [("p1", wave, "why", "kö") for wave in ("2026-01", "2026-02")]
    rows += [(f"p{number}", "2026-02", "why", "Bra.") for number in range(2, 6)]
    corpus = comments_on_disk(tmp_path, rows, CODES)
    waves = ["2026-01"] + ["2026-02"] * 5
    names = ["p1", "p1", "p2", "p3", "p4", "p5"]
    answers = _answers(names, wave=waves, nki=[0.0, 40, 60, 62, 64, 66])
    whole = wb.joint(answers, corpus, "nki", floor=1).table.iloc[0]
    assert (whole["n_written"], whole["n_customers"]) == (5, 1)
    assert whole["estimate_with"] == 40
    by_wave = wb.joint(answers, corpus, "nki", by="wave", floor=1).table
    assert by_wave["n_customers"].tolist() == [1, 1]


def test_those_who_wrote_nothing_are_in_no_number(tmp_path):
    corpus = comments_on_disk(tmp_path, [("p1", "", "q", "kö"), ("p2", "", "q", "Bra.")], CODES)
    answers = _answers(["p1", "p2", "p3", "p4"], nki=[10.0, 50, 90, 90])
    row = wb.joint(answers, corpus, "nki", floor=1).table.iloc[0]
    assert (row["n_written"], row["n_with"], row["n_without"]) == (2, 1, 1)
    assert row["estimate_without"] == 50


def test_a_theme_that_is_denied_is_not_brought_up(tmp_path):
    corpus = comments_on_disk(tmp_path, [("p1", "", "q", "kö"), ("p2", "", "q", "Bra.")], CODES)
    span = corpus.excerpts.iloc[0]
    corpus.undo(span["act"], coder="A")
    from workbench.coding.acts import Span

    corpus.add(
        Span(span["document"], int(span["start"]), int(span["end"])),
        "wait",
        coder="A",
        stance="denies",
    )
    answers = _answers(["p1", "p2"], nki=[10.0, 50])
    table = wb.joint(answers, corpus, "nki", floor=1).table
    assert table["n_customers"].tolist() == [0]
    assert table["reason"].tolist() == ["NO_ANSWERS"]


def _checks(result):
    return {check.id: check.passed for check in result.checks}


def test_each_way_a_link_fails_is_named_and_counted(tmp_path):
    rows = [
        ("p1", "2026-01", "why", "kö"),
        ("gone", "2026-01", "why", "kö"),
        ("p2", "2025-12", "why", "kö"),
        ("p3", "2026-01", "why", "kö"),
    ]
    corpus = comments_on_disk(tmp_path, rows, CODES)
    answers = _answers(["p1", "p2", "p3", "p3", None], wave=["2026-01"] * 5, nki=[1.0, 2, 3, 4, 5])
    links = wb.link_comments(answers, corpus)
    n = dict(zip(links.table["link"], links.table["n_comments"], strict=True))
    assert n == {"respondent": 2, "no_row": 1, "other_wave": 1}
    assert _checks(links) == {
        "every_comment_has_a_row": False,
        "comments_of_other_waves": None,
        "no_row_stands_twice": False,
        "every_row_has_a_respondent": False,
    }
    texts = [check.text.render(language) for check in links.checks for language in ("en", "sv")]
    assert all("1" in text for text in texts)
    assert not any(name in text for text in texts for name in ("gone", "p3"))
    row = wb.joint(answers, corpus, "nki", floor=1).table.iloc[0]
    assert row["n_customers"] == 2  # the repeated row adds nobody
    assert (links.n_linked, links.n_comments) == (2, 4)


def test_comments_are_found_by_their_words_when_the_pseudonyms_are_of_another_key(tmp_path):
    words = ["kö igen", "Bra.", "Bra.", "Ring Anna Berg på 070-174 06 12, hon vet!", "väntan"]
    rows = [(f"old{place}", "2026-01", "why", text) for place, text in enumerate(words)]
    corpus = comments_on_disk(tmp_path, rows, CODES, redact=True)
    assert "070-174" not in corpus.text(corpus.documents["document"].iloc[0])
    answers = _answers(
        [f"new{place}" for place in range(6)],
        wave=["2026-01"] * 6,
        comment=[words[4], words[3], words[1], None, words[0], words[2]],
        nki=[1.0, 2, 3, 4, 5, 6],
    )
    links = wb.link_comments(answers, corpus, texts={"why": "comment"})
    n = dict(zip(links.table["link"], links.table["n_comments"], strict=True))
    assert n == {"respondent": 0, "words": 5}
    table = wb.joint(answers, corpus, "nki", texts={"why": "comment"}, floor=1).table
    assert table["n_customers"].tolist() == [2]
    assert table["estimate_with"].tolist() == [3.0]  # rows 0 and 4
    assert wb.link_comments(answers, corpus).n_linked == 0


def test_words_that_leave_a_doubt_link_nobody(tmp_path):
    rows = [("old1", "2026-01", "why", "Bra."), ("old2", "2026-01", "why", "kö")]
    corpus = comments_on_disk(tmp_path, rows, CODES)
    answers = _answers(
        ["n1", "n2", "n3"], wave=["2026-01"] * 3, comment=["Bra.", "Bra.", "kö"], nki=[1.0, 2, 3]
    )
    links = wb.link_comments(answers, corpus, texts={"why": "comment"})
    n = dict(zip(links.table["link"], links.table["n_comments"], strict=True))
    assert n == {"respondent": 0, "words": 1, "no_row": 1}


def test_a_key_that_half_fits_is_no_reason_to_go_by_words(tmp_path):
    rows = [("p1", "2026-01", "why", "kö"), ("old2", "2026-01", "why", "Bra.")]
    corpus = comments_on_disk(tmp_path, rows, CODES)
    answers = _answers(["p1", "p2"], wave=["2026-01"] * 2, comment=["kö", "Bra."], nki=[1.0, 2])
    assert wb.link_comments(answers, corpus, texts={"why": "comment"}).n_linked == 1


def test_groups_under_the_floor_are_hidden_and_cannot_be_computed_back():
    rng = np.random.default_rng(4)
    answers = bank_answers(rng, 300)
    links = made_links(rng, answers, null=False)
    total = wb.joint(answers, links, "nps")
    split = wb.joint(answers, links, "nps", by="market")
    groups = wb.theme_groups(answers, links, by="market")
    hidden = split.table["suppressed"] != ""
    assert hidden.any()
    assert (~hidden).any()
    shown = split.table.loc[~hidden, "n_customers"]
    assert ((shown == 0) | (shown >= 7)).all()
    assert split.table.loc[hidden, ["n_customers", "share", "difference"]].isna().all(axis=None)
    assert groups.table["suppressed"].tolist() == split.table["suppressed"].tolist()
    tables = [t for result in (total, split, groups) for t in published_tables(result)]
    assert len({table.measure for table in tables}) > len(links.themes)
    assert audit(tables).empty


def test_few_on_either_side_hide_the_difference_and_not_the_share():
    names = [f"p{number}" for number in range(40)]
    links = links_of(names, [(row, "wait") for row in range(35)])
    answers = _answers(names, nki=np.linspace(0, 100, 40))
    row = wb.joint(answers, links, "nki").table.iloc[0]
    assert row["n_customers"] == 35
    assert np.isnan(row["difference"])
    assert row["reason"] == "FLOOR"
    assert row[["n_with", "n_without"]].isna().all()


def test_ranks_are_given_to_twelve_customers_or_more():
    names = [f"p{number}" for number in range(60)]
    pairs = [(row, "many") for row in range(30)] + [(row, "few") for row in range(30, 41)]
    answers = _answers(names, nki=np.linspace(0, 100, 60))
    table = wb.joint(answers, links_of(names, pairs), "nki").table.set_index("theme")
    assert table.loc["many", "rank"] == 1
    assert pd.isna(table.loc["few", "rank"])


def test_the_difference_is_that_of_the_survey_and_keeps_weights_and_clusters():
    from scipy import stats

    rng = np.random.default_rng(8)
    answers = bank_answers(rng, 200)
    answers["branch"] = np.arange(200) % 20
    links = links_of(list(answers["respondent_id"]), [(row, "wait") for row in range(80)])
    plain = wb.joint(answers, links, "nki").table.iloc[0]
    welch = stats.ttest_ind(answers["nki"][:80], answers["nki"][80:], equal_var=False)
    assert plain["p_value"] == pytest.approx(welch.pvalue)
    assert plain["ci_low"] == pytest.approx(welch.confidence_interval().low)
    weighted = wb.joint(answers, links, "nki", weight="weight").table.iloc[0]
    w = answers["weight"]
    expected = np.average(answers["nki"][:80], weights=w[:80]) - np.average(
        answers["nki"][80:], weights=w[80:]
    )
    assert weighted["difference"] == pytest.approx(expected)
    answers["nki"] = answers["nki"] + 25 * (answers["branch"] % 2)
    free = wb.joint(answers, links, "nki").table.iloc[0]
    tied = wb.joint(answers, links, "nki", cluster="branch").table.iloc[0]
    assert tied["ci_high"] - tied["ci_low"] != pytest.approx(free["ci_high"] - free["ci_low"])


@settings(max_examples=25)
@given(st.data())
def test_counts_add_up_and_shares_stay_inside(data):
    n = data.draw(st.integers(1, 60))
    names = [f"p{number}" for number in range(n)]
    pairs = data.draw(
        st.sets(st.tuples(st.integers(0, n - 1), st.sampled_from(["a", "å<b>", "=c"])), max_size=80)
    )
    scores = data.draw(st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=n, max_size=n))
    answers = _answers(names, nki=pd.Series(scores, dtype="float64"),
                       market=data.draw(st.lists(st.sampled_from(["SE", "NO", None]), min_size=n,
                                                 max_size=n)))  # fmt: skip
    links = links_of(names, sorted(pairs))
    table = wb.joint(answers, links, "nki", by="market", floor=1).table
    for theme, own in table.groupby("theme"):
        assert own["n_customers"].sum() == len({row for row, name in pairs if name == theme})
    shown = table.dropna(subset=["share"])
    assert (shown["n_customers"] <= shown["n_written"]).all()
    assert ((shown["share_low"] <= shown["share"]) & (shown["share"] <= shown["share_high"])).all()
    numbers = table.select_dtypes("number").to_numpy(dtype=float, na_value=np.nan)
    assert not np.isinf(numbers).any()
    lacks = table["difference"].isna()
    assert (table.loc[lacks, "reason"] != "").all()


def test_everything_looked_at_is_corrected_together():
    rng = np.random.default_rng(1)
    answers = bank_answers(rng, 300)
    links = made_links(rng, answers)
    one, other = wb.joint(answers, links, "nps"), wb.joint(answers, links, "nki", by="market")
    both = wb.adjust_jointly(one, other)
    assert {result.family for result in both} == {one.family + other.family}
    assert (both[0].table["p_adjusted"] >= one.table["p_adjusted"])[
        one.table["p_value"].notna()
    ].all()
    assert wb.adjust_jointly() == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outcome": "nkl"}, "Column 'nkl'.*Did you mean 'nki'"),
        ({"outcome": []}, "outcome must name"),
        ({"by": "markt"}, "Did you mean 'market'"),
        ({"level": "topic"}, "level must be"),
        ({"correction": "none"}, "correction must be"),
        ({"floor": 0}, "floor"),
        ({"alpha": 5}, "between 0 and 1"),
        ({"respondent": "id"}, "Column 'id'"),
        ({"weight": "w"}, "Column 'w'"),
    ],
)
def test_a_wrong_call_says_what_must_hold(tmp_path, change, words):
    corpus = comments_on_disk(tmp_path, [("p1", "", "q", "kö")], CODES)
    answers = _answers(["p1"], nki=[50.0], market=["SE"])
    call = {"outcome": "nki"} | change
    with pytest.raises(DataError, match=words):
        wb.joint(answers, corpus, call.pop("outcome"), **call)


def test_what_is_no_corpus_is_refused():
    with pytest.raises(DataError, match="must be a corpus"):
        wb.joint(_answers(["p1"], nki=[1.0]), {"themes": []}, "nki")


def test_nothing_coded_gives_empty_tables_and_says_so(tmp_path):
    corpus = comments_on_disk(tmp_path, [("p1", "", "q", "Bra.")], {})
    answers = _answers(["p1"], nki=[50.0], market=["SE"])
    found = wb.joint(answers, corpus, "nki")
    assert found.table.empty
    assert "0 comparisons" in found.summary()
    assert wb.theme_groups(answers, corpus, by="market").table.empty
    assert wb.voices(answers, corpus).table.empty
