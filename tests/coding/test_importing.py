"""What stands in a file comes out letter by letter, and every repair is in the record."""

import csv
import datetime as dt
import tomllib
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from made_files import docx, odt, paragraph, pdf, pdf_lines, rtf, run, table

from workbench.coding.corpus import Corpus
from workbench.coding.importing import import_files, read_original
from workbench.coding.importing.open_answers import import_table
from workbench.errors import CorpusError
from workbench.inputs.models.corpus import CorpusModel

AS_IT_STANDS = CorpusModel(redact="off")
SWEDISH = (
    "Intervjuare: Hur gick det till när du blev kund? F1.\n"
    "R1: Det tog väl tio minuter, och sen låg kortet där. Åsa på banken var snäll.\n"
    "\n"
    "Intervjuare: Vad hände medan du väntade?\n"
    "R1: Ingenting. Öppettiderna är ju ett skämt – eller hur?\n"
)
ASCII_DASH = SWEDISH.replace("–", "-")
ENCODINGS = {
    "utf-8": SWEDISH.encode(),
    "utf-8-sig": SWEDISH.encode("utf-8-sig"),
    "cp1252": SWEDISH.encode("cp1252"),
    "latin-1": ASCII_DASH.encode("latin-1"),
    "mac_roman": SWEDISH.encode("mac_roman"),
    "cp850": ASCII_DASH.encode("cp850"),
    "utf-16-le": b"\xff\xfe" + SWEDISH.encode("utf-16-le"),
    "utf-16-be": b"\xfe\xff" + SWEDISH.encode("utf-16-be"),
}
VTT = (
    "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Intervjuare>Hur gick det till?</v>\n\n"
    "2\n00:00:04.500 --> 00:00:06.000\n<v R1>Det tog väl</v>\n\n"
    "3\n00:00:06.000 --> 00:00:09.000\n<v R1>tio minuter, Åsa ä ö.</v>\n"
)
VTT_TEXT = "Intervjuare: Hur gick det till?\nR1: Det tog väl tio minuter, Åsa ä ö."
SRT = (
    "1\n00:00:01,000 --> 00:00:04,000\nIntervjuare: Hur gick det till?\n\n"
    "2\n00:00:04,500 --> 00:00:06,000\nR1: Det tog väl\ntio minuter, Åsa ä ö.\n"
)


def encoded(text: str, encoding: str) -> bytes:
    marks = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
    return marks.get(encoding, b"") + text.encode(encoding)


P = paragraph
DELETED_MARK = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
HEADING = '<w:pPr><w:pStyle w:val="Rubrik1"/></w:pPr>'
LISTED = "<w:pPr><w:numPr/></w:pPr>"
LONG = "x" * 3

