"""No hidden cell follows from what is shown: added, subtracted, bounded, over all reports."""

import json
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import workbench as wb
from workbench.inputs.disclosure import (
    PublishedRows,
    PublishedTable,
    audit,
    hidden_cells,
    published_tables,
)

FLOOR = 7


# --- an attacker of our own, who knows nothing of how cells are chosen ---


def _bounds_of_hidden(frame, columns, tags):
    """Bound each hidden margin over every count of the finest cells that fits what is shown."""
    base = frame.groupby(columns, dropna=False).size()
    cells = [
        dict(zip(columns, key if isinstance(key, tuple) else (key,), strict=True))
        for key in base.index
    ]
    rows, equal, below = [], [], []
    for size in range(len(columns) + 1):
        for kept in combinations(columns, size):
            for values in {tuple(cell[c] for c in kept) for cell in cells}:
                chosen = [tuple(cell[c] for c in kept) == values for cell in cells]
                cell = frozenset(zip(kept, map(str, values), strict=True))
                count = int(base.to_numpy()[chosen].sum())
                rows.append((cell, np.array(chosen, float), count))
    for cell, chosen, count in rows:
        tag = tags.get(cell)
        if tag is None:
            equal.append((chosen, count))
        elif tag == "floor":
            below += [(chosen, FLOOR - 1), (-chosen, -1)]
        else:
            below.append((-chosen, -FLOOR))
    bounds = {}
    for cell, chosen, count in rows:
        if cell in tags:
            ends = []
            for sign in (1, -1):
                found = linprog(
                    sign * chosen,
                    A_eq=np.array([a for a, _ in equal]) if equal else None,
                    b_eq=[b for _, b in equal] if equal else None,
                    A_ub=np.array([a for a, _ in below]),
                    b_ub=[b for _, b in below],
                )
                ends.append(np.inf if found.status == 3 else sign * found.fun)
            bounds[cell] = (np.ceil(ends[0] - 1e-6), np.floor(ends[1] + 1e-6), count)
    return bounds


def _random_frame(seed, columns=("m", "c"), levels=4, rows=60):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            column: rng.choice(
                [f"{column}{k}" for k in range(levels)], rows, p=rng.dirichlet(np.ones(levels))
            )
            for column in columns
        }
    )
    return frame.assign(q=rng.integers(0, 11, rows))


def _hidden(frame, columns):
    answered, nothing = np.ones(len(frame), bool), np.zeros((len(frame), 0))
    return hidden_cells(frame, [columns], [], answered, nothing, floor=FLOOR).tags


@pytest.mark.parametrize("seed", range(25))
def test_attacker_bounds_no_hidden_cell_of_two_crossed_columns(seed):
    frame = _random_frame(seed, rows=int(np.random.default_rng(seed).integers(25, 200)))
    for cell, (low, high, count) in _bounds_of_hidden(
        frame, ["m", "c"], _hidden(frame, ("m", "c"))
    ).items():
        assert low <= count <= high, "the attack itself must be sound"
        assert high > low, f"{sorted(cell)} is recovered"


@pytest.mark.parametrize("seed", range(6))
def test_attacker_bounds_no_hidden_cell_of_three_crossed_columns(seed):
    columns = ("m", "c", "a")
    frame = _random_frame(100 + seed, columns, levels=3, rows=250)
    found = _bounds_of_hidden(frame, list(columns), _hidden(frame, columns))
    assert found
    for low, high, count in found.values():
        assert low <= count <= high
        assert high > low


def test_the_attacker_does_recover_a_cell_that_is_only_blanked():
    frame = pd.DataFrame({"m": ["SE"] * 20 + ["NO"] * 9 + ["DK"] * 3})
    naive = {frozenset({("m", "DK")}): "floor"}
    assert _bounds_of_hidden(frame, ["m"], naive)[frozenset({("m", "DK")})][:2] == (3, 3)


def test_two_cells_of_six_are_not_given_away_by_their_floor():
    # each is at most 6 and together they are 12: both would be known
    frame = pd.DataFrame({"m": ["SE"] * 6 + ["NO"] * 6 + ["DK"] * 30})
    tags = (
        wb.nps(frame.assign(q=9, s=[3, 9] * 21), "s", by="m").table.set_index("segment").suppressed
    )
    assert tags.to_dict() == {"DK": "complement", "NO": "floor", "SE": "floor"}


