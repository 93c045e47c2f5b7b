"""A wave whose columns are called otherwise stops the run, each column named and suggested."""

import pytest

import workbench as wb
from workbench.inputs.drift import suggested_names
from workbench.inputs.models.survey import pattern_matches

TOML = """
[survey]
files = [{ path = "{wave}.csv" }]
weight = "w"
[survey.items."q*"]
scale = [1, 10]
[survey.outcomes]
nki = { items = ["q1", "q2"] }
[survey.segments]
market = "market"
"""
FIRST = "id,w,q1,q2,market\n1,1,9,8,SE\n"


def error(folder: object) -> str:
    with pytest.raises(wb.StudyError) as caught:
        wb.load_study(folder).survey()  # type: ignore[arg-type]
    return str(caught.value)


def test_each_renamed_column_is_named_and_suggested_with_a_line_to_paste(write_study) -> None:
    folder = write_study(TOML, w1_csv=FIRST, w2_csv="id,w, q1 ,Q_2,marknad\n1,1,9,8,SE\n")
    text = error(folder)
    assert "column 'q1' is not in w2.csv (wave w2). Did you mean ' q1 '?" in text
    assert "column 'q2' is not in w2.csv (wave w2). Did you mean 'Q_2'?" in text
    assert "column 'market' is not in w2.csv (wave w2). Did you mean 'marknad'?" in text
    assert (
        '[survey.waves."w2"] rename = { " q1 " = "q1", "Q_2" = "q2", "marknad" = "market" }' in text
    )


def test_the_pasted_line_mends_it(write_study) -> None:
    files = {"w1_csv": FIRST, "w2_csv": "id,w, q1 ,Q_2,marknad\n1,1,7,8,NO\n"}
    mended = '\n[survey.waves."w2"]\nrename = { marknad = "market", " q1 " = "q1", "Q_2" = "q2" }\n'
    frame = wb.load_study(write_study(TOML + mended, **files)).survey()
    assert frame["q1"].tolist() == [9, 7]
    assert frame["market"].tolist() == ["SE", "NO"]


def test_an_unknown_column_stops_the_run_until_it_is_ignored(write_study) -> None:
    files = {"w1_csv": FIRST, "w2_csv": "id,w,q1,q2,market,extra\n1,1,9,8,SE,x\n"}
    text = error(write_study(TOML, **files))
    assert "column 'extra' of w2.csv (wave w2) is not in the other waves" in text
    assert 'ignore = ["extra"]' in text
    allowed = TOML.replace('weight = "w"', 'weight = "w"\nignore = ["ex*"]')
    frame = wb.load_study(write_study(allowed, **files)).survey()
    assert frame["extra"].isna().tolist() == [True, False]


def test_ignoring_everything_does_not_ignore_what_the_study_uses(write_study) -> None:
    toml = TOML.replace('weight = "w"', 'weight = "w"\nignore = ["*"]')
    text = error(write_study(toml, w1_csv=FIRST, w2_csv="w,q1,q2_ny,market\n1,9,8,SE\n"))
    assert "column 'q2' is not in w2.csv (wave w2). Did you mean 'q2_ny'?" in text


def test_a_question_that_was_not_asked_is_missing_as_such(write_study) -> None:
    files = {"w1_csv": FIRST, "w2_csv": "id,w,q1,market\n1,1,9,SE\n2,1,8,SE\n"}
    toml = TOML + '\n[survey.waves."w2"]\nnot_asked = ["q2"]\n'
    reading = wb.load_study(write_study(toml, **files)).reading()
    assert reading.kind_of_missing("q2").tolist()[1:] == ["not_asked", "not_asked"]
    missing = reading.missing.set_index(["item", "wave", "kind"])["n"]
    assert missing["q2", "w2", "not_asked"] == 2
    assert missing["q2", "w1", "not_asked"] == 0
    assert "q2' is said not to be asked, but stands in w1.csv" in error(
        write_study(TOML + '\n[survey.waves."w1"]\nnot_asked = ["q2"]\n', **files)
    )