FILES: dict[str, tuple[bytes, str]] = {
    # eight encodings of text, Markdown and both kinds of subtitles
    **{
        f"text-{name}.txt": (raw, ASCII_DASH if name in ("latin-1", "cp850") else SWEDISH)
        for name, raw in ENCODINGS.items()
    },
    **{
        f"markdown-{name}.md": (
            encoded("# Samtal\n\n**Åsa** sa: *ä ö*\n- ett\n", name),
            "# Samtal\n\n**Åsa** sa: *ä ö*\n- ett\n",
        )
        for name in ENCODINGS
    },
    **{f"voices-{name}.vtt": (encoded(VTT, name), VTT_TEXT) for name in ENCODINGS},
    **{f"labels-{name}.srt": (encoded(SRT, name), VTT_TEXT) for name in ENCODINGS},
    # text as other systems write it
    "windows.txt": (SWEDISH.replace("\n", "\r\n").encode("cp1252"), SWEDISH),
    "old-mac.txt": (SWEDISH.replace("\n", "\r").encode("mac_roman"), SWEDISH),
    "decomposed.txt": (unicodedata.normalize("NFD", SWEDISH).encode(), SWEDISH),
    "emoji.txt": (
        "R1: 😀👩‍👩‍👧 ja\nI: va?\nR1: jo\n".encode(),
        "R1: 😀👩‍👩‍👧 ja\nI: va?\nR1: jo\n",
    ),
    "spaces.txt": ("a\u00a0b  c\t d\u200be \n".encode(), "a\u00a0b  c\t d\u200be \n"),
    "controls.txt": (b"ett\x00tv\xc3\xa5\x07 tre\x0cfyra", "etttvå tre\nfyra"),
    "no-last-line-feed.txt": ("åäö".encode(), "åäö"),
    "one-line-in-cp1252.txt": (
        "Först är det utf-8, räksmörgås på ån.\n".encode() * 9 + "Så kom åäö.\n".encode("cp1252"),
        "Först är det utf-8, räksmörgås på ån.\n" * 9 + "Så kom åäö.\n",
    ),
    # Word
    "plain.docx": (
        docx(P(run("Ett")), P(), P(run("två "), run("tre åäö 😀"))),
        "Ett\n\ntvå tre åäö 😀",
    ),
    "tracked.docx": (
        docx(
            P(
                run("Hur ser ni på "),
                f'<w:ins w:id="1">{run("kundlojalitet")}</w:ins>',
                '<w:del w:id="2"><w:r><w:delText>lojalitet</w:delText></w:r></w:del>',
                run("?"),
            )
        ),
        "Hur ser ni på kundlojalitet?",
    ),
    "moved.docx": (
        docx(
            P(f"<w:moveFrom>{run('först ')}</w:moveFrom>", run("sedan")),
            P(f"<w:moveTo>{run('först ')}</w:moveTo>", run("sist")),
        ),
        "sedan\nförst sist",
    ),
    "deleted-break.docx": (docx(P(run("ett "), properties=DELETED_MARK), P(run("två"))), "ett två"),
    "inserted-paragraph.docx": (docx(P(run("a")), f"<w:ins>{P(run('b'))}</w:ins>"), "a\nb"),
    "table.docx": (
        docx(P(run("före")), table(["Fråga", "Svar"], ["1", "ja | nej"]), P(run("efter"))),
        "före\nFråga\tSvar\n1\tja | nej\nefter",
    ),
    "nested-table.docx": (
        docx(f"<w:tbl><w:tr><w:tc>{P(run('a'))}{table(['b', 'c'])}</w:tc></w:tr></w:tbl>"),
        "a\nb\tc",
    ),
    "breaks.docx": (
        docx(P("<w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:noBreakHyphen/></w:r>")),
        "a\nb\tc\u2011",
    ),
    "control.docx": (
        docx(f"<w:sdt><w:sdtContent>{P(run('i en ruta'))}</w:sdtContent></w:sdt>"),
        "i en ruta",
    ),
    "link.docx": (docx(P(run("se "), f"<w:hyperlink>{run('här')}</w:hyperlink>")), "se här"),
    "field.docx": (
        docx(P("<w:r><w:instrText>DATE</w:instrText></w:r>", run("3 maj"))),
        "3 maj",
    ),
    "note.docx": (
        docx(
            P(run("ord"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run(" mer")),
            footnotes=(
                '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
                f'<w:footnote w:id="2">{P(run(" förklaring"))}</w:footnote>'
            ),
        ),
        "ord[footnote 2] mer\n[footnote 2] förklaring",
    ),
    "header.docx": (docx(P(run("text")), header1=P(run("Konfidentiellt"))), "text"),
    "comment.docx": (
        docx(P(run("text"), '<w:r><w:commentReference w:id="1"/></w:r>')),
        "text",
    ),
    "box.docx": (
        docx(
            P(
                run("a"),
                "<mc:AlternateContent><mc:Choice><w:r><w:t>b</w:t></w:r></mc:Choice>"
                "<mc:Fallback><w:r><w:t>b</w:t></w:r></mc:Fallback></mc:AlternateContent>",
            )
        ),
        "ab",
    ),
    "symbol.docx": (docx(P('<w:r><w:sym w:char="F041"/></w:r>', run("&lt;b&gt;"))), "A<b>"),
    "headings.docx": (
        docx(P(run("Frågor"), properties=HEADING), P(run("ett"), properties=LISTED)),
        "Frågor\nett",
    ),
    # OpenDocument
    "plain.odt": (
        odt("<text:p>Ett</text:p>", "<text:p/>", "<text:p>två åäö 😀</text:p>"),
        "Ett\n\ntvå åäö 😀",
    ),
    "spaced.odt": (
        odt(
            '<text:p>a<text:s text:c="3"/>b<text:tab/>c<text:line-break/>d ',
            "<text:span>e</text:span> f</text:p>",
        ),
        "a   b\tc\nd e f",
    ),
    "table.odt": (
        odt(
            "<table:table><table:table-row><table:table-cell><text:p>Fråga</text:p>"
            "</table:table-cell><table:table-cell><text:p>Svar</text:p><text:p>mer</text:p>"
            "</table:table-cell></table:table-row></table:table>"
        ),
        "Fråga\tSvar\nmer",
    ),
    "tracked.odt": (
        odt(
            "<text:tracked-changes><text:changed-region text:id='a'><text:insertion/>"
            "</text:changed-region><text:changed-region text:id='b'><text:deletion>"
            "<text:p>borta</text:p></text:deletion></text:changed-region></text:tracked-changes>",
            "<text:p>Hur <text:change-start/>ser ni<text:change-end/> på det?<text:change/>",
            "</text:p>",
        ),
        "Hur ser ni på det?",
    ),
    "note.odt": (
        odt(
            "<text:p>ord<text:note><text:note-citation>1</text:note-citation><text:note-body>"
            "<text:p>förklaring</text:p></text:note-body></text:note> mer</text:p>"
        ),
        "ord[footnote 1] mer\n[footnote 1] förklaring",
    ),
    "annotated.odt": (
        odt("<text:p>a<office:annotation><text:p>hm</text:p></office:annotation>b</text:p>"),
        "ab",
    ),
    "lists.odt": (
        odt(
            "<text:h>Rubrik</text:h><text:list><text:list-item><text:p>ett</text:p>"
            "</text:list-item><text:list-item><text:p>två</text:p></text:list-item></text:list>"
        ),
        "Rubrik\nett\ntvå",
    ),
    # Rich text
    "escapes.rtf": (
        rtf(r"R1: r\'e4ksm\'f6rg\'e5s\par I: va\endash s\u229?\par"),
        "R1: räksmörgås\nI: va–så",
    ),
    "emoji.rtf": (rtf(r"ja \u-10179?\u-8704? ok\par"), "ja 😀 ok"),
    "deleted.rtf": (rtf(r"kvar {\deleted bort }h\'e4r {\revised ny}\par"), "kvar här ny"),
    "table.rtf": (rtf(r"\trowd Fr\'e5ga\cell a|b\cell\row efter\par"), "Fråga\ta|b\nefter"),
    "quoted.rtf": (
        rtf(r"\ldblquote ja\rdblquote , sa \~hon\_d\'e5 \{x\}\tab y\par"),
        "“ja”, sa \u00a0hon\u2011då {x}\ty",
    ),
    "skipped.rtf": (rtf(r"{\*\generator x;}a{\footnote b}{\pict 00ff}c\line d\par"), "ac\nd"),
    "cyrillic.rtf": (rtf(r"\'cf\'f0\'e8\par", head=r"\ansi\ansicpg1251"), "При"),
    # PDF
    "plain.pdf": (
        pdf([pdf_lines(["Intervju med R1", "", "R1: Det tog väl tio minuter.", "", "I: Jaså?"])]),
        "Intervju med R1\nR1: Det tog väl tio minuter.\nI: Jaså?",
    ),
    "wrapped.pdf": (
        pdf(
            [
                pdf_lines(
                    [
                        "R1: Det här är en längre tur som löper över flera rader i",
                        "dokumentet och som ska bli en enda rad när den läses in, utan",
                        "att något ord försvinner på vägen.",
                        "I: Då förstår jag.",
                    ]
                )
            ]
        ),
        "R1: Det här är en längre tur som löper över flera rader i dokumentet och som ska bli en "
        "enda rad när den läses in, utan att något ord försvinner på vägen.\nI: Då förstår jag.",
    ),
    "hyphens.pdf": (
        pdf(
            [
                pdf_lines(
                    [
                        "Vi ringde till banken flera gånger men ingen på kundtjänst-",
                        "avdelningen svarade, så till slut skrev vi ett brev till Anna-",
                        "Karin i stället, och då löste det sig på en gång för alla.",
                    ]
                )
            ]
        ),
        "Vi ringde till banken flera gånger men ingen på kundtjänstavdelningen svarade, så till "
        "slut skrev vi ett brev till Anna-Karin i stället, och då löste det sig på en gång för "
        "alla.",
    ),
    "columns.pdf": (
        pdf(
            [
                [
                    *pdf_lines([f"vänster rad {n} med ord," for n in range(1, 7)], x=50),
                    *pdf_lines([f"höger rad {n} med ord," for n in range(1, 7)], x=330),
                ]
            ]
        ),
        " ".join(f"vänster rad {n} med ord," for n in range(1, 7))
        + " "
        + " ".join(f"höger rad {n} med ord," for n in range(1, 7)),
    ),
    "heads.pdf": (
        pdf(
            [
                [
                    (60, 30, 9, "Konfidentiellt – intervju 4"),
                    *pdf_lines([f"R1: Tur nummer {n}.{m} slutar här." for m in range(4)], top=100),
                    (280, 800, 9, f"Sida {n} av 3"),
                ]
                for n in (1, 2, 3)
            ]
        ),
        "\n".join(f"R1: Tur nummer {n}.{m} slutar här." for n in (1, 2, 3) for m in range(4)),
    ),
    "numbered.pdf": (
        pdf(
            [
                [
                    (25, 80, 10, "1"),
                    (60, 80, 10, "Dan: How do you use the plots in your work these days, and"),
                    (60, 94, 10, "for what?"),
                    (25, 120, 10, "2"),
                    (60, 120, 10, "Participant: Not all the time."),
                    (25, 2000, 10, "3"),
                ]
            ]
        ),
        "Dan: How do you use the plots in your work these days, and for what?\n"
        "Participant: Not all the time.",
    ),
    "two-pages.pdf": (
        pdf(
            [
                pdf_lines(
                    ["En mening som börjar på första sidan och fortsätter utan punkt"], top=760
                ),
                pdf_lines(["på nästa sida. Där tar den slut."], top=60),
            ]
        ),
        "En mening som börjar på första sidan och fortsätter utan punkt på nästa sida. "
        "Där tar den slut.",
    ),
}


def text_of(path: Path) -> str:
    return "\n".join(
        line.text
        if line.speaker is None or line.text.startswith(f"{line.speaker}:")
        else f"{line.speaker}: {line.text}"
        for line in read_original(path).lines
    )


def test_the_corpus_has_at_least_sixty_files() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize("name", FILES)
def test_every_letter_comes_out_as_it_stands(name: str, tmp_path: Path) -> None:
    raw, expected = FILES[name]
    path = tmp_path / name
    path.write_bytes(raw)
    assert text_of(path) == expected
    (done,) = import_files(tmp_path / "study", [path], model=AS_IT_STANDS)
    kept = (tmp_path / "study" / "documents" / f"{done.document}.txt").read_bytes().decode()
    assert kept == expected
    assert unicodedata.is_normalized("NFC", kept)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("windows.txt", {"encoding": 1, "line_feeds": 5}),
        ("decomposed.txt", {"nfc": 4}),
        ("controls.txt", {"control_signs": 2, "separators": 1}),
        ("one-line-in-cp1252.txt", {"lines_in_cp1252": 1}),
        ("tracked.docx", {"tracked_insertions": 1, "tracked_deletions": 1}),
        ("moved.docx", {"tracked_insertions": 1, "tracked_deletions": 1}),
        ("note.docx", {"notes_put_last": 1}),
        ("header.docx", {"headers_and_footers": 1}),
        ("comment.docx", {"comments": 1}),
        ("headings.docx", {"list_numbers": 1}),
        ("tracked.odt", {"tracked_insertions": 1, "tracked_deletions": 1}),
        ("annotated.odt", {"comments": 1}),
        ("deleted.rtf", {"tracked_deletions": 1, "tracked_insertions": 1}),
        ("skipped.rtf", {"notes_left_out": 1, "pictures": 1}),
        ("hyphens.pdf", {"hyphens": 1, "lines_joined": 2}),
        ("columns.pdf", {"columns": 1, "lines_joined": 11}),
        ("heads.pdf", {"running_heads": 6}),
        ("numbered.pdf", {"paragraph_numbers": 2, "lines_joined": 1}),
        ("voices-utf-8.vtt", {"cues_joined": 1, "tags": 6}),
    ],
)
def test_every_change_is_in_the_record(name: str, changes: dict[str, int], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(FILES[name][0])
    found = {change.kind: change.n for change in read_original(path).changes}
    assert found == changes
    (done,) = import_files(tmp_path / "study", [path], now=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    about = tomllib.loads(
        (tmp_path / "study" / "documents" / f"{done.document}.toml").read_text(encoding="utf-8")
    )
    assert {entry["kind"]: entry["n"] for entry in about["changes"]}.items() >= changes.items()
    assert about["source"]["imported"].startswith("2026-03-01")
    assert len(about["source"]["sha256"]) == 64
    assert (tmp_path / "study" / "originals" / f"{done.document}{path.suffix}").read_bytes() == (
        path.read_bytes()
    )


def test_healed_words_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "hyphens.pdf"
    path.write_bytes(FILES["hyphens.pdf"][0])
    notes = {change.kind: change.note for change in read_original(path).changes}
    assert notes["hyphens"] == "kundtjänstavdelningen"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Привет, как дела? Всё хорошо, спасибо.", "cp1251"),
        ("こんにちは、元気ですか。", "shift_jis"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy.", "cp1250"),
        ("Καλημέρα, τι κάνετε; Όλα καλά.", "cp1253"),
    ],
)
def test_an_encoding_that_cannot_be_told_asks(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "interview.txt"
    path.write_bytes(text.encode(encoding))
    with pytest.raises(CorpusError, match="the encoding cannot be told"):
        read_original(path)
    assert read_original(path, encoding=encoding).lines[0].text == text


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("a.docx", b"\xd0\xcf\x11\xe0rest", "protected by a password"),
        ("a.docx", b"PK", "not a whole Word file"),
        ("a.odt", b"PK", "not a whole OpenDocument text"),
        ("a.rtf", b"hello", "is not RTF"),
        ("a.pdf", b"%PDF-1.4 broken", "cannot be read|holds no text"),
        ("a.pdf", pdf([[]]), "only pictures"),
        ("a.txt", b"", "holds no text"),
        ("a.txt", b" \n\t\n", "holds no text"),
        ("a.vtt", b"WEBVTT\n\n", "holds no text"),
        ("a.exe", b"MZ", "interviews are read from"),
    ],
)
def test_broken_files_say_what_to_do(tmp_path: Path, name: str, raw: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(CorpusError, match=message):
        read_original(path)
    with pytest.raises(CorpusError):
        import_files(tmp_path / "study", [path])
    assert not (tmp_path / "study" / "documents").exists()


GUIDE = (
    "question_id,question,segment,part,follows,theory_links,motivation,version\n"
    "F1,Hur gick det till när du blev kund?,Start,1,,,,1\n"
    "F2,Vad hände medan du väntade?,Krångel,2,,,,1\n"
)


def imported(folder: Path, text: str, name: str = "R1.txt", **more: object) -> Corpus:
    folder.mkdir(exist_ok=True)
    if not (folder / "guide.csv").exists():
        (folder / "guide.csv").write_text(GUIDE, encoding="utf-8")
    path = folder.parent / name
    path.write_text(text, encoding="utf-8")
    import_files(folder, [path], **more)  # type: ignore[arg-type]
    return Corpus(folder)


def said(corpus: Corpus) -> list[tuple[str | None, str | None, str, str]]:
    """Return respondent, question, kind and words of every part."""
    return [
        (
            None if pd.isna(row["respondent"]) else row["respondent"],
            None if pd.isna(row["question"]) else row["question"],
            row["kind"],
            corpus.text(row["document"])[row["start"] : row["end"]],
        )
        for row in corpus.parts.to_dict("records")
    ]


def test_turns_have_their_speaker_respondent_and_question(tmp_path: Path) -> None:
    text = (
        "Intervju R1\nDatum: 2026-05-04\n\n"
        "Intervjuare: Tack för att du ställer upp. F1. Hur gick det?\n"
        "R1: Det tog tio minuter.\nDet var allt.\n\n"
        "Intervjuare: Jaså?\n"
        "R1: Obs: jag menar det.\n"
        "Intervjuare: Och vad hände medan du väntade?\n"
        "R1: Ingenting.\n"
    )
    corpus = imported(tmp_path / "study", text)
    assert said(corpus)[2:] == [
        (None, "F1", "question", "Tack för att du ställer upp. F1. Hur gick det?"),
        ("R1", "F1", "turn", "Det tog tio minuter.\nDet var allt."),
        (None, "F1", "turn", "Jaså?"),
        ("R1", "F1", "turn", "Obs: jag menar det."),
        (None, "F2", "question", "Och vad hände medan du väntade?"),
        ("R1", "F2", "turn", "Ingenting."),
    ]
    with (tmp_path / "study" / "respondents.csv").open(encoding="utf-8") as stream:
        assert [row["respondent"] for row in csv.DictReader(stream)] == ["R1"]


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("Intervjuare:", "Respondent 3:"),
        ("I:", "R3:"),
        ("Interviewer:", "Participant 3:"),
        ("[00:01:12] Moderator:", "[00:01:20] Informant 3:"),
        ("INT:", "IP3:"),
        ("Q:", "R3 (00:12):"),
        ("Intervjuare\t", "Respondent 3\t"),
    ],
)
def test_labels_of_many_kinds_name_the_respondent(tmp_path: Path, asks: str, answers: str) -> None:
    text = f"{asks} Hur var det?\n{answers} Bra.\n{asks} Mer?\n{answers} Nej, inget mer.\n"
    corpus = imported(tmp_path / "study", text, name="samtal.txt")
    own = [words for respondent, _, _, words in said(corpus) if respondent == "R3"]
    assert own == ["Bra.", "Nej, inget mer."]