def test_small_cells_that_fill_each_other_cost_no_larger_one():
    frame = pd.DataFrame({"m": ["SE"] * 30 + ["NO"] * 4 + ["DK"] * 5, "s": [3, 9, 8] * 13})
    tags = wb.nps(frame, "s", by="m").table.set_index("segment").suppressed
    assert tags.to_dict() == {"DK": "floor", "NO": "floor", "SE": ""}


def test_a_remainder_all_of_one_kind_is_not_left():
    # 3 + 5 hidden, all promoters, while others are not: total minus the rest would tell them all
    frame = pd.DataFrame(
        {"m": ["SE"] * 30 + ["FI"] * 12 + ["NO"] * 3 + ["DK"] * 5, "s": [3, 9] * 21 + [10] * 8}
    )
    tags = wb.nps(frame, "s", by="m").table.set_index("segment").suppressed
    assert tags.to_dict() == {"DK": "floor", "FI": "complement", "NO": "floor", "SE": ""}


def test_a_suppressed_row_keeps_its_name_and_nothing_else():
    frame = pd.DataFrame(
        {"m": ["SE"] * 30 + ["NO"] * 20 + ["DK"] * 3, "s": [3, 9, 8, 2, 10] * 10 + [1] * 3}
    )
    table = wb.nps(frame, "s", by="m").table.set_index("segment")
    hidden = table.loc[["DK", "NO"]].drop(columns=["suppressed", "reason"])
    assert hidden.isna().all(axis=None)
    assert table["reason"].to_dict() == {"DK": "FLOOR", "NO": "COMPLEMENT", "SE": ""}
    design = wb.nps(frame, "s", by="m").design.set_index("segment")
    assert design.loc[["DK", "NO"]].isna().all(axis=None)


# --- the whole run: a report for everyone and one for each market ---


def _bank(seed=1, rows=700):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "wave": rng.choice(["2026-05", "2026-06"], rows),
            "market": rng.choice(["SE", "NO", "DK", "FI"], rows, p=[0.5, 0.3, 0.15, 0.05]),
            "channel": rng.choice(["app", "phone", "branch"], rows, p=[0.6, 0.3, 0.1]),
            "recommend": rng.integers(0, 11, rows).astype(float),
        }
    )
    frame.loc[rng.random(rows) < 0.1, "recommend"] = np.nan
    frame.loc[rng.random(rows) < 0.02, "channel"] = None
    frame["nki"] = np.clip(rng.normal(70, 17, rows), 0, 100)
    return frame.assign(
        nps=100.0 * ((frame.recommend >= 9) * 1 - (frame.recommend < 7) * 1)
    ).assign(nps=lambda f: f.nps.where(f.recommend.notna()))


def _reports(complete, pattern):
    """Every table of the run of all markets, and of the run of each market."""
    tables, values = [], []
    for market in (None, *complete["market"].unique()):
        for wave in complete["wave"].unique():
            answers = complete[complete["wave"] == wave]
            fixed = {"wave": wave}
            if market:
                answers, fixed = answers[answers["market"] == market], {"market": market, **fixed}
            splits = (
                [None, "channel"] if market else [None, "channel", "market", ["market", "channel"]]
            )
            for by in splits:
                result = wb.nps(answers, "recommend", by=by, protect=pattern)
                tables += published_tables(result, fixed=fixed, name=f"{market} {by}")
                values.append((fixed, by, result.table))
    return tables, values


@pytest.mark.parametrize("seed", range(4))
def test_audit_finds_nothing_over_the_reports_of_all_markets(seed):
    complete = _bank(seed)
    pattern = wb.suppression_pattern(complete, by=["market", "channel"])
    tables, _ = _reports(complete, pattern)
    assert any(any(table.rows.suppressed) for table in tables), "nothing to protect"
    assert audit(tables).empty