def test_a_column_that_is_nowhere_is_the_studys_slip(write_study) -> None:
    text = error(write_study(TOML.replace('"q2"', '"q22"'), w1_csv=FIRST))
    assert "`survey.outcomes.nki`: column 'q22' is in no file of the survey" in text
    text = error(write_study(TOML, w1_csv="id,w,q1 ,q2,market\n1,1,9,8,SE\n"))
    assert '\'q1 \' is, with spaces around it. Say rename = { "q1 " = "q1" }' in text


def test_an_item_pattern_that_fits_nothing_is_a_slip(write_study) -> None:
    text = error(write_study(TOML + '\n[survey.items."z*"]\nscale = [1, 2]\n', w1_csv=FIRST))
    assert 'survey.items."z*"`: no column matches this pattern' in text
    text = error(write_study(TOML + "\n[survey.items.markt]\nkind = 'text'\n", w1_csv=FIRST))
    assert "no file has this column. Did you mean 'market'?" in text


def test_a_renaming_of_nothing_is_a_slip(write_study) -> None:
    text = error(write_study(TOML + "\n[survey.waves.w1]\nrename = { q11 = 'q3' }\n", w1_csv=FIRST))
    assert "there is no column 'q11' in w1.csv. Did you mean 'q1'?" in text
    text = error(write_study(TOML + "\n[survey.waves.w1]\nrename = { id = 'q1' }\n", w1_csv=FIRST))
    assert "'id' is renamed to 'q1', but w1.csv already has a column 'q1'" in text
    toml = TOML.replace('weight = "w"', 'weight = "w"\nrename = { zz = "q1" }')
    assert wb.load_study(write_study(toml, w1_csv=FIRST)).survey()["q1"].tolist() == [9]
    toml = TOML.replace('weight = "w"', 'weight = "w"\nrename = { zz = "q9" }')
    assert "no file has a column 'zz'" in error(write_study(toml, w1_csv=FIRST))


def test_two_columns_can_change_names_with_each_other(write_study) -> None:
    toml = TOML + "\n[survey.waves.w1]\nrename = { q1 = 'q2', q2 = 'q1' }\n"
    frame = wb.load_study(write_study(toml, w1_csv=FIRST)).survey()
    assert frame.loc[0, ["q1", "q2"]].tolist() == [8, 9]


def test_a_declared_wave_without_file_is_a_slip(write_study) -> None:
    text = error(write_study(TOML + "\n[survey.waves.w11]\nlabel = 'x'\n", w1_csv=FIRST))
    assert "no file belongs to wave 'w11'. Did you mean 'w1'?" in text


def test_a_wave_that_is_to_come_is_announced(write_study) -> None:
    waves = "\n[survey.waves.w1]\nclosed = 2026-01-31\n[survey.waves.w2]\nopened = 2026-03-01\n"
    reading = wb.load_study(write_study(TOML + waves, w1_csv=FIRST)).reading()
    assert "Wave w2 is announced; no file belongs to it yet." in map(str, reading.notes)
    assert reading.waves["wave"].tolist() == ["w1"]
    early = waves.replace("2026-03-01", "2025-03-01")
    assert "no file belongs to wave 'w2'" in error(write_study(TOML + early, w1_csv=FIRST))


def test_several_slips_are_told_at_once(write_study) -> None:
    files = {"w1_csv": FIRST, "w2_csv": "id,w,q1,market\n1,1,9,SE\n", "w3_csv": "id,w,q2\n1,1,9\n"}
    text = error(write_study(TOML, **files))
    assert text.startswith("3 mistakes in study.toml:")


def test_each_column_is_suggested_once() -> None:
    assert suggested_names(["q1", "q2"], ["Q1"]) == {"q1": "Q1"}
    assert suggested_names([], ["a"]) == suggested_names(["a"], []) == {}


@pytest.mark.parametrize(
    ("pattern", "column", "fits"),
    [
        ("Q7*", "Q7", True),
        ("*COM*", "Q9COM1", True),
        ("a*a", "a", False),
        ("a*b*c", "axxbyyc", True),
        ("a*b*c", "axxc", False),
        ("*", "anything", True),
        ("Why [a]?", "Why [a]?", True),
        ("Why?", "Whyx", False),
        ("*RESPNUM", "*RESPNUM", True),
    ],
)
def test_only_a_star_stands_for_other_letters(pattern: str, column: str, fits: bool) -> None:
    assert pattern_matches(pattern, column) is fits
