"""Every mistake in ``study.toml`` is named with file, line, key, what was found, and a remedy."""

from pathlib import Path

import pytest

from workbench.errors import StudyError
from workbench.inputs.study_file import dotted, read_study_file
from workbench.inputs.toml_lines import KeyLines

SURVEY = """
[survey]
files = "answers.csv"
[survey.items."q*"]
scale = [1, 10]
[survey.outcomes]
nki = { items = ["q1", "q2", "q3"] }
"""


def mistakes(folder: Path) -> str:
    with pytest.raises(StudyError) as caught:
        read_study_file(folder / "study.toml")
    return str(caught.value)


ONE_MISTAKE = {
    'respondnt = "id"': r"survey.respondnt`: unknown key. Did you mean 'respondent'?",
    'missing_weight = "drop"': "survey.missing_weight`: must be 'error' or 'set_aside'; found",
    "weight = 3": "survey.weight`: must be text, in quotes; found a whole number, 3.",
    "[survey.drivers]\nqueue = { items = [] }": (
        "`survey.drivers.queue.items`: must have at least 1 of them; found a list."
    ),
    "[survey.drivers]\nqueue = 3": "`survey.drivers.queue`: must be a table; found a whole number",
    "[survey.items.q1]\nmissing = [99]": "survey.items.q1.missing`: must be a table; found a list",
    "[survey.items.q1]\nscale = [1, nan]": "survey.items.q1.scale[1]`: must be a finite number",
    "[survey.waves.a]\nclosed = 'soon'": "must be a date, 2026-06-30 without quotes; found text",
    "[survey.waves.a]\ninvited = -1": "survey.waves.a.invited`: must be at least 0; found",
    '[survey.drivers]\nqueue = { items = ["q7"], touchpoint = "suport" }': (
        "survey.drivers.queue.touchpoint`: 'suport' is no touchpoint of [[journey]]. "
        "Did you mean 'support'?"
    ),
    '[survey.open_answers]\nwhy = { item = "c", about = "npss" }': (
        "survey.open_answers.why.about`: 'npss' is no outcome, driver or touchpoint. "
        "There are: nki, support."
    ),
    "[survey.items.q1]\nscale = [10, 1]": "low below high; found [10, 1].",
    "[survey.items.q1]\nscale = [1]": "`survey.items.q1.scale",
    "[survey.items.q1]\nmissing = { dontknow = [9] }": (
        "survey.items.q1.missing.dontknow`: unknown key. Did you mean 'dont_know'?"
    ),
    "[survey.items.q1]\nmissing = { blank = [9], dont_know = [9] }": "one stands here twice",
    '[survey.items.q1]\nkind = "multiple"': "needs either columns = [...] or separator",
    '[survey.items.q1]\nkind = "number"\nscale = [1, 2]': 'of kind "number" has no scale',
    "[survey.items.rec]\nscale = [1, 10]\n[survey.outcomes.nps]\nitem = 'rec'": (
        "NPS is defined for answers 0 to 10; the scale here is [1, 10]"
    ),
    "[survey.outcomes.nps]\nitems = ['q1', 'q2']": "nps is computed from one item; found 2",
    "[survey.outcomes.delight]\nitem = 'q1'": "say which kind it is: kind = one of nki, nps",
    "[survey.outcomes.csat]\nitem = 'q1'\ntop = [11]": "11 is not on the scale [1, 10]",
    "[survey.outcomes.mean]\nitem = 'x'": "item 'x' has no scale. Say it here",
    "[survey.outcomes.mean]\nitem = 'q1'\nitems = ['q2']": "either item or items",
    "[survey.outcomes.mean]\nitem = 'q1'\ntop = [10]": "top belongs to csat; this outcome is mean",
    "[survey.drivers.q1]\nitems = ['q1']": "'q1' is also the name of an item",
    "[survey.segments]\nnki = 'market'": "'nki' is already one of outcomes",
    "[survey.segments]\nwave = 'market'": "'wave' is already a column that reading adds",
    "[survey.drivers.d]\nitems = ['q1', 'x']\nscale = [1, 5]": (
        "different scales, [1, 5] and [1, 10]"
    ),
    '[survey.waves."2026-Q1"]\nrename = { a = "q1", b = "q1" }': "two columns are renamed to 'q1'",
    '[survey.waves."2026-Q1"]\nopened = 2026-02-01\nclosed = 2026-01-01': "is before opened",
    "[[journey]]\nid = 'support'": "touchpoint 'support' stands twice",
    "[[journey]]\nid = 'a'\nlable = 'A'": "journey[1].lable`: unknown key. Did you mean 'label'?",
    "[surveys.default]\nfiles = 'x.csv'": "the survey 'default' is [survey] itself",
    "[survey.margins]\nmarket = {}": "a margin without values says nothing",
    "[servey]\nfiles = 'x.csv'": "`servey`: unknown key. Did you mean 'survey'?",
}


