"""Words keep the rules: no cause without an experiment, no finding without its number."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import messages
import pytest
from babel.messages.catalog import Message

from workbench.report.payload import MIME

ROOT = Path(__file__).parents[2]
ENGLISH = (
    r"\b(?:leads? to|led to|because of|due to|thanks to|results? in|gives rise|caus(?:e|es|ed|ing)|"
    r"effects? (?:of|on)|drives|driven by|impact\w*|influenc\w+|affect(?:s|ed)?|improves|improved|"
    r"increases|raises|raised|helped|works\b|must work|work both|makes? \w+ (?:more|less))"
)
SWEDISH = (
    r"\b(?:beror på|berodde på|leder till|ledde till|orsak\w*|tack vare|medför\w*|gör att|"
    r"effekt(?:en|er)? (?:av|på)|påverka\w*|inverka\w*|drivs av|höjer|höjde|sänker|sänkte|"
    r"förbättrar|"
    r"verkar (?:åt|hur)|måste fungera|ger (?:högre|lägre|bättre|sämre|nöjdare|mer|mindre))"
)
EXPERIMENT = re.compile(
    r"/experiment/|/(?:results|report)/.*(?:experiment|trial|readout|variants|calibration)|"
    r"60_experiment|/joint/variants\.py|/results/(?:readout|experiment)\.py|/report/wording/trial"
)
ALLOWED = {
    # message id (its beginning) -> why a causal word may stand there
    "Different in {n:integer} places; likely cause": "about two runs of a program, not customers",
    "The weights make {n:integer} answers count as": "arithmetic: weighting does this",
    "{count:integer} of {n:integer} respondents gave every driver the same grade": (
        "arithmetic: equal grades make correlations larger"
    ),
    "Only {count:integer} segments have an effect of their own": (
        "says that nothing can be told; 'effect' is the name of the column"
    ),
    "The design effect of the weights": "the statistical term",
    "The index depends on how it is computed": "arithmetic: the way of counting does this",
    "Shares of all customers assigned to each variant": "after assignment by lot",
    "{n:integer} references lead to no coding": "a reference leads a reader to a place",
    "A metric that must not get worse": "explains a term of experiments",
    "How much higher satisfaction is among those": "says what an association is not",
    "{coders} coded {documents:integer} documents": "says what may make agreement look better",
}


def _hits(english: str, swedish: str) -> list[str]:
    texts = [re.sub(r"{[^}]*}", "x", text) for text in (english, swedish)]
    return [
        hit
        for pattern, text in zip((ENGLISH, SWEDISH), texts, strict=True)
        for hit in re.findall(pattern, text, re.IGNORECASE)
    ]


def _key(message: Message) -> str | tuple[str, ...]:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return messages.forms(message.id)


def _hits_of(message: Message) -> list[str]:
    pairs = zip(_forms(message), messages.forms(message.string or ""), strict=True)
    return [hit for english, swedish in pairs for hit in _hits(english, swedish)]


def _is_of_an_experiment(files: list[str]) -> bool:
    return all(EXPERIMENT.search(f"/{name}") for name in files)


def _sources(room: str) -> dict[messages.Text, list[str]]:
    if room == "notebooks":
        return messages.notebook_messages()
    return messages.python_messages(room)


def _reader_rooms() -> list[str]:
    return [room for room in messages.rooms() if room not in {"experiment", "cli", "errors"}]


@pytest.mark.parametrize("room", _reader_rooms())
def test_causal_words_stand_only_after_an_experiment(room: str) -> None:
    sources = _sources(room)
    found = [
        (message.id, hits)
        for message in messages.updated(room)
        if message.id
        and (hits := _hits_of(message))
        and not _is_of_an_experiment(sources[_key(message)])
        and not any(form.startswith(start) for form in _forms(message) for start in ALLOWED)
    ]
    assert found == []


def test_every_exception_is_still_needed() -> None:
    known = [
        message
        for room in _reader_rooms()
        for message in messages.updated(room)
        if message.id and _hits_of(message)
    ]
    said = [form for message in known for form in _forms(message)]
    unused = [s for s in ALLOWED if not any(form.startswith(s) for form in said)]
    assert unused == []


@pytest.mark.parametrize(
    ("english", "swedish"),
    [
        ("Waiting time leads to lower {outcome}.", "Väntetid ger lägre {outcome}."),
        ("{outcome} fell because of {driver}.", "{outcome} föll, vilket berodde på {driver}."),
        ("The effect of {driver} is {x}.", "Effekten av {driver} är {x}."),
        ("{driver} drives {outcome}.", "{driver} påverkar {outcome}."),
        ("It causes {outcome}.", "Orsaken är {driver}."),
    ],
)
def test_the_scan_sees_causal_words_in_both_languages(english: str, swedish: str) -> None:
    assert _hits(english, "")
    assert _hits("", swedish)
    assert not _hits("{driver} goes with {outcome}.", "{driver} hänger ihop med {outcome}.")


def _payloads() -> Iterator[tuple[str, dict]]:
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                if MIME in output.get("data", {}):
                    yield path.stem, output["data"][MIME]


def _digits(text: str) -> list[str]:
    """Return the numbers of a text as whole numbers, so that both languages can be compared."""
    plain = re.sub(r"(?<=\d)[\u00a0\u202f,. ](?=\d)", "", text)
    return sorted(re.findall(r"\d+", plain))


def test_no_finding_stands_without_its_number() -> None:
    bare = [
        (notebook, payload["id"], language, payload["summary"][language])
        for notebook, payload in _payloads()
        if payload["kind"] not in {"answer", "statements", "provenance"}
        for language in ("sv", "en")
        if not re.search(r"\d", payload["summary"][language])
    ]
    assert bare == []


def test_the_answer_says_how_much_and_how_sure_in_numbers() -> None:
    answers = [(name, p["answer"]) for name, p in _payloads() if p["kind"] == "answer"]
    assert len(answers) >= 6
    for name, answer in answers:
        for row in ("happened", "real"):
            for language in ("sv", "en"):
                assert re.search(r"\d", answer["rows"][row][language]), (name, row, language)
        assert all(answer["rows"][row] for row in ("happened", "real", "now", "unsaid")), name


def test_both_languages_say_the_same_numbers() -> None:
    for notebook, payload in _payloads():
        texts = [payload["summary"], *(payload.get("lead") or [])]
        if payload["kind"] == "answer":
            texts = [text for text in payload["answer"]["rows"].values() if text]
        if payload["kind"] == "statements":
            texts = payload["statements"]["items"]
        for text in texts:
            assert _digits(text["sv"]) == _digits(text["en"]), (notebook, payload["id"], text)