def test_a_name_beside_a_participant_is_the_interviewer(tmp_path: Path) -> None:
    text = "Dan: How is it?\nParticipant: Fine.\nDan: More?\nParticipant: No.\n"
    corpus = imported(tmp_path / "study", text, name="P1.txt", respondent="P1")
    assert [row[0] for row in said(corpus)] == [None, "P1", None, "P1"]


def test_a_group_keeps_its_members_apart(tmp_path: Path) -> None:
    text = "Moderator: Vad säger ni?\nAnna: Bra.\nBo: Dåligt.\nAnna: Jo.\nBo: Nej.\n"
    corpus = imported(tmp_path / "study", text, name="grupp.txt")
    assert [row[0] for row in said(corpus)] == [None, "Anna", "Bo", "Anna", "Bo"]


def test_a_colon_in_a_text_is_no_speaker(tmp_path: Path) -> None:
    text = "Obs: inget samtal.\nMin åsikt: den är delad.\nSlut.\n"
    corpus = imported(tmp_path / "study", text, name="anteckning.txt")
    assert [row[2] for row in said(corpus)] == ["paragraph"] * 3


def test_subtitles_keep_the_time_of_each_turn(tmp_path: Path) -> None:
    path = tmp_path / "R1.vtt"
    path.write_text(VTT, encoding="utf-8")
    assert [line.time for line in read_original(path).lines] == [1.0, 4.5]


