"""Public data sets read to the numbers their publishers and independent code found in them."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.inputs.readers import read_table
from workbench.inputs.tabular import read_delimited

pytestmark = pytest.mark.real_data


def mean(values: pd.Series, weights: pd.Series) -> float:
    known = values.notna()
    return float(np.average(values[known], weights=weights[known]))


def test_five_airport_waves_run_through_one_study(open_study) -> None:
    reading = open_study("sfo").reading()
    frame = reading.frame
    assert reading.waves["n"].tolist() == [3535, 2818, 2958, 3087, 2831]
    assert reading.set_aside.empty
    by_wave = frame.groupby("wave", sort=False)
    assert by_wave["overall"].count().tolist() == [3334, 2677, 2810, 2919, 2688]
    assert by_wave["overall"].mean().tolist() == pytest.approx(
        [74.55, 74.90, 76.20, 75.95, 76.61], abs=0.005
    )
    assert by_wave["csat"].mean().tolist() == pytest.approx(
        [79.3, 78.9, 80.0, 81.0, 82.1], abs=0.05
    )
    weighted = [mean(rows["Q7ALL"], rows["weight"]) for _, rows in by_wave]
    assert weighted == pytest.approx([3.985, 4.007, 4.044, 4.053, 4.071], abs=0.001)


def test_airport_nps_2017_has_the_publishers_counts(open_study) -> None:
    study = open_study("sfo")
    frame = study.survey().query("wave == '2017'")
    told = frame["nps"].dropna()
    assert len(told) == 2746
    assert (told == 100).sum() == 1436
    assert (told == -100).sum() == 342
    assert frame["nps"].isna().sum() == 85
    assert told.mean() == pytest.approx(39.84, abs=0.005)
    assert mean(frame["nps"], frame["weight"]) == pytest.approx(40.40, abs=0.005)
    missing = study.reading().missing.set_index(["item", "wave", "kind"])["n"]
    assert missing["NETPRO", "2017", "blank"] == 85
    assert missing["NETPRO", "2013", "not_asked"] == 3535
    by_language = told.groupby(frame["language"]).agg(["mean", "size"]).round(2)
    assert by_language.T.to_dict() == {
        "Chinese": {"mean": -3.51, "size": 114},
        "English": {"mean": 41.24, "size": 2585},
        "Japanese": {"mean": 25.0, "size": 4},
        "Spanish": {"mean": 72.09, "size": 43},
    }


def test_airport_blanks_and_never_used_are_counted_apart(open_study) -> None:
    reading = open_study("sfo").reading()
    missing = reading.missing.query("wave == '2017'").groupby("item")["n"].sum()
    assert missing["Q7ALL"] == 2831 - 2688
    shares = {"Q7ART": 0.19, "Q7PARK": 0.55, "Q7LTPARKING": 0.71, "Q7RENTAL": 0.65}
    for item, share in shares.items():
        assert missing[item] / 2831 == pytest.approx(share, abs=0.01)


def test_complete_cases_of_the_airport_are_as_few_as_published(open_study) -> None:
    frame = open_study("sfo").survey().query("wave == '2017'")
    items = [name for name in frame if name.startswith("Q7")]
    assert len(items) == 15
    assert frame[items].notna().all(axis=1).sum() == 494


def test_a_sixth_wave_with_other_names_stops_with_each_column_suggested(
    open_study, real_data: Path, study_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = study_copy / "data" / "sfo_airport_survey"
    data.mkdir(parents=True)
    for path in (real_data / "sfo_airport_survey").glob("*.csv.gz"):
        (data / path.name).symlink_to(path)
    wave = read_table(real_data / "sfo_airport_survey" / "sfo_2017.csv.gz").frame
    changed = {
        "Q7ART": " Q7ART ",
        "Q7FOOD": "Q7_Food",
        "Q20GENDER": "Q21GENDER",
        "NETPRO": "NET PRO",
        "WEIGHT": "WEIGHTS",
        "LANG": "LANG ",
    }
    wave = wave.assign(RESPNUM=wave["RESPNUM"].astype("int64") + 1).rename(columns=changed)
    with gzip.open(data / "sfo_2018.csv.gz", "wt", encoding="utf-8") as stream:
        wave.to_csv(stream, index=False)
    study = open_study("sfo")
    monkeypatch.setenv("WORKBENCH_REAL_DATA", str(study_copy / "data"))
    with pytest.raises(wb.StudyError) as caught:
        study.survey()
    text = str(caught.value)
    for name, found in changed.items():
        assert f"column '{name}' is not in " in text
        assert f"(wave 2018). Did you mean '{found}'?" in text
    assert text.startswith(f"{len(changed) + 1} mistakes in study.toml:")
    pairs = text.split('[survey.waves."2018"] rename = ')[1].splitlines()[0]
    assert all(
        f"{json.dumps(found)} = {json.dumps(name)}" in pairs for name, found in changed.items()
    )
    toml = study.path.read_text(encoding="utf-8")
    study.path.write_text(f"{toml}\n[survey.waves.2018]\nrename = {pairs}\n", encoding="utf-8")
    mended = wb.load_study(study.folder).survey().query("wave == '2018'")
    assert mended["nps"].mean() == pytest.approx(39.84, abs=0.005)


def test_eleven_counted_as_an_answer_is_refused(open_study) -> None:
    study = open_study("sfo")
    toml = study.path.read_text(encoding="utf-8").replace(
        "missing = { blank = [11] }", "missing = {}"
    )
    study.path.write_text(toml, encoding="utf-8")
    with pytest.raises(wb.StudyError, match=r"84 of 2830 answers are not on .*\(84 are 11\)"):
        wb.load_study(study.folder).survey()


def test_the_swedish_citizen_survey_reads_with_its_letters(open_study) -> None:
    study = open_study("vasby")
    reading = study.reading()
    assert len(reading.frame) == 1038
    assert reading.inputs[0].delimiter == ";"
    assert reading.frame["kon"].value_counts().to_dict() == {
        "Man": 513,
        "Kvinna": 501,
        "Vill ej uppge": 18,
        "Annat/inget kön": 3,
    }
    assert reading.frame["kon"].isna().sum() == 3
    school = reading.frame["X8..Skolan"]
    assert (school == 14).sum() == 276
    drivers = reading.frame[list(study.survey_model().drivers)]
    assert drivers.min().min() >= 0
    assert drivers.max().max() <= 100
    assert len(reading.warnings) == 4, "two shifted rows put texts where ratings stand"


def test_a_form_export_with_word_scales_reads_to_the_published_counts(open_study) -> None:
    frame = open_study("spack").survey()
    counts = pd.crosstab(frame["wave"], frame["spack"])
    assert counts.to_numpy().tolist() == [
        [0, 6, 31, 82, 51],
        [2, 2, 28, 89, 58],
        [1, 4, 26, 98, 53],
    ]
    assert frame["Timestamp"].dt.year.unique().tolist() == [2020, 2021, 2022, 2023]
    assert frame["help=Documentation"].mean() > 0.9


def test_a_scale_where_1_is_best_is_turned(open_study) -> None:
    reading = open_study("nhs").reading()
    assert reading.frame["rating"].value_counts().sort_index().to_dict() == {
        1: 435,
        2: 299,
        3: 366,
        4: 1294,
        5: 5074,
    }
    missing = reading.missing.set_index(["item", "kind"])["n"]
    assert (missing["rating", "dont_know"], missing["rating", "blank"]) == (24, 416)
    assert reading.frame["person"].nunique() == 4466


def test_swallowed_lines_are_set_aside_not_hidden(real_data: Path) -> None:
    path = real_data / "xed_sv" / "sv-projections.tsv.gz"
    table = read_table(path.parent / path.name, delimiter="\t", columns=["text", "labels"])
    table = read_delimited(
        gzip.decompress(path.read_bytes()), file=path.name, columns=["text", "labels"]
    )
    assert table.rows_read == 4906
    assert table.set_aside["row"].tolist() == [998, 1192, 2209, 4912]
    assert set(table.set_aside["reason"]) == {"unclosed_quote"}
    labels = table.frame["labels"].str.split(",").explode().str.strip().value_counts()
    published = [1273, 1160, 591, 691, 815, 831, 866, 827]
    found = [labels[str(label)] for label in range(1, 9)]
    assert max(abs(left - right) for left, right in zip(found, published, strict=True)) <= 2
