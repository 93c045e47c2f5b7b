"""Changes planted in a report, resealed as a forger would: how many are caught, and no alarms.

The new run that verification makes is replaced by a copy of the untouched one, which it equals;
so hundreds of changes can be judged in seconds.
"""

import json
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbval.plugin import IPyNbCell, bcolors

from workbench.report import record
from workbench.report.figures import BAD, GOOD, INK
from workbench.report.payload import MIME
from workbench.report.run import Run
from workbench.review import verify as module
from workbench.review.runs import find_runs, open_run
from workbench.review.verify import Status, verify

Change = Callable[[Path, random.Random], None]


def _results(run: Path) -> dict[str, Any]:
    return json.loads((run / "results.json").read_text(encoding="utf-8"))


def _tables(results: dict[str, Any]) -> list[dict[str, Any]]:
    found = [t for result in results["results"] for t in result["tables"].values() if t["rows"]]
    assert found
    return found


def _digit(run: Path, draw: random.Random) -> None:
    results = _results(run)
    table = draw.choice(_tables(results))
    places = [
        (r, c)
        for r, row in enumerate(table["rows"])
        for c, value in enumerate(row)
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    row, column = draw.choice(places)
    text = repr(table["rows"][row][column])
    spots = [i for i, sign in enumerate(text[:8]) if sign.isdigit()]
    spot = draw.choice(spots)
    other = str((int(text[spot]) + draw.randint(1, 8)) % 10)
    table["rows"][row][column] = json.loads(_plain(text[:spot] + other + text[spot + 1 :]))
    record.write_json(run / "results.json", results)


def _plain(number: str) -> str:
    """Drop leading zeros, which JSON has none of."""
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole = digits.lstrip("0")
    return sign + (whole if whole[:1].isdigit() else f"0{whole}")


def _dropped_row(run: Path, draw: random.Random) -> None:
    results = _results(run)
    rows = draw.choice(_tables(results))["rows"]
    del rows[draw.randrange(len(rows))]
    record.write_json(run / "results.json", results)


def _swapped_columns(run: Path, draw: random.Random) -> None:
    results = _results(run)
    wide = [
        table
        for table in _tables(results)
        if any(row[-1] != row[-2] for row in table["rows"]) and len(table["columns"]) > 2
    ]
    columns = draw.choice(wide)["columns"]
    columns[-1], columns[-2] = columns[-2], columns[-1]
    record.write_json(run / "results.json", results)


def _sentence(run: Path, draw: random.Random) -> None:
    results = _results(run)
    result = draw.choice([r for r in results["results"] if re.search(r"\d", r["summary"]["en"])])
    text = result["summary"]["en"]
    hit = draw.choice(list(re.finditer(r"\d", text)))
    other = str((int(hit[0]) + 1) % 10)
    result["summary"]["en"] = text[: hit.start()] + other + text[hit.end() :]
    record.write_json(run / "results.json", results)


def _seed(run: Path, draw: random.Random) -> None:
    results = _results(run)
    results["parameters"]["seed"] += draw.randint(1, 9)
    record.write_json(run / "results.json", results)


def _drawing(run: Path, draw: random.Random) -> None:
    path = draw.choice(sorted((run / "figures").glob("*.svg")))
    text = path.read_text(encoding="utf-8")
    hits = list(re.finditer(r"(?<=[ ML\"])\d+\.?\d*(?=[ \"])", text.split("</desc>")[-1]))
    assert hits
    hit = draw.choice(hits)
    body = text.split("</desc>")[-1]
    moved = body[: hit.start()] + str(float(hit[0]) + 3) + body[hit.end() :]
    path.write_text(text[: len(text) - len(body)] + moved, encoding="utf-8")


def _redrawn(pattern: str, new: Callable[[str, random.Random], str]) -> Change:
    """Change one place of a drawing: a place is what the pattern matches after the title."""

    def change(run: Path, draw: random.Random) -> None:
        path = draw.choice(
            [p for p in sorted((run / "figures").glob("*.svg")) if re.search(pattern, _body(p))]
        )
        text, body = _text(path), _body(path)
        hit = draw.choice(list(re.finditer(pattern, body)))
        other = body[: hit.start()] + new(hit[0], draw) + body[hit.end() :]
        path.write_text(text[: len(text) - len(body)] + other, encoding="utf-8")

    return change


def _body(path: Path) -> str:
    return _text(path).split("</title>", 1)[-1]


def _other_digit(number: str, draw: random.Random) -> str:
    return str((int(number) + draw.randint(1, 9)) % 10)


def _nudged(number: str, draw: random.Random) -> str:
    return f"{float(number) + draw.choice((-0.5, 0.5)):g}"


def _other_colour(colour: str, draw: random.Random) -> str:
    return draw.choice([one for one in (GOOD, BAD, INK) if one != colour])


def _csv(run: Path, draw: random.Random) -> None:
    path = draw.choice([p for p in (run / "tables").glob("*.csv") if re.search(r"\d", _text(p))])
    text = _text(path)
    hit = draw.choice(list(re.finditer(r"(?<![\d.])\d", text)))  # the last bits are no change
    other = str((int(hit[0]) + 1) % 10)
    path.write_text(text[: hit.start()] + other + text[hit.end() :], encoding="utf-8")


def _page(run: Path, draw: random.Random) -> None:
    path = run / "report.html"
    text = _text(path)
    main = text.index("<main")
    end = text.index('id="provenance"')
    hits = [h for h in re.finditer(r"(?<=>)[^<>]*\d[^<>]*(?=<)", text) if main < h.start() < end]
    hit = draw.choice(hits)
    digit = re.search(r"\d", hit[0])
    assert digit
    place = hit.start() + digit.start()
    other = str((int(text[place]) + 1) % 10)
    path.write_text(text[:place] + other + text[place + 1 :], encoding="utf-8")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _flipped_byte(run: Path, draw: random.Random) -> None:
    """Flip one bit anywhere; whoever does that does not seal the record anew."""
    path = draw.choice(sorted(p for p in run.rglob("*") if p.is_file() and p.stat().st_size))
    data = bytearray(path.read_bytes())
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    path.write_bytes(bytes(data))


def _quoted(results: dict[str, Any], *columns: str) -> list[dict[str, Any]]:
    """Return tables of quotes in documents that have one of the columns, where any are named."""
    found = [t for t in _tables(results) if {"quote", "document"} <= set(t["columns"])]
    return [t for t in found if not columns or set(columns) & set(t["columns"])]


def _swapped_among_quotes(*columns: str) -> Change:
    """Give a quote another's code, respondent ...: words stay verbatim, the report lies."""

    def change(run: Path, draw: random.Random) -> None:
        results = _results(run)
        table = draw.choice(_quoted(results, *columns))
        place = next(table["columns"].index(name) for name in columns if name in table["columns"])
        values = sorted({str(row[place]) for row in table["rows"]})
        row = draw.choice(table["rows"])
        row[place] = draw.choice([value for value in values if value != str(row[place])])
        record.write_json(run / "results.json", results)

    return change


def _word_of_a_quote(run: Path, draw: random.Random) -> None:
    results = _results(run)
    table = draw.choice(_quoted(results))
    row, place = draw.choice(table["rows"]), table["columns"].index("quote")
    words = row[place].split(" ")
    words[draw.randrange(len(words))] += "s"
    row[place] = " ".join(words)
    record.write_json(run / "results.json", results)


QUOTES: dict[str, Change] = {
    "the code of a quote": _swapped_among_quotes("code", "theme"),
    "the respondent of a quote": _swapped_among_quotes("respondent"),
    "a word of a quote": _word_of_a_quote,
}

CHANGES: dict[str, Change] = {
    "a flipped byte in any file": _flipped_byte,
    "a digit in a table": _digit,
    "a dropped row": _dropped_row,
    "swapped columns": _swapped_columns,
    "a digit in a sentence": _sentence,
    "the seed": _seed,
    "a drawing": _drawing,
    "a mark of a drawing by half a pixel": _redrawn(
        r'(?<=<path d="M)-?[\d.]+(?= [^"]*"(?! fill="#ffffff"))', _nudged
    ),
    "a digit in a drawing": _redrawn(r"(?<=>)\d(?=[^<>]*</text>)", _other_digit),
    "a colour in a drawing": _redrawn(r"(?<=fill=\")#[0-9a-f]{6}(?=\")", _other_colour),
    "a digit in a CSV table": _csv,
    "a digit on the page": _page,
}


def _shuffled_rows(run: Path, draw: random.Random) -> None:
    results = _results(run)
    for table in _tables(results):
        draw.shuffle(table["rows"])
    record.write_json(run / "results.json", results)


def _last_bits(run: Path, draw: random.Random) -> None:
    results = _results(run)
    for table in _tables(results):
        for row in table["rows"]:
            for column, value in enumerate(row):
                if isinstance(value, float):
                    row[column] = value * (1 + draw.choice((-1, 1)) * 2e-16)
    record.write_json(run / "results.json", results)


def _styling(run: Path, draw: random.Random) -> None:
    path = run / "report.html"
    path.write_text(
        _text(path).replace("<style>", f"<style>body {{ margin: {draw.randint(0, 9)}px }}"),
        encoding="utf-8",
    )


def _time(run: Path, draw: random.Random) -> None:
    path = run / "record.json"
    facts = json.loads(_text(path))
    facts["finished"] = f"2026-01-01T00:00:{draw.randint(10, 59)}+00:00"
    record.write_json(path, facts)


WRONG = {Status.DIFFERENT, Status.RECORD_BROKEN}

NO_CHANGES: dict[str, Change] = {
    "order of rows": _shuffled_rows,
    "last bits": _last_bits,
    "styling": _styling,
    "time stamps": _time,
    "where words of a drawing stand": _redrawn(
        r'(?<=<text x=")-?[\d.]+(?=" y=)', lambda x, draw: f"{float(x) + draw.uniform(-2, 2):.1f}"
    ),
}


def _resealed(run: Path) -> None:
    """Make the record fit the changed files, as a forger would."""
    facts = json.loads(_text(run / "record.json"))
    facts["outputs"] = record.output_hashes(run, list(facts["outputs"]))
    record.write_json(run / "record.json", facts | {"seal": record.seal_of(facts)})


def _caught(
    pristine: Path, study: Path, change: Change, seed: int, place: Path, patch: pytest.MonkeyPatch
) -> Status:
    """Plant one change in a copy and verify it against the untouched run."""
    run = place / f"run-{seed}"
    shutil.copytree(pristine, run)
    change(run, random.Random(seed))
    if change is not _flipped_byte:
        _resealed(run)
    facts = open_run(pristine).facts
    again = Run(
        folder=pristine, report=pristine / "report.html", language=facts["language"], status="done"
    )
    patch.setattr(module, "run_notebook", lambda *_, **__: again)
    status = verify(run, against=study)[0].status
    shutil.rmtree(run)
    return status


@pytest.mark.parametrize("name", CHANGES)
def test_planted_changes_are_caught(
    name: str, small_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pristine = find_runs(small_run / "reports")[0]
    found = [
        _caught(pristine, small_run / "study", CHANGES[name], seed, tmp_path, monkeypatch)
        for seed in range(6)
    ]
    assert all(status in WRONG for status in found)


@pytest.mark.parametrize("name", NO_CHANGES)
def test_what_is_no_change_raises_no_alarm(
    name: str, small_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pristine = find_runs(small_run / "reports")[0]
    for seed in range(3):
        status = _caught(
            pristine, small_run / "study", NO_CHANGES[name], seed, tmp_path, monkeypatch
        )
        assert status in {Status.SAME, Status.WITHIN_TOLERANCE}


class _NbvalCell:
    """nbval's own comparison of a cell's outputs, without the kernel it runs them in."""

    compare_outputs = IPyNbCell.compare_outputs
    colors = bcolors
    parent = SimpleNamespace(
        skip_compare=(
            *("metadata", "traceback", "prompt_number", "output_type", "name", "execution_count"),
            *("application/vnd.jupyter.widget-view+json", "image/png", "image/jpeg"),
        )
    )

    def sanitize(self, text: Any) -> Any:
        return text

    def format_output_compare(self, *_: object) -> None:
        return None


def _nbval_sees(pristine: Path, change: Change, seed: int, place: Path) -> bool:
    """Say whether nbval calls the notebook different when the same change is in its outputs.

    A change of another file of the run is none in the notebook.
    """
    run = place / "nbval"
    shutil.copytree(pristine, run)
    change(run, random.Random(seed))
    before = json.loads(_text(pristine / "notebook.ipynb"))
    try:
        after = json.loads(_text(run / "notebook.ipynb"))
        planted = {result["id"]: result for result in _results(run)["results"]}
    except (ValueError, UnicodeDecodeError):  # nbval, too, fails on what is no JSON
        shutil.rmtree(run)
        return True
    moved = [
        path.name
        for path in (run / "figures").glob("*.svg")
        if path.read_bytes() != (pristine / "figures" / path.name).read_bytes()
    ]
    shutil.rmtree(run)
    for cell in after["cells"]:
        for output in cell.get("outputs", []):
            payload = output.get("data", {}).get(MIME, {})
            told = planted.get(payload.get("id"))
            if told:
                payload["summary"] = told["summary"]
                for name, table in told["tables"].items():
                    payload["tables"][name].update(table)
            if told and any(name.startswith(f"{payload['id']}_") for name in moved):
                html = "".join(output["data"]["text/html"])
                output["data"]["text/html"] = re.sub(r"(?<= d=\"M)\d", "9", html, count=1) + " "
    return not all(
        _NbvalCell().compare_outputs(
            nbformat.from_dict(one.get("outputs", [])), nbformat.from_dict(other.get("outputs", []))
        )
        for one, other in zip(after["cells"], before["cells"], strict=True)
    )


@pytest.mark.prove
def test_at_least_99_of_100_changes_to_real_reports_are_caught(
    repository: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    store_table: Callable[..., None],
) -> None:
    from workbench.report.run import run_notebook

    rows = []
    for notebook, name, changes in (
        ("20_satisfaction", "bank", {**CHANGES, **NO_CHANGES}),
        ("50_themes", "interviews", QUOTES),
    ):
        study = repository / "data" / "demo" / name
        pristine = run_notebook(notebook, study, language="en", out=tmp_path / notebook).folder
        seen = {
            what: [_nbval_sees(pristine, change, seed, tmp_path) for seed in range(30)]
            for what, change in changes.items()
        }
        with monkeypatch.context() as patch:
            for what, change in changes.items():
                found = [
                    _caught(pristine, study, change, seed, tmp_path, patch) for seed in range(30)
                ]
                different = sum(status in WRONG for status in found)
                row = {"notebook": notebook, "change": what, "is a change": what not in NO_CHANGES}
                counts = {"planted": len(found), "verify calls different": different}
                rows.append({**row, **counts, "nbval calls different": sum(seen[what])})
    planted = [row for row in rows if row["is a change"]]
    n_planted = sum(int(row["planted"]) for row in planted)
    caught = sum(int(row["verify calls different"]) for row in planted)
    assert n_planted >= 200
    assert caught >= 0.99 * n_planted
    assert all(not row["verify calls different"] for row in rows if not row["is a change"])
    store_table(
        "verify_planted_changes",
        rows,
        claim="Planted and resealed changes that verification calls different, with nbval beside",
        modules=("workbench.review",),
    )
