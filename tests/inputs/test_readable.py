"""Reading a text as its reader does, against one substitution over the whole of it."""

import html
import re
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.inputs.redaction.readable import forms_of
from workbench.inputs.redaction.scan import _RULES
from workbench.inputs.redaction.sieve import may_hold_numbers

PIECES = ["<", ">", "/", "<b>", "</b>", "<p>", "</p>\n", "<p\nid='1'>", "<style>", "</style>",
          "<STYLE a>", "</Style>", "<script>", "</script>", "<styled>", "style", "b", " ", "Anna",
          "&lt;b&gt;", "&amp;", r"\u003c", r"\u0041", "<!-- ", "-->", "<tspan x='1'>"]  # fmt: skip
TAGS = re.compile(
    r"<(?:style|script)\b.*?</(?:style|script)>"
    r"|(?P<inline></?(?:b|i|u|em|strong|span|mark|small|sub|sup|wbr|font|tspan)\b[^>]*>)|<[^>]*>",
    re.DOTALL | re.IGNORECASE,
)


def _plainly(text: str) -> str:
    whole = re.sub(r"\\u([0-9a-fA-F]{4})", lambda hit: chr(int(hit[1], 16)), text)
    bare = TAGS.sub(
        lambda hit: ("" if hit["inline"] else " ") + "\n" * hit[0].count("\n"),
        whole,
    )
    return html.unescape(bare)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@settings(max_examples=600, deadline=None)
def test_a_reader_sees_what_one_substitution_leaves(text: str) -> None:
    forms = list(forms_of(text))
    assert forms[0] == text
    assert forms[-1] == _plainly(text)


@pytest.mark.parametrize(
    "text",
    [
        "<a <style>b{}</style>>Anna</a>",
        "<script>1</style>2</script>3",
        "<style>1</style><script>2</style>3</script>4",
        "<style>1</style>2 < 3 <b>4",
    ],
)
def test_tags_within_each_other_are_read_as_one_substitution_reads_them(text: str) -> None:
    assert list(forms_of(text))[-1] == _plainly(text)


def test_every_digit_and_space_of_python_may_be_one_in_a_number() -> None:
    letters = map(chr, range(sys.maxunicode + 1))
    digits, spaces = [], []
    for letter in letters:
        digits += [letter] * bool(re.fullmatch(r"\d", letter))
        spaces += [letter] * bool(re.fullmatch(r"\s", letter))
    assert len(digits) > 600
    assert len(spaces) > 20
    assert all(may_hold_numbers([f"85010{digit}-1234" for digit in digits]))
    assert all(may_hold_numbers([f"+46 70{space}123 45 67" for space in spaces]))
    assert not any(may_hold_numbers(["850101 1234", "4111 1111 1111", "SE35 5000 0000", ""]))


@pytest.mark.parametrize("kind", [kind for kind in _RULES if kind != "EMAIL"])
@settings(max_examples=60, deadline=None)
@given(data=st.data(), before=st.text(max_size=3), after=st.text(max_size=3))
def test_what_a_rule_finds_is_never_passed_over(
    kind: str, data: st.DataObject, before: str, after: str
) -> None:
    text = before + data.draw(st.from_regex(_RULES[kind])) + after
    if _RULES[kind].search(text):
        assert may_hold_numbers([text]) == [True]