def test_a_running_account_is_split_where_it_names_respondents(tmp_path: Path) -> None:
    text = (
        "Fråga 1: Start\n"
        "Respondent 3 säger att det gick fort. Hen var nöjd.\n"
        "Ändå tog det tid. Respondent 5 fastnade däremot.\n"
        "F2. Väntan\n"
        "R1, R3 och R6 framhåller tystnaden. Respondent 7 väntade inte.\n"
    )
    folder = tmp_path / "study"
    folder.mkdir()
    names = "".join(f"R{n}\n" for n in (1, 3, 5, 6, 7))
    (folder / "respondents.csv").write_text("respondent\n" + names, encoding="utf-8")
    corpus = imported(folder, text, name="analys.txt")
    passages = [row for row in said(corpus) if row[2] == "passage"]
    assert passages == [
        (
            "R3",
            "F1",
            "passage",
            "Respondent 3 säger att det gick fort. Hen var nöjd.\nÄndå tog det tid.",
        ),
        ("R5", "F1", "passage", "Respondent 5 fastnade däremot."),
        *(
            (name, "F2", "passage", "R1, R3 och R6 framhåller tystnaden.")
            for name in ("R1", "R3", "R6")
        ),
        ("R7", "F2", "passage", "Respondent 7 väntade inte."),
    ]
    assert corpus.documents["kind"].item() == "account"