def test_audit_catches_reports_that_were_protected_one_by_one():
    complete = _bank(1)
    alone = []
    for fixed, by in [
        *(({"market": m}, "channel") for m in complete["market"].unique()),
        ({}, "channel"),
        ({}, "market"),
    ]:
        answers = complete[complete["wave"] == "2026-06"]
        for column, value in fixed.items():
            answers = answers[answers[column] == value]
        result = wb.nps(answers, "recommend", by=by)
        alone += published_tables(result, fixed={**fixed, "wave": "2026-06"}, name=f"{fixed} {by}")
    assert "recovered" in set(audit(alone)["kind"])


def test_script_that_adds_and_subtracts_every_table_recovers_nothing():
    """Solve for hidden counts of answers, promoters and detractors by linear algebra."""
    complete = _bank(2)
    pattern = wb.suppression_pattern(complete, by=["market", "channel"])
    _, values = _reports(complete, pattern)
    markets = sorted(complete["market"].unique())
    channels = [*sorted(complete["channel"].dropna().unique()), None]
    base = {(m, c): i for i, (m, c) in enumerate((m, c) for m in markets for c in channels)}
    for wave in complete["wave"].unique():
        shown, hidden = {}, set()
        for fixed, by, table in values:
            if fixed["wave"] != wave:
                continue
            columns = [by] if isinstance(by, str) else by or []
            for row in table.itertuples():
                cell = dict(fixed)
                for column in columns:
                    value = getattr(row, column if len(columns) > 1 else "segment")
                    cell[column] = None if pd.isna(value) else value
                key = (cell.get("market", "*"), cell.get("channel", "*"))
                if row.suppressed and row.reason != "NO_ANSWERS":
                    hidden.add(key)
                elif not row.suppressed:
                    shown[key] = [row.n, row.n * row.promoters, row.n * row.detractors]
        assert hidden
        assert not hidden & set(shown)

        def vector(key):
            return np.array(
                [float(key[0] in ("*", m) and key[1] in ("*", c)) for m, c in base], float
            )

        matrix = np.array([vector(key) for key in shown])
        rank = np.linalg.matrix_rank(matrix)
        for key in hidden:
            extended = np.vstack([matrix, vector(key)])
            assert np.linalg.matrix_rank(extended) > rank, f"{key} is a sum of what is shown"


def test_waves_by_segment_are_protected_with_the_same_pattern():
    complete = _bank(3)
    pattern = wb.suppression_pattern(complete, by=["market", "channel"])
    tables = []
    for market in (None, *complete["market"].unique()):
        answers = complete if market is None else complete[complete["market"] == market]
        fixed = {} if market is None else {"market": market}
        for by in (None, "channel") if market else (None, "channel", "market"):
            result = wb.compare_waves(answers, "nps", by=by, protect=pattern)
            tables += published_tables(result, fixed=fixed, name=str(by), table="levels")
            hidden = result.table[result.table["suppressed"] != ""]
            assert hidden["change"].isna().all()
    assert audit(tables).empty


def test_several_crosses_hide_less_than_one_great_cross():
    complete = _bank(4).assign(age=lambda f: np.tile(["young", "old"], len(f))[: len(f)])
    apart = wb.suppression_pattern(complete, by=[["market", "channel"], ["market", "age"]])
    answers = complete[complete["market"] == "SE"]
    answers = answers[answers["wave"] == "2026-06"]
    table = wb.nps(answers, "recommend", by="age", protect=apart).table
    assert (table["suppressed"] == "").all()
    with pytest.raises(wb.DataError, match="does not cover"):
        wb.nps(answers, "recommend", by=["channel", "age"], protect=apart)


def test_answers_filtered_by_something_else_are_refused():
    complete = _bank(5)
    pattern = wb.suppression_pattern(complete, by=["market", "channel"])
    answers = complete[(complete["wave"] == "2026-06") & (complete["nki"] > 60)]
    with pytest.raises(wb.DataError, match="filtered by a column"):
        wb.nps(answers, "recommend", by="market", protect=pattern)
    with pytest.raises(wb.DataError, match="does not know column 'nki'"):
        wb.nps(complete[complete["wave"] == "2026-06"], "recommend", by="nki", protect=pattern)
    with pytest.raises(wb.DataError, match="one wave at a time"):
        wb.nps(complete, "recommend", by="market", protect=pattern)


# --- the audit itself ---


