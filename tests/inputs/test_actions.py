"""actions.toml: what people decided, read and never guessed."""

from types import SimpleNamespace

import pytest

import workbench as wb


def _study(tmp_path, text=None):
    if text is not None:
        (tmp_path / "actions.toml").write_text(text, encoding="utf-8")
    model = SimpleNamespace(drivers={"queue": None, "solved": None})
    return SimpleNamespace(folder=tmp_path, surveys=["default"], survey_model=lambda _: model)


def test_a_study_without_the_file_has_no_actions(tmp_path):
    assert wb.load_actions(_study(tmp_path)) == {"entered": [], "find_out": []}


def test_the_demo_banks_actions_are_read_in_both_languages():
    study = wb.load_study("data/demo/bank")
    swedish, english = (wb.load_actions(study, language) for language in ("sv", "en"))
    assert swedish["entered"][0]["action"] == "Korta väntetiden"
    assert english["entered"][0]["action"] == "Shorten the wait"
    assert swedish["entered"][0]["due"] == "2026-09-30"
    assert "owner" not in swedish["entered"][2]
    assert swedish["find_out"][0]["owner"] == "Marknadschef Danmark"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[actions]\n", "not valid TOML"),
        ('[[actions]]\ntext = "a"\ndriver = "quue"\n', r"actions.1.driver.*Did you mean 'queue'"),
        ('[[actions]]\ntext = "a"\n', "an action needs a driver"),
        ('[[actions]]\ntext = "a"\ndriver = "queue"\nowners = "x"\n', r"owners.*Did you mean"),
        ('[[actions]]\ntext = "a"\ndriver = "queue"\nstatus = "klar"\n', r"actions.0.status"),
        ('[[actions]]\ndriver = "queue"\n', r"actions.0.text"),
    ],
)
def test_mistakes_name_file_key_and_remedy(tmp_path, text, message):
    with pytest.raises(wb.StudyError, match=rf"actions.toml: .*{message}"):
        wb.load_actions(_study(tmp_path, text))
