"""A study opens from where a reader stands, and its answers come with their account."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb

TOML = """
[survey]
files = [{ path = "waves/*.csv", wave_from = "name" }]
respondent = "id"
weight = "w"
population = "customers"
[survey.items."q*"]
scale = [1, 10]
missing = { dont_know = [99, "Vet ej"] }
[survey.outcomes]
nki = { items = ["q1", "q2", "q3"] }
nps = { item = "rec" }
csat = { item = "q1", top = [9, 10] }
[[journey]]
id = "support"
label = { sv = "Kundtjänst", en = "Support" }
[survey.drivers]
queue = { items = ["q4", "q5"], label = "Kö", touchpoint = "support" }
[survey.segments]
market = "market"
[survey.segments.channel]
column = "ch"
values = { 1 = { sv = "Webb", en = "Web" }, 2 = { sv = "Butik", en = "Shop" } }
[survey.open_answers]
why = { item = "comment", about = "nps" }
[survey.waves."2026-Q2"]
label = { sv = "våren", en = "spring" }
closed = 2026-06-30
invited = 40
[survey.waves."2026-Q1"]
closed = 2026-03-31
"""
Q1 = """id;w;q1;q2;q3;q4;q5;rec;market;ch;comment
a;0,5;10;10;10;5;;10;SE;1;Bra
b;1,5;1;1;Vet ej;99;99;0;NO;2;
c;1;9;;;3;4;7;;3; <script>
"""
Q2 = """id;w;q1;q2;q3;q4;q5;rec;market;ch;comment
a;1;5;6;7;8;9;9;SE;1;=1+1
d;1;55;6;7;8;9;6;SE;2;ok
"""
MANY = Q2 + "".join(f"x{n};1;5;6;7;8;9;9;SE;1;\n" for n in range(150))


@pytest.fixture
def study(write_study) -> wb.Study:
    return wb.load_study(
        write_study(TOML, **{"waves__2026-Q1_csv": Q1, "waves__2026-Q2_csv": MANY})
    )


def test_what_the_file_says_is_at_hand(study: wb.Study) -> None:
    assert (study.id, study.title, study.language) == ("test", "Test", "sv")
    assert study.surveys == ("default",)
    assert [touchpoint.id for touchpoint in study.journey] == ["support"]
    assert study.owner == ""
    assert study.path.name == "study.toml"
    assert study.folder == study.path.parent
    assert study.corpus_model is None


def test_answers_stand_oldest_wave_first_with_computed_columns(study: wb.Study) -> None:
    frame = study.survey()
    assert frame["wave"].tolist()[:4] == ["2026-Q1"] * 3 + ["2026-Q2"]
    assert frame["nki"].tolist()[:3] == pytest.approx([100, 0, np.nan], nan_ok=True)
    assert frame["nps"].tolist()[:3] == [100, -100, 0]
    assert frame["csat"].tolist()[:3] == [100, 0, 100]
    assert frame["queue"].tolist()[:3] == pytest.approx([400 / 9, np.nan, 250 / 9], nan_ok=True)
    assert frame["weight"].tolist()[:3] == [0.5, 1.5, 1]
    assert frame["source"].tolist()[0] == "waves/2026-Q1.csv"
    assert set(frame["population"]) == {"customers"}
    assert frame["market"].tolist()[:2] == ["SE", "NO"]
    assert frame["market"].isna().tolist()[:3] == [False, False, True]
    assert frame["channel"].tolist()[:3] == ["Webb", "Butik", "3"]
    assert frame["comment"].tolist()[2] == "<script>"
    assert pd.isna(frame["comment"][1])
    assert isinstance(frame.index, pd.RangeIndex)


def test_text_is_arrow_backed_and_items_are_numbers(study: wb.Study) -> None:
    frame = study.survey()
    assert frame["q3"].dtype == "float64"
    assert {str(frame[name].dtype) for name in ("wave", "market", "comment")} == {"str"}
    assert frame["comment"].array.dtype.storage == "pyarrow"


def test_raw_keys_are_in_no_column(study: wb.Study) -> None:
    frame = study.survey()
    assert "id" not in frame
    assert frame["respondent_id"].str.fullmatch(r"p[0-9a-f]{16}").all()
    assert frame["respondent_id"][0] == frame["respondent_id"][3], "the same in both waves"
    assert not frame.isin(["a", "b", "c", "d"]).to_numpy().any()


def test_the_account_of_the_reading_adds_up(study: wb.Study) -> None:
    reading = study.reading()
    assert [(file.path, file.rows_read) for file in reading.inputs] == [
        ("waves/2026-Q1.csv", 3),
        ("waves/2026-Q2.csv", 152),
    ]
    assert all(file.rows_read == file.rows_kept + file.rows_set_aside for file in reading.inputs)
    assert {file.delimiter for file in reading.inputs} == {";"}
    missing = reading.missing.set_index(["item", "wave", "kind"])["n"]
    assert missing["q3", "2026-Q1", "dont_know"] == 1
    assert missing["q3", "2026-Q1", "blank"] == 1
    assert missing["q1", "2026-Q2", "out_of_scale"] == 1
    per_item = reading.missing.groupby(["item", "wave"])
    rows = per_item["n"].sum() + per_item["n_answered"].first()
    assert set(rows[:, "2026-Q1"]) == {3}
    assert reading.kind_of_missing("q3")[1] == "dont_know"
    with pytest.raises(wb.DataError, match="says nothing about 'zzz'"):
        reading.kind_of_missing("zzz")


def test_one_slip_of_many_is_left_out_and_told(study: wb.Study) -> None:
    warnings = [str(warning) for warning in study.reading().warnings]
    assert "Item 'q1', wave 2026-Q2: 1 of 152 answers is out of scale and left out." in warnings
    assert "Segment 'channel': 1 answer has a code without a label." in warnings


def test_waves_are_described(study: wb.Study) -> None:
    waves = study.reading().waves
    assert waves["wave"].tolist() == ["2026-Q1", "2026-Q2"]
    assert waves["n"].tolist() == [3, 152]
    assert waves.loc[1, "label"] == {"sv": "våren", "en": "spring"}
    assert waves.loc[1, "closed"] == dt.date(2026, 6, 30)
    assert study.resolve_wave("latest") == "2026-Q2"


def test_the_model_has_every_scale_filled_in(study: wb.Study) -> None:
    model = study.survey_model()
    assert model.outcomes["nki"].scale == (1, 10)
    assert model.outcomes["nki"].min_items == 2
    assert model.outcomes["nps"].scale == (0, 10)
    assert model.outcomes["csat"].kind == "csat"
    assert model.drivers["queue"].scale == (1, 10)
    assert study.segment_labels("channel")["1"] == {"sv": "Webb", "en": "Web"}
    with pytest.raises(wb.StudyError, match="Did you mean 'market'"):
        study.segment_labels("markets")


def test_a_frame_handed_out_does_not_change_the_study(study: wb.Study) -> None:
    frame = study.survey()
    frame.loc[0, "nki"] = -1
    assert study.survey().loc[0, "nki"] == 100


def test_no_number_depends_on_the_key(write_study) -> None:
    files = {"waves__2026-Q1_csv": Q1, "waves__2026-Q2_csv": MANY}
    folder = write_study(TOML, **files)
    first = wb.load_study(folder).survey()
    (folder / ".keys" / "pseudonym.key").unlink()
    second = wb.load_study(folder).survey()
    assert (first["respondent_id"] != second["respondent_id"]).all()
    pd.testing.assert_frame_equal(
        first.drop(columns="respondent_id"), second.drop(columns="respondent_id")
    )


def test_a_study_is_found_from_the_repository_and_the_notebooks_folder(
    write_study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_study(TOML)
    (tmp_path / ".git").mkdir()
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.delenv("WORKBENCH_NOTEBOOK", raising=False)
    assert wb.load_study("study.toml").folder == folder
    monkeypatch.chdir("/")
    monkeypatch.setenv("WORKBENCH_NOTEBOOK", str(deep / "20.ipynb"))
    assert wb.load_study("../..").folder == folder
    assert wb.load_study(folder / "study.toml").id == "test"
    with pytest.raises(wb.StudyError, match=r"a/b: has no study.toml"):
        wb.load_study(deep)
    with pytest.raises(wb.StudyError, match="looked in"):
        wb.load_study("nowhere-at-all")


def test_further_surveys_have_names(write_study) -> None:
    toml = """