@pytest.mark.parametrize(("line", "expected"), ONE_MISTAKE.items(), ids=list(ONE_MISTAKE))
def test_a_mistake_is_named(write_study, line: str, expected: str) -> None:
    journey = "[[journey]]\nid = 'support'\n"
    folder = write_study(
        SURVEY + journey + line
        if line.startswith("[")
        else SURVEY.replace('"answers.csv"', f'"answers.csv"\n{line}') + journey
    )
    text = mistakes(folder)
    assert expected in text
    assert text.count("\n") == 0, "one mistake, one line"
    place = int(text.split("study.toml:")[1].split(":")[0])
    source = (folder / "study.toml").read_text().splitlines()
    assert source[place - 1] in line.splitlines() or source[place - 1].startswith("nki")


def test_several_mistakes_are_listed_together_in_the_order_of_the_file(write_study) -> None:
    folder = write_study(
        SURVEY.replace("[survey]", '[survey]\nwieght = "w"')
        + "[survey.drivers]\nqueue = { items = ['q7'], touchpoint = 'nowhere' }\nx = 3\n"
    )
    lines = mistakes(folder).splitlines()
    assert lines[0] == "2 mistakes in study.toml:"
    assert "survey.wieght" in lines[1]
    assert "survey.drivers.x" in lines[2]


def test_unknown_keys_do_not_hide_wrong_references(write_study) -> None:
    folder = write_study(
        SURVEY.replace("[survey]", '[survey]\nwieght = "w"')
        + "[survey.drivers]\nqueue = { items = ['q7'], touchpoint = 'nowhere' }\n"
    )
    text = mistakes(folder)
    assert "survey.wieght" in text
    assert "'nowhere' is no touchpoint" in text


def test_a_newer_form_stops_before_anything_else(write_study) -> None:
    folder = write_study("", header='[study]\nid = "x"\nschema_version = 99\nnew_key = 1\n')
    assert "`study.schema_version` is 99; this workbench reads up to 1" in mistakes(folder)


def test_the_first_form_opens_without_saying_so(write_study) -> None:
    model, _ = read_study_file(write_study("") / "study.toml")
    assert model.study.schema_version == 1


def test_broken_toml_is_named_with_its_line(write_study) -> None:
    assert "not valid TOML" in mistakes(write_study("[survey\n"))
    assert "line" in mistakes(write_study("[survey\n"))


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_bytes('[study]\nid = "å"'.encode("cp1252"))
    assert "must be UTF-8" in mistakes(tmp_path)
    assert "not found" in mistakes(tmp_path / "nowhere")


def test_reserved_tables_are_accepted(write_study) -> None:
    model, _ = read_study_file(
        write_study('[owners]\nsupport = "A"\n[[tables]]\npath = "x.csv"\nkey = "id"\n')
        / "study.toml"
    )
    assert model.owners == {"support": "A"}


GOALS = """
[survey.segments]
market = "market"
[[goals]]
measure = "nki"
target = 75
by = 2026-12-31
[[goals]]
measure = "nki"
segment = "market"
target = { SE = 78, NO = 70 }
"""


