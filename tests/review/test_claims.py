"""A written text is checked against the matrix, claim by claim."""

from workbench.review.claims import check_claims

STATES = {
    "waiting": {"R1": "present", "R2": "absent", "R3": "present", "R4": "not_asked"},
    "fees": {"R1": "absent", "R2": "present", "R3": "no_text", "R4": "present"},
}
MATRIX = [
    {"theme": theme, "respondent": respondent, "state": state}
    for theme, states in STATES.items()
    for respondent, state in states.items()
]


def _problems(text: str) -> list[tuple[str, str, str]]:
    return [(claim.problem, claim.said, claim.found) for claim in check_claims(text, MATRIX)]


def test_a_right_list_and_a_right_count_hold() -> None:
    assert _problems("Waiting troubles R1 and R3 [waiting], two of three.") == [("", "", "")]
    assert _problems("Två av tre nämner avgifterna [fees]: R2, R4.") == [("", "", "")]


def test_a_respondent_too_many_and_one_too_few_are_named() -> None:
    assert _problems("R1 and R2 wait [waiting].") == [
        ("not present", "R2", "R1, R3"),
        ("left out", "R1, R2", "R3"),
    ]


def test_a_wrong_count_and_a_wrong_base_are_told_apart() -> None:
    assert _problems("3 of 4 [waiting]") == [("count", "3", "2"), ("base", "4", "3")]


def test_a_span_names_everyone_in_it() -> None:
    assert _problems("R1–R3 [waiting]")[0] == ("not present", "R2", "R1, R3")


def test_a_theme_that_is_not_in_the_matrix_is_named() -> None:
    assert check_claims("R1 [queues]", MATRIX)[0].problem == "unknown theme"


def test_text_without_a_theme_makes_no_claim() -> None:
    assert check_claims("R1 and R9 said much, five of eight did not.", MATRIX) == []
