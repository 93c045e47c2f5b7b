"""The reports of the bundled demo studies: one table says which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from workbench.errors import RunError
from workbench.report.record import repository
from workbench.report.run import run_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from workbench.report.run import Run

__all__ = ["DEMOS", "ROUNDS", "Demo", "run_demo"]


@dataclass(frozen=True)
class Demo:
    """One demo report; ``parameters`` differ from the notebook's own, for a ``part`` of a study."""

    notebook: str
    study: str
    language: str
    parameters: tuple[str, ...] = ()
    part: str = ""

    @property
    def name(self) -> str:
        """What tells it from the others: ``20_satisfaction/bank/sv``."""
        parts = (self.notebook, self.study, self.language, self.part)
        return "/".join(part for part in parts if part)


DEMOS: Final = (
    Demo("10_data_health", "bank", "sv"),
    Demo("10_data_health", "bank", "en"),
    Demo("20_satisfaction", "bank", "sv"),
    Demo("20_satisfaction", "bank", "en"),
    Demo("25_levels", "bank", "sv"),
    Demo("25_levels", "bank", "en"),
    Demo("30_drivers", "bank", "sv"),
    Demo("30_drivers", "bank", "en"),
    Demo("50_themes", "interviews", "sv"),
    Demo("50_themes", "interviews", "en"),
    Demo("50_themes", "bank", "sv"),
    Demo("50_themes", "bank", "en"),
    Demo("60_experiment", "invoice-letter", "sv"),
    Demo("60_experiment", "invoice-letter", "en"),
    Demo("70_joint", "bank", "sv"),
    Demo("70_joint", "bank", "en"),
)
"""Every demo report with the notebook's own parameters, in the order they are made."""

FIRST_ROUND = ("experiment=invoice-letter-round-1",)
ROUNDS: Final = (
    Demo("60_experiment", "invoice-letter", "sv", FIRST_ROUND, "round-1"),
    Demo("60_experiment", "invoice-letter", "en", FIRST_ROUND, "round-1"),
)
"""The letter's first round, whose split was broken in one market: no effect is printed."""


def run_demo(out: Path) -> Iterator[Run]:
    """Make the demo reports one by one, as their studies and notebooks stand in the repository."""
    root = repository()
    if root is None:
        raise RunError(
            "The demo studies are in the repository, not in the installed package. "
            "Clone the repository and run 'make demo' there."
        )
    for demo in (*DEMOS, *ROUNDS):
        yield run_notebook(
            root / "notebooks" / f"{demo.notebook}.ipynb",
            root / "data" / "demo" / demo.study,
            parameters=demo.parameters,
            language=demo.language,
            out=out,
        )
