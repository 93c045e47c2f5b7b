"""Rules hit exactly where a plain ``re`` says, whatever the text holds."""

import random
import re
import sys
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.coding.compounds import compound_parts
from workbench.coding.folding import fold
from workbench.coding.match import match
from workbench.coding.tokens import index_texts

sys.path.insert(0, str(Path(__file__).parent))
import rule_oracle

WORDS = [
    "kö", "köer", "Kön", "vänta", "väntade", "VÄNTETID", "telefon", "telefonkö", "bra",
    "dåligt", "inte", "service", "priset", "pris", "dyrt", "app", "appen", "fungerar",
    "låg", "hög", "Ärende", "ärenden", "över", "över-allt", "mål", "målare", "faktura",
    "pappersfaktura", "e", "post", "nr", "3", "24", "c", "och", "men",
    "är", "det", "var", "så", "att", "on", "off", "queue", "Queues",
    "price", "priced", "ﬁn", "straße",
]  # fmt: skip
SIGNS = [
    " ",
    " ",
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "! ",
    "? ",
    "\n",
    " - ",
    "-",
    ".",
    "/",
    " 😀 ",
    "\t",
    ": ",
]
PATTERNS = [
    "kö", "kö*", "*tid", "*faktura*", "KÖN", "ärende*", '"bra service"', '"inte bra"',
    '"så att det"', "vänt* NEAR/3 telefon*", "bra NEAR/1 service", "pris NEAR/5 dyrt",
    "bra NEAR/4 bra", "kö NEAR/2 *kö", '"inte bra" NEAR/3 app*', "service NOT bra",
    "*pris* NOT dyrt NOT hög", "kö* NEAR/4 telefon NOT inte", "/(^|\\W+)pris/", "/\\d+/",
    "/kö\\b/", "/(a|b)pp/ NOT inte", "bra bra", "över", "c", "3", "a*", "24",
]  # fmt: skip


def random_text(rng: random.Random) -> str:
    pieces = []
    for _ in range(rng.randint(0, 14)):
        pieces += [rng.choice(WORDS), rng.choice(SIGNS)]
    text = "".join(pieces)
    return text.upper() if rng.random() < 0.1 else text


def spans_by_text(frame: pd.DataFrame, pattern: str) -> dict[int, list[tuple[int, int]]]:
    rows = frame[frame["pattern"] == pattern]
    found: dict[int, list[tuple[int, int]]] = {}
    for text, start, end in zip(rows["text"], rows["start"], rows["end"], strict=True):
        found.setdefault(text, []).append((start, end))
    return {text: sorted(spans) for text, spans in found.items()}


def differences(texts: list[str], patterns: list[str]) -> list[tuple[str, str]]:
    frame = match(texts, {f"c{number}": [pattern] for number, pattern in enumerate(patterns)})
    wrong = []
    for pattern in patterns:
        ours = spans_by_text(frame, pattern)
        for number, text in enumerate(texts):
            if ours.get(number, []) != rule_oracle.hits(pattern, text):
                wrong.append((pattern, text))
    return wrong


def test_hits_equal_a_plain_regular_expression_on_random_comments() -> None:
    rng = random.Random(7)
    texts = [random_text(rng) for _ in range(3_000)]
    assert differences(texts, PATTERNS) == []


@pytest.mark.prove
def test_hits_equal_a_plain_regular_expression_on_a_hundred_thousand_comments() -> None:
    rng = random.Random(11)
    for _ in range(10):
        texts = [random_text(rng) for _ in range(10_000)]
        assert differences(texts, PATTERNS) == []


@settings(max_examples=150, deadline=None)
@given(
    texts=st.lists(
        st.text(alphabet=st.sampled_from("aåÅbß.,-_ \n'İıſéA1😀"), max_size=25), max_size=6
    ),
    word=st.text(alphabet="aåÅbséiI1_", min_size=1, max_size=3),
    other=st.text(alphabet="aåb1", min_size=1, max_size=2),
    distance=st.integers(1, 4),
)
def test_hits_equal_a_plain_regular_expression_on_any_text(
    texts: list[str], word: str, other: str, distance: int
) -> None:
    patterns = [
        word, f"{word}*", f"*{word}*", f"*{word}", f'"{word} {other}"',
        f"{word} NEAR/{distance} {other}", f"{word}* NOT {other}",
    ]  # fmt: skip
    assert differences(texts, list(dict.fromkeys(patterns))) == []


