"""Every coefficient gives the values its literature prints, or says why it has none."""

import warnings

import krippendorff
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from workbench.coding.agreement import COEFFICIENTS, agreement
from workbench.coding.set_agreement import set_distance
from workbench.errors import DataError
from workbench.results.coding import AgreementResult


def coded(**coders: str | list[object]) -> pd.DataFrame:
    """Return units from strings of categories, ``*`` for not coded."""
    return pd.DataFrame(
        {
            coder: [
                None if cell == "*" else cell
                for cell in (cells.split() if isinstance(cells, str) else cells)
            ]
            for coder, cells in coders.items()
        }
    )


def from_table(table: list[list[int]]) -> pd.DataFrame:
    """Return one row per unit of a table: first coder's category by second coder's."""
    return pd.DataFrame(
        [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)],
        columns=["A", "B"],
    )


def value(units: pd.DataFrame, coefficient: str = "krippendorff", **more: object) -> float:
    found = agreement(units, coefficient=coefficient, bootstrap=0, **more).estimate  # type: ignore[arg-type]
    assert found is not None
    return found


def by_chance(found: AgreementResult) -> float:
    """Return the agreement that chance gives, from the agreement seen and the coefficient."""
    assert found.estimate is not None
    return (found.table["percent"].item() - found.estimate) / (1 - found.estimate)


EXAMPLE_B = coded(A="a a b b d c c c e d d a", B="b a b b b c c c e d d d")
EXAMPLE_C = coded(
    A="1 2 3 3 2 1 4 1 2 * * *",
    B="1 2 3 3 2 2 4 1 2 5 * 3",
    C="* 3 3 3 2 3 4 2 2 5 1 *",
    D="1 2 3 3 2 4 4 1 2 5 1 *",
).astype("Float64")
COHEN = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
FLEISS = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)
CONT3 = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
CONT4 = [[40, 4, 4, 17], [6, 25, 2, 13], [4, 1, 21, 12], [15, 5, 9, 45]]


def test_krippendorff_2011_example_a() -> None:
    units = coded(A="0 1 0 0 0 0 0 0 1 0", B="1 1 1 0 0 1 0 0 0 0")
    assert value(units) == pytest.approx(0.0952, abs=1e-4)


def test_krippendorff_2011_example_b() -> None:
    assert value(EXAMPLE_B) == pytest.approx(0.6920, abs=1e-4)
    assert value(EXAMPLE_B, "cohen") == pytest.approx(0.6842, abs=1e-4)
    assert value(EXAMPLE_B, "scott") == pytest.approx(0.6786, abs=1e-4)
    assert value(EXAMPLE_B, "brennan_prediger") == pytest.approx(0.6875, abs=1e-4)


@pytest.mark.parametrize(
    ("level", "alpha"),
    [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)],
)
def test_krippendorff_2011_example_c(level: str, alpha: float) -> None:
    assert value(EXAMPLE_C, level=level) == pytest.approx(alpha, abs=5e-5)


@pytest.mark.parametrize(
    ("coefficient", "expected", "error"),
    [
        ("gwet_ac1", 0.77544, 0.14295),
        ("fleiss", 0.76117, None),
        ("conger", 0.76207, None),
        ("brennan_prediger", 0.77273, None),
        ("krippendorff", 0.74342, 0.14557),
    ],
)
def test_irrcac_on_example_c(coefficient: str, expected: float, error: float | None) -> None:
    found = agreement(EXAMPLE_C, coefficient=coefficient, bootstrap=0)
    assert found.estimate == pytest.approx(expected, abs=5e-6)
    if error is not None:
        assert found.se == pytest.approx(error, abs=1e-4)


def test_irrcac_on_its_raw_data() -> None:
    units = EXAMPLE_C.copy()
    units.loc[11] = pd.Series({"C": 3.0})
    assert value(units, "gwet_ac1") == pytest.approx(0.77544, abs=5e-6)
    found = agreement(units, coefficient="conger", bootstrap=0)
    assert found.estimate == pytest.approx(0.76282, abs=5e-6)
    assert found.se == pytest.approx(0.14917, abs=5e-6)


