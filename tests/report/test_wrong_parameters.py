"""Every wrong parameter is stopped before a kernel starts, and is told what is allowed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import workbench as wb
from workbench.errors import WorkbenchError
from workbench.report import kernel
from workbench.report.run import run_notebook

WHOLE, SHARE = "a whole number, such as 7", "a number with a decimal point, such as 0.95"
COUNT, LEVEL = "a whole number from 1 to 1000", "a share from 0.5 to 0.999, such as 0.95"
SEED, RESAMPLES = "from 0 to 4294967295", "from 0 to 1000000"
TAKES = "The notebook takes: study, language, wave, market, segment"
LETTERS = "must not hold line breaks or invisible characters"
MARKETS = "one of the study's markets: DK, FI, NO, SE"
WAVES = "There are: latest, 2026-01, 2026-02"
SEGMENTS = "one of the study's: "

Case = tuple[str, Sequence[str] | dict[str, Any], str]
"""Notebook, parameters as given, and the words that say what is allowed."""

TYPES: list[Case] = [
    *[("20_satisfaction", [f"floor={text}"], WHOLE) for text in (
        "seven", "7.5", "", "7 answers", "0x10", "1e3", "--7", "None", "[7]", "99999999999999999999"
    )],
    ("20_satisfaction", {"floor": True}, WHOLE),
    ("20_satisfaction", {"floor": 7.5}, WHOLE),
    *[("20_satisfaction", [f"seed={text}"], WHOLE) for text in ("1.5", "random", "0b1", "1_0")],
    *[("20_satisfaction", [f"confidence={text}"], SHARE) for text in (
        "0,95", "nan", "NaN", "inf", "-inf", "95%", "high", "", "0.9.5", "1/2"
    )],
    ("20_satisfaction", {"confidence": float("nan")}, LEVEL),
    ("20_satisfaction", {"market": 7}, "must be a text"),
    ("30_drivers", ["bootstrap=many"], WHOLE),
    ("60_experiment", ["replications=1.0"], WHOLE),
]  # fmt: skip
RANGES: list[Case] = [
    *[("20_satisfaction", [f"floor={value}"], COUNT) for value in ("0", "-1", "1001")],
    *[("20_satisfaction", [f"confidence={value}"], LEVEL) for value in (
        "0", "1", "95", "0.4999", "0.9999", "-0.95", "1e300"
    )],
    *[("20_satisfaction", [f"seed={value}"], SEED) for value in ("-1", "4294967296")],
    *[("30_drivers", [f"bootstrap={value}"], RESAMPLES) for value in ("-1", "1000001")],
]  # fmt: skip
UNKNOWN: list[Case] = [
    ("20_satisfaction", ["markett=SE"], "Did you mean 'market'"),
    ("20_satisfaction", ["Market=SE"], "Did you mean 'market'"),
    ("20_satisfaction", ["wav=latest"], "Did you mean 'wave'"),
    ("20_satisfaction", ["segmnet=market"], "Did you mean 'segment'"),
    ("20_satisfaction", ["confidenze=0.9"], "Did you mean 'confidence'"),
    ("20_satisfaction", ["flor=7"], "Did you mean 'floor'"),
    ("30_drivers", ["boostrap=100"], "Did you mean 'bootstrap'"),
    *[("20_satisfaction", [f"{name}=1"], TAKES) for name in (
        "bootstrap", "coder", "x", "", " market", "market ", "marknad"
    )],
    ("20_satisfaction", ["study=elsewhere"], "--study DIR"),
    ("20_satisfaction", ["language=sv"], "--language sv|en|both"),
    ("20_satisfaction", ["market"], "name=value"),
    ("20_satisfaction", ["market=SE", "market=NO"], "given twice; keep one"),
]  # fmt: skip
INJECTED: list[Case] = [
    *[("20_satisfaction", {name: "1"}, TAKES) for name in (
        "n=1;open('X','w').write('x');m", "market\nimport os", "market\u2028x", "market\x00",
        "__import__('os')", "market;x", "market = 'SE'\n!ls", "%load_ext x", "mark\u200bet",
        "{{ market }}", "../market",
    )],
    *[("20_satisfaction", {"market": f"S{sign}E"}, LETTERS) for sign in (
        "\n", "\r", "\t", "\x00", "\u2028", "\u202e", "\u200b", "\ufeff"
    )],
    *[("20_satisfaction", {"market": text}, MARKETS) for text in (
        "'); import os; ('", '"""', "../../x", "/etc/passwd", "C:\\con", "<script>", "=1+1",
    )],
    ("20_satisfaction", {"market": "S" * 301}, "at most 300 characters"),
]  # fmt: skip
NOT_THERE: list[Case] = [
    *[("20_satisfaction", [f"wave={wave}"], WAVES) for wave in (
        "2027-Q1", "2019-Q1", "next", "Latest", "2026", "2026-q2"
    )],
    *[("20_satisfaction", [f"market={market}"], MARKETS) for market in (
        "XX", "se", "SE,NO", "Sverige", "all", "S"
    )],
    *[("20_satisfaction", [f"segment={segment}"], SEGMENTS) for segment in (
        "marknad", "Market", "recommend", "respondent_id"
    )],
    *[("30_drivers", [f"outcome={outcome}"], SEGMENTS) for outcome in ("nkii", "q1", "market")],
    ("60_experiment", ["experiment=invoice"], "invoice-letter"),
]  # fmt: skip
CASES = {
    "type": TYPES,
    "range": RANGES,
    "unknown, misspelt or reserved": UNKNOWN,
    "injected": INJECTED,
    "not in the study": NOT_THERE,
}
STUDIES = {"60_experiment": "invoice-letter"}


def test_at_least_sixty_are_listed() -> None:
    assert sum(map(len, CASES.values())) >= 60
    assert all(len(cases) >= 8 for cases in CASES.values())


@pytest.mark.parametrize("kind", CASES)
def test_a_wrong_parameter_is_stopped_before_a_kernel_and_told_what_is_allowed(
    kind: str, repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def started(*_: object, **__: object) -> None:
        raise AssertionError("a kernel was started")

    monkeypatch.setattr(kernel, "execute", started)
    studies = {
        name: wb.load_study(repository / "data" / "demo" / name)
        for name in {"bank", *STUDIES.values()}
    }
    passed: list[Case] = []
    untold: list[tuple[Case, str]] = []
    for case in CASES[kind]:
        notebook, parameters, allowed = case
        study: Any = studies[STUDIES.get(notebook, "bank")]
        try:
            run_notebook(notebook, study, parameters=parameters, out=tmp_path / "out")
        except WorkbenchError as error:
            if allowed not in str(error):
                untold.append((case, str(error)))
        except AssertionError:
            passed.append(case)
    assert passed == []
    assert untold == []
    assert not (tmp_path / "out").exists(), "something was written"