def test_letters_fold_exactly_as_re_ignores_case() -> None:
    cased = [
        letter
        for letter in map(chr, range(0x110000))
        if not 0xD800 <= ord(letter) < 0xE000
        and unicodedata.normalize("NFC", letter) == letter
        and len({letter, letter.lower(), letter.upper(), letter.casefold()}) > 1
    ]
    every = "".join(cased)
    classes: dict[str, set[str]] = {}
    for letter in cased:
        classes.setdefault(fold(letter), set()).add(letter)
    for folded, members in classes.items():
        equal = set(re.findall(re.escape(min(members)), every, re.IGNORECASE))
        assert equal | {folded} == members | {folded}, members


def test_words_keep_their_exact_places() -> None:
    texts = ["Ååh 😀 kö!", "", "e\u0301t a\u030a", "x" * 5000 + " kö"]
    index = index_texts(pd.Series(texts, index=["a", "b", "c", "d"]))
    words = [texts[t][s:e] for t, s, e in zip(index.text_of, index.starts, index.ends, strict=True)]
    assert words == ["Ååh", "kö", "e\u0301t", "a\u030a", "x" * 5000, "kö"]


def test_composed_and_decomposed_letters_are_the_same_word() -> None:
    frame = match(["a\u030aterko\u0308p", "ÅTERKÖP"], {"c": ["återköp"]})
    assert list(frame["end"]) == [9, 7]


def test_long_words_that_differ_in_order_are_different() -> None:
    texts = ["ab" * 3000, "ba" * 3000]
    assert len(index_texts(texts).types) == 2


def test_tilde_finds_inflections_in_both_languages() -> None:
    texts = ["priset", "prisas", "fakturornas", "fakturera", "queues", "took", "tager", "banken"]
    found = match(texts, {"a": ["~pris"], "b": ["~faktura"], "c": ["~queue", "~take", "~bank"]})
    assert list(zip(found["text"], found["code"], strict=True)) == [
        (0, "a"), (2, "b"), (4, "c"), (5, "c"), (7, "c"),
    ]  # fmt: skip


def test_tilde_with_stars_finds_true_parts_of_compounds_only() -> None:
    texts = ["pappersfakturan", "fakturaavgiften", "mål", "målarfärg", "utsläppsmålen", "faktura"]
    found = match(texts, {"faktura": ["~*faktura*"], "mål": ["~*mål*"]})
    assert list(found["text"]) == [0, 1, 2, 4, 5]


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("fakturaproblem", ("faktura", "problem")),
        ("kundtjänstpersonal", ("kundtjänst", "personal")),
        ("samarbete", ("samarbete",)),
        ("leverans", ("leverans",)),
        ("kunderna", ("kunderna",)),
        ("xyzzyqwert", ("xyzzyqwert",)),
    ],
)
def test_compounds_split_into_dictionary_words(word: str, parts: tuple[str, ...]) -> None:
    assert compound_parts(word) == parts


def test_signs_in_a_pattern_count_as_they_stand() -> None:
    texts = ["c++ och C#", "e-post", "e post", "bra:)", "100 %", "100% nöjd", "1000%"]
    rules = {"c": ["c++"], "mail": ["e-post"], "glad": [":)"], "allt": ["100%"]}
    found = match(texts, rules)
    assert list(zip(found["text"], found["code"], strict=True)) == [
        (0, "c"), (1, "mail"), (3, "glad"), (5, "allt"),
    ]  # fmt: skip