[surveys.staff]
files = "staff.csv"
population = "staff"
[surveys.staff.outcomes]
nps = { item = "rec" }
[surveys.partners]
files = "partners.csv"
"""
    study = wb.load_study(write_study(toml, staff_csv="rec\n9\n10\n", partners_csv="id,x\n1,2\n"))
    assert study.surveys == ("staff", "partners")
    staff = study.survey("staff")
    assert staff["nps"].tolist() == [100, 100]
    assert staff["respondent_id"].tolist() == ["all-1", "all-2"]
    assert staff["wave"].tolist() == ["all", "all"]
    with pytest.raises(wb.StudyError, match=r"There are: staff, partners\."):
        study.survey()
    with pytest.raises(wb.StudyError, match="Did you mean 'staff'"):
        study.survey("stuff")


def test_a_study_without_a_survey_says_so(write_study) -> None:
    study = wb.load_study(write_study(""))
    assert study.surveys == ()
    with pytest.raises(wb.StudyError, match="has no survey; add"):
        study.survey()
    with pytest.raises(wb.StudyError, match="'x' is not in"):
        study.experiment("x")


def test_two_populations_are_two_surveys(write_study) -> None:
    folder = write_study(
        '[survey]\nfiles = [{ path = "a.csv", population = "customers" }, '
        '{ path = "b.csv", population = "staff" }]\n'
    )
    with pytest.raises(wb.StudyError, match="two populations can't be one estimate: customers"):
        wb.load_study(folder)


def test_a_person_is_the_same_in_every_source(write_study) -> None:
    toml = """