def _table(name, rows, **fixed):
    groups, n, suppressed = zip(*rows, strict=True)
    return PublishedTable(
        name, "nps", PublishedRows(groups=groups, n=n, suppressed=suppressed), fixed
    )


def test_audit_names_what_is_shown_hidden_twice_and_left_over():
    small = _table("a", [({"m": "SE"}, 5, ""), ({"m": "NO"}, 50, "")])
    assert audit([small])[["cell", "kind"]].to_numpy().tolist() == [
        [json.dumps({"m": "SE"}), "shown"]
    ]
    hidden = _table("b", [({"m": "SE"}, None, "floor"), ({"m": "NO"}, 50, "")])
    again = _table("c", [({"m": "SE"}, 9, ""), ({"m": "NO"}, 50, "")])
    assert "contradiction" in set(audit([hidden, again])["kind"])
    left = _table(
        "d", [({"m": "SE"}, None, "floor"), ({"m": "DK"}, None, "floor"), ({"m": "NO"}, 50, "")]
    )
    assert set(audit([left, _table("e", [({}, 55, "")])])["kind"]) == {"remainder"}


def test_audit_subtracts_one_report_from_another():
    tables = [
        _table("all", [({"c": "app"}, 100, ""), ({"c": "kiosk"}, 43, "")]),
        _table("SE", [({"c": "app"}, 60, ""), ({"c": "kiosk"}, None, "floor")], m="SE"),
        _table("NO", [({"c": "app"}, 40, ""), ({"c": "kiosk"}, 40, "")], m="NO"),
        _table("by m", [({"m": "SE"}, 63, ""), ({"m": "NO"}, 80, "")]),
    ]
    found = audit(tables)
    assert found.loc[found["kind"] == "recovered", "cell"].tolist() == [
        json.dumps({"c": "kiosk", "m": "SE"})
    ]


def test_audit_of_nothing_is_empty():
    assert audit([]).empty
    assert published_tables(wb.nps(pd.DataFrame({"q": [9] * 9}), "q")) != []


# --- merging ---


def test_small_groups_become_other_everywhere():
    frame = pd.DataFrame(
        {"w": [1] * 30 + [2] * 30, "c": (["app"] * 18 + ["fax"] * 4 + ["kiosk"] * 8) * 2}
    )
    merged = wb.merge_small_groups(frame, "c", within="w")
    assert merged.groupby(frame["w"], observed=True).value_counts().loc[1].to_dict() == {
        "app": 18,
        "other": 12,
    }
    assert list(merged.cat.categories) == ["app", "other"]


def test_large_groups_are_left_alone_and_missing_stays_missing():
    frame = pd.DataFrame({"c": ["app"] * 9 + ["web"] * 9 + [None] * 3})
    merged = wb.merge_small_groups(frame, "c")
    assert merged.isna().sum() == 3
    assert list(merged.cat.categories) == ["app", "web"]


def test_a_group_already_named_other_is_not_mixed_up():
    with pytest.raises(wb.DataError, match="another name"):
        wb.merge_small_groups(pd.DataFrame({"c": ["other"] * 3 + ["app"] * 9}), "c")


@settings(max_examples=30)
@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=60))
def test_no_merged_group_is_too_small_unless_all_are_one(values):
    merged = wb.merge_small_groups(pd.DataFrame({"c": values}), "c")
    counts = merged.value_counts()
    assert counts.sum() == len(values)
    assert (counts >= FLOOR).all() or len(counts) == 1


def test_tables_that_contradict_each_other_end_and_are_reported() -> None:
    rows = [({"m": "A"}, 0, ""), ({"m": "B"}, None, "floor"), ({"m": "C"}, None, "complement")]
    tables = [_table("by m", rows), _table("total", [({}, 0, "")])]
    assert not audit(tables).empty


def test_a_wave_without_an_earlier_one_keeps_its_own_count() -> None:
    frame = pd.DataFrame({"wave": ["w1"] * 20 + ["w2"] * 20, "market": ["a", "b"] * 20})
    frame["nki"] = [float("nan")] * 20 + [50.0, 60.0] * 10
    change = wb.compare_waves(frame, "nki", by="market")
    (table,) = published_tables(change)
    assert table.rows.n == (10, 10)
