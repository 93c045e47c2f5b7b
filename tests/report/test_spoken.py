"""Blocks in another language are found as the plain patterns, written out, find them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.report import spoken
from workbench.report.spoken import mark_languages

PIECES = ["<p>", "</p>", "<p class='a'>", "<li>", "</li>", "<div>", "</div>", "<b>", "</b>", "<a>",
          "</a>", "<td>", "</td>", "<br>", "<", ">", "<h1>", "</h1>", "<pre>", "\n",
          " Jag ringde och det tog en timme", " They said that it was for the best"]  # fmt: skip
BLOCK = re.compile(
    rf"<({spoken._TAGS})((?:\s[^>]*)?)>((?:(?!</?(?:{spoken._TAGS}|div|ul|table)\b).)*)", re.S
)
WHOLE = re.compile(
    r"<(p|li|h1|h2|h3)((?:\s[^>]*)?)>((?:(?!</?(?:p|li|div|table|h1|h2|h3)\b).)*)</\1>", re.S
)


@pytest.mark.parametrize(("quick", "plain"), [(spoken._BLOCK, BLOCK), (spoken._WHOLE, WHOLE)])
@given(text=st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@settings(max_examples=300, deadline=None)
def test_quick_patterns_find_the_blocks_that_the_plain_ones_do(
    quick: re.Pattern[str], plain: re.Pattern[str], text: str
) -> None:
    found = [[hit.span(n) for n in range(4)] for hit in quick.finditer(text)]
    assert found == [[hit.span(n) for n in range(4)] for hit in plain.finditer(text)]


def test_a_quote_within_a_page_in_another_language_says_so() -> None:
    page = "<body><p>They said that it was.</p><li>Jag <b>ringde</b> och det tog en timme.</li>"
    assert mark_languages(page, "en").count('lang="sv"') == 1
    assert mark_languages(page, "en").startswith("<body><p>They")