[survey]
files = "a.csv"
respondent = "row"
person = "customer"
"""
    study = wb.load_study(write_study(toml, a_csv="row,customer\n1,kalle\n2,lisa\n3,kalle\n"))
    frame = study.survey()
    assert frame["respondent_id"].nunique() == 3
    assert frame["person"].tolist() == study.pseudonyms.of(["kalle", "lisa", "kalle"]).tolist()
    assert "customer" not in frame


def test_empty_and_repeated_keys_are_told(write_study) -> None:
    folder = write_study(
        '[survey]\nfiles = "a.csv"\nrespondent = "id"\n', a_csv="id,x\nk,1\nk,2\n,3\n"
    )
    reading = wb.load_study(folder).reading()
    assert [str(warning) for warning in reading.warnings] == [
        "1 row has no respondent key; it counts as a respondent of its own.",
        "1 row repeats a respondent within a wave; it is kept.",
    ]
    assert reading.frame["respondent_id"].tolist()[2] == "all-3"


def test_a_column_in_the_way_of_a_computed_one_is_kept_under_another_name(write_study) -> None:
    folder = write_study('[survey]\nfiles = "a.csv"\n', a_csv="source,x\nweb,1\n")
    reading = wb.load_study(folder).reading()
    assert reading.frame["source"].tolist() == ["a.csv"]
    assert reading.frame["source (file)"].tolist() == ["web"]
    assert "is kept as 'source (file)'" in str(reading.notes[0])
    own = write_study('[survey]\nfiles = "a.csv"\nsource = "source"\n', a_csv="source,x\nweb,1\n")
    assert wb.load_study(own).survey()["source"].tolist() == ["web"]


def test_an_outcome_may_not_take_the_name_of_a_used_column(write_study) -> None:
    toml = """
[survey]
files = "a.csv"
[survey.outcomes]
nps = { item = "rec" }
[survey.open_answers]
why = { item = "nps" }
"""
    folder = write_study(toml, a_csv="rec,nps\n9,text\n")
    with pytest.raises(wb.StudyError, match="the data have a column 'nps'"):
        wb.load_study(folder).survey()


def test_waves_can_stand_in_a_column(write_study) -> None:
    toml = """