def test_cohen_1960() -> None:
    found = agreement(from_table(COHEN), coefficient="cohen", bootstrap=0)
    assert found.estimate == pytest.approx(0.4915, abs=5e-5)
    assert found.max == pytest.approx(0.8305, abs=5e-5)
    assert found.se == pytest.approx(0.0510, abs=5e-5)
    assert found.table["se_null"].item() == pytest.approx(0.0520, abs=5e-5)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.3916, 0.5915), abs=5e-5)
    other = from_table([[25, 12, 3], [13, 2, 15], [12, 16, 2]])
    found = agreement(other, coefficient="cohen", bootstrap=0)
    assert (found.estimate, found.max) == pytest.approx((-0.0923, 0.8462), abs=5e-5)
    assert value(other, "gwet_ac1") == pytest.approx(-0.0480, abs=5e-5)


def test_cohen_1968_with_weights_of_disagreement() -> None:
    weights = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
    assert value(from_table(COHEN), "cohen", weights=weights) == pytest.approx(0.3478, abs=5e-5)
    as_agreement = 1 - np.array(weights) / 6
    assert value(from_table(COHEN), "cohen", weights=as_agreement) == pytest.approx(
        value(from_table(COHEN), "cohen", weights=weights)
    )


def test_fleiss_levin_and_paik_18_1() -> None:
    units = from_table([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    found = agreement(units, coefficient="cohen", bootstrap=0)
    assert found.estimate == pytest.approx(0.6765, abs=5e-5)
    assert found.se == pytest.approx(0.0877, abs=5e-5)
    assert found.table["se_null"].item() == pytest.approx(0.0762, abs=5e-5)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.5046, 0.8484), abs=5e-5)
    assert found.max == pytest.approx(0.8529, abs=5e-5)
    units = from_table([[20, 5], [10, 15]])
    found = agreement(units, coefficient="cohen", bootstrap=0)
    assert (found.estimate, found.ci_low, found.ci_high) == pytest.approx(
        (0.40, 0.151, 0.649), abs=5e-4
    )


def test_fleiss_1971() -> None:
    units = pd.DataFrame(
        [[k for k, n in enumerate(map(int, row)) for _ in range(n)] for row in FLEISS.split()]
    )
    assert units.shape == (30, 6)
    found = agreement(units, coefficient="fleiss", bootstrap=0)
    assert found.estimate == pytest.approx(0.4302, abs=5e-5)
    assert found.table["percent"].item() == pytest.approx(0.5556, abs=5e-5)
    assert by_chance(found) == pytest.approx(0.2199, abs=5e-5)
    assert list(found.categories["estimate"]) == pytest.approx(
        [0.245, 0.245, 0.520, 0.471, 0.566], abs=5e-4
    )
    assert list(found.categories["share"] * 180) == pytest.approx([26, 26, 30, 55, 43])


def test_fleiss_of_the_wikipedia_table() -> None:
    table = (
        "0 0 0 0 14|0 2 6 4 2|0 0 3 5 6|0 3 9 2 0|2 2 8 1 1|7 7 0 0 0|3 2 6 3 0|2 5 3 2 2|"
        "6 5 2 1 0|0 2 2 3 7"
    )
    rows = [list(map(int, row.split())) for row in table.split("|")]
    units = pd.DataFrame([[k for k, n in enumerate(row) for _ in range(n)] for row in rows])
    assert value(units, "fleiss") == pytest.approx(0.2099, abs=5e-5)


def test_gwets_paradox_and_tables() -> None:
    paradox = from_table([[118, 5], [2, 0]])
    assert value(paradox, "cohen") == pytest.approx(-0.0234, abs=5e-5)
    found = agreement(paradox, coefficient="gwet_ac1", bootstrap=0)
    assert found.estimate == pytest.approx(0.9408, abs=5e-5)
    assert found.table["percent"].item() == pytest.approx(0.944, abs=5e-4)
    assert by_chance(found) == pytest.approx(0.0544, abs=5e-5)
    assert [check.id for check in found.checks] == ["prevalence"]
    hand = from_table([[8, 1], [0, 1]])
    assert value(hand, "gwet_ac1") == pytest.approx(0.8658, abs=5e-5)
    assert value(hand, "scott") == pytest.approx(0.6078, abs=5e-5)


