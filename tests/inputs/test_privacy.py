"""Personal data are found, replaced the same way everywhere, and kept out of what goes out."""

import csv
import json
import os
import re
import stat
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import workbench as wb
from workbench.inputs.checking import check_study
from workbench.inputs.privacy import (
    PseudonymBook,
    book_of,
    find_recordings,
    redact,
    redact_texts,
    refuse_leaks,
    scan_output,
)
from workbench.inputs.redaction.detect import find_personal_data
from workbench.inputs.redaction.door import Door

sys.path.insert(0, str(Path(__file__).parent))
import redaction_set


def test_the_own_set_is_large_and_halved() -> None:
    found = redaction_set.sentences()
    assert len(found) >= 300
    assert len({sentence.voice for sentence in found}) >= 10
    halves = [sentence.half for sentence in found]
    assert 0.4 < halves.count("test") / len(halves) < 0.6
    assert len({sentence.text for sentence in found}) == len(found)


def test_recall_on_the_half_that_was_kept_apart() -> None:
    found, false, findings = redaction_set.scores("test")
    assert found["identifiers"].recall >= 0.98, found["identifiers"].interval
    assert found["names"].recall >= 0.85, found["names"].interval
    assert found["organisations"].recall >= 0.8
    assert false / findings < 0.1


HARD = [
    ("ringde kalle igår", "kalle"),
    ("pratade med siddharth", "siddharth"),
    ("Annas nummer stämmer inte", "Anna"),
    ("jag träffade Nguyen Thi Lan", "Nguyen Thi Lan"),
    ("nummer 031 - 390 06 44 gäller", "031 - 390 06 44"),
    ("skriv till anna (at) exempel.se", "anna (at) exempel.se"),
    ("anna.holm snabel-a exempel punkt se", "anna.holm snabel-a exempel punkt se"),
    ("pnr 850412-2380 med fel siffra", "850412-2380"),
    ("pnr 8504122380", "8504122380"),
    ("samordningsnummer 850472-2380", "850472-2380"),
    ("bor på Norra Vallgatan 98", "Norra Vallgatan 98"),
    ("post till Box 512, tack", "Box 512"),
    ("konto 8327-9, 903 412 884-3", "8327-9, 903 412 884-3"),
    ("född 1956-03-14 i Lund", "1956-03-14"),
    ("kort 4111 1111 1111 1112", "4111 1111 1111 1112"),
    ("my postcode is LS6 2AB", "LS6 2AB"),
    ("O'Neill var där", "O'Neill"),
    ("JESSICA PÅ KUNDTJÄNST LA PÅ", "JESSICA"),
]


@pytest.mark.parametrize(("text", "hidden"), HARD)
def test_hard_cases_are_hidden_whole(text: str, hidden: str) -> None:
    assert hidden not in redact(text).text
    spans = redact(text).spans
    places = zip(spans["start"], spans["end"], strict=True)
    covered = "".join(text[start:end] for start, end in places)
    assert hidden in covered


@pytest.mark.parametrize(
    "text",
    [
        "Per telefon gick det bra", "Sten låg på vägen", "Björnen är rolig", "300 45 Pro, 12 Mini",
        "Vi väntade 45 minuter kl. 9.30 den 3 mars 2026",
        "räntan är 4,25 % av 12 450 kr",
        "Mark my words, we will see in May", "betyg 7 av 10, 24/7, version 3.11.2",
        "Appen kraschar i Göteborg och Malmö", "EU-länderna och SD-ledningen", "", "   ", "😀",
        "It was a joy to visit", "Grace was given", "Bill was paid on time", "1980-2013",
    ],
)  # fmt: skip
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    assert redact(text).text == text


def test_the_same_value_is_the_same_token_however_it_is_written() -> None:
    book = PseudonymBook()
    said = [
        "Anna Svensson ringde från 070-174 06 12.",
        "ANNA SVENSSON svarade inte.",
        "Annas chef, och Svenssons bil, och anna svensson igen. "
        "Ring 0701740612 eller +46 70 174 06 12",
        "Mejla Anna.Svensson@Exempel.se eller anna.svensson@exempel.se",
    ]
    done = [redact(text, book=book).text for text in said]
    assert done[0] == "[PERSON_1] ringde från [PHONE_1]."
    assert done[1] == "[PERSON_1] svarade inte."
    assert done[2].startswith("[PERSON_1]s chef, och [PERSON_1]s bil, och [PERSON_1] igen.")
    assert done[2].endswith("Ring [PHONE_1] eller [PHONE_1]")
    assert done[3] == "Mejla [EMAIL_1] eller [EMAIL_1]"


