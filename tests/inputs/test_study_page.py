"""The page about ``study.toml`` shows files that open, and leaves no key out."""

import re
from pathlib import Path

import pytest

from workbench.inputs.models import brand, measures, study, survey
from workbench.inputs.models.base import StudyModel
from workbench.inputs.models.journey import Touchpoint
from workbench.inputs.study_file import read_study_file

MODELS = [
    study.StudyHeader,
    brand.BrandModel,
    survey.SurveyModel,
    survey.FileModel,
    survey.ItemRule,
    survey.MissingCodes,
    survey.WaveModel,
    measures.OutcomeModel,
    measures.DriverModel,
    measures.SegmentModel,
    measures.OpenAnswerModel,
    Touchpoint,
]


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "study.md").read_text(encoding="utf-8")


def test_every_example_opens(page: str, tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)
    assert len(examples) == 4
    header, *others = examples
    for example in ("", *others):
        (tmp_path / "study.toml").write_text(header + example, encoding="utf-8")
        read_study_file(tmp_path / "study.toml")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_described(model: type[StudyModel], page: str) -> None:
    missing = [key for key in model.model_fields if not re.search(rf"\b{key}\b", page)]
    assert missing == []


def test_every_reason_for_setting_aside_is_described(page: str, repository: Path) -> None:
    inputs = repository / "src" / "workbench" / "inputs"
    source = "".join(path.read_text(encoding="utf-8") for path in inputs.glob("*.py"))
    reasons = {"unclosed_quote", "too_few_fields", "too_many_fields"}
    reasons |= set(re.findall(r'"(empty_row|not_json|no_wave|no_weight)"', source))
    assert len(reasons) == 7
    assert all(f"`{reason}`" in page for reason in reasons)