@pytest.mark.parametrize(
    ("coefficient", "expected"),
    [
        ("cohen", 0.79641),
        ("scott", 0.79624),
        ("gwet_ac1", 0.84933),
        ("krippendorff", 0.79726),
        ("brennan_prediger", 0.835),
    ],
)
def test_irrcac_on_cont3x3(coefficient: str, expected: float) -> None:
    found = agreement(from_table(CONT3), coefficient=coefficient, bootstrap=0)
    assert found.estimate == pytest.approx(expected, abs=5e-6)
    errors = {"cohen": 0.05891, "gwet_ac1": 0.04322}
    if coefficient in errors:
        assert found.se == pytest.approx(errors[coefficient], abs=5e-4)
    if coefficient == "cohen":
        assert (found.ci_low, found.ci_high) == pytest.approx((0.680, 0.913), abs=2e-3)


@pytest.mark.parametrize(
    ("coefficient", "expected"),
    [("cohen", 0.43150), ("gwet_ac1", 0.45616), ("krippendorff", 0.43162)],
)
def test_irrcac_on_a_four_by_four_table(coefficient: str, expected: float) -> None:
    assert value(from_table(CONT4), coefficient) == pytest.approx(expected, abs=5e-6)


def test_ac2_with_quadratic_weights() -> None:
    units = from_table([[20, 5, 1, 0], [4, 15, 6, 1], [0, 5, 18, 4], [0, 1, 3, 12]])
    assert value(units, "gwet_ac2", weights="quadratic") == pytest.approx(0.84028, abs=5e-6)
    assert value(units, "gwet_ac2") == pytest.approx(0.84028, abs=5e-6)
    assert value(units, "gwet_ac1") == pytest.approx(0.58046, abs=5e-6)


def test_the_prevalence_paradox_is_printed_beside_kappa() -> None:
    found = agreement(from_table([[3, 0], [1, 0]]), coefficient="cohen", bootstrap=0)
    assert (found.estimate, found.prevalence, found.bias) == (0, 0.75, 0.25)
    assert value(from_table([[3, 0], [1, 0]]), "brennan_prediger") == pytest.approx(0.5)


def test_percent_agreement_has_wilsons_interval() -> None:
    units = pd.DataFrame({"A": [1] * 2 + [0] * 38, "B": [1] * 40})
    found = agreement(units, coefficient="percent", bootstrap=0)
    assert found.estimate == pytest.approx(0.05)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.01382067, 0.16503877), abs=5e-9)


def sets(*cells: str) -> list[frozenset[str] | None]:
    return [None if cell == "NA" else frozenset(cell.strip("{}")) for cell in cells]


def test_krippendorff_and_craggs_2016() -> None:
    table3 = pd.DataFrame(
        [
            sets("{bd}", "{d}", "NA"),
            sets("{abd}", "{b}", "{bd}"),
            sets("{}", "{a}", "{a}"),
            sets("{a}", "NA", "NA"),
        ],
        columns=["A", "B", "C"],
    )
    assert value(table3, "krippendorff_sets") == pytest.approx(0.2866, abs=5e-5)
    table8a = pd.DataFrame(
        [sets("{a}", "{a}", "{a}"), sets("{abd}", "{abd}", "{abde}"), sets("{d}", "{d}", "{d}")]
    )
    assert value(table8a, "krippendorff_sets") == pytest.approx(0.9475, abs=5e-5)


NINE = pd.DataFrame(
    {
        "A": sets("{}", "{A}", "{A}", "{A}", "{AB}", "{AB}", "{ABC}", "{C}", "{C}"),
        "B": sets("{}", "{}", "{A}", "{B}", "{A}", "{AC}", "{ABC}", "{AC}", "{AC}"),
    }
)


def test_two_empty_sets_agree_where_nltk_divides_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        masi_distance(frozenset(), frozenset())
    assert set_distance(frozenset(), frozenset()) == 0
    found = agreement(NINE, coefficient="krippendorff_sets")
    assert found.estimate is not None
    assert abs(found.estimate - 0.252) > 0.05  # MASI's alpha: another measure
    assert found.ci_low is not None


def test_sets_of_one_code_give_nominal_alpha_almost() -> None:
    chance = np.random.default_rng(1)
    one = chance.integers(0, 3, 400)
    other = np.where(chance.random(400) < 0.7, one, chance.integers(0, 3, 400))
    plain = pd.DataFrame({"A": one, "B": other})
    as_sets = plain.map(lambda cell: frozenset([int(cell)]))
    assert value(as_sets, "krippendorff_sets") == pytest.approx(value(plain), abs=1e-9)


