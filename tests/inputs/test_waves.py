"""Waves stand in the order of their dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.errors import ParameterError
from workbench.inputs.models.survey import WaveModel
from workbench.inputs.waves import ordered_waves, resolved_wave, wave_frame


def wave(**dates: object) -> WaveModel:
    return WaveModel.model_validate(dates)


def test_dates_decide_over_names() -> None:
    declared = {
        "b": wave(closed="2026-01-01"),
        "a": wave(closed="2026-02-01"),
        "c": wave(closed="2025-12-01"),
    }
    assert ordered_waves(declared, declared) == ["c", "b", "a"]


@pytest.mark.parametrize(
    "names",
    [
        ["2025-Q4", "2026-Q1", "2026-Q2"],
        ["2025K4", "2026K1"],
        ["2026-01", "2026-02", "2026-11"],
        ["2025-v51", "2026-v02"],
        ["sfo_2013", "sfo_2014"],
        ["wave-2", "wave-10"],
        ["2026-01-31", "2026-02-01"],
    ],
)
def test_names_with_dates_or_numbers_sort_as_a_reader_expects(names: list[str]) -> None:
    assert ordered_waves(reversed(names), {}) == names


def test_a_day_that_does_not_exist_says_nothing() -> None:
    assert ordered_waves(["2026-02-31", "2026-01-31"], {}) == ["2026-01-31", "2026-02-31"]


def test_a_wave_is_preliminary_until_it_closes() -> None:
    declared = {"1": wave(opened="2026-01-01", closed="2026-01-31"), "2": wave(opened="2026-02-01")}
    frame = wave_frame({"1": 10, "2": 3}, declared)
    assert frame["preliminary"].tolist() == [False, True]
    assert not wave_frame({"1": 10}, {})["preliminary"].any(), "no dates, nothing to say"


def test_labels_stay_in_both_languages() -> None:
    frame = wave_frame({"1": 1}, {"1": wave(label={"sv": "vår", "en": "spring"}, invited=20)})
    assert frame.loc[0, "label"] == {"sv": "vår", "en": "spring"}
    assert frame.loc[0, "invited"] == 20
    assert frame.loc[0, "closed"] is None


def test_latest_is_the_last_and_a_slip_is_answered() -> None:
    assert resolved_wave("latest", ["a", "b"]) == "b"
    with pytest.raises(ParameterError, match=r"'2026-Q3' is not in the study\. Did you mean"):
        resolved_wave("2026-Q3", ["2026-Q2"])
    with pytest.raises(ParameterError, match="no waves"):
        resolved_wave("latest", [])


@given(st.lists(st.from_regex(r"[a-z0-9][\w.-]{0,8}", fullmatch=True), unique=True, max_size=6))
def test_the_order_does_not_depend_on_the_order_given(names: list[str]) -> None:
    assert ordered_waves(names, {}) == ordered_waves(list(reversed(names)), {})


def test_the_wave_a_year_before_is_found_by_date_or_not_at_all(tmp_path) -> None:
    def study(folder, waves: str, names: list[str]) -> wb.Study:
        folder.mkdir()
        for name in names:
            (folder / f"w-{name}.csv").write_text(f"id,q1\n{name},5\n", encoding="utf-8")
        toml = '[study]\nid = "x"\n[survey]\nfiles = [{ path = "w-{wave}.csv" }]\n'
        toml += 'respondent = "id"\n[survey.items.q1]\nscale = [1, 10]\n'
        (folder / "study.toml").write_text(toml + waves, encoding="utf-8")
        return wb.load_study(folder)

    quarters = ["2025-Q1", "2025-Q2", "2026-Q1"]
    by_name = study(tmp_path / "names", "", quarters).reading()
    assert by_name.year_before("2026-Q1") == "2025-Q1"
    assert by_name.year_before("2025-Q2") is None
    closed = {"spring": "2025-05-03", "vår": "2026-05-20", "sent": "2026-09-01"}
    dated = "".join(f'[survey.waves."{name}"]\nclosed = {day}\n' for name, day in closed.items())
    by_date = study(tmp_path / "dates", dated, ["spring", "vår", "sent"]).reading()
    assert by_date.year_before("vår") == "spring"
    assert by_date.year_before("sent") is None
    undated = study(tmp_path / "none", "", ["a", "b"]).reading()
    assert undated.year_before("b") is None


def test_reworded_items_break_only_the_lines_they_are_in(tmp_path) -> None:
    for name in (1, 2):
        (tmp_path / f"w{name}.csv").write_text(f"id,q1,q2\n{name},5,5\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        '[study]\nid = "x"\n[survey]\nfiles = [{ path = "w{wave}.csv" }]\nrespondent = "id"\n'
        '[survey.items."q*"]\nscale = [1, 10]\n[survey.waves.2]\nchanged = ["q2"]\n',
        encoding="utf-8",
    )
    reading = wb.load_study(tmp_path).reading()
    assert reading.reworded(["q1"]) == []
    assert reading.reworded(["q1", "q2"]) == ["2"]
    assert list(reading.wave_type.categories) == ["1", "2"]