def test_goals_are_read(write_study) -> None:
    model, _ = read_study_file(write_study(SURVEY + GOALS) / "study.toml")
    assert [goal.target for goal in model.goals] == [75.0, {"SE": 78.0, "NO": 70.0}]
    assert str(model.goals[0].by) == "2026-12-31"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"nki"\ntarget', '"nik"\ntarget', "'nik' is no outcome of [survey]. Did you mean 'nki'?"),
        ('segment = "market"', 'segment = "markt"', "'markt' is no segment of [survey]."),
        ('segment = "market"\n', "", "a target for each of its values"),
        ("target = 75", "target = inf", "target"),
        ("target = 75", "targett = 75", "Did you mean 'target'"),
    ],
)
def test_goals_that_do_not_fit_are_named(old, new, told, write_study) -> None:
    assert told in mistakes(write_study(SURVEY + GOALS.replace(old, new, 1)))


def test_two_equally_narrow_patterns_need_a_rule_of_the_columns_own(write_study) -> None:
    toml = SURVEY.replace(
        '[survey.items."q*"]', '[survey.items."*1"]\nscale = [1, 5]\n[survey.items."q*"]'
    )
    text = mistakes(write_study(toml))
    assert "for 'q1', '*1' and 'q*' are equally narrow; give 'q1' a rule of its own" in text


def test_an_inherited_code_may_not_hide_an_answer(write_study) -> None:
    toml = SURVEY + "[survey.items.q1]\nscale = [0, 10]\n[survey.drivers]\nd = { items = ['q1'] }"
    toml = toml.replace("scale = [1, 10]", "scale = [1, 10]\nmissing = { blank = [0] }", 1)
    toml = toml.replace('nki = { items = ["q1", "q2", "q3"] }', "")
    assert "'q*' says that 0 is no answer. Say `missing` here too" in mistakes(write_study(toml))
    said = toml.replace("scale = [0, 10]", "scale = [0, 10]\nmissing = {}")
    model, _ = read_study_file(write_study(said) / "study.toml")
    assert model.survey is not None
    assert model.survey.rule("q1").missing is not None
    assert model.survey.rule("q1").missing.by_code() == {}


def test_the_narrowest_pattern_decides_key_by_key(write_study) -> None:
    toml = """
[survey]
files = "a.csv"
[survey.items."Q7*"]
scale = [1, 5]
missing = { blank = [0] }
[survey.items."Q7A*"]
label = "Art"
[survey.items.Q7ALL]
missing = { blank = ["Blank"] }
[survey.items."Q7COM*"]
kind = "text"
"""
    model, _ = read_study_file(write_study(toml) / "study.toml")
    survey = model.survey
    assert survey is not None
    rule = survey.rule("Q7ALL")
    assert (rule.scale, rule.label) == ((1, 5), "Art")
    assert rule.missing is not None
    assert rule.missing.by_code() == {"Blank": "blank"}
    assert survey.rule("Q7COM1").scale is None, "a narrower kind ends the wider scale"
    assert survey.rule("Q8").given == set()


def test_control_and_direction_marks_are_shown_not_sent_to_the_terminal(write_study) -> None:
    text = mistakes(write_study('[survey]\nfiles = "a.csv"\n"we\\u202Eight\\u001B" = "w"\n'))
    assert "<U+202E>" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


LINES = '''# first
[study]
id = "x"
title = """a
[not.a.table]
b"""
[[journey]]
id = "a"
[[journey]]
id = "b" # [no]
label = { sv = "[x]", en = "y" }
[survey.waves."2026 Q1"]
rename = {
  a = "b"
}
closed = 2026-01-01
[[experiment.mail.metrics]]
name = "m"
[experiment."a.b".c]
x.y = [
  1,
]
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("study",), 2),
        (("study", "title"), 4),
        (("journey", 0, "id"), 8),
        (("journey", 1, "label", "en"), 11),
        (("survey", "waves", "2026 Q1", "closed"), 16),
        (("survey", "waves", "2026 Q1", "rename", "a"), 13),
        (("experiment", "mail", "metrics", 0, "name"), 18),
        (("experiment", "a.b", "c", "x", "y"), 20),
        (("nowhere",), None),
    ],
)
def test_keys_have_lines(key: tuple[str | int, ...], line: int | None) -> None:
    assert KeyLines(LINES).of(key) == line


def test_keys_are_written_as_toml_writes_them() -> None:
    assert dotted(("items", "Q7*", "scale", 0)) == 'items."Q7*".scale[0]'
    assert dotted(("items", "Väntetid", "x")) == 'items."Väntetid".x'
