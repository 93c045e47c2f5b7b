"""A drafted study opens, says what is in the file, and marks every guess."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import workbench as wb
from workbench.inputs.checking import check_study
from workbench.inputs.drafting import Draft, draft_study

WORDS = ["Mycket missnöjd", "Missnöjd", "Varken eller", "Nöjd", "Mycket nöjd"]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def graded(rng: np.random.Generator, n: int, items: int, low: int, high: int) -> np.ndarray:
    """Return grades that hang together."""
    level = rng.normal(0, 1, (n, 1))
    spread = level + rng.normal(0, 0.8, (n, items))
    middle, width = (low + high) / 2, (high - low) / 5
    return np.clip(np.rint(middle + width * spread), low, high).astype(int)


def drafted(folder: Path, frame: pd.DataFrame, name: str = "answers.csv") -> Draft:
    (folder / name).parent.mkdir(exist_ok=True)
    frame.to_csv(folder / name, index=False)
    draft = draft_study(folder / "study", [folder / name])
    report = check_study(folder / "study")
    assert report.errors == ()
    return draft


def model(draft: Draft):
    return wb.load_study(draft.path).survey_model()


def test_the_demo_bank_is_drafted_as_it_is(repository: Path, tmp_path: Path) -> None:
    waves = sorted((repository / "data" / "demo" / "bank" / "waves").glob("*.csv"))
    draft = draft_study(tmp_path / "study", waves)
    survey = model(draft)
    assert (survey.respondent, survey.weight, survey.duration) == ("id", "w", "duration")
    assert survey.submitted == "submitted"
    assert survey.rule("q13").scale == (1, 10)
    assert survey.outcomes["nps"].columns == ("recommend",)
    assert {"market", "channel", "age"} <= set(survey.segments)
    assert survey.open_answers["comment"].item == "comment"
    assert list(survey.waves) == [path.stem for path in waves]
    drafted_one, own = (
        wb.load_study(folder).survey()
        for folder in (draft.path, repository / "data" / "demo" / "bank")
    )
    assert drafted_one["nps"].mean() == own["nps"].mean()


def test_every_guess_is_marked(tmp_path: Path, rng: np.random.Generator) -> None:
    frame = pd.DataFrame(graded(rng, 80, 4, 1, 5), columns=["q1", "q2", "q3", "q4"])
    draft = drafted(tmp_path, frame.assign(id=range(80), weight=rng.uniform(0.5, 2, 80)))
    text = draft.path.read_text(encoding="utf-8")
    told = re.findall(r"(?m)^(?:scale|respondent|weight|missing|reverse) = .*$", text)
    assert len(told) >= 3
    assert all("# guess" in line for line in told)
    assert '# question = "..."' in text


def test_zero_for_blank_and_six_for_never_used_are_no_points(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    answers = graded(rng, 600, 6, 1, 5)
    answers[rng.random(answers.shape) < 0.08] = 0
    answers[rng.random(answers.shape) < 0.2] = 6
    survey = model(drafted(tmp_path, pd.DataFrame(answers).add_prefix("q")))
    rule = survey.rule("q3")
    assert rule.scale == (1, 5)
    assert rule.missing is not None
    assert rule.missing.by_code() == {0: "blank", 6: "not_asked"}


@pytest.mark.parametrize(("low", "high"), [(0, 10), (1, 10), (1, 7), (1, 5), (1, 4)])
def test_the_ends_of_a_real_scale_are_kept(
    low: int, high: int, tmp_path: Path, rng: np.random.Generator
) -> None:
    answers = graded(rng, 600, 5, low, high)
    survey = model(drafted(tmp_path, pd.DataFrame(answers).add_prefix("item")))
    assert survey.rule("item1").scale == (low, high)


def test_codes_that_stand_apart_are_missing(tmp_path: Path, rng: np.random.Generator) -> None:
    answers = graded(rng, 200, 4, 1, 10)
    answers[:30, 1] = 99
    rule = model(drafted(tmp_path, pd.DataFrame(answers).add_prefix("q"))).rule("q1")
    assert rule.scale == (1, 10)
    assert rule.missing is not None
    assert 99 in rule.missing.by_code()


def test_a_swedish_scale_of_words_is_put_in_order(tmp_path: Path, rng: np.random.Generator) -> None:
    codes = graded(rng, 90, 1, 1, 5)[:, 0]
    cells = [WORDS[code - 1] for code in codes]
    cells[:5] = ["Vet ej"] * 5
    frame = pd.DataFrame({"Hur nöjd är du med oss?": cells, "nr": range(90)})
    draft = drafted(tmp_path, frame)
    (item,) = [name for name in model(draft).items if name != "nr"]
    rule = model(draft).rule(item)
    assert rule.scale == (1, 5)
    assert list((rule.values or {}).values()) == WORDS  # noqa: PD011 - a key of the rule
    assert rule.missing is not None
    assert rule.missing.by_code() == {"Vet ej": "dont_know"}
    assert wb.load_study(draft.path).language == "sv"
    assert wb.load_study(draft.path).survey()[item].dropna().tolist() == codes[5:].tolist()


def test_cells_that_carry_their_codes_are_read(tmp_path: Path, rng: np.random.Generator) -> None:
    texts = {1: "1 - Poor", 2: "2", 3: "3", 4: "4", 5: "5 - Superb"}
    codes = rng.permutation(np.arange(100) % 5 + 1)
    frame = pd.DataFrame({"grade": [texts[code] for code in codes]})
    draft = drafted(tmp_path, frame)
    assert wb.load_study(draft.path).survey()["grade"].tolist() == codes.tolist()


def test_eleven_after_a_recommendation_is_blank(tmp_path: Path, rng: np.random.Generator) -> None:
    draft = drafted(tmp_path, pd.DataFrame({"NETPRO": rng.integers(0, 12, 300)}))
    rule = model(draft).rule("NETPRO")
    assert rule.scale == (0, 10)
    assert rule.missing is not None
    assert rule.missing.by_code() == {11: "blank"}
    assert "nps" in model(draft).outcomes


def test_lists_in_a_cell_ticks_and_code_columns_are_multiple(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    options = ["Mail", "Phone", "Chat", "Shop"]
    chosen = rng.random((120, 4)) < 0.5
    chosen[:, 0] |= ~chosen.any(axis=1)
    reasons = [rng.permutation(np.arange(1, 9))[:3] for _ in range(120)]
    frame = pd.DataFrame(
        {
            "How do you reach us?": [
                ", ".join(np.array(options)[row]) for row in chosen
            ],
            **{f"tick_{name}": np.where(chosen[:, place], "1", "") for place, name in
               enumerate(options)},
            "COM1": [row[0] for row in reasons],
            "COM2": [row[1] if place % 4 == 0 else "" for place, row in enumerate(reasons)],
            "COM3": [row[2] if place % 12 == 0 else "" for place, row in enumerate(reasons)],
        }
    )  # fmt: skip
    draft = drafted(tmp_path, frame)
    multiples = {n: r for n, r in model(draft).items.items() if r.kind == "multiple"}
    assert {(r.separator is not None, r.marks is not None) for r in multiples.values()} == {
        (True, False),
        (False, True),
        (False, False),
    }
    options_read = wb.load_study(draft.path).reading().options
    listed = next(o for n, o in options_read.items() if multiples[n].separator)
    assert set(listed) == set(options)


@pytest.mark.parametrize(
    ("cells", "format"),
    [
        (["31/12/2025", "01/02/2026", "15/03/2026"], "%d/%m/%Y"),
        (["12/31/2025 10:15:00", "02/01/2026 09:00:00", "03/15/2026 1:02:03"], "%m/%d/%Y %H:%M:%S"),
    ],
)
def test_the_order_of_day_and_month_is_read_off(
    cells: list[str],
    format: str,  # noqa: A002 - the key's own name
    tmp_path: Path,
) -> None:
    frame = pd.DataFrame({"Timestamp": cells * 10, "x": range(30)})
    survey = model(drafted(tmp_path, frame))
    assert survey.submitted == "Timestamp"
    assert survey.rule("Timestamp").format == format


def test_columns_of_an_older_wave_are_matched_and_marked(
    tmp_path: Path, rng: np.random.Generator
) -> None:
    names = ["Q7ART", "Q7FOOD", "Q7SHOPS", "Q7ALL"]
    new = pd.DataFrame(graded(rng, 200, 4, 1, 5), columns=names).assign(NEW=range(200))
    old = pd.DataFrame(
        graded(rng, 200, 4, 1, 5), columns=["Q7A_ART ", "Q7B_FOOD", "Q7C_STORES", "Q7D_WHOLE"]
    )
    old.to_csv(tmp_path / "w_2024.csv", index=False)
    new.to_csv(tmp_path / "w_2025.csv", index=False)
    draft = draft_study(tmp_path / "study", [tmp_path / "w_2024.csv", tmp_path / "w_2025.csv"])
    survey = model(draft)
    assert survey.files[0].path == "data/w_{wave}.csv"
    assert survey.waves["2024"].rename == {
        "Q7A_ART ": "Q7ART",
        "Q7B_FOOD": "Q7FOOD",
        "Q7C_STORES": "Q7SHOPS",
        "Q7D_WHOLE": "Q7ALL",
    }
    lines = draft.path.read_text(encoding="utf-8").splitlines()
    assert all("# guess" in line for line in lines if re.match(r"^\"?Q7[A-D]_", line))
    assert wb.load_study(draft.path).survey()["Q7ALL"].notna().all()


def test_a_study_is_never_written_over(tmp_path: Path, rng: np.random.Generator) -> None:
    frame = pd.DataFrame(graded(rng, 50, 3, 1, 5)).add_prefix("q")
    draft = drafted(tmp_path, frame)
    with pytest.raises(wb.StudyError, match="never written over"):
        draft_study(tmp_path / "study", [tmp_path / "answers.csv"])
    assert (draft.path.parent / ".gitignore").read_text().startswith(".keys/")
    assert "merge=union" in (draft.path.parent / ".gitattributes").read_text()


def test_hostile_names_make_a_study_that_opens(tmp_path: Path, rng: np.random.Generator) -> None:
    names = ['<script>alert("x")</script>', "=cmd|' /C calc'!A0", 'a "quoted" \\ name', "å ä ö ]"]
    answers = pd.DataFrame(graded(rng, 80, 4, 1, 5), columns=names)
    words = answers.replace(dict(enumerate(WORDS, start=1)))
    draft = drafted(tmp_path, words.assign(k=range(80)))
    assert len(model(draft).items) == 4


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("q1,q2\n", encoding="utf-8")
    with pytest.raises(wb.DataError, match="holds no rows"):
        draft_study(tmp_path / "study", [tmp_path / "a.csv"])
    assert not (tmp_path / "study").exists()


def test_spss_labels_and_missing_codes_are_used(tmp_path: Path, rng: np.random.Generator) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    answers = graded(rng, 120, 3, 1, 5).astype(float)
    answers[:9, 0] = 8.0
    answers[9:14, 0] = 9.0
    frame = pd.DataFrame(answers, columns=["v1", "v2", "v3"]).assign(
        kon=rng.integers(1, 3, 120).astype(float)
    )
    labels = {1: "Very bad", 2: "Bad", 3: "OK", 4: "Good", 5: "Very good"}
    both = labels | {8: "Don't know", 9: "Refused"}
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "s.sav"),
        column_labels=["How good is A?", "B?", "C?", "Kön"],
        variable_value_labels={"v1": both, "v2": both, "v3": both, "kon": {1: "Man", 2: "Kvinna"}},
        missing_ranges={"v1": [8, 9]},
    )
    draft = draft_study(tmp_path / "study", [tmp_path / "s.sav"])
    assert check_study(draft.path).errors == ()
    rule = model(draft).rule("v1")
    assert rule.scale == (1, 5)
    assert rule.missing is not None
    assert rule.missing.by_code() == {8: "dont_know", 9: "blank"}
    frame = wb.load_study(draft.path).survey()
    assert frame["v1"].isna().sum() == 14
    assert set(frame[next(iter(model(draft).segments))]) == {"Man", "Kvinna"}