def test_two_people_with_one_first_name_stay_apart() -> None:
    book = PseudonymBook()
    redact("Jag mötte Anna Berg och Anna Lind.", book=book)
    assert redact("Jag mötte Anna.", book=book).text == "Jag mötte [PERSON_3]."


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.sampled_from(["sv", "en"]))
def test_redacting_is_safe_for_any_text_and_done_once(text: str, language: str) -> None:
    book = PseudonymBook()
    done = redact(text, language=language, book=book)
    for row in done.spans.itertuples():
        assert 0 <= row.start < row.end <= len(text)
    assert (done.spans["start"].to_numpy()[1:] >= done.spans["end"].to_numpy()[:-1]).all()
    assert set(done.spans["token"]) <= {t for t in done.spans["token"] if t in done.text}


@given(st.sampled_from(redaction_set.sentences()))
@settings(max_examples=60, deadline=None)
def test_redacting_twice_changes_nothing_more(sentence: redaction_set.Sentence) -> None:
    book = PseudonymBook()
    once = redact(sentence.text, book=book).text
    assert redact(once, book=book).text == once


def test_a_column_keeps_its_index_and_its_gaps() -> None:
    texts = pd.Series(["ring Anna", None, "Anna igen"], index=["a", "b", "c"], name="why")
    done = redact_texts(texts)
    assert done.tolist()[0] == "ring [PERSON_1]"
    assert pd.isna(done["b"])
    assert done["c"] == "[PERSON_1] igen"
    assert texts.tolist()[0] == "ring Anna"


def test_only_text_and_known_kinds() -> None:
    with pytest.raises(wb.DataError, match="found int"):
        redact(7)  # type: ignore[arg-type]
    with pytest.raises(wb.DataError, match="'PEOPLE'"):
        redact("x", kinds=["PEOPLE"])
    assert redact("Anna, 070-174 06 12", kinds=["PHONE"]).text == "Anna, [PHONE_1]"
    assert redact("Hon prefers Xyzzyberg", least=0.99).spans.empty


def test_the_book_is_private_and_comes_back(tmp_path: Path) -> None:
    book = book_of(tmp_path)
    redact("Anna Svensson, 070-174 06 12", book=book)
    book.save()
    path = tmp_path / ".keys" / "redaction.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = book_of(tmp_path)
    assert len(again) == 2
    assert again.value_of("[PERSON_1]") == "Anna Svensson"
    assert redact("Svensson och Bo Ek", book=again).text == "[PERSON_1] och [PERSON_2]"
    path.write_text("{broken\n", encoding="utf-8")
    with pytest.raises(wb.PrivacyError, match="line 1") as error:
        book_of(tmp_path)
    assert "Svensson" not in str(error.value)


def test_the_log_of_the_door_holds_no_value(tmp_path: Path) -> None:
    door = Door(tmp_path)
    text = "Anna Svensson, 070-174 06 12, anna@exempel.se, Zyqqist"
    new, spans = door.redact("d1", text)
    door.save()
    log = (tmp_path / "redaction" / "log.jsonl").read_text(encoding="utf-8")
    assert [entry["by"] for entry in map(json.loads, log.splitlines())] == ["rules"] * len(spans)
    for secret in ("Anna", "Svensson", "070", "exempel", "174"):
        assert secret not in log.replace("redaction", "")
    assert "[PERSON_1]" in new


def test_a_decision_holds_for_texts_that_come_again(tmp_path: Path) -> None:
    door = Door(tmp_path)
    text = "Vi använder Jupyter varje dag."
    (place,) = door.places("d1", text)
    assert not door.replaces(place)
    door.decide(place, "replace", reviewer="A", text=text)
    door.save()
    later = Door(tmp_path)
    assert later.redact("d2", "Jupyter igen, i Jupyter")[0].count("[PERSON_1]") >= 1
    (sure, *_) = later.places("d3", "Jag mötte Anna.")
    later.decide(sure, "keep", reviewer="A", text="Jag mötte Anna.")
    later.save()
    assert Door(tmp_path).redact("d4", "Jag mötte Anna.")[0] == "Jag mötte Anna."
    assert {"replace", "keep"} == set(Door(tmp_path).decisions.values())


def test_people_planted_in_the_demo_are_found_and_nobody_else(repository: Path) -> None:
    folder = repository / "data" / "demo" / "bank"
    planted = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["comments"][
        "personal"
    ]
    values = {one["value"] for one in planted}
    comments = wb.load_study(folder).survey()["comment"].dropna().astype(str)
    done = redact_texts(comments)
    assert not [text for text in done if any(value in text for value in values)]
    changed = comments[done != comments]
    forms = values | {one["spoken"] for one in planted if "spoken" in one}
    assert len(changed) >= 10
    assert all(any(form in text for form in forms) for text in changed)