def qualcoder_kappa(dual: int, first: int, second: int) -> float:
    """Return what QualCoder prints: only coded letters, and chance as a product, not a sum."""
    union = first + second - dual
    yes = first / union * second / union
    no = (union - first) / union * (union - second) / union
    return (dual / union - yes * no) / (1 - yes * no)


def test_qualcoders_kappa_is_not_kappa() -> None:
    dual, first, second, length = 60, 80, 80, 400
    units = from_table([[length - first - second + dual, second - dual], [first - dual, dual]])
    ours = value(units, "cohen")
    assert ours == pytest.approx(0.6875)
    assert qualcoder_kappa(dual, first, second) == pytest.approx(0.5895, abs=5e-5)
    # twice the text, all the rest uncoded: kappa must move, QualCoder's cannot
    longer = from_table([[300 + length, 20], [20, 60]])
    assert value(longer, "cohen") > ours


def matrices(n: int) -> list[pd.DataFrame]:
    """Return random units: two to five coders, some cells missing, agreement from none to much."""
    chance = np.random.default_rng(20260301)
    found = []
    for _ in range(n):
        units, coders, k = chance.integers(2, 40), chance.integers(2, 6), chance.integers(2, 6)
        truth = chance.integers(0, k, units)
        cells = np.where(
            chance.random((units, coders)) < chance.random(),
            truth[:, None],
            chance.integers(0, k, (units, coders)),
        ).astype(float)
        cells[chance.random((units, coders)) < chance.random() / 2] = np.nan
        found.append(pd.DataFrame(cells))
    return found


def test_a_thousand_random_matrices_equal_the_krippendorff_package() -> None:
    compared = 0
    for number, units in enumerate(matrices(1000)):
        level = ("nominal", "ordinal", "interval", "ratio")[number % 4]
        data = units.to_numpy().T
        ours = agreement(units, level=level, bootstrap=0).estimate  # type: ignore[arg-type]
        with np.errstate(invalid="ignore", divide="ignore"):
            try:
                theirs = krippendorff.alpha(reliability_data=data, level_of_measurement=level)
            except (ValueError, AssertionError):
                theirs = np.nan
        if not np.isfinite(theirs):
            assert ours is None
            continue
        compared += 1
        assert ours == pytest.approx(theirs, abs=1e-9), (number, level)
    assert compared > 900


def test_a_thousand_random_tables_equal_statsmodels() -> None:
    chance = np.random.default_rng(3)
    compared = 0
    for _ in range(1000):
        k = int(chance.integers(2, 6))
        table = chance.integers(0, 12, (k, k)) + np.diag(chance.integers(0, 20, k))
        if min(table.sum(axis=0).min(), table.sum(axis=1).min()) == 0:
            continue
        compared += 1
        weights = (None, "linear", "quadratic")[compared % 3]
        theirs = cohens_kappa(table, wt=weights)
        units = from_table(table.tolist())
        ours = agreement(units, coefficient="cohen", weights=weights, bootstrap=0)
        assert ours.estimate == pytest.approx(theirs.kappa, abs=1e-9)
        assert ours.se == pytest.approx(theirs.std_kappa, abs=1e-9)
        assert ours.table["se_null"].item() == pytest.approx(theirs.std_kappa0, abs=1e-9)
        if weights is None:
            assert ours.max == pytest.approx(theirs.kappa_max, abs=1e-9)
        counts = np.stack([(units == category).sum(axis=1) for category in range(k)], axis=1)
        assert value(units, "fleiss") == pytest.approx(fleiss_kappa(counts), abs=1e-9)
    assert compared > 900


def test_nltk_agrees_on_examples_b_and_c() -> None:
    for units in (EXAMPLE_B, EXAMPLE_C):
        triples = [
            (coder, str(unit), str(cell))
            for coder in units.columns
            for unit, cell in units[coder].dropna().items()
        ]
        assert value(units) == pytest.approx(AnnotationTask(triples).alpha(), abs=1e-9)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
