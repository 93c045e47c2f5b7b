"""Known answers: public data sets, and the demo bank whose truth is on file."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.inputs.disclosure import audit, published_tables

ITEMS = ["CUSA1", "CUSA2", "CUSA3"]


# --- public data ---


@pytest.mark.real_data
def test_satisfaction_index_of_mobile_phones_with_equal_and_with_pls_weights(real_data):
    # R plspm and seminr agree on the weights; 250 customers
    answers = pd.read_csv(real_data / "mobi_ecsi" / "mobi.csv.gz")
    equal = wb.nki(answers, ITEMS)
    assert equal.table.iloc[0].estimate == pytest.approx(71.970, abs=5e-4)
    weighted = wb.nki(answers, ITEMS, item_weights="pls")
    assert weighted.table.iloc[0].estimate == pytest.approx(72.454, abs=5e-4)
    assert weighted.parts["weight"].tolist() == pytest.approx([0.38363, 0.28155, 0.33482], abs=5e-6)
    held = wb.nki(answers, ITEMS, item_weights=weighted.parts["weight"].tolist())
    errors = [result.design.iloc[0].standard_error for result in (weighted, held)]
    assert errors[0] > errors[1]  # the weights are estimated too
    assert errors[0] == pytest.approx(0.90, abs=0.04)  # a bootstrap of 300 that fits them anew
    assert weighted.readings.set_index("reading").loc["equal", "difference"] == pytest.approx(
        71.970 - 72.454, abs=1e-3
    )


@pytest.mark.real_data
def test_airport_nps_2017_by_language_hides_four_answers(real_data):
    answers = pd.read_csv(
        real_data / "sfo_airport_survey" / "sfo_2017.csv.gz", encoding="latin-1", low_memory=False
    )
    answers["NETPRO"] = answers["NETPRO"].where(answers["NETPRO"] != 11)
    plain = wb.nps(answers, "NETPRO").table.iloc[0]
    assert (plain.n, plain.n_missing) == (2746, 85)
    assert plain.estimate == pytest.approx(39.84, abs=5e-3)
    weighted = wb.nps(answers, "NETPRO", weight="WEIGHT").table.iloc[0]
    assert weighted.estimate == pytest.approx(40.40, abs=5e-3)
    by_language = wb.nps(answers, "NETPRO", by="LANG").table.set_index("segment")
    assert by_language.loc["1", ["n", "estimate"]].tolist() == [
        2585,
        pytest.approx(41.24, abs=5e-3),
    ]
    assert by_language.loc["3", ["n", "estimate"]].tolist() == [114, pytest.approx(-3.51, abs=5e-3)]
    assert by_language.loc["4", "suppressed"] == "floor"
    assert by_language.loc["2", "suppressed"] == "complement"  # else 2746 less the rest is four
    by_sex = wb.nps(answers, "NETPRO", by="Q20GENDER")
    shown = by_sex.table.set_index("segment")["estimate"]
    assert shown[["1", "2"]].tolist() == pytest.approx([34.67, 44.89], abs=5e-3)


# --- the demo bank ---


@pytest.fixture(scope="module")
def truth(repository: Path) -> dict:
    return json.loads((repository / "data/demo/bank/truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bank(repository: Path) -> pd.DataFrame:
    """Every wave, as the study's missing codes say, without the reader."""
    files = sorted((repository / "data/demo/bank/waves").glob("*.csv"))
    frame = pd.concat([pd.read_csv(f).assign(wave=f.stem) for f in files], ignore_index=True)
    items = ["q1", "q2", "q3", "recommend"]
    frame[items] = frame[items].apply(pd.to_numeric, errors="coerce").replace(99, np.nan)
    points = 100 / 9 * (frame[["q1", "q2", "q3"]] - 1)
    frame["nki"] = points.mean(axis=1).where(points.notna().sum(axis=1) >= 2)
    kind = (frame["recommend"] >= 9).astype(int) - (frame["recommend"] < 7).astype(int)
    frame["nps"] = (100.0 * kind).where(frame["recommend"].notna())
    return frame.rename(columns={"id": "respondent_id"})


def test_intervals_hold_the_truth_of_the_bank(bank, truth):
    expected = pd.DataFrame(truth["expected"])
    markets = expected[expected["market"].notna() & expected["channel"].isna()]
    held = []
    for wave, answers in bank.groupby("wave"):
        known = markets[markets["wave"] == wave].set_index("market")
        for measured, name in (
            (wb.nki(answers, ["q1", "q2", "q3"], by="market", weight="w"), "nki"),
            (wb.nps(answers, "recommend", by="market", weight="w"), "nps"),
        ):
            table = measured.table.set_index("segment")
            inside = table["ci_low"].le(known[name]) & table["ci_high"].ge(known[name])
            held += inside.tolist()
    assert len(held) == 48
    assert np.mean(held) >= 0.85  # 95 % of 48, less four standard errors, panel overlap among them


def test_the_market_whose_total_hides_a_fall_is_found(bank, truth):
    hidden = truth["simpson"]
    result = wb.compare_waves(bank, "nki", by="market", weight="w", mix_by="channel")
    row = result.table.set_index("segment").loc[hidden["market"]]
    assert row.verdict == "masked"
    assert row.ci_low <= hidden["total_change"] <= row.ci_high
    market = bank[bank["market"] == hidden["market"]]
    inside = wb.explain_change(market, "nki", by="channel", weight="w")
    own = inside.table.set_index("segment")
    for channel, change in hidden["change_by_channel"].items():
        assert own.loc[channel, "ci_low"] - 3 <= change <= own.loc[channel, "ci_high"] + 3
    assert inside.real < -2
    assert inside.mix > 2


def test_the_fall_of_the_last_wave_is_called_real(bank):
    total = wb.compare_waves(bank, "nki", weight="w").table.iloc[0]
    assert (total.verdict, total.change < 0) == ("real", True)
    earlier = wb.compare_waves(bank[bank["wave"] != "2026-06"], "nki", weight="w", at="all").table
    assert set(earlier["verdict"]) == {"noise"}


def test_no_report_of_the_bank_gives_a_small_group_away(bank, truth):
    pattern = wb.suppression_pattern(bank, by=[["market", "channel"], ["market", "age"]])
    tables = []
    for market in (None, *bank["market"].unique()):
        answers = bank if market is None else bank[bank["market"] == market]
        fixed = {} if market is None else {"market": market}
        for by in (None, "channel", "age", *(() if market else ("market",))):
            waves = wb.compare_waves(answers, "nps", by=by, weight="w", protect=pattern)
            tables += published_tables(
                waves, fixed=fixed, table="levels", measure="nps", name=str(by)
            )
            now = answers[answers["wave"] == "2026-06"]
            level = wb.nps(now, "recommend", by=by, weight="w", protect=pattern)
            tables += published_tables(
                level, fixed={**fixed, "wave": "2026-06"}, measure="nps", name=f"nps by {by}"
            )
    small = truth["below_floor"]
    hidden = [t for table in tables for t in table.rows.suppressed if t == "floor"]
    assert hidden, f"{small['market']} has a channel under the floor"
    assert audit(tables).empty
