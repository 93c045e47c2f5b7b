"""Measure commands by the CPU time of their processes, which load on the machine moves little."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Cost(NamedTuple):
    """What a command took, in seconds."""

    cpu: float
    wall: float


def cost(
    command: Sequence[str], *, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> Cost:
    """Run a command with all its children and return what it took."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command, cwd=cwd, env=os.environ | dict(environment or {}), check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.perf_counter() - begin)


def medians(
    commands: Mapping[str, Sequence[str]], *, rounds: int, cwd: Path | None = None
) -> dict[str, Cost]:
    """Return the median cost of each command over interleaved rounds, after one to warm up."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            measured = cost(command, cwd=cwd)
            if number:
                costs[name].append(measured)
    return {
        name: Cost(*(statistics.median(values) for values in zip(*each, strict=True)))
        for name, each in costs.items()
    }
