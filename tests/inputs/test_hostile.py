"""Data and labels that mean harm, or merely go wrong, are read as they are or refused in words."""

import itertools

import numpy as np
import pandas as pd
import pytest

import workbench as wb

TOML = """
[survey]
files = [{ path = "{wave}.csv" }]
[survey.items."q*"]
scale = [1, 10]
[survey.outcomes]
nki = { items = ["q1", "q2"] }
nps = { item = "rec" }
"""
ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "latin-1",
    "mac_roman",
    "cp850",
    "utf-16-le",
    "utf-16-be",
]


def survey(write_study, data: str | bytes, toml: str = TOML) -> pd.DataFrame:
    return wb.load_study(write_study(toml, w1_csv=data)).survey()


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-16"])
def test_the_same_answers_in_eight_encodings_are_the_same_frame(write_study, encoding) -> None:
    text = "q1;q2;rec;ort\n9;8;10;Växjö\n7;6;3;Åmål\n5;5;9;Öland på hösten\n"
    frame = survey(write_study, text.encode(encoding))
    assert frame["ort"].tolist() == ["Växjö", "Åmål", "Öland på hösten"]
    assert frame["nps"].tolist() == [100, -100, 100]
    assert frame["nki"].notna().all()


def test_an_item_from_1_to_10_answered_from_0_is_refused_with_count_and_remedy(write_study) -> None:
    rows = "\n".join(f"{n % 11};8;9" for n in range(110))
    with pytest.raises(wb.StudyError) as caught:
        survey(write_study, f"q1;q2;rec\n{rows}\n")
    text = str(caught.value)
    assert "item 'q1', wave w1: 10 of 110 answers are not on the scale [1, 10] (10 are 0)" in text
    assert "Was it asked from 0?" in text
    assert 'out_of_scale = "missing"' in text


def test_a_recommendation_asked_from_1_to_10_is_suspected(write_study) -> None:
    rows = "\n".join(f"9;8;{1 + n % 10}" for n in range(200))
    warnings = wb.load_study(write_study(TOML, w1_csv=f"q1;q2;rec\n{rows}\n")).reading().warnings
    assert [str(warning) for warning in warnings] == [
        "Item 'rec': nobody of 200 answered 0, though 20 answered 1. Was it asked from 1 to 10? "
        "Then it is no NPS."
    ]


def test_a_percentage_answered_as_a_share_is_refused(write_study) -> None:
    with pytest.raises(wb.StudyError, match="not on the scale"):
        survey(write_study, "q1;q2;rec\n0,9;0,8;9\n")


def test_texts_in_a_scale_are_counted_and_never_shown(write_study) -> None:
    with pytest.raises(wb.StudyError) as caught:
        survey(write_study, "q1;q2;rec\nKalle Karlsson;8;9\n")
    assert "(1 are no number)" in str(caught.value)
    assert "Kalle" not in str(caught.value)


def test_out_of_scale_can_be_counted_instead(write_study) -> None:
    toml = TOML.replace("scale = [1, 10]", 'scale = [1, 10]\nout_of_scale = "missing"')
    reading = wb.load_study(write_study(toml, w1_csv="q1;q2;rec\n0;8;9\n5;8;9\n")).reading()
    assert reading.kind_of_missing("q1").tolist()[0] == "out_of_scale"
    assert "1 of 2 answers is out of scale" in str(reading.warnings[0])


@pytest.mark.parametrize(
    ("data", "nps"),
    [
        ("q1;q2;rec\n" + "10;10;10\n" * 30, [100.0]),
        ("q1;q2;rec\n5;5;8\n", [0.0]),
        ("q1;q2;rec\n" + ";;\n1;;0\n", [-100.0]),
    ],
    ids=["all promoters", "one respondent", "mostly blank"],
)
def test_flat_and_tiny_data_are_read(write_study, data: str, nps: list[float]) -> None:
    assert survey(write_study, data)["nps"].dropna().unique().tolist() == nps