[survey]
files = [{ path = "a.csv", wave_column = "period" }]
[survey.outcomes]
nps = { item = "rec" }
"""
    folder = write_study(toml, a_csv="period,rec\n2026,9\n2025,10\n,3\n2026,1\n")
    reading = wb.load_study(folder).reading()
    assert reading.frame["wave"].tolist() == ["2025", "2026", "2026"]
    assert reading.set_aside.to_dict("records") == [
        {"source": "a.csv", "row": 4, "reason": "no_wave", "lines": 1}
    ]
    assert (reading.inputs[0].rows_kept, reading.inputs[0].rows_set_aside) == (3, 1)


def test_files_outside_are_reached_through_a_variable(
    write_study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "elsewhere"
    data.mkdir()
    (data / "w_2025.csv").write_text("x\n1\n")
    (data / "w_2026.csv").write_text("x\n2\n")
    folder = write_study('[survey]\nfiles = "${SURVEY_DATA}/w_{wave}.csv"\n')
    with pytest.raises(wb.StudyError, match="SURVEY_DATA is not set"):
        wb.load_study(folder).survey()
    monkeypatch.setenv("SURVEY_DATA", str(data))
    reading = wb.load_study(folder).reading()
    assert reading.frame["wave"].tolist() == ["2025", "2026"]
    assert reading.inputs[0].path == "${SURVEY_DATA}/w_2025.csv"


def test_the_same_answers_never_count_twice(write_study) -> None:
    toml = '[survey]\nfiles = [{ path = "a.csv", wave = 1 }, { path = "*.csv", wave = 2 }]\n'
    with pytest.raises(wb.StudyError, match=r"'a\.csv' is matched twice"):
        wb.load_study(write_study(toml, a_csv="x\n1\n")).survey()
    toml = '[survey]\nfiles = [{ path = "{wave}.csv" }]\n'
    with pytest.raises(wb.StudyError, match=r"'b\.csv' is a copy of 'a\.csv'"):
        wb.load_study(write_study(toml, a_csv="x\n1\n", b_csv="x\n1\n")).survey()


def test_a_pattern_without_files_is_named(write_study) -> None:
    with pytest.raises(wb.StudyError, match=r"`survey\.files\[0\]\.path`: no file matches 'wave"):
        wb.load_study(write_study('[survey]\nfiles = "wave*.csv"\n')).survey()


def test_the_demo_bank_opens_and_agrees_with_a_plain_reader(repository: Path) -> None:
    reading = wb.load_study(repository / "data" / "demo" / "bank").reading()
    paths = sorted((repository / "data" / "demo" / "bank" / "waves").glob("*.csv"))
    plain = pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)
    scores = pd.to_numeric(plain["recommend"], errors="coerce").where(lambda x: x <= 10)
    assert reading.frame["recommend"].tolist() == pytest.approx(scores.tolist(), nan_ok=True)
    assert reading.frame["weight"].tolist() == pytest.approx(plain["w"].tolist())
    assert reading.warnings == ()


def test_value_labels_of_spss_word_a_segment(write_study) -> None:
    import pyreadstat

    folder = write_study('[survey]\nfiles = "a.sav"\n[survey.segments]\nsex = "q"\n')
    pyreadstat.write_sav(
        pd.DataFrame({"q": [1.0, 2.0]}),
        str(folder / "a.sav"),
        variable_value_labels={"q": {1: "Kvinna", 2: "Man"}},
    )
    assert wb.load_study(folder).survey()["sex"].tolist() == ["Kvinna", "Man"]


def test_typed_and_text_files_of_one_survey_agree(write_study) -> None:
    toml = """
[survey]
files = [{ path = "a.parquet", wave = 1 }, { path = "b.csv", wave = 2 }]
[survey.items.q]
scale = [1, 10]
[survey.outcomes]
mean = { item = "q" }
[survey.segments]
market = "market"
grade = "q"
[survey.segments.kind]
column = "code"
values = { 1 = "ett", 2 = "två" }
"""
    folder = write_study(toml, b_csv="q;market;code;day\n5;NO;2;2026-01-02\n")
    pd.DataFrame(
        {
            "q": pd.array([1, None], "Int64"),
            "market": pd.Categorical(["SE", "NO"]),
            "code": [1.0, np.nan],
            "day": pd.to_datetime(["2026-01-01", None]),
        }
    ).to_parquet(folder / "a.parquet")
    frame = wb.load_study(folder).survey()
    assert frame["mean"].tolist() == pytest.approx([0, np.nan, 400 / 9], nan_ok=True)
    assert frame["market"].tolist() == ["SE", "NO", "NO"]
    assert frame["grade"].dropna().tolist() == ["1", "5"]
    assert frame["kind"].dropna().tolist() == ["ett", "två"]
    assert frame["day"].dropna().tolist() == ["2026-01-01", "2026-01-02"]


def test_workbooks_are_read_like_text(write_study) -> None:
    import openpyxl

    toml = """
[survey]
files = [{ path = "*.xlsx", wave_from = "name", sheet = "Svar" }]
weight = "vikt"
submitted = "när"
[survey.outcomes]
nps = { item = "rec" }
"""
    folder = write_study(toml)
    for wave, score in (("2026-01", 10), ("2026-02", 3)):
        book = openpyxl.Workbook()
        sheet = book.create_sheet("Svar")
        sheet.append(["rec", "vikt", "när"])
        sheet.append([score, 0.75, dt.datetime(2026, 1, 31, 8, 30)])
        sheet.append([None, 1, None])
        book.save(folder / f"{wave}.xlsx")
    frame = wb.load_study(folder).survey()
    assert frame["nps"].dropna().tolist() == [100, -100]
    assert frame["weight"].tolist() == [0.75, 1, 0.75, 1]
    assert frame["när"].dt.hour.dropna().tolist() == [8, 8]
