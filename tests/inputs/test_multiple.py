"""Questions with several answers: not chosen is 0, and nothing chosen is no answer."""

import numpy as np
import pytest

import workbench as wb


def reading(write_study, rule: str, data: str, waves: str = ""):
    toml = f'[survey]\nfiles = "*.csv"\n[survey.items.how]\nkind = "multiple"\n{rule}\n{waves}'
    return wb.load_study(write_study(toml, a_csv=data)).reading()


def test_answers_between_separators_become_columns(write_study) -> None:
    found = reading(write_study, 'separator = ","', "id;how\n1;Mejl, App\n2;App\n3;\n")
    assert found.options == {"how": {"App": "how=App", "Mejl": "how=Mejl"}}
    assert found.frame["how=App"].tolist() == pytest.approx([1, 1, np.nan], nan_ok=True)
    assert found.frame["how=Mejl"].tolist() == pytest.approx([1, 0, np.nan], nan_ok=True)
    assert found.kind_of_missing("how").tolist()[2] == "blank"
    assert found.frame["how"].tolist()[0] == "Mejl, App"


def test_columns_of_codes_share_their_labels(write_study) -> None:
    rule = (
        'columns = ["c1", "c2"]\nvalues = { 1 = { sv = "Mejl", en = "Mail" }, 2 = "App" }\n'
        "missing = { dont_know = [9] }"
    )
    found = reading(write_study, rule, "c1;c2\n1;2\n2;\n9;\n7;\n")
    assert found.frame["how=Mejl"].tolist() == pytest.approx([1, 0, np.nan, 0], nan_ok=True)
    assert found.frame["how=App"].tolist() == pytest.approx([1, 1, np.nan, 0], nan_ok=True)
    assert found.frame["how=other"].tolist() == pytest.approx([0, 0, np.nan, 1], nan_ok=True)
    assert found.kind_of_missing("how").tolist()[2] == "dont_know"


def test_ticked_columns_are_options(write_study) -> None:
    rule = 'columns = ["c1", "c2"]\nmarks = [1, "x"]\nvalues = { c1 = "Mejl" }'
    found = reading(write_study, rule, "c1;c2\n1;0\nX;x\n0;\n")
    assert list(found.options["how"]) == ["Mejl", "c2"]
    assert found.frame["how=Mejl"].tolist() == pytest.approx([1, 1, np.nan], nan_ok=True)
    assert found.frame["how=c2"].tolist() == pytest.approx([0, 1, np.nan], nan_ok=True)


def test_free_text_among_the_answers_is_refused(write_study) -> None:
    data = "how\n" + "\n".join(f"svar {n}" for n in range(100))
    with pytest.raises(wb.DataError, match=r"100 different answers.*List the options in `values`"):
        reading(write_study, 'separator = ";"', data)


def test_nobody_answering_is_no_option(write_study) -> None:
    found = reading(write_study, 'separator = ","', "id;how\n1;\n2;\n")
    assert found.options == {"how": {}}
    assert found.kind_of_missing("how").tolist() == ["blank", "blank"]


def test_a_wave_without_the_question_was_not_asked(write_study) -> None:
    toml = """
[survey]
files = "{wave}.csv"
[survey.items.how]
kind = "multiple"
separator = ","
[survey.waves.b]
not_asked = ["how"]
"""
    found = wb.load_study(write_study(toml, a_csv="id;how\n1;App\n", b_csv="id\n1\n2\n")).reading()
    assert found.kind_of_missing("how").tolist()[1:] == ["not_asked", "not_asked"]
    assert found.frame["how=App"].tolist() == pytest.approx([1, np.nan, np.nan], nan_ok=True)
    counts = found.missing.query("item == 'how' and kind == 'not_asked'")["n"].tolist()
    assert counts == [0, 2]
