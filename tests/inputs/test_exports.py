"""Exports with two or three header rows: Qualtrics, SurveyMonkey, other forms; CSV and Excel."""

from pathlib import Path

import openpyxl
import pytest

import workbench as wb
from workbench.inputs.checking import check_study
from workbench.inputs.drafting import draft_study
from workbench.inputs.readers import read_table

QUALTRICS = [
    ["StartDate", "ResponseId", "Q1", "Q2_1", "Q2_2", "Q3"],
    ["Start Date", "Response ID", "How satisfied\nare you, overall?", "Used - Mail",
     "Used - Phone", "Why?"],
    ['{"ImportId":"startDate","timeZone":"Z"}', '{"ImportId":"_recordId"}',
     '{"ImportId":"QID1"}', '{"ImportId":"QID2_1"}', '{"ImportId":"QID2_2"}',
     '{"ImportId":"QID3_TEXT"}'],
]  # fmt: skip
MONKEY = [
    ["Respondent ID", "How did you reach us?", "", "", "How satisfied are you?", "Why?"],
    ["", "Mail", "Phone", "Chat", "Response", "Open-Ended Response"],
]
WORDS = ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"]


def qualtrics_rows(n: int) -> list[list[str]]:
    return [
        [f"2026-01-{i % 27 + 1:02d} 10:00:00", f"R_{i:04d}", WORDS[i * 7 % 5],
         "1" if i % 3 else "", "1" if i % 2 else "", f"Because of {i}, as I said before"]
        for i in range(n)
    ]  # fmt: skip


def monkey_rows(n: int) -> list[list[str]]:
    return [
        [str(9000 + i), "Mail" if i % 2 else "", "Phone" if i % 3 else "", "Chat" if i % 5 else "",
         WORDS[i * 7 % 5], f"It is number {i} that made me say this"]
        for i in range(n)
    ]  # fmt: skip


def write_csv(path: Path, rows: list[list[str]]) -> Path:
    import csv

    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def test_a_qualtrics_export_is_read_with_its_questions(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "q.csv", QUALTRICS + qualtrics_rows(5))
    table = read_table(path, header="qualtrics")
    assert list(table.frame.columns) == QUALTRICS[0]
    assert table.rows_read == 5
    assert table.column_labels["Q3"] == "Why?"
    assert table.frame.index[0] == 5, "a question of two lines makes the first answer line 5"


def test_import_marks_read_as_answers_are_refused(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "q.csv", QUALTRICS + qualtrics_rows(5))
    with pytest.raises(wb.DataError, match='header = "qualtrics"'):
        read_table(path)


def test_a_surveymonkey_export_joins_question_and_option(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "m.csv", MONKEY + monkey_rows(4))
    table = read_table(path, header="two_rows")
    assert list(table.frame.columns) == [
        "Respondent ID",
        "How did you reach us? [Mail]",
        "How did you reach us? [Phone]",
        "How did you reach us? [Chat]",
        "How satisfied are you?",
        "Why?",
    ]
    assert len(table.frame) == 4


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    rows = [["a", "a", "b"], ["", "", ""], ["1", "2", "3"]]
    table = read_table(write_csv(tmp_path / "m.csv", rows), header="two_rows")
    assert list(table.frame.columns) == ["a", "a (2)", "b"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("form", "n_multiple"), [("qualtrics", 0), ("two_rows", 1)])
def test_init_finds_the_form_of_the_header(
    kind: str, form: str, n_multiple: int, tmp_path: Path
) -> None:
    rows = QUALTRICS + qualtrics_rows(60) if form == "qualtrics" else MONKEY + monkey_rows(60)
    path = tmp_path / f"export.{kind}"
    if kind == "csv":
        write_csv(path, rows)
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append([cell or None for cell in row])
        book.save(path)
    draft = draft_study(tmp_path / "study", [path])
    assert check_study(draft.path).errors == ()
    study = wb.load_study(draft.path)
    survey = study.survey_model()
    assert survey.files[0].header == form
    assert len(study.survey()) == 60
    assert [outcome.scale for outcome in survey.outcomes.values()] == [(1, 5)]
    assert len(survey.open_answers) == 1
    assert sum(rule.kind == "multiple" for rule in survey.items.values()) >= n_multiple


def test_three_rows_of_header_are_told_from_answers(tmp_path: Path) -> None:
    head = [["v1", "v2", "v3"], ["Grade", "Grade", "Age"], ["Food", "Room", "Years"]]
    body = [[str(i % 5 + 1), str(i * 3 % 5 + 1), str(20 + i)] for i in range(40)]
    draft = draft_study(tmp_path / "study", [write_csv(tmp_path / "t.csv", head + body)])
    survey = wb.load_study(draft.path).survey_model()
    assert survey.files[0].header == "three_rows"
    assert len(wb.load_study(draft.path).survey()) == 40