CANARIES = (
    [f"070-174 {n // 10:02d} {10 + n % 10}" for n in range(50)]
    + [f"8{n % 10}0{1 + n % 9}1{n % 9}-{1000 + n}" for n in range(50)]
    + [f"kanarie.{n}@exempel.se" for n in range(50)]
    + [f"Kanariegatan {n + 1}" for n in range(50)]
)


def test_two_hundred_planted_canaries_come_out_nowhere(tmp_path: Path) -> None:
    assert len(set(CANARIES)) == 200
    frames = [
        "Mitt nummer {} gäller.",
        "skriv till {} tack",
        "Ni har fel: {}!",
        "({}) stämmer inte",
    ]
    texts = pd.Series([frames[n % 4].format(canary) for n, canary in enumerate(CANARIES)])
    book = book_of(tmp_path)
    done = redact_texts(texts, book=book)
    book.save()
    out = tmp_path / "out"
    out.mkdir()
    done.to_csv(out / "answers.csv")
    (out / "report.html").write_text("".join(f"<p>{text}</p>" for text in done), encoding="utf-8")
    done.to_frame("text").to_excel(out / "answers.xlsx")
    everything = b"".join(path.read_bytes() for path in out.iterdir())
    with zipfile.ZipFile(out / "answers.xlsx") as archive:
        everything += b"".join(archive.read(name) for name in archive.namelist())
    assert [canary for canary in CANARIES if canary.encode() in everything] == []
    assert scan_output(out, study=tmp_path) == []
    texts.to_csv(out / "leak.csv")
    assert len(scan_output(out, study=tmp_path, rules=False)) == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", "<p>Ring <b>Anna</b> Svens&shy;son, nej: Anna\nSvensson</p>"),
        ("a.html", "<p>&#65;nna Svensson</p>"),
        ("a.json", json.dumps({"quote": "Åsa Öberg sa"})),
        ("a.md", "Anna Svenssons bil"),
        ("a.csv", "x\nANNA SVENSSON\n"),
        ("a.ipynb", json.dumps({"cells": [{"source": ["Anna Svensson"]}]})),
        ("Anna Svensson.txt", "tom"),
        ("a.svg", "<svg><desc>anna svensson</desc></svg>"),
        ("a.txt", "mail: x.y@exempel.se"),
        ("a.txt", "pnr 850412-2380"),
        ("a.txt", "ring 070-174 06 12 nu"),
        ("a.txt", "IBAN SE45 5000 0000 0583 9825 7466"),
        ("a.txt", "kort 4111 1111 1111 1111"),
    ],
)
def test_a_leak_is_found_in_every_kind_of_file_and_never_repeated(
    tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    values = ["Anna Svensson", "Åsa Öberg"]
    assert scan_output(tmp_path, values=values)
    with pytest.raises(wb.PrivacyError, match=r"places; nothing") as error:
        refuse_leaks(tmp_path, values=values)
    for secret in ("Öberg", "exempel.se", "2380", "06 12", "9825", "4111"):
        assert secret not in str(error.value)


def test_leaks_hide_in_archives_images_and_pdf(tmp_path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure()
    figure.text(0.1, 0.5, "Anna Svensson")
    figure.savefig(tmp_path / "a.pdf", metadata={"CreationDate": None})
    figure = Figure()
    figure.savefig(tmp_path / "a.png", metadata={"Author": "Anna Svensson"})
    pd.DataFrame({"q": ["Anna Svensson"]}).to_excel(tmp_path / "a.xlsx")
    found = scan_output(tmp_path, values=["Anna Svensson"])
    assert {leak.file.split("/")[0] for leak in found} == {"a.pdf", "a.png", "a.xlsx"}


def test_reports_full_of_numbers_are_no_leak() -> None:
    page = (
        "<td>1 234 567</td><td>0,031</td><td>0.0312</td> 2026-06-30 09:15 sha256 "
        + "0a1b2c3d4e5f60718293a4b5c6d7e8f9" * 2
        + " n = 12 450, 95 % (0,12 till 0,34), 2025-2026, id 01J9ZC5T6Q7R8S9T0V1W2X3Y4Z, 0–10 0 1"
        + " -100 100, wave 2026-05, p < 0,001, 3 500 000 kr, 0.5 0.25 0.125 0.0625, 10 000 000"
    )
    assert scan_output(page) == []


PLAIN_RULES = {
    "ID": r"(?<![\w.-])(?:(?:18|19|20)?\d\d(?:0[1-9]|1[0-2])"
    r"(?:[0-2]\d|3[01]|[67]\d|8\d|9[01])[-+]\d{3}[\dX])(?![\w-])",
    "PHONE": r"(?<![\w.,/:-])(?:\+\d{2,3}[ -]?\(?0?\)?\d{1,3}|0\d{1,3})(?:\s?[-–]\s?|\s)\d{2,4}"
    r"(?:[ -]\d{2,3}){1,3}(?![\w.,:-]?\d)",
    "CARD": r"(?<![\w-])\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?![\w-])",
    "ACCOUNT": r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?(?!\w)",
}
"""The rules as they read, without what makes them quick."""
WHOLE = ["850101-1234", "19850101-1234", "850101+123X", "+46 70 123 45 67", "070-123 45 67",
         "08 123 456 78", "4111 1111 1111 1111", "4111-1111-1111-1111",
         "SE35 5000 0000 0549 1000 0003", "SE3550000000054910000003",
         "٨٥٠١٠١-1234", "+46 ٧٠ 123 45 67", "070\u2009123 45 67", "070\x1f123 45 67",
         "४111 1111 1111 1111"]  # fmt: skip
EDGES = ["", "", "a", "å", "A", "1", "0", ".", ",", "-", "+", "/", ":", "_", " ", "\n", "\ud83d"]
PARTS = st.tuples(st.sampled_from(EDGES), st.sampled_from(WHOLE), st.sampled_from(EDGES)).map(
    "".join
)


@given(st.lists(PARTS, max_size=3).map("".join))
@settings(max_examples=400, deadline=None)
def test_quick_rules_find_what_the_plain_ones_do(text: str) -> None:
    """Every kind whose pattern, written out plainly, matches and holds; no other."""
    plain = {
        kind: [hit[0] for hit in re.finditer(rule, text)] for kind, rule in PLAIN_RULES.items()
    }
    plain["PHONE"] = [hit for hit in plain["PHONE"] if 9 <= sum(map(str.isdigit, hit)) <= 13]
    plain["CARD"] = [hit for hit in plain["CARD"] if _luhn_rest(hit) == 0]
    plain["ACCOUNT"] = [hit for hit in plain["ACCOUNT"] if _iban_rest(hit) == 1]
    found = {leak.kind for leak in scan_output(text)}
    assert found == {kind for kind, hits in plain.items() if hits}


def _luhn_rest(number: str) -> int:
    digits = [int(sign) for sign in number if sign.isdigit()][::-1]
    return (
        sum(d if place % 2 == 0 else sum(divmod(2 * d, 10)) for place, d in enumerate(digits)) % 10
    )


def _iban_rest(account: str) -> int:
    bare = account.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])) % 97


