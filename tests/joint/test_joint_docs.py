"""The guide to the joint display says what is so: its code runs, its names exist."""

import re
from pathlib import Path

import workbench as wb

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "joint.md").read_text(encoding="utf-8")


def test_the_code_of_the_guide_runs(monkeypatch):
    monkeypatch.chdir(ROOT)
    block = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert block is not None
    found: dict = {}
    exec(block[1], found)  # noqa: S102 - the guide's own lines
    assert found["scores"].family == found["markets"].family
    cells = found["comments"].cells
    row = found["markets"].table.query("theme == 'waiting' and segment == 'SE'").iloc[0]
    assert cells["n_customers"].tolist() == [row["n_customers"]]
    for name in ("n_written", "share_low", "estimate_with", "p_adjusted", "sign", "reason"):
        assert name in found["scores"].table.columns


def test_every_function_the_guide_names_exists():
    names = set(re.findall(r"wb\.(\w+)", GUIDE))
    assert {"joint", "voices", "touchpoints"} <= names
    assert [name for name in names if not hasattr(wb, name)] == []
