"""Regular expressions that can take for ever are refused; those people write are not."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.coding.rules import parse_pattern
from workbench.coding.runaway import is_runaway
from workbench.errors import CodebookError

RUNAWAY = (
    r"(a+)+$", r"(a*)*b", r"(a|a)*b", r"(a|aa)+$", r"(ab|ab)*c", r"(\w+\s?)*slut", r"([a-z]+)*1",
    r"(.*)*x", r"(a?a?)*b", r"(x+x+)+y", r"((a{1,10}){1,10})*z", r"(?:a|b|ab)*c",
    r"(?:\s*\w+\s*)+!", r"(?=(a+)+b)a", r"(a+?)+?$", r"(\d+){5,}x", r"(?:Å|å|åå)*!",
)  # fmt: skip
SOUND = (
    r"kö(tid)?\w*", r"(\w+\s)*slut", r"\d{3}-\d{4}", r"(\d{4})+", r"(?:bank|lån|ränta)+",
    r"[a-zåäö]+(?:-[a-zåäö]+)*", r"(?:\d{1,3},)+", r".*väntetid.*", r"https?://\S+",
    r"(?i:abc)+", r"\b(\w+) \1\b", r"(?:ab|ac)*d", r"(\d{1,3}){1,3}", r"^$", r"(a|b)*c",
    r"(?<!in)te\b", r"(A|a)+x", "|".join(f"ord{n}" for n in range(300)),
)  # fmt: skip


@pytest.mark.parametrize("expression", RUNAWAY)
def test_an_expression_that_can_take_for_ever_is_refused_with_a_way_out(expression: str) -> None:
    with pytest.raises(CodebookError, match=r"for ever; repeat once"):
        parse_pattern(f"/{expression}/")


@pytest.mark.parametrize("expression", SOUND)
def test_an_expression_people_write_is_taken(expression: str) -> None:
    assert parse_pattern(f"/{expression}/").regex is not None


PIECES = st.recursive(
    st.sampled_from(["a", "b", "[ab]", ".", "a?", "ab"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2}", "{1,3}"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
    max_leaves=5,
)


SEARCH = """
import json, re, sys
for expression in json.load(sys.stdin):
    for text in ("a" * 60, "ab" * 40, "aab" * 25):
        re.compile(f"(?:{expression})c").match(text)
"""


@settings(max_examples=40)
@given(expressions=st.lists(PIECES, min_size=50, max_size=50))
def test_no_expression_that_is_taken_takes_for_ever(expressions: list[str]) -> None:
    """Those taken end on texts on which a runaway needs years; the process would not end."""
    taken = [one for one in expressions if not is_runaway(f"(?:{one})c")]
    subprocess.run([sys.executable, "-c", SEARCH], input=json.dumps(taken), text=True, timeout=60,
                   check=True)  # fmt: skip