def test_numbered_paragraphs_become_whole(tmp_path: Path) -> None:
    lines = ["1", "     Interview"]
    for n in range(2, 9):
        who = "Dan" if n % 2 == 0 else "Participant"
        lines += [f"{n:<5}{who}: Turn {n} goes on over", "     a second line.", ""]
    corpus = imported(tmp_path / "study", "\n".join(lines), name="P1.txt", respondent="P1")
    own = [row[3] for row in said(corpus) if row[0] == "P1"]
    assert own[0] == "Turn 3 goes on over a second line."
    about = corpus.file("P1").about["changes"]
    assert {entry["kind"]: entry["n"] for entry in about}["paragraph_numbers"] == 8


def test_known_names_never_reach_the_documents(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    (folder / ".keys").mkdir(parents=True)
    (folder / ".keys" / "pseudonyms.csv").write_text(
        "name,pseudonym\nAnna Ek,R1\nAnna,R1\nPer,R2\nStorbanken,Banken\n", encoding="utf-8"
    )
    text = (
        "Intervjuare: Hej Anna!\nAnna Ek: Jag talade med Per, och per telefon med STORBANKEN.\n"
        "Intervjuare: Och Annas syster? Annars?\nAnna Ek: Nej.\n"
    )
    corpus = imported(folder, text, name="Samtal Anna Ek 3 maj.txt")
    (document,) = corpus.files
    assert document == "Samtal-R1-3-maj"
    assert corpus.text(document) == (
        "Intervjuare: Hej R1!\nR1: Jag talade med R2, och per telefon med Banken.\n"
        "Intervjuare: Och R1s syster? Annars?\nR1: Nej.\n"
    )
    for path in folder.rglob("*"):
        if path.is_file() and not {".keys", "originals"} & set(path.parts):
            assert "Anna" not in path.name
            assert "Anna " not in path.read_text(encoding="utf-8")
    ignored = (folder / ".gitignore").read_text(encoding="utf-8").split()
    assert {".keys/", "originals/"} <= set(ignored)


def test_two_pseudonyms_for_one_name_stop_without_the_name(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    (folder / ".keys").mkdir(parents=True)
    (folder / ".keys" / "pseudonyms.csv").write_text("name,pseudonym\nAnna,R1\nAnna,R2\n")
    with pytest.raises(CorpusError, match="row 3: a name must have one pseudonym") as caught:
        imported(folder, "hej\n")
    assert "Anna" not in str(caught.value)


def test_a_document_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    imported(folder, "R1: ett\nI: två\nR1: tre\n")
    with pytest.raises(CorpusError, match="already a document 'R1'"):
        imported(folder, "R1: annat\n")
    corpus = imported(folder, "R1: annat\nI: nu\nR1: mer\n", replace_existing=True)
    assert "annat" in corpus.text("R1")
    corpus.define("x", coder="A")
    from workbench.coding.acts import Span

    corpus.add(Span("R1", 4, 9), "x", coder="A")
    with pytest.raises(CorpusError, match="already a document 'R1'"):
        imported(folder, "R1: tredje\n", replace_existing=True)


def test_nothing_is_written_when_one_of_several_files_is_broken(tmp_path: Path) -> None:
    good, bad = tmp_path / "R1.txt", tmp_path / "R2.docx"
    good.write_text("R1: ja\n")
    bad.write_bytes(b"PK")
    with pytest.raises(CorpusError):
        import_files(tmp_path / "study", [good, bad])
    assert not (tmp_path / "study").exists()


def test_a_table_of_answers_becomes_one_document_per_question_and_wave(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "who": ["p1", "p2", "p1", "p3"],
            "asked": ["Varför?", "Varför?", "Vad mer?", "Varför?"],
            "wave": ["2026-Q1", "2026-Q1", "2026-Q1", "2026-Q2"],
            "said": ["För långsamt\r\noch dyrt", None, "<script>", "  "],
        }
    )
    made = import_table(
        tmp_path, frame, text="said", respondent="who", question="asked", wave="wave"
    )
    assert [(one.document, one.n_answers, one.n_blank) for one in made] == [
        ("Varför-2026-Q1", 1, 1),
        ("Vad-mer-2026-Q1", 1, 0),
        ("Varför-2026-Q2", 0, 1),
    ]
    corpus = Corpus(tmp_path)
    assert said(corpus)[0] == ("p1", "Vad-mer", "answer", "<script>")
    assert corpus.documents.set_index("document")["wave"].to_dict()["Varför-2026-Q2"] == "2026-Q2"
    again = import_table(
        tmp_path, frame, text="said", respondent="who", question="asked", wave="wave"
    )
    assert not any(one.is_new for one in again)
    with pytest.raises(CorpusError, match="holds other answers"):
        import_table(
            tmp_path,
            frame.assign(said="annat"),
            text="said",
            respondent="who",
            question="asked",
            wave="wave",
        )
    with pytest.raises(CorpusError, match=r"no column 'who2'\. Did you mean 'who'"):
        import_table(tmp_path, frame, text="said", respondent="who2")
