"""Public data: what others published about it comes out the same here."""

import csv
import gzip
import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.coding.agreement import agreement
from workbench.coding.coding_table import import_coding_table
from workbench.coding.corpus import Corpus
from workbench.coding.importing import import_files
from workbench.coding.importing.open_answers import import_table
from workbench.coding.importing.original import normal_text
from workbench.inputs.models.corpus import CorpusModel

pytestmark = pytest.mark.real_data


PUBLIC = CorpusModel(interviewers=("Dan",), redact="off")


@pytest.fixture(scope="module")
def imported(
    tmp_path_factory: pytest.TempPathFactory, real_data: Path
) -> dict[str, tuple[Path, list[tuple[str, ...]]]]:
    """Import the seven interviews once from text and once from PDF."""
    source = real_data / "pdpilot_interviews"
    found = {}
    for kind, folder in (("txt", source), ("pdf", source / "pdf")):
        study = tmp_path_factory.mktemp(kind)
        names = "".join(f"P{number}\n" for number in range(1, 8))
        (study / "respondents.csv").write_text("respondent\n" + names)
        made = import_files(study, sorted(folder.glob(f"P?.{kind}")), model=PUBLIC)
        found[kind] = (study, [one.respondents for one in made])
    return found


def pdpilot(imported: dict[str, tuple[Path, list[tuple[str, ...]]]], kind: str, to: Path) -> Corpus:
    study, respondents = imported[kind]
    assert respondents == [(f"P{number}",) for number in range(1, 8)]
    shutil.copytree(study, to, dirs_exist_ok=True)
    return Corpus(to, PUBLIC)


def segments(source: Path) -> pd.DataFrame:
    with gzip.open(source / "coded_segments.csv.gz", "rt", encoding="utf-8") as stream:
        return pd.DataFrame(list(csv.DictReader(stream)))


def test_the_seven_interviews_read_alike_from_text_and_pdf(
    tmp_path: Path, imported: dict[str, tuple[Path, list[tuple[str, ...]]]]
) -> None:
    text = pdpilot(imported, "txt", tmp_path / "txt")
    printed = pdpilot(imported, "pdf", tmp_path / "pdf")
    same = 0
    for name in text.files:
        one, other = text.text(name).split("\n"), printed.text(name).split("\n")
        assert abs(len(one) - len(other)) <= 1
        same += one == other
        assert sum((Counter(one) & Counter(other)).values()) >= 0.95 * len(one)
    assert same >= 4
    turns = text.parts.query("kind == 'turn'")
    assert len(turns) == 825
    for row in turns.to_dict("records"):
        expected = None if row["speaker"] == "Dan" else row["document"]
        assert (None if pd.isna(row["respondent"]) else row["respondent"]) == expected


def test_no_word_of_the_interviews_is_lost_or_made_up(
    tmp_path: Path, real_data: Path, imported: dict[str, tuple[Path, list[tuple[str, ...]]]]
) -> None:
    corpus = pdpilot(imported, "txt", tmp_path)
    for name in corpus.files:
        raw = (real_data / "pdpilot_interviews" / f"{name}.txt").read_text(encoding="utf-8")
        before = Counter(word for word in raw.split() if not word.strip("/").isdigit())
        after = Counter(word for word in corpus.text(name).split() if not word.strip("/").isdigit())
        assert not after - before
        lost = before - after
        pages = sum(n for word, n in lost.items() if word[0].isdigit())
        repeated = {entry["kind"]: entry["n"] for entry in corpus.file(name).about["changes"]}
        assert sum(lost.values()) - pages <= 25 * repeated["repeated_lines"]  # a line each