@pytest.mark.parametrize(
    ("units", "reason"),
    [
        (pd.DataFrame({"A": [1, 1, 1], "B": [1, 1, 1]}), {"ONE_CATEGORY", "NO_DISAGREEMENT"}),
        (pd.DataFrame({"A": [], "B": []}), {"FEW_UNITS"}),
        (pd.DataFrame(), {"FEW_UNITS"}),
        (pd.DataFrame({"A": [1, 2, 3]}), {"FEW_UNITS"}),
        (pd.DataFrame({"A": [1.0, None], "B": [None, 1.0]}), {"FEW_UNITS"}),
        (pd.DataFrame({"A": [None, None], "B": [None, None]}), {"FEW_UNITS"}),
        (pd.DataFrame({"A": [1], "B": [1]}), {"ONE_CATEGORY", "NO_DISAGREEMENT"}),
        (pd.DataFrame({"A": [1], "B": [2]}), {"FEW_UNITS", "ONE_CATEGORY"}),
        (pd.DataFrame({"A": [1, 2, 1], "B": [1, 2, 1]}), {"NO_DISAGREEMENT"}),
    ],
)
@pytest.mark.parametrize("bootstrap", [0, 200])
def test_degenerate_cases_answer_with_a_reason(
    coefficient: str, units: pd.DataFrame, reason: set[str], bootstrap: int
) -> None:
    if coefficient == "krippendorff_sets":
        units = units.map(lambda cell: cell if cell is None or cell != cell else frozenset([cell]))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = agreement(units, coefficient=coefficient, bootstrap=bootstrap)
    assert found.reason in reason
    assert found.ci_low is None
    assert found.ci_high is None
    assert found.summary("sv")
    assert found.summary("en")
    numbers = found.table.select_dtypes("number").to_numpy(dtype=float)
    assert not np.isinf(numbers).any()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"coefficient": "kappa"}, "'coefficient' must be one of"),
        ({"coefficient": "krippendorf"}, "Did you mean 'krippendorff'"),
        ({"level": "scale"}, "'level' must be one of"),
        ({"coefficient": "cohen", "level": "ordinal"}, "belongs to Krippendorff's alpha"),
        ({"weights": "linear"}, "takes its distances from 'level'"),
        ({"coefficient": "cohen", "weights": "cubic"}, "'weights' must be linear"),
        ({"coefficient": "cohen", "weights": [[0, 1], [1, 0]]}, "'weights' must be 5 x 5"),
        ({"coefficient": "cohen", "weights": np.ones((5, 5)) * 2}, "zeros on the diagonal"),
        ({"level": "interval"}, "needs numbers"),
        ({"coefficient": "krippendorff_sets"}, "must be a frozenset"),
        ({"cluster": "doc"}, "Column 'doc' is not in the data"),
        ({"cluster": [1, 2]}, "one value per unit"),
    ],
)
def test_errors_say_what_must_hold(more: dict[str, object], message: str) -> None:
    with pytest.raises(DataError, match=message):
        agreement(EXAMPLE_B, **more)  # type: ignore[arg-type]


def test_infinite_and_negative_categories_are_refused() -> None:
    with pytest.raises(DataError, match="finite numbers"):
        agreement(pd.DataFrame({"A": [1.0, np.inf], "B": [1.0, 2.0]}))
    with pytest.raises(DataError, match="0 or more"):
        agreement(pd.DataFrame({"A": [-1, 2], "B": [1, 2]}), level="ratio")


def test_hostile_categories_are_only_labels() -> None:
    words = ["<script>", "=cmd|x", "å ä ö", "{n}", "nan", ""]
    units = pd.DataFrame({"A": words * 3, "B": words[:3] * 6})
    found = agreement(units, bootstrap=100)
    assert set(found.categories["category"]) == set(words)
    assert found.n == 18


def test_ordered_categories_keep_their_order() -> None:
    order = pd.CategoricalDtype(["low", "middle", "high"], ordered=True)
    units = pd.DataFrame(
        {"A": ["low", "middle", "high", "high"], "B": ["low", "high", "high", "middle"]}
    )
    as_numbers = units.replace({"low": 1, "middle": 2, "high": 3}).astype(int)
    ordered = units.astype(order)
    assert value(ordered, level="ordinal") == pytest.approx(value(as_numbers, level="ordinal"))
    assert value(ordered, "cohen", weights="linear") == pytest.approx(
        value(as_numbers, "cohen", weights="linear")
    )


def test_kappa_of_three_coders_is_the_mean_of_pairs_and_says_so() -> None:
    units = EXAMPLE_C[["B", "C", "D"]].astype(float)
    pairs = [value(units[[a, b]], "cohen") for a, b in (("B", "C"), ("B", "D"), ("C", "D"))]
    found = agreement(units, coefficient="cohen", bootstrap=0)
    assert found.estimate == pytest.approx(np.mean(pairs))
    assert "mean over pairs of 3 coders" in found.method.render("en")


