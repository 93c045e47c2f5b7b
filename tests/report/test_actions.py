"""Open actions: whose they are, and what has happened to the number each rests on."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import workbench as wb
from workbench.report.action_notes import list_actions, note_values
from workbench.report.actions import follow_actions
from workbench.report.addresses import parse_address, row_at
from workbench.report.run import run_notebook

ADDRESS = "90_trial / nps / table / segment=all / estimate"
SHOW = (
    "import workbench as wb\n"
    "study = wb.load_study(study)\n"
    "now = study.survey().query('wave == @study.resolve_wave(@wave)')\n"
    "wb.show(wb.nps(now, 'q1', by='market' if segment else None), id='nps')"
)
ENTRY = """
[[actions]]
text = "{text}"
kind = "find_out"
evidence = "{address}"
{more}
"""


def _results(
    estimate: float | None, low: float | None, high: float | None, **parameters: object
) -> dict:
    columns = ["segment", "estimate", "ci_low", "ci_high"]
    table = {"key": ["segment"], "columns": columns, "rows": [["all", estimate, low, high]]}
    return {
        "parameters": {"wave": "w2", "market": "", "confidence": 0.95} | parameters,
        "results": [{"id": "nps", "kind": "nps", "tables": {"table": table}}],
    }


def _with_actions(study: Path, *entries: str) -> Path:
    (study / "actions.toml").write_text("".join(entries), encoding="utf-8")
    return study


def _follow(study: Path, results: dict, more: str = "", address: str = ADDRESS):
    entry = ENTRY.format(text="Ask", address=address, more=more)
    loaded = wb.load_study(_with_actions(study, entry))
    return follow_actions(loaded, notebook="90_trial", results=results)[0]


THEN = 'then = { wave = "w1", value = 40.0, low = 35.0, high = 45.0 }'


@pytest.mark.parametrize(
    ("present", "verdict"),
    [
        ((20.0, 15.0, 25.0), "fell"),
        ((60.0, 55.0, 65.0), "rose"),
        ((37.0, 32.0, 42.0), "noise"),
        ((20.0, None, None), "untested"),
        ((None, None, None), "hidden"),
    ],
)
def test_a_number_is_compared_with_what_was_noted(
    small_study: Path, present: tuple[float | None, ...], verdict: str
) -> None:
    follow = _follow(small_study, _results(*present), THEN)
    assert follow.verdict == verdict
    assert follow.then == (None if verdict == "hidden" else 40.0), "no subtraction gives it away"
    assert follow.now == present[0]


def test_the_same_wave_is_no_news(small_study: Path) -> None:
    assert _follow(small_study, _results(20.0, 15, 25, wave="w1"), THEN).verdict == "same_wave"


def test_what_is_not_noted_is_not_judged(small_study: Path) -> None:
    assert _follow(small_study, _results(20.0, 15, 25)).verdict == "no_then"
    other = "20_satisfaction / nki / table / segment=all / estimate"
    assert _follow(small_study, _results(20.0, 15, 25), THEN, other).verdict == "absent"


def test_a_report_of_one_market_does_not_answer_for_all(small_study: Path) -> None:
    assert _follow(small_study, _results(20.0, 15, 25, market="SE"), THEN).verdict == "absent"


def test_open_ones_come_oldest_first_and_done_ones_not_at_all(small_study: Path) -> None:
    entries = [
        ENTRY.format(text=text, address=ADDRESS, more=more)
        for text, more in (
            ("third", ""),
            ("second", "due = 2026-03-01"),
            ("first", "noted = 2026-01-01"),
            ("over", 'status = "done"'),
            ("dropped", 'status = "dropped"'),
        )
    ]
    study = wb.load_study(_with_actions(small_study, *entries))
    follows = follow_actions(study, notebook="90_trial", results=_results(1.0, 0, 2))
    assert [follow.action.text for follow in follows] == ["first", "second", "third"]


def test_roles_come_from_the_action_else_from_the_study_but_never_the_owner(
    small_study: Path,
) -> None:
    toml = small_study / "study.toml"
    owners = '\n[owners]\nowner = "Nobody asked"\nanalysis = "Insight"\nfollow_up = "Board"\n'
    toml.write_text(toml.read_text(encoding="utf-8") + owners, encoding="utf-8")
    follow = _follow(small_study, _results(1.0, 0, 2), 'follow_up = "Team"')
    assert follow.unowned == ("owner", "coordination")
    assert (follow.roles["analysis"], follow.roles["follow_up"]) == ("Insight", "Team")


@pytest.mark.parametrize(
    ("address", "fault"),
    [("nki / 3", "found 2 part"), ("a / b / c / segment / estimate", "'key=value'")],
)
def test_an_address_that_cannot_be_read_names_the_action(
    small_study: Path, address: str, fault: str
) -> None:
    with pytest.raises(wb.StudyError, match=rf"'Ask', `evidence`: .*{fault}"):
        _follow(small_study, _results(1.0, 0, 2), address=address)


def test_a_joined_segment_keeps_its_slash() -> None:
    address = parse_address("n / r / t / segment=SE / app, wave=w1 / estimate")
    assert dict(address.row) == {"segment": "SE / app", "wave": "w1"}
    assert row_at({"results": []}, address) is None


@pytest.fixture
def report(small_study: Path, make_notebook: Callable[..., Path], tmp_path: Path) -> Path:
    """Run a small report with one action that nobody owns, in Swedish."""
    answer = (
        "from workbench.language import Message as M\n"
        "from workbench.results.report import Answer\n"
        "wb.show(Answer(title=M('T'), happened=M('H'), real=M('R'), now=M('N'), unsaid=M('U')))"
    )
    hostile = "<script>x()</script>\\u202e=cmd"
    entry = ENTRY.format(text=hostile, address=ADDRESS, more=THEN)
    notebook = make_notebook("# Q", SHOW, "## Conclusions", answer)
    study = _with_actions(small_study, entry)
    return run_notebook(notebook, study, language="sv", out=tmp_path / "reports").report


def test_the_first_screen_says_what_nobody_owns(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    first = html.partition('class="toc"')[0]
    assert "Vem gör vad?" in first
    assert re.search(r"1 öppen åtgärd\..*<b>Utan ägare:</b> 1 åtgärd, samordningen av 1", first)


def test_the_list_of_actions_holds_the_number_then_and_now(report: Path) -> None:
    html = report.read_text(encoding="utf-8")
    section = html.partition('<section id="open-actions"')[2].partition("</section>")[0]
    results = json.loads((report.parent / "results.json").read_text(encoding="utf-8"))
    table = results["results"][0]["tables"]["table"]
    now = dict(zip(table["columns"], table["rows"][0], strict=True))["estimate"]
    shown = wb.language.format_number(now, "sv", signed=True)
    assert f"Nu {shown}" in section
    assert "+40,0 (+35,0 till +45,0), omgång ett" in section
    assert wb.language.format_number(now - 40, "sv", signed=True) in section
    assert "<script" not in section
    assert "\u202e" not in section
    record = json.loads((report.parent / "record.json").read_text(encoding="utf-8"))
    assert record["actions"][0]["now"] == now
    assert "actions.toml" in [entry["path"] for entry in record["inputs"]]


def test_noting_writes_the_present_number_once_and_nothing_else(
    small_study: Path, report: Path
) -> None:
    reports = report.parents[4]
    text = "# a person's own words\n" + ENTRY.format(text="Ask", address=ADDRESS, more="")
    path = _with_actions(small_study, text) / "actions.toml"
    assert note_values(small_study, reports) == [ADDRESS]
    noted = path.read_text(encoding="utf-8")
    assert noted.startswith(text.rstrip())
    assert re.search(r'then = \{wave = "w2", value = -?[\d.]+, low = -?[\d.]+, high = ', noted)
    assert note_values(small_study, reports) == []
    (line,) = list_actions(small_study, reports, language="en")
    assert line.startswith("Ask | unowned: Owner, Coordination, Analysis and Follow-up | ")
    assert line.endswith("No newer wave yet.")