def test_names_that_are_words_alone_do_not_stop_a_report() -> None:
    values = ["Per", "Hope", "Stig Berg", "bo"]
    assert scan_output("Per telefon, I hope, per capita", values=values) == []
    assert scan_output("Stig Berg ringde", values=values)


def test_what_is_allowed_may_come_out() -> None:
    assert scan_output("Ägare: insikt@banken.example", allowed=["insikt@banken.example"]) == []


def test_the_key_files_of_a_study_are_looked_for(tmp_path: Path) -> None:
    (tmp_path / ".keys").mkdir()
    with (tmp_path / ".keys" / "pseudonyms.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["name", "pseudonym"], ["Lovisa Ek", "R1"]])
    assert [leak.rule for leak in scan_output("sa Lovisa Ek där", study=tmp_path)] == ["text"]
    assert scan_output("sa R1 där", study=tmp_path) == []


def test_recordings_in_a_study_are_found(tmp_path: Path) -> None:
    for name in ("originals/r1.M4A", "documents/r1.txt", "video/intervju.mp4"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert [path.as_posix() for path in find_recordings(tmp_path)] == [
        "originals/r1.M4A",
        "video/intervju.mp4",
    ]


def test_a_check_fails_on_recordings_and_warns_of_what_waits(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text('[study]\nid = "x"\n[corpus]\n', "utf-8")
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "d.txt").write_text(
        "Vi mötte Zyqqist i dag, ring 070-174 06 12.", "utf-8"
    )
    report = check_study(tmp_path)
    assert report.passed
    assert "2 places in the documents" in report.text()
    assert not (tmp_path / ".keys").exists()
    (tmp_path / "documents" / "d.wav").write_bytes(b"RIFF")
    failed = check_study(tmp_path)
    assert failed.exit_code == 2
    assert "documents/d.wav" in failed.errors[0]


@pytest.mark.parametrize("piece", ["0 ", "a", "1-", "A. ", "och ", "@", "nr 1", "Anna ", "(", "\n"])
def test_long_texts_of_one_piece_come_through(piece: str) -> None:
    text = piece * 4_000
    assert all(0 <= one.start < one.end <= len(text) for one in find_personal_data(text))


def test_environment_is_not_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLTK_DATA", os.devnull)
    assert redact("Anna ringde").text == "[PERSON_1] ringde"