CELLS = st.integers(0, 3)


@st.composite
def some_units(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(2, 15))
    column = st.lists(st.none() | CELLS, min_size=n, max_size=n)
    return pd.DataFrame({coder: draw(column) for coder in "ABC"}, dtype="Float64")


@settings(max_examples=60, deadline=None)
@given(some_units(), st.sampled_from([name for name in COEFFICIENTS if "sets" not in name]))
def test_no_coefficient_leaves_its_bounds_or_its_units(
    units: pd.DataFrame, coefficient: str
) -> None:
    before = units.copy(deep=True)
    found = agreement(units, coefficient=coefficient, bootstrap=50, seed=1)
    pd.testing.assert_frame_equal(units, before)
    if found.estimate is not None:
        assert found.estimate <= 1 + 1e-12
    if found.ci_low is not None:
        assert found.ci_high is not None
        assert found.ci_low < found.ci_high <= 1 + 1e-12
    else:
        assert found.reason
    shuffled = units.sample(frac=1, random_state=3)[["C", "A", "B"]]
    again = agreement(shuffled, coefficient=coefficient, bootstrap=0).estimate
    assert again == pytest.approx(found.estimate, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(some_units())
def test_alpha_of_any_level_is_one_when_all_agree_and_falls_with_a_disagreement(
    units: pd.DataFrame,
) -> None:
    alike = pd.DataFrame({coder: range(len(units)) for coder in "AB"})
    assert value(alike) == 1
    alike.loc[0, "B"] = len(units) - 1
    for level in ("nominal", "ordinal", "interval", "ratio"):
        assert value(alike, level=level) < 1


def test_resampling_documents_widens_the_interval_when_documents_differ() -> None:
    chance = np.random.default_rng(5)
    document = np.repeat(range(10), 30)
    truth = chance.integers(0, 2, 300)
    wrong = chance.random(300) < np.where(document < 5, 0.02, 0.4)
    units = pd.DataFrame({"A": truth, "B": np.where(wrong, 1 - truth, truth), "doc": document})
    alone = agreement(units.drop(columns="doc"), seed=2)
    clustered = agreement(units, cluster="doc", seed=2)
    assert clustered.estimate == alone.estimate
    assert alone.ci_low is not None
    assert alone.ci_high is not None
    assert clustered.ci_low is not None
    assert clustered.ci_high is not None
    assert clustered.ci_high - clustered.ci_low > 1.5 * (alone.ci_high - alone.ci_low)
    assert clustered.clusters == 10
    assert agreement(units, cluster="doc", seed=2).ci_low == clustered.ci_low
    assert agreement(units, cluster=list(document), seed=2).estimate is not None


def coverage(n_documents: int, replications: int, seed: int) -> tuple[float, float]:
    """Return how often the interval covers the true alpha, and its mean width."""
    chance = np.random.default_rng(seed)
    size = 12

    def draw(documents: int) -> pd.DataFrame:
        hard = np.repeat(chance.beta(1.2, 8, documents), size)
        truth = chance.random(documents * size) < 0.3
        cells = {}
        for coder in "AB":
            wrong = chance.random(documents * size) < hard
            cells[coder] = (truth ^ wrong).astype(int)
        return pd.DataFrame(cells | {"doc": np.repeat(range(documents), size)})

    true = agreement(draw(20_000), cluster="doc", bootstrap=0).estimate
    assert true is not None
    covered, widths = 0, []
    for number in range(replications):
        found = agreement(draw(n_documents), cluster="doc", bootstrap=1000, seed=number)
        if found.ci_low is None or found.ci_high is None:
            continue
        covered += found.ci_low <= true <= found.ci_high
        widths.append(found.ci_high - found.ci_low)
    return covered / len(widths), float(np.mean(widths))


def test_the_interval_covers_about_as_often_as_it_says() -> None:
    share, _ = coverage(30, 300, seed=1)
    assert share > 0.89  # 0.95 less four binomial errors of 300


@pytest.mark.prove
@pytest.mark.parametrize(("documents", "least"), [(8, 0.87), (15, 0.90), (30, 0.92), (60, 0.93)])
def test_coverage_by_number_of_documents(documents: int, least: float) -> None:
    share, _ = coverage(documents, 2000, seed=documents)
    assert share > least