@pytest.mark.parametrize(("kind", "anchored"), [("txt", 254), ("pdf", 256)])
def test_published_frequencies_come_out_code_by_code(
    tmp_path: Path,
    real_data: Path,
    imported: dict[str, tuple[Path, list[tuple[str, ...]]]],
    kind: str,
    anchored: int,
) -> None:
    source = real_data / "pdpilot_interviews"
    corpus = pdpilot(imported, kind, tmp_path)
    table = segments(source)
    done = import_coding_table(
        corpus, table, coder="DK", code="code_path", quote="segment", document="document"
    )
    assert done.counts["exact"] + done.counts["alike"] == anchored
    assert set(done.rows.loc[done.rows["how"] == "no_place", "reason"]) == {"absent"}
    assert "left_out" not in done.counts
    with (source / "code_system.csv").open(encoding="utf-8") as stream:
        published = Counter({row["code"]: int(row["frequency"]) for row in csv.DictReader(stream)})
    del published["Code System"], published["Anonymize"]  # the total, and what is not exported
    names = {code.id: code.label() for code in corpus.codebook}
    ours = Counter(names[code] for code in corpus.codings["code"])
    assert +ours == +published
    assert sum(ours.values()) == 261
    by_document = corpus.codings["document"].value_counts().to_dict()
    assert by_document == {"P1": 34, "P2": 43, "P3": 32, "P4": 41, "P5": 32, "P6": 30, "P7": 49}
    tops = Counter(corpus.codebook.path(code)[0].label() for code in corpus.codings["code"])
    assert tops["PDPilot Techniques Usage"] == 60
    assert tops["Explainability techniques"] == 56
    quotes = corpus.excerpts.dropna(subset=["quote"])
    for row in quotes.to_dict("records"):
        assert corpus.text(row["document"])[row["start"] : row["end"]] == row["quote"]


def test_kappas_of_the_two_human_coders(real_data: Path) -> None:
    path = real_data / "sight_two_coders" / "sample_dataset.csv.gz"
    frame = pd.read_csv(path)
    published = {
        "general": 0.754,
        "setup": 0.951,
        "pedagogy": 0.787,
        "confusion": 0.910,
        "gratitude": 0.922,
        "personal_experience": 0.743,
        "clarification": 0.830,
        "bookmark": 0.659,
        "non_english": 0.938,
        "na": 0.737,
    }
    for code, kappa in published.items():
        units = frame[[f"annotator_H1_{code}", f"annotator_H2_{code}"]]
        found = agreement(units, coefficient="cohen", bootstrap=0)
        assert found.estimate == pytest.approx(kappa, abs=6e-4)
        assert found.n == (289 if code == "general" else 286)


def test_alpha_of_the_swedish_paragraphs(real_data: Path) -> None:
    rows = []
    for part in ("train", "dev", "test"):
        path = real_data / "absabank_imm_sv" / f"absabank-imm_{part}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            rows += [json.loads(line) for line in stream]
    frame = pd.DataFrame(rows)
    units = frame[[name for name in frame.columns if name.startswith("a") and name[1:].isdigit()]]
    units = units.astype("Float64")
    interval = agreement(units, level="interval", bootstrap=200)
    assert interval.estimate == pytest.approx(0.6362, abs=5e-5)
    assert interval.ci_low is not None
    assert agreement(units, level="ordinal", bootstrap=0).estimate == pytest.approx(
        0.6469, abs=5e-5
    )
    chosen = units[[f"a{number}" for number in (1, 6, 7, 8, 9, 10, 11)]].dropna()
    assert len(chosen) == 16
    assert agreement(chosen, level="interval", bootstrap=0).estimate == pytest.approx(
        0.6090, abs=5e-5
    )


def test_eight_thousand_comments_are_a_document_per_question(
    tmp_path: Path, real_data: Path
) -> None:
    frame = pd.read_csv(
        real_data / "nhs_fft_v6" / "v6framework_230831.csv.gz", dtype="str", keep_default_na=False
    )
    made = import_table(
        tmp_path,
        frame,
        text="FFT answer",
        respondent="Respondent ID",
        question="FFT question",
        model=CorpusModel(redact="off"),
    )
    assert sum(one.n_answers for one in made) == 7400
    assert sum(one.n_blank for one in made) == 508  # 496 empty, 12 of one space
    assert len(made) == 5  # six texts, of which two differ by a line break only
    assert len(list((tmp_path / "documents").iterdir())) == 3 * 5
    corpus = Corpus(tmp_path)
    assert len(corpus.parts) == 7400
    assert corpus.parts["respondent"].nunique() <= 4466
    answers = [
        corpus.text(document)[start:end]
        for document, start, end in zip(
            corpus.parts["document"], corpus.parts["start"], corpus.parts["end"], strict=True
        )
    ]
    counts: Counter[str] = Counter()
    written = [text for text in frame["FFT answer"] if text.strip()]
    assert Counter(answers) == Counter(normal_text(text, counts).strip() for text in written)
    assert sum(counts.values()) == 2
    assert not np.array(corpus.parts["question"].isna()).any()