def test_a_wave_without_rows_stays_a_wave(write_study) -> None:
    folder = write_study(TOML, w1_csv="q1;q2;rec\n9;9;9\n", w2_csv="q1;q2;rec\n")
    reading = wb.load_study(folder).reading()
    assert reading.waves["n"].tolist() == [1, 0]
    assert [str(warning) for warning in reading.warnings] == ["Wave w2 has no rows."]
    assert reading.frame["q1"].dtype == "float64"


def test_a_survey_without_any_row_has_its_columns(write_study) -> None:
    frame = survey(write_study, "q1;q2;rec\n")
    assert len(frame) == 0
    assert frame["nki"].dtype == frame["weight"].dtype == "float64"
    assert frame["wave"].dtype == "str"


def test_everything_missing_is_no_value_and_no_error(write_study) -> None:
    frame = survey(write_study, "q1;q2;rec;x\n;;;1\n;;;2\n")
    assert frame[["nki", "nps"]].isna().all().all()


HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "a\u202eb\u2066",
    "${HOME}",
    "%s%n",
    "../../etc/passwd",
    "__import__('os')",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_text(write_study, text: str) -> None:
    toml = f"""
[survey]
files = "w1.csv"
[survey.items.q]
scale = [1, 10]
values = {{ 1 = '''{text}''' }}
label = '''{text}'''
[survey.outcomes]
mean = {{ item = "q", label = '''{text}''' }}
[survey.segments]
s = {{ column = '''{text}''', label = '''{text}''' }}
"""
    quoted = text.replace('"', '""')
    frame = survey(write_study, f'q;"{quoted}";c\n9;"{quoted}";"{quoted}"\n', toml)
    assert frame["s"].tolist() == [text]
    assert frame["c"].tolist() == [text]
    assert frame["mean"].tolist() == pytest.approx([800 / 9])


@pytest.mark.parametrize("name", ["a\u202eb", "a\x1b[2Jb", "q\x07"])
def test_marks_in_a_column_name_do_not_reach_the_terminal(write_study, name: str) -> None:
    with pytest.raises(wb.WorkbenchError) as caught:
        survey(write_study, f"{name};{name};rec\n1;2;3\n")
    assert not set(str(caught.value)) & {"\u202e", "\x1b", "\x07"}


def test_no_infinity_leaves_the_reader(write_study) -> None:
    toml = TOML.replace("scale = [1, 10]", 'scale = [1, 10]\nout_of_scale = "missing"')
    frame = survey(write_study, "q1;q2;rec\ninf;1e999;9\n-inf;NaN;9\n5;5;9\n", toml)
    numbers = frame.select_dtypes("number").to_numpy()
    assert not np.isinf(numbers).any()


def test_a_wave_name_cannot_leave_the_reports_folder(write_study) -> None:
    toml = '[survey]\nfiles = [{ path = "a.csv", wave = "../x" }]\n'
    with pytest.raises(wb.StudyError, match="a name is letters, digits"):
        survey(write_study, "x\n1\n", toml)
    toml = '[survey]\nfiles = [{ path = "w1.csv", wave_column = "v" }]\n'
    frame = survey(write_study, "v;x\n../../x;1\nok;2\n", toml)
    assert frame["wave"].tolist() == ["ok"]


def test_study_ids_cannot_leave_the_reports_folder(write_study) -> None:
    for bad in ("../x", "a/b", "", ".", "..", "a b", "å" * 65, "CON\\x"):
        with pytest.raises(wb.StudyError, match=r"study\.id"):
            wb.load_study(write_study("", header=f"[study]\nid = '{bad}'\n"))


def test_order_of_files_and_columns_changes_no_number(write_study) -> None:
    first, second = "q1;q2;rec\n9;8;9\n7;6;3\n", "rec;q2;q1\n10;5;4\n"
    frames = []
    for order in itertools.permutations(["w1", "w2"]):
        entries = ", ".join(f'{{ path = "{name}.csv", wave = "{name}" }}' for name in order)
        toml = TOML.replace('[{ path = "{wave}.csv" }]', f"[{entries}]")
        study = wb.load_study(write_study(toml, w1_csv=first, w2_csv=second))
        frames.append(study.survey())
    pd.testing.assert_frame_equal(frames[0], frames[1])