def test_a_bare_not_vetoes_the_other_patterns_of_its_code_in_that_sentence() -> None:
    texts = ["Kön var lång.", "Kön var rolig.", "Kön var lång. Rolig personal."]
    found = match(texts, {"kö": ["kön", "lång", "NOT rolig"], "annat": ["kön"]})
    assert list(found[found["code"] == "kö"]["text"]) == [0, 0, 2, 2]
    assert list(found[found["code"] == "annat"]["text"]) == [0, 1, 2]


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("Appen är inte bra", True),
        ("Appen är bra", False),
        ("inte alls särskilt bra", True),
        ("Dyrt, men bra", False),
        ("Inte dyrt men bra", False),
        ("inte dyrt, bra", False),
        ("inte bara bra", False),
        ("aldrig bra", True),
        ("It isn't bra", True),
        ("It isn’t very bra", True),
        ("not only bra", False),
        ("knappast bra", True),
        ("bra inte sant", True),
        ("bra. Inte dyrt", False),
        ("utan problem. bra", False),
        ("inte ett ord om det som var bra", False),
    ],
)
def test_negation_reaches_its_clause(text: str, negated: bool) -> None:
    found = match([text], {"bra": ["bra"]}, negation="mark")
    assert list(found["negated"]) == [negated]
    kept = match([text], {"bra": ["bra"]}, negation="drop")
    assert len(kept) == (0 if negated else 1)
    assert list(kept.columns) == ["text", "code", "pattern", "start", "end"]


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("*", "without letters"),
        ("~", "without letters"),
        ('"öppen', "without its pair"),
        ("a NEAR b", "number of words"),
        ("a NEAR/x b", "number of words"),
        ("a NEAR/0 b", "NEAR/0"),
        ("NEAR/3 b", "nothing before NEAR"),
        ("a NEAR/3", "nothing after NEAR"),
        ("a NEAR/2 b NEAR/2 c", "more than once"),
        ("a NOT", "nothing after NOT"),
        ("/(/", "not a regular"),
        ("/öppen", "does not end"),
        ("~stem*", "mixes"),
        ("a NOT b NEAR/2 c", "NEAR after NOT"),
        ('""', "nothing|empty"),
        ("? NEAR/2 b", "signs alone"),
    ],
)  # fmt: skip
def test_a_pattern_that_cannot_be_read_names_its_code(pattern: str, says: str) -> None:
    with pytest.raises(wb.CodebookError, match=f"code 'k'.*({says})"):
        match(["text"], {"k": [pattern]})


def test_a_code_of_vetoes_only_is_an_error() -> None:
    with pytest.raises(wb.CodebookError, match="only say NOT"):
        match(["x"], {"k": ["NOT x"]})


@pytest.mark.parametrize("texts", [[], [None], [""], [float("nan")], pd.Series([], dtype="str")])
def test_no_texts_have_no_hits(texts: object) -> None:
    found = match(texts, {"k": ["kö", "a NEAR/2 b", "/x/", '"a b"', "NOT c", "~d"]})  # type: ignore[arg-type]
    assert len(found) == 0
    assert list(found.columns) == ["text", "code", "pattern", "start", "end"]
    assert len(match(["kö"], {})) == 0


def test_what_is_not_text_is_an_error_without_its_value() -> None:
    with pytest.raises(wb.DataError, match="entry 1 is a int") as error:
        match(["a", 4711], {"k": ["a"]})  # type: ignore[list-item]
    assert "4711" not in str(error.value)
    with pytest.raises(wb.DataError, match="single text"):
        match("kö", {"k": ["kö"]})


def test_the_index_of_a_series_names_the_texts() -> None:
    texts = pd.Series(["kö", "=cmd|' /C calc'!A0", "<script>kö</script>"], index=["r9", "r1", "r5"])
    before = texts.copy()
    found = match(texts, {"k": ["kö", "script", "=cmd"]})
    assert list(found["text"]) == ["r9", "r1", "r5", "r5", "r5"]
    pd.testing.assert_series_equal(texts, before)


def test_a_changed_rule_asks_only_what_is_new() -> None:
    texts = ["kö till kassan", "lång väntan"] * 50
    index = index_texts(texts)
    match(index, {"a": ["kö*"], "b": ["~vänta"]})
    asked = len(index._answers)
    match(index, {"a": ["kö*", "kassan"]})
    assert len(index._answers) == asked + 1
