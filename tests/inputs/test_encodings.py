"""The ladder reads Swedish in eight encodings, and leaves plain text alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import DataError
from workbench.inputs.encodings import decode, detect_encoding

EIGHT = [
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "latin-1",
    "mac_roman",
    "cp850",
    "utf-16-le",
    "utf-16-be",
]
SWEDISH = [
    "id;ort;kommentar\n1;Växjö;Väntetiden är för lång\n2;Åmål;Går ej att nå er på telefon\n",
    "sjö",
    "ÅLDER;KÖN\n34;KVINNA\n",
    "Det är över!",
    "id;w;text\n1;0,75;Öppettiderna\n2;1,25;Får vänta två månader, tråkigt\n",
    "Så säger de: ”kom tillbaka i morgon”. Varför då?",
]


@pytest.mark.parametrize("text", SWEDISH)
@pytest.mark.parametrize("encoding", EIGHT)
def test_swedish_is_read_right_in_eight_encodings(text: str, encoding: str) -> None:
    try:
        raw = text.encode(encoding)
    except UnicodeEncodeError:
        raw = text.replace("”", '"').encode(encoding)
        text = text.replace("”", '"')
    assert decode(raw).text == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_mark_in_front_tells_wide_encodings(encoding: str) -> None:
    assert decode("på sjön".encode(encoding)).text == "på sjön"


@pytest.mark.parametrize(
    "text",
    [
        "Don’t know",
        "“Great service” – she said",
        "I can’t log in… it’s slow",
        "Price: 10 € or £5",
        "Müller – très bien, naïve café",
        "Grøn øl på Ærø",
        "Español: año, señor",
        "Jag tycker ”bra” om det",
        "Rabatten på 50 % gäller – ej mig",
    ],
)
def test_windows_text_with_typographic_signs_stays_windows(text: str) -> None:
    assert decode(text.encode("cp1252")).text == text


def test_plain_ascii_is_utf8() -> None:
    assert detect_encoding(b"id,score\n1,10\n") == "utf-8"
    assert detect_encoding(b"") == "utf-8"


WORDS = st.lists(
    st.sampled_from(["väntetid", "på", "sjön", "är", "Åsa", "över", "kö", "bra", "ej", "Älg"]),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.sampled_from(EIGHT))
def test_any_swedish_sentence_comes_back(words: list[str], encoding: str) -> None:
    text = "id;text\n1;" + " ".join(words) + "\n2;allt är bra på ön\n"
    assert decode(text.encode(encoding)).text == text


def test_lines_pasted_from_elsewhere_are_read_and_counted() -> None:
    lines = [f"{place};Väntetiden är för lång på kvällen" for place in range(20)]
    raw = b"\n".join(
        line.encode("cp1252" if place == 7 else "utf-8") for place, line in enumerate(lines)
    )
    decoded = decode(raw)
    assert decoded.text == "\n".join(lines)
    assert decoded.odd_lines == (8,)


def test_a_stated_encoding_is_obeyed_or_refused() -> None:
    assert decode("é".encode("cp850"), encoding="cp850").text == "é"
    with pytest.raises(DataError, match=r"not utf-8: byte 0"):
        decode(b"\xe5", encoding="utf-8")
    with pytest.raises(DataError, match=r"'cp-1252x' is not known"):
        decode(b"", encoding="cp-1252x")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_break_the_ladder(raw: bytes) -> None:
    try:
        decode(raw)
    except DataError:
        assert raw[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in raw
