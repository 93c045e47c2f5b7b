"""``workbench check`` gathers what is wrong and what was read."""

import pytest

import workbench as wb
from workbench.inputs.checking import check_study

TOML = """
[survey]
files = "a.csv"
[survey.outcomes]
nps = { item = "rec" }
[surveys.staff]
files = "b.csv"
weight = "w"
[experiment.mail]
file = "ab.csv"
unit = "id"
variant = "v"
control = "A"
[corpus]
guide = "guide.csv"
"""


def test_a_sound_study_passes_with_its_account(write_study) -> None:
    header = '[study]\nid = "x"\nowner = "A"\ndecision = "B"\n'
    folder = write_study(
        '[survey]\nfiles = "a.csv"\n[survey.outcomes]\nnps = { item = "rec" }\n',
        header=header,
        a_csv="rec;x\n9;1\n;\n8;2\n",
    )
    report = check_study(folder)
    assert report.passed
    assert report.exit_code == 0
    lines = report.text("en").splitlines()
    assert lines[0] == "a.csv: 3 rows = 2 kept + 1 set aside (utf-8, ';')"
    assert lines[1].startswith("Data health D. Files: 1. Alarms: 1. To take care with: 0.")
    assert lines[3] == "  Alarm: 1 of 3 rows of a.csv could not be used."
    assert lines[4] == "Warning: a.csv: 1 row was set aside."
    assert lines[-1] == f"{folder / 'study.toml'}: 0 errors, 1 warning."
    assert "3 rader = 2 kvar + 1 åsidosatta" in report.text("sv")


def test_mistakes_in_different_places_are_gathered(write_study) -> None:
    folder = write_study(TOML, a_csv="rec\n9\n12\n", b_csv="w\n-1\n")
    report = check_study(folder)
    assert report.exit_code == 2
    text = "\n".join(report.errors)
    assert "1 of 2 answers are not on the scale [0, 10] (1 are 12)" in text
    assert "must not be negative" in text
    assert "`experiment.mail.file`: there is no file 'ab.csv'" in text
    assert "`corpus.guide`: there is no file 'guide.csv'" in text
    assert len(report.errors) == 4


def test_a_broken_file_is_an_error_not_a_crash(write_study) -> None:
    report = check_study(write_study("[survey]\nfiles = 3\n"))
    assert report.exit_code == 2
    assert "survey.files" in report.errors[0]


def test_drafts_are_warned_about(write_study) -> None:
    report = check_study(write_study("[corpus]\n"))
    assert report.passed
    texts = [str(warning) for warning in report.warnings]
    assert texts[0].startswith("The study names no `study.decision`, `study.owner`")
    assert "no folder 'documents'" in texts[1]


def test_no_study_at_all_is_an_error(tmp_path) -> None:
    with pytest.raises(wb.StudyError, match=r"has no study\.toml"):
        check_study(tmp_path)
