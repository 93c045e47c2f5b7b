"""How often simulated trials of known truth get each verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from workbench.experiment.readout import Judged, judge
from workbench.experiment.simulation import SCENARIOS, simulate_trial

__all__ = ["VerdictCounts", "count_verdicts", "judged_trial"]

FINAL = frozenset({"SHIP", "HARM_STOP", "INVALID"})


@dataclass(frozen=True)
class VerdictCounts:
    """Verdicts over simulated trials of one scenario, and in how many the right check spoke."""

    scenario: str
    trials: int
    verdicts: Counter[str]
    warned: int

    def share(self, verdict: str) -> float:
        """Return the share of trials with a verdict."""
        return self.verdicts[verdict] / self.trials


def judged_trial(scenario: str, seed: int) -> Judged:
    """Read one simulated trial at each of its looks until it stops; return the last reading."""
    trial = simulate_trial(scenario, seed)
    judged: Judged | None = None
    for day in trial.looks:
        data = trial.data if day is None else trial.data[trial.data["day"] <= day]
        judged = judge(data, trial.plan, as_of=day)
        if judged.ruling.verdict in FINAL:
            return judged
    assert judged is not None  # noqa: S101 - every trial has a look
    return judged


def count_verdicts(scenario: str, trials: int) -> VerdictCounts:
    """Read many trials of a scenario, seeds 0, 1, 2 and so on."""
    verdicts: Counter[str] = Counter()
    warned = 0
    start = SCENARIOS[scenario].must_warn
    for seed in range(trials):
        judged = judged_trial(scenario, seed)
        verdicts[judged.ruling.verdict] += 1
        warned += any(f.id.startswith(start) and f.passed is not True for f in judged.findings)
    return VerdictCounts(scenario, trials, verdicts, warned)
