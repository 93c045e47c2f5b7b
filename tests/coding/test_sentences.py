"""Where sentences begin, in the kinds of text people write; and words in one family."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.coding.lemmas import lemma, stem
from workbench.coding.sentences import sentence_spans, sentence_starts

ITEMS = [
    "Kön var lång.|Sedan gick vi.",
    "Det var t.ex. svårt att ringa.",
    "Bl.a. appen krånglar.|Den är seg.",
    "Vi ses kl. 9.|Ta med kaffe.",
    "Den 3. mars kom brevet.|Det var sent.",
    "J. Andersson ringde.|Hon var arg.",
    "dyrt.|inte bra.|byter bank",
    "Bra service!|Tack!",
    "Väntade i 3 veckor.|Sedan kom det.",
    "Rad ett\n|Rad två",
    "Rad ett som\nfortsätter här",
    "- dyrt\n|- segt",
    "Hej.\n\n|Nytt stycke",
    'Jag sa: "Varför?"|Sen gick jag.',
    "Jaha... men ändå.|Ok",
    "Jaha...|Men ändå.",
    "Böcker m.m.|Sedan fika.",
    "t. ex. nu.|Bra",
    "Kassan var tom.|Sedan gick jag.",
    "He said no.|Then left.",
    "Mr. Smith called at 5 p.m.|He was angry.",
    "Dr. Holm kom.",
    "Ca. 20 personer kom.|Bra!",
    "Räntan är 4.5 procent.|Högt.",
    "Se www.bank.se för mer.|Bra sida.",
    "Det kostar 1.200 kr.|Dyrt.",
    "Vad?|Nej!",
    "Ok :)|".rstrip("|"),
    "Etc. Sedan".replace("Etc. ", "Etc.|"),
    "Fr.o.m. maj höjs priset.",
    "S.k. service.",
    "Ring Anna (vard. 9-17).|Tack.",
    "Det gick bra!!!|Verkligen.",
    "Inte ok?!|Nej.",
    "App v. 3.2 kraschar.|Igen.",
    "I live in the U.K. and pay.|Fine.",
    "It was e.g. slow.|Yes.",
    "1. Bra pris\n|2. Dålig app",
    "Osv.|Klart.",
    "Hon är min.|Jag vet.",
    "kl. 10 ringde de. |Ingen svarade.".replace(" |", "|"),
    "Bra.Dyrt men.".replace("Bra.", "Bra.|"),
]


@pytest.mark.parametrize("marked", ITEMS)
def test_sentences_begin_where_a_reader_says(marked: str) -> None:
    text = marked.replace("|", " ").replace("\n ", "\n")
    parts = [part.strip() for part in marked.split("|")]
    if marked.startswith("Bra.|"):
        text = marked.replace("|", "")
    assert [text[start:end] for start, end in sentence_spans(text)] == parts


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="aAbÅ.!? \n…1,)\"'", max_size=60))
def test_sentences_cover_every_letter_once(text: str) -> None:
    starts = sentence_starts(text)
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    spans = sentence_spans(text)
    assert "".join(text[s:e] for s, e in spans).split() == text.split() or (
        "".join("".join(text[s:e].split()) for s, e in spans) == "".join(text.split())
    )
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


FAMILIES = """pris priset priser|bok boken böcker|faktura fakturan fakturor fakturornas
lån lånet lånen|konto kontot konton|app appen appar|ränta räntan räntor
kund kunden kunder kundernas|vänta väntar väntade väntat|ringa ringer ringde ringt
svara svarar svarade|dålig dåligt sämre sämst|bra bättre bäst|liten små mindre minst
bank banken banker bankens|avgift avgiften avgifter|kö kön köer|brev brevet breven
leverans leveransen leveranser|bemötande bemötandet|lång långt längre längst
snabb snabbt snabbare|man mannen män|barn barnet barnen|få får fick fått
gå går gick gått|komma kommer kom|säga säger sade sagt|köpa köper köpte köpt
stor större störst"""


@pytest.mark.parametrize("family", FAMILIES.replace("\n", "|").split("|"))
def test_inflections_share_a_dictionary_form(family: str) -> None:
    words = family.split()
    assert len({lemma(word, "sv") for word in words}) == 1, {w: lemma(w, "sv") for w in words}


def test_different_words_keep_different_forms() -> None:
    pairs = [
        ("pris", "prisa"),
        ("kö", "köpa"),
        ("bok", "boka"),
        ("bemötande", "bemöta"),
        ("bank", "banka"),
    ]
    for one, other in pairs:
        assert lemma(one, "sv") != lemma(other, "sv")
    assert lemma("queues", "en") == "queue"
    assert stem("leveransen", "sv") == stem("leverans", "sv")
