"""The reviewer's page: code, checks, the record, what verify says, both glossaries; drafts."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench import cli
from workbench.language import translate
from workbench.report.run import plan_run as planned
from workbench.report.run import run_notebook, run_plan

SHOW = (
    "import workbench as wb\n"
    "study = wb.load_study(study)\n"
    "complete, wave = study.survey(), study.resolve_wave(wave)\n"
    "hidden = wb.report_pattern(study, complete, floor=floor)\n"
    "now = complete[complete['wave'] == wave]\n"
    "wb.show(wb.nps(now, 'q1', by='market', protect=hidden), id='nps', where={'wave': wave})\n"
    "wb.show(wb.provenance(study))"
)
ANSWER = (
    "from workbench.language import Message as M\n"
    "from workbench.results.report import Answer\n"
    "wb.show(Answer(title=M('T'), happened=M('H'), real=M('R'), now={now}, unsaid=M('U')))"
)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_part_stands_on_the_page(
    small_study: Path, make_notebook: Callable[..., Path], tmp_path: Path, language: str
) -> None:
    notebook = make_notebook("# Q", "## Where", SHOW)
    made = run_notebook(notebook, small_study, language=language, out=tmp_path / "out")
    review = (made.folder / "review.html").read_text(encoding="utf-8")
    reader = made.report.read_text(encoding="utf-8")
    facts = json.loads((made.folder / "record.json").read_text(encoding="utf-8"))
    assert "wb.report_pattern(study" in review
    for part in ("checks", "verify", "record", "provenance", "glossary"):
        assert f'<section id="{part}"' in review or f'<section class="prov" id="{part}"' in review
        assert f'href="#{part}"' in review
    shown = re.search(r'<section id="record".*?</section>', review, re.DOTALL)
    assert shown is not None
    for fact in (facts["code"]["sha256"], facts["notebook"]["sha256"], facts["study"]["sha256"]):
        assert fact in shown[0]
    for name, value in facts["versions"].items():
        assert f"<dt>{name}</dt><dd>{value}</dd>" in shown[0]
    for name, value in facts["parameters"].items():
        if value not in (None, ""):
            assert f"{translate('Parameter', language)} {name}</dt><dd>{value}</dd>" in shown[0]
    for code in ("0", "4", "5", "6"):
        assert f"<code>{code}</code>" in review
    n_inputs = len(facts["inputs"])
    assert re.search(rf"\b{n_inputs} (?:files|filer)", review)
    other = "en" if language == "sv" else "sv"
    terms = re.findall(rf'<dd lang="{other}" class="other">([^<]+)</dd>', review)
    assert len(terms) >= 2
    assert 'id="verify"' not in reader
    assert 'class="other"' not in reader


MISSING = {
    'question = "How satisfied?"': "The question is missing",
    'decision = "What to mend"': "The decision it serves is missing",
    'owner = "Insight team"': "The owner is missing",
}


def test_a_report_without_purpose_or_owner_is_a_draft_and_final_refuses_it(
    small_study: Path,
    make_notebook: Callable[..., Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    notebook = make_notebook("# Q", SHOW, ANSWER.format(now="M('N')"))
    toml = small_study / "study.toml"
    whole = toml.read_text(encoding="utf-8")
    arguments = ["run", str(notebook), "--study", str(small_study), "--final"]
    for line, said in MISSING.items():
        toml.write_text(whole.replace(line, ""), encoding="utf-8")
        code = cli.guarded(lambda: cli.app([*arguments, "--out", str(tmp_path / "final")]))
        assert code == cli.WRONG_INPUT
        error = capsys.readouterr().err
        assert said in error
        assert "run without --final" in error
        whole_but = toml.read_text(encoding="utf-8")
        assert line not in whole_but
    assert not (tmp_path / "final").exists(), "refused before anything is written"
    for line in MISSING:
        whole = whole.replace(line, "")
    toml.write_text(whole, encoding="utf-8")
    made = run_notebook(notebook, small_study, out=tmp_path / "draft")
    top = made.report.read_text(encoding="utf-8").partition("</header>")[0]
    assert ">DRAFT<" in top
    assert all(said in top for said in MISSING.values())


def test_a_report_without_a_next_step_is_refused_as_final_with_a_page_that_says_so(
    small_study: Path, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    notebook = make_notebook("# Q", SHOW, ANSWER.format(now="None"))
    draft = run_notebook(notebook, small_study, out=tmp_path / "draft")
    assert "The next step is missing" in draft.report.read_text(encoding="utf-8")
    plan = planned(notebook, small_study, out=tmp_path / "final", final=True)
    refused = run_plan(plan)
    assert refused.exit_code == 2
    page = refused.report.read_text(encoding="utf-8")
    assert "The next step is missing" in page
    assert not (refused.folder / "results.json").exists()


def test_a_whole_report_is_final(
    small_study: Path, make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    notebook = make_notebook("# Q", SHOW, ANSWER.format(now="M('N')"))
    made = run_notebook(notebook, small_study, out=tmp_path / "out", final=True)
    assert made.status == "done"
    assert ">DRAFT<" not in made.report.read_text(encoding="utf-8")
