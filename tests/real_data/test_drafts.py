"""Public data sets drafted by `init`: what a person has to mend by hand, counted and kept low.

An edit is one line of the draft that has to be changed, added or removed until the study reads to
the numbers that the publishers and independent code found. Purpose (question, decision, owner) is
left out: nobody can guess it.
"""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.inputs.checking import check_study
from workbench.inputs.drafting import add_wave, draft_study
from workbench.report.run import run_notebook
from workbench.report.show import bundle

pytestmark = pytest.mark.real_data

FILES = {
    "spack": "spack_user_survey/spack_*.csv.gz",
    "sfo": "sfo_airport_survey/sfo_*.csv.gz",
    "vasby": "vasby_citizen_survey_sv/data_raw_sv.csv.gz",
    "nhs": "nhs_fft_v6/v6framework_230831.csv.gz",
    "jupyter": "jupyter_ux_2015/SurveyExport.csv.gz",
}
EDITS: dict[str, list[tuple[str, str]]] = {
    "spack": [],
    "sfo": [
        (
            'not_asked = ["NETPRO", "BAREA", "Q20GENDER", "DAY"]',
            'not_asked = ["NETPRO", "BAREA", "DAY"]',
        ),
        ("[survey.waves.2013.rename]\n", '[survey.waves.2013.rename]\nQ19_SEX = "Q20GENDER"\n'),
    ],
    "vasby": [],
    "nhs": [],
    "jupyter": [],
}
"""Lines to mend by hand, old and new: the gender of 2013 in words, where other waves have codes."""

Drafted = Callable[[str], wb.Study]


@pytest.fixture
def drafted(real_data: Path, tmp_path: Path) -> Drafted:
    """Return a function that drafts a study from a data set and mends it by hand."""

    def make(name: str) -> wb.Study:
        draft = draft_study(tmp_path / "drafted" / name, sorted(real_data.glob(FILES[name])))
        text = draft.path.read_text(encoding="utf-8")
        for old, new in EDITS[name]:
            assert text.count(old) == 1, f"the edit '{old}' is no longer needed as it stands"
            text = text.replace(old, new)
        draft.path.write_text(text, encoding="utf-8")
        return wb.load_study(draft.path)

    return make


def test_few_lines_are_mended_by_hand() -> None:
    assert {name: len(edits) for name, edits in EDITS.items()} == {
        "spack": 0,
        "sfo": 2,
        "vasby": 0,
        "nhs": 0,
        "jupyter": 0,
    }


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_draft_is_accepted_and_examined(name: str, drafted: Drafted) -> None:
    study = drafted(name)
    report = check_study(study.path)
    assert report.errors == ()
    assert report.exit_code == 0
    (health,) = report.health
    for result in (health, health.coverage, health.missing, health.units, health.items):
        data = bundle(result, language="sv")
        assert "nan" not in data["text/plain"]


def test_the_form_export_reads_to_the_published_counts(drafted: Drafted) -> None:
    study = drafted("spack")
    frame = study.survey()
    (item,) = study.survey_model().outcomes["overall"].columns
    assert pd.crosstab(frame["wave"], frame[item]).to_numpy().tolist() == [
        [0, 6, 31, 82, 51],
        [2, 2, 28, 89, 58],
        [1, 4, 26, 98, 53],
    ]
    options = study.reading().options
    helped = next(found for name, found in options.items() if "help" in name)
    assert {"Documentation", "Slack"} <= set(helped)
    assert len([name for name, rule in study.survey_model().items.items()
                if rule.kind == "multiple"]) >= 8  # fmt: skip


def test_the_airport_reads_to_the_published_numbers(drafted: Drafted) -> None:
    study = drafted("sfo")
    frame = study.survey()
    by_wave = frame.groupby("wave", sort=False)
    assert by_wave["overall"].count().tolist() == [3334, 2677, 2810, 2919, 2688]
    assert by_wave["overall"].mean().tolist() == pytest.approx(
        [74.55, 74.90, 76.20, 75.95, 76.61], abs=0.005
    )
    now = frame[frame["wave"] == "2017"]
    assert now["nps"].value_counts().to_dict() == {100.0: 1436, 0.0: 968, -100.0: 342}
    services = [name for name in frame if str(name).startswith("Q7")]
    assert now[services].notna().all(axis=1).sum() == 494
    assert frame.loc[frame["wave"] == "2013", "Q20GENDER"].notna().any()
    health = study.health()
    assert health.coverage.table["n"].tolist() == [3535, 2818, 2958, 3087, 2831]
    named = {(finding.check, finding.item, finding.wave) for finding in health.found}
    assert ("code_list", "Q19AGE", "2016") in named, "in words, where other waves have codes"


def test_the_swedish_survey_reads_as_by_hand(drafted: Drafted, open_study) -> None:
    drafted_one, by_hand = drafted("vasby"), open_study("vasby")
    assert drafted_one.language == "sv"
    left, right = drafted_one.survey_model(), by_hand.survey_model()
    assert {driver.items for driver in left.drivers.values()} == {
        driver.items for driver in right.drivers.values()
    }
    assert drafted_one.survey()["overall"].mean() == by_hand.survey()["betydelse"].mean()


def test_the_comments_read_to_the_published_counts(drafted: Drafted) -> None:
    study = drafted("nhs")
    frame = study.survey()
    (item,) = study.survey_model().outcomes["overall"].columns
    assert frame[item].value_counts().sort_index().tolist() == [435, 299, 366, 1294, 5074]
    missing = study.reading().missing.set_index(["item", "kind"])["n"]
    assert (missing[item, "dont_know"], missing[item, "blank"]) == (24, 416)
    assert frame["person"].nunique() == 4466
    labels = next(iter(study.reading().options.values()))
    assert len(labels) == 50
    assert frame[labels["Positive experience & gratitude"]].sum() == 1781


def test_partial_sessions_are_told(drafted: Drafted) -> None:
    frame = drafted("jupyter").survey()
    assert len(frame) == 1706


def test_a_new_wave_of_the_form_is_told_column_by_column(real_data: Path, tmp_path: Path) -> None:
    files = sorted(real_data.glob(FILES["spack"]))
    draft = draft_study(tmp_path / "two", files[:2])
    added = add_wave(draft.path, files[2])
    assert added.wave == "2022"
    assert added.exit_code == 3
    assert "following_spack_features" in added.absent, "the question got a link in its text"
    assert "'Where do you work?': 2 new values" in added.text("en")
    assert not any("guess, decide" in line and not line.startswith("#")
                   for line in added.block.splitlines())  # fmt: skip


@pytest.mark.prove
@pytest.mark.parametrize("name", sorted(FILES))
def test_the_health_page_runs_on_every_draft(
    name: str, drafted: Drafted, repository: Path, tmp_path: Path
) -> None:
    notebook = repository / "notebooks" / "10_data_health.ipynb"
    made = run_notebook(notebook, drafted(name).folder, language="en", out=tmp_path / "out")
    assert made.status == "done"


def test_the_health_page_runs_on_a_draft(
    drafted: Drafted, repository: Path, tmp_path: Path
) -> None:
    notebook = repository / "notebooks" / "10_data_health.ipynb"
    made = run_notebook(notebook, drafted("spack").folder, language="en", out=tmp_path / "out")
    assert made.status == "done"
    assert "Data health" in made.report.read_text(encoding="utf-8")
