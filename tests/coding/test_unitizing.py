"""Alpha for passages gives the printed values of both forms, and always names its form."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.coding.agreement import agreement
from workbench.coding.unitizing import unitizing_agreement
from workbench.errors import DataError

CONTINUUM = {  # Krippendorff (1995), p. 57: begin and length, two coders
    "A": ([(2, 8), (14, 6)], [(4, 4), (15, 2)]),
    "B": ([(0, 18)], [(0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 3), (9, 1)]),
    "C": ([(2, 6), (10, 2), (14, 4), (20, 2)], [(0, 2), (4, 4), (10, 4), (16, 2), (20, 2)]),
    "D": (
        [(0, 2), (2, 8), (10, 4), (14, 6), (20, 4)],
        [(0, 4), (4, 4), (8, 7), (15, 2), (17, 7)],
    ),
}


def spans(stretch: int = 1, codes: str = "ABCD") -> pd.DataFrame:
    return pd.DataFrame(
        [
            ("d", f"r{coder}", begin * stretch, (begin + length) * stretch, code)
            for code in codes
            for coder, passages in enumerate(CONTINUUM[code])
            for begin, length in passages
        ],
        columns=["document", "coder", "start", "end", "code"],
    )


def column(name: str, **more: object) -> dict[str, float]:
    stretch = int(more.pop("stretch", 1))  # type: ignore[call-overload]
    found = unitizing_agreement(spans(stretch), length=24 * stretch, **more)  # type: ignore[arg-type]
    return found.table.set_index("code")[name].to_dict()


def test_krippendorff_1995_observed_disagreement() -> None:
    found = column("observed")
    exact = {"A": 0.03125, "B": 2.26736, "C": 0.02778, "D": 0.38715}
    assert {code: found[code] for code in exact} == pytest.approx(exact, abs=5e-6)


def test_krippendorff_1995_expected_disagreement_on_a_fine_continuum() -> None:
    found = column("expected", stretch=5000)
    exact = {"A": 0.06990, "B": 1.17577, "C": 0.09050, "D": 0.41443}
    assert {code: found[code] for code in exact} == pytest.approx(exact, abs=5e-6)


def test_krippendorff_1995_alpha() -> None:
    fine = column("estimate", stretch=5000)
    limit = {"A": 0.553, "B": -0.928, "C": 0.693, "D": 0.066}
    assert {code: fine[code] for code in limit} == pytest.approx(limit, abs=5e-4)
    coarse = column("estimate")
    at_24 = {"A": 0.515, "B": -1.081, "C": 0.603, "D": -0.207}
    assert {code: coarse[code] for code in at_24} == pytest.approx(at_24, abs=5e-4)


def test_the_further_developed_form_gives_other_numbers() -> None:
    found = column("estimate", form="2016")
    exact = {"A": 0.3333, "B": -0.3567, "C": 0.4615, "D": -0.0469}
    assert {code: found[code] for code in exact} == pytest.approx(exact, abs=5e-5)
    assert (
        unitizing_agreement(spans(), length=24, form="2016").table["reason"].iloc[-1] == "OVERLAP"
    )


def test_letter_by_letter_the_same_passages_give_kappa_pi_and_alpha() -> None:
    letters = np.zeros((24, 2), dtype=int)
    for coder, passages in enumerate(CONTINUUM["A"]):
        for begin, length in passages:
            letters[begin : begin + length, coder] = 1
    units = pd.DataFrame(letters)
    values = [
        agreement(units, coefficient=name, bootstrap=0).estimate
        for name in ("cohen", "scott", "krippendorff")
    ]
    assert values == pytest.approx([0.3846, 0.3143, 0.3286], abs=5e-5)


def test_the_form_is_named_wherever_the_number_is() -> None:
    for form in ("1995", "2016"):
        found = unitizing_agreement(spans(codes="A"), length=24, form=form)  # type: ignore[arg-type]
        assert form in found.summary("en")
        assert form in found.method.render("sv")
        assert form in found.specs["table"].caption.render("en")


def test_documents_are_resampled_and_one_document_gives_no_interval() -> None:
    alone = unitizing_agreement(spans(codes="A"), length=24)
    assert set(alone.table["reason"]) == {"FEW_DOCUMENTS"}
    several = pd.concat(
        [
            spans(codes="A").assign(document=str(n), start=lambda f, n=n: f["start"] + n)
            for n in range(3)
        ]
    ).assign(end=lambda f: f["end"].clip(lower=f["start"] + 1) + 2)
    found = unitizing_agreement(several, length=dict.fromkeys("0123", 40), seed=4)
    row = found.table.iloc[-1]
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert found.n_documents == 4
    assert found.length == 160


def test_a_coder_who_marked_nothing_counts() -> None:
    both = unitizing_agreement(spans(codes="A"), length=24, coders=["r2"])
    assert both.estimate is not None
    assert unitizing_agreement(spans(codes="A"), length=24).estimate != both.estimate


def test_the_same_passages_agree_fully_and_overlaps_of_one_coder_become_one() -> None:
    frame = pd.DataFrame(
        [("d", coder, *place, "x") for coder in "AB" for place in ((0, 5), (3, 9), (20, 30))],
        columns=["document", "coder", "start", "end", "code"],
    )
    for form in ("1995", "2016"):
        found = unitizing_agreement(frame, length=50, form=form)  # type: ignore[arg-type]
        assert found.estimate == 1
        assert found.table["n_passages"].iloc[-1] == 4
        assert found.table["reason"].iloc[-1] == "NO_DISAGREEMENT"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"end": 99}, "0 <= start < end <= length; 31 of 31 rows"),
        ({"start": 30}, "0 <= start < end"),
        ({"start": -1}, "0 <= start < end"),
    ],
)
def test_passages_outside_the_document_are_refused(change: dict[str, int], message: str) -> None:
    with pytest.raises(DataError, match=message):
        unitizing_agreement(spans().assign(**change), length=24)


def test_choices_and_columns_are_checked() -> None:
    with pytest.raises(DataError, match="must be '1995' or '2016'"):
        unitizing_agreement(spans(), length=24, form="2004")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="Column 'coder' is not in the data"):
        unitizing_agreement(spans().rename(columns={"coder": "who"}), length=24)
    with pytest.raises(DataError, match="must name every document; it lacks 'd'"):
        unitizing_agreement(spans(), length={"e": 24})
    with pytest.raises(DataError, match="With several documents"):
        unitizing_agreement(spans().assign(document=list("ab") * 15 + ["a"]), length=24)
    empty = unitizing_agreement(spans().iloc[:0], length=24)
    assert empty.estimate is None
    assert empty.table["reason"].item() == "FEW_UNITS"
    assert empty.summary("sv")


PLACES = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 9), st.sampled_from("AB"), st.sampled_from("xy")),
    min_size=1,
    max_size=12,
)


@settings(max_examples=80, deadline=None)
@given(PLACES, st.sampled_from(["1995", "2016"]))
def test_alpha_is_at_most_one_and_the_same_for_coders_in_any_order(
    places: list[tuple[int, int, str, str]], form: str
) -> None:
    frame = pd.DataFrame(
        [("d", coder, start, start + size, code) for start, size, coder, code in places],
        columns=["document", "coder", "start", "end", "code"],
    )
    found = unitizing_agreement(frame, length=40, form=form, coders=["A", "B"])  # type: ignore[arg-type]
    swapped = frame.assign(coder=frame["coder"].map({"A": "B", "B": "A"}))
    other = unitizing_agreement(swapped, length=40, form=form, coders=["A", "B"])  # type: ignore[arg-type]
    for one, two in zip(found.table["estimate"], other.table["estimate"], strict=True):
        assert one == pytest.approx(two, nan_ok=True)
        if one is not None and one == one:
            assert one <= 1 + 1e-12
