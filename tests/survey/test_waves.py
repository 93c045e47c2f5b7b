"""Changes between waves: published tests, panels, mix, corrections, how often they are wrong."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

import workbench as wb
from workbench.estimates import benjamini_hochberg
from workbench.survey.wave_order import compared_pairs, wave_dates
from workbench.survey.waves import weighted_p_values

CONTRACT = ["segment", "wave", "previous", "change", "ci_low", "ci_high", "p_value", "p_adjusted",
            "real", "mix", "verdict"]  # fmt: skip


def _waves(*samples, **columns):
    frame = pd.DataFrame(
        {
            "wave": np.repeat(
                [f"2026-0{k + 1}" for k in range(len(samples))], [len(s) for s in samples]
            ),
            "nki": np.concatenate(samples),
        }
    )
    return frame.assign(**columns)


def _sample(rng, n, mean=70.0, sd=17.0):
    return np.clip(rng.normal(mean, sd, n), 0, 100)


def test_table_starts_with_the_columns_it_promises():
    rng = np.random.default_rng(0)
    frame = _waves(_sample(rng, 60), _sample(rng, 60), m=["a", "b"] * 60, c=["x"] * 120)
    table = wb.compare_waves(frame, "nki").table
    assert list(table)[: len(CONTRACT)] == CONTRACT
    assert list(wb.compare_waves(frame, "nki", by=["m", "c"]).table)[:3] == ["m", "c", "segment"]
    with_change = wb.compare_waves(frame, "nki", by="m").table
    assert (with_change["change"] == with_change["real"] + with_change["mix"]).all()


def test_change_of_a_mean_is_welch_s_test():
    rng = np.random.default_rng(1)
    first, second = _sample(rng, 80, 70, 17), _sample(rng, 140, 74, 11)
    row = wb.compare_waves(_waves(first, second), "nki").table.iloc[0]
    expected = stats.ttest_ind(second, first, equal_var=False)
    interval = expected.confidence_interval()
    assert row.change == pytest.approx(second.mean() - first.mean())
    assert (row.ci_low, row.ci_high) == pytest.approx((interval.low, interval.high))
    assert row.p_value == pytest.approx(expected.pvalue)


def test_a_full_panel_is_the_paired_test():
    rng = np.random.default_rng(2)
    first = _sample(rng, 90)
    second = np.clip(first + rng.normal(2, 6, 90), 0, 100)
    frame = _waves(first, second, respondent_id=[*range(90)] * 2)
    row = wb.compare_waves(frame, "nki").table.iloc[0]
    expected = stats.ttest_rel(second, first)
    assert row.p_value == pytest.approx(expected.pvalue, rel=1e-6)
    assert (row.n_both, row.n, row.n_previous) == (90, 90, 90)
    apart = wb.compare_waves(frame.drop(columns="respondent_id"), "nki").table.iloc[0]
    assert row.ci_high - row.ci_low < 0.6 * (apart.ci_high - apart.ci_low)


def test_a_change_of_nps_is_recovered_from_both_score_intervals():
    kinds = [100.0] * 19 + [0.0] * 7 + [-100.0] * 10 + [100.0] * 60 + [0.0] * 25 + [-100.0] * 15
    frame = pd.DataFrame({"wave": ["1"] * 36 + ["2"] * 100, "nps": kinds})
    row = wb.compare_waves(frame, "nps").table.iloc[0]
    down = np.hypot(
        45 - 29.26, 50.07 - 25
    )  # the two intervals of the literature, squared and added
    up = np.hypot(58.13 - 45, 25 - -4.34)
    assert (row.change, row.ci_low, row.ci_high) == pytest.approx(
        (20, 20 - down, 20 + up), abs=0.02
    )
    assert (row.p_value < 0.05) == (row.ci_low > 0)


def test_all_promoters_in_both_waves_still_have_a_width():
    frame = pd.DataFrame({"wave": ["1"] * 10 + ["2"] * 10, "nps": [100.0] * 19 + [-100.0]})
    row = wb.compare_waves(frame, "nps").table.iloc[0]
    assert row.ci_low < -20 < row.ci_high
    equal = wb.compare_waves(frame.assign(nps=70.0), "nps", kind="mean").table.iloc[0]
    assert (equal.reason, equal.verdict) == ("ALL_EQUAL", "unknown")
    assert np.isnan(equal.ci_low)


def test_all_rows_share_one_correction():
    rng = np.random.default_rng(3)
    frame = _waves(*[_sample(rng, 120) for _ in range(4)], m=["a", "b", "c"] * 160)
    table = wb.compare_waves(frame, "nki", by="m", at="all").table
    assert len(table) == 9
    assert table["p_adjusted"].to_numpy() == pytest.approx(
        stats.false_discovery_control(table["p_value"])
    )
    newest = wb.compare_waves(frame, "nki", by="m").table
    assert newest["wave"].unique().tolist() == ["2026-04"]
    one, two = wb.adjust_together(
        wb.compare_waves(frame, "nki"), wb.compare_waves(frame, "nki", by="m")
    )
    # four looks; half of the budget for the first table, three tenths for others of its outcome
    weighted = [
        one.table["p_value"].iloc[0] / (0.5 / 0.8 * 4),
        *(two.table["p_value"] / (0.3 / 0.8 * 4 / 3)),
    ]
    expected = stats.false_discovery_control(np.minimum(weighted, 1))
    assert [*one.table["p_adjusted"], *two.table["p_adjusted"]] == pytest.approx(expected.tolist())
    alone = wb.adjust_together(wb.compare_waves(frame, "nki", by="m"))[0].table["p_adjusted"]
    assert alone.tolist() == pytest.approx(newest["p_adjusted"].tolist())
    assert wb.adjust_together() == ()
    assert one.family == two.family == 4


def test_everyone_together_has_one_verdict_in_every_table():
    rng = np.random.default_rng(5)
    frame = _waves(_sample(rng, 200), _sample(rng, 200), m=["a", "b"] * 200)
    more = [frame.assign(nki=rng.permutation(frame["nki"])) for _ in range(6)]
    alone, split, *_ = wb.adjust_together(
        wb.compare_waves(frame, "nki"),
        wb.compare_waves(frame, "nki", by="m"),
        *(wb.compare_waves(other, "nki", by="m") for other in more),
    )
    shown = ["p_adjusted", "p_real_adjusted", "verdict"]
    pd.testing.assert_frame_equal(split.total[shown], alone.table[shown])
    assert alone.total[shown].equals(alone.table[shown])
    assert split.total["p_adjusted"].iloc[0] != split.total["p_value"].iloc[0]


# --- mix ---


def test_mix_and_real_are_told_apart():
    low, high = [50.0, 52] * 50, [80.0, 82] * 50
    frame = _waves(low[:20] + high[:80], low[:60] + high[:40])
    frame["g"] = ["low"] * 20 + ["high"] * 80 + ["low"] * 60 + ["high"] * 40
    row = wb.compare_waves(frame, "nki", mix_by="g").table.iloc[0]
    assert row.change == pytest.approx(-12)
    assert (row.real, row.mix, row.verdict) == (pytest.approx(0), pytest.approx(-12), "mix")
    by_group = wb.compare_waves(frame, "nki", by="g")
    assert by_group.total.iloc[0].mix == pytest.approx(-12)
    assert set(by_group.table["verdict"]) <= {"noise", "unknown"}


def test_a_fall_hidden_by_who_answered_is_masked():
    frame = _waves([50.0, 52] * 30 + [80.0, 82] * 10, [44.0, 46] * 10 + [74.0, 76] * 12)
    frame["g"] = ["low"] * 60 + ["high"] * 20 + ["low"] * 20 + ["high"] * 24
    result = wb.compare_waves(frame, "nki", mix_by="g")
    row = result.table.iloc[0]
    assert row.change > 0
    assert row.real == pytest.approx(-6, abs=0.01)
    assert row.verdict == "masked"
    assert "make-up held still" in result.summary()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_real_and_mix_always_sum_to_the_change(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(10, 60, 2)
    frame = _waves(*[_sample(rng, k) for k in n])
    frame["g"] = rng.choice(list("abcde"), len(frame))
    frame["w"] = rng.uniform(0.2, 4, len(frame))
    row = wb.compare_waves(frame, "nki", mix_by="g", weight="w").table.iloc[0]
    assume(not np.isnan(row.real))  # too little in common to be split
    assert row.real + row.mix == pytest.approx(row.change)


# --- what waves are compared, and when not ---


def test_year_before_finds_the_same_month():
    waves = ["2025-05", "2025-06", "2026-05", "2026-06"]
    assert compared_pairs(waves, at="all", against="year_before") == [(2, 0), (3, 1)]
    assert compared_pairs(waves, at="latest", against="previous") == [(3, 2)]
    assert compared_pairs(waves, at="2026-05", against="2025-06") == [(2, 1)]
    dates = dict(
        zip("abc", [dt.date(2025, 1, 9), dt.date(2025, 7, 1), dt.date(2026, 1, 4)], strict=True)
    )
    assert compared_pairs(["a", "b", "c"], at="latest", against="year_before", dates=dates) == [
        (2, 0)
    ]
    assert [d.month for d in wave_dates(["2026-Q3", "2026_k4"], None)] == [7, 10]
    with pytest.raises(wb.DataError, match="has no date"):
        wave_dates(["spring"], None)


def test_order_is_by_date_not_by_name():
    rng = np.random.default_rng(5)
    frame = _waves(_sample(rng, 60, 60), _sample(rng, 60, 80))
    frame["wave"] = frame["wave"].map({"2026-01": "zz", "2026-02": "aa"})
    assert wb.compare_waves(frame, "nki", order=["zz", "aa", "mm"]).table.iloc[0].change > 0
    assert wb.compare_waves(frame, "nki").table.iloc[0].change < 0
    with pytest.raises(wb.DataError, match="must have every wave"):
        wb.compare_waves(frame, "nki", order=["aa"])


def test_a_reworded_question_breaks_the_line_and_an_open_wave_is_preliminary():
    rng = np.random.default_rng(6)
    frame = _waves(*[_sample(rng, 200, mean) for mean in (70, 50, 70)])
    broken = wb.compare_waves(frame, "nki", at="all", broken=["2026-02"]).table
    assert broken["verdict"].tolist() == ["broken", "real"]
    assert np.isnan(broken["change"].iloc[0])
    early = wb.compare_waves(frame, "nki", preliminary=["2026-03"])
    assert early.table.iloc[0].verdict == "preliminary"
    assert early.table.iloc[0].change > 0
    assert "preliminary" in early.summary()


def test_one_wave_has_nothing_to_compare():
    result = wb.compare_waves(_waves([60.0, 70] * 9), "nki")
    assert result.table.empty
    assert "only one wave" in result.summary()
    assert result.summary("sv")


def test_small_segments_are_hidden_with_their_complement():
    rng = np.random.default_rng(7)
    frame = _waves(
        _sample(rng, 100), _sample(rng, 100), m=(["a"] * 60 + ["b"] * 37 + ["c"] * 3) * 2
    )
    result = wb.compare_waves(frame, "nki", by="m")
    assert result.table["verdict"].tolist() != []
    hidden = result.table.set_index("segment").loc[["b", "c"]]
    assert hidden["suppressed"].tolist() == ["complement", "floor"]
    assert hidden[["change", "ci_low", "p_value", "n", "estimate", "real"]].isna().all(axis=None)
    assert result.levels["suppressed"].ne("").sum() == 4


def test_clusters_enter_the_change():
    rng = np.random.default_rng(8)
    shop = np.tile(np.repeat(np.arange(20), 10), 2)
    shift = np.concatenate([rng.normal(0, 8, 20)[shop[:200]], rng.normal(0, 8, 20)[shop[200:]]])
    frame = _waves(_sample(rng, 200), _sample(rng, 200), shop=shop)
    frame["nki"] = np.clip(frame["nki"] + shift, 0, 100)
    plain, clustered = (
        wb.compare_waves(frame, "nki", cluster=c).table.iloc[0] for c in (None, "shop")
    )
    assert clustered.ci_high - clustered.ci_low > 1.2 * (plain.ci_high - plain.ci_low)


@pytest.mark.parametrize(
    "wrong",
    [
        {"wave": "nowhere"}, {"at": "2027-01"}, {"against": "never"}, {"by": "wave"},
        {"mix_by": "nowhere"}, {"respondent": "nowhere"}, {"kind": "net"}, {"kind": "guess"},
        {"alpha": 5}, {"floor": 0},
    ],
    ids=str,
)  # fmt: skip
def test_choices_that_do_not_fit_are_data_errors(wrong):
    frame = _waves([60.0, 70] * 9, [50.0, 90] * 9)
    with pytest.raises(wb.DataError):
        wb.compare_waves(frame, "nki", **wrong)


def test_rows_without_a_wave_are_refused_by_row():
    frame = _waves([60.0] * 9, [50.0] * 9)
    frame.loc[3, "wave"] = None
    with pytest.raises(wb.DataError, match="first at row 3"):
        wb.compare_waves(frame, "nki")


def test_hostile_outcomes_give_reasons_not_numbers():
    frame = _waves([60.0] * 9, [np.nan] * 9)
    row = wb.compare_waves(frame, "nki").table.iloc[0]
    assert (row.reason, row.verdict) == ("NO_ANSWERS", "unknown")
    with pytest.raises(wb.DataError):
        wb.compare_waves(frame.assign(nki="a"), "nki")


# --- the rule of thumb ---


def test_two_units_at_sd_17_and_n_250_call_one_still_tracker_in_five():
    # sd 17 and 250 answers: a difference of two indices needs about three units, not two
    rng = np.random.default_rng(9)
    points = [
        np.clip(stats.norm.ppf((rng.permutation(250) + 0.5) / 250, 70, 17), 0, 100) for _ in "12"
    ]
    thumb = wb.compare_waves(_waves(*points), "nki").thumb.iloc[0]
    assert thumb.smallest_sure == pytest.approx(3.0, abs=0.15)
    assert thumb.false_alarm == pytest.approx(
        2 * stats.norm.sf(2 / (17 * np.sqrt(2 / 250))), abs=0.02
    )
    assert thumb.false_alarm > 0.17


def test_groups_under_other_names_are_no_change_of_mix():
    rng = np.random.default_rng(21)
    frame = _waves(rng.normal(60, 10, 300), rng.normal(70, 10, 300))
    names = np.tile(["a", "b", "c"], 200)
    frame["age"] = np.where(frame["wave"] == frame["wave"].min(), names, np.char.upper(names))
    row = wb.compare_waves(frame, "nki", mix_by="age", kind="mean").table.iloc[0]
    assert row["verdict"] == "real", "who answered is not known to have changed"
    assert np.isnan(row["real"])
    assert np.isnan(row["mix"])
    by_age = wb.compare_waves(frame, "nki", by="age", kind="mean")
    assert by_age.table.empty
    assert "No group" in by_age.summary()
    brought = wb.explain_change(frame, "nki", by="age", kind="mean")
    assert "can’t be said" in brought.summary()
    frame["age"] = names
    assert wb.compare_waves(frame, "nki", mix_by="age", kind="mean").table["real"].item() > 8


# --- segments against the rest ---


def test_a_segment_against_the_rest_is_welch_s_test():
    rng = np.random.default_rng(10)
    frame = pd.DataFrame({"nki": _sample(rng, 150), "m": ["a"] * 50 + ["b"] * 90 + ["c"] * 10})
    frame.loc[frame["m"] == "a", "nki"] += 12
    result = wb.compare_segments(frame, "nki", by="m")
    row = result.table.set_index("segment").loc["a"]
    expected = stats.ttest_ind(
        frame.loc[frame["m"] == "a", "nki"], frame.loc[frame["m"] != "a", "nki"], equal_var=False
    )
    assert row.p_value == pytest.approx(expected.pvalue)
    assert row.verdict == "higher"
    assert result.table["p_adjusted"].to_numpy() == pytest.approx(
        stats.false_discovery_control(result.table["p_value"])
    )
    assert pd.isna(result.table.set_index("segment").loc["c", "rank"])  # ten are too few to rank
    assert "a" in result.summary()
    with pytest.raises(wb.DataError):
        wb.compare_segments(frame, "nki", by=[])


# --- how often it is wrong, and how much it sees ---


def _reports(rng, replicates, n, segments, shift=0.0, shifted=None):
    """P-values of many two-wave reports at once: of each total, and of each segment."""
    rows = 2 * n * replicates
    frame = pd.DataFrame(
        {
            "report": np.repeat(np.arange(replicates), 2 * n),
            "wave": np.tile(np.repeat(["1", "2"], n), replicates),
            "m": np.tile(np.arange(n) % segments, 2 * replicates),
            "nki": rng.normal(70, 17, rows),
        }
    )
    moved = (frame["wave"] == "2") & (True if shifted is None else frame["m"] == shifted)
    frame["nki"] -= shift * moved
    total = wb.compare_waves(frame, "nki", by="report", kind="mean", floor=1).table
    split = wb.compare_waves(frame, "nki", by=["report", "m"], kind="mean", floor=1).table
    return total["p_value"].to_numpy(), split["p_value"].to_numpy().reshape(replicates, segments)


def _stable_reports_that_call(rng, replicates, segments, n):
    """Share of reports on a still tracker that call any change real, corrected over the report."""
    total, split = _reports(rng, replicates, n, segments)
    classes = np.array([0] + [1] * segments)
    return np.mean(
        [
            benjamini_hochberg(weighted_p_values(report, classes)).min() <= 0.05
            for report in np.column_stack([total, split])
        ]
    )


def _whole_reports(rng, replicates, shift, n=400, segments=4):
    """Share of reports of NKI, NPS and CSAT, in all and by segment, that call NKI or anything."""
    rows = 2 * n * replicates
    wave = np.tile(np.repeat(["1", "2"], n), replicates)
    latent = rng.normal(70, 17, rows) - shift * (wave == "2")
    score = np.clip(np.rint(latent / 10 + rng.normal(0.6, 1.5, rows)), 0, 10)
    frame = pd.DataFrame(
        {
            "report": np.repeat(np.arange(replicates), 2 * n),
            "wave": wave,
            "m": np.tile(np.arange(n) % segments, 2 * replicates),
            "nki": latent,
            "nps": 100.0 * ((score >= 9) * 1 - (score < 7) * 1),
            "csat": 100.0 * (latent + rng.normal(0, 8, rows) >= 88),
        }
    )
    looks = [
        wb.compare_waves(frame, outcome, by=by, kind=kind, floor=1).table["p_value"].to_numpy()
        for by in ("report", ["report", "m"])
        for outcome, kind in (("nki", "mean"), ("nps", "net"), ("csat", "share"))
    ]
    together = np.column_stack([look.reshape(replicates, -1) for look in looks])
    classes = np.array([0, 2, 2] + [1] * segments + [2] * 2 * segments)
    adjusted = np.array(
        [benjamini_hochberg(weighted_p_values(report, classes)) for report in together]
    )
    return np.mean(adjusted[:, 0] <= 0.05), np.mean(adjusted.min(axis=1) <= 0.05)


def _found(rng, replicates, shift, n, segments, shifted):
    """Share of reports that call the shift: of the total, or of one segment among all."""
    total, split = _reports(rng, replicates, n, segments, shift, shifted)
    if shifted is None:
        return np.mean(total <= 0.05)
    return np.mean([benjamini_hochberg(report)[shifted] <= 0.05 for report in split])


def test_still_trackers_are_seldom_called_changed():
    rng = np.random.default_rng(11)
    assert _stable_reports_that_call(rng, 400, 4, 200) <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 400)


def test_shifts_worth_knowing_are_found():
    rng = np.random.default_rng(12)
    assert _found(rng, 250, 4, 400, 4, None) >= 0.85 - 4 * np.sqrt(0.85 * 0.15 / 250)
    assert _found(rng, 250, 8, 400, 3, 1) >= 0.80 - 4 * np.sqrt(0.8 * 0.2 / 250)
    assert _found(rng, 100, 0.5, 400, 4, None) < 0.3, "the simulation can fail"


def _often(share, rng, replicates, *arguments):
    """Average a share over blocks of 100 reports: what hides small groups grows with the frame."""
    blocks = [share(rng, 100, *arguments) for _ in range(replicates // 100)]
    return np.mean(blocks, axis=0)


@pytest.mark.prove
def test_trackers_at_full_size(repository):
    import sys

    sys.path.insert(0, str(repository / "benchmarks"))
    from stored import store

    rng = np.random.default_rng(13)
    rows = [
        {"claim": f"still tracker, {segments} segments, n {n}", "limit": "<= 0.05",
         "share": _often(_stable_reports_that_call, rng, 2000, segments, n)}
        for segments, n in ((1, 400), (4, 400), (12, 1200))
    ]  # fmt: skip
    rows += [
        {"claim": "4 units of the total, sd 17, n 400", "limit": ">= 0.85",
         "share": _often(_found, rng, 2000, 4, 400, 4, None)},
        {"claim": "8 units of one of 3 segments, n 400 in all", "limit": ">= 0.80",
         "share": _often(_found, rng, 2000, 8, 400, 3, 1)},
        {"claim": "8 units of one of 4 segments, n 400 in all", "limit": "as measured",
         "share": _often(_found, rng, 2000, 8, 400, 4, 1)},
    ]  # fmt: skip
    found, _ = _often(_whole_reports, rng, 1000, 4)
    _, called = _often(_whole_reports, rng, 1000, 0)
    rows += [
        {"claim": "4 units of the total, in a report of 3 outcomes by 4 segments, n 400",
         "limit": ">= 0.85", "share": found},
        {"claim": "still tracker, report of 3 outcomes by 4 segments, n 400", "limit": "<= 0.05",
         "share": called},
    ]  # fmt: skip
    store("trackers", rows, claim="Still trackers are called changed in at most 5 % of reports; "
          "shifts worth knowing are found", modules=["workbench.survey.waves"])  # fmt: skip
    noise = 3 * np.sqrt(0.05 * 0.95 / 2000)
    assert all(row["share"] <= 0.05 + noise for row in rows if row["limit"] == "<= 0.05")
    assert rows[3]["share"] >= 0.85
    assert rows[4]["share"] >= 0.80
    assert rows[6]["share"] >= 0.85 - 3 * np.sqrt(0.85 * 0.15 / 1000)
