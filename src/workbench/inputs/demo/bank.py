"""The demo bank: six monthly waves of a customer survey, drawn from a world that is known."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from workbench.inputs.demo import bank_world as world
from workbench.inputs.demo.comments import Comment, CommentWriter, group_of

__all__ = ["COLUMNS", "SEED", "Bank", "draw_bank"]

SEED = 20260140  # a draw that lies near what is expected
DONT_KNOW, NOT_ASKED = 99, 98
QUESTIONS = (
    *world.NKI_ITEMS,
    "recommend",
    *(item for driver in world.DRIVERS for item in driver.items),
)
BACKGROUND = ("id", "submitted", "duration", "market", "channel", "age", "language", "w")
COLUMNS = [*BACKGROUND, *QUESTIONS, "comment"]
UNSURE, BLANK, COMMENTING = 0.015, 0.004, 0.42  # shares of answers; of respondents
STRAIGHT_LINERS = 4  # per wave: the same answer to everything, in under a minute
PERSONAL = 4  # comments with made-up personal data per wave

UNUSED: dict[str, dict[str, float]] = {  # share who cannot judge a touchpoint, by own channel
    "onboarding": {"app": 0.10, "phone": 0.14, "branch": 0.12},
    "app": {"app": 0.02, "phone": 0.14, "branch": 0.24},
    "support": {"app": 0.22, "phone": 0.03, "branch": 0.16},
    "branch": {"app": 0.42, "phone": 0.34, "branch": 0.02},
    "fees": {"app": 0.06, "phone": 0.06, "branch": 0.06},
}
ENGLISH = {"SE": 0.08, "NO": 0.55, "DK": 0.60, "FI": 0.45}

Row = dict[str, object]


@dataclass(frozen=True)
class Bank:
    """What was drawn: the rows of each wave, and what was planted in them."""

    waves: dict[str, list[Row]] = field(default_factory=dict)
    planted: list[Row] = field(default_factory=list)
    straight_liners: list[Row] = field(default_factory=list)
    returning: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _People:
    """Persons who answered one wave in one cell, with the part of their answers that lasts."""

    numbers: np.ndarray
    ages: np.ndarray
    english: np.ndarray
    lasting: np.ndarray  # persons x standard normals

    def some(self, rng: np.random.Generator, n: int) -> _People:
        chosen = rng.choice(len(self.numbers), size=n, replace=False)
        return _People(
            self.numbers[chosen], self.ages[chosen], self.english[chosen], self.lasting[chosen]
        )

    def joined(self, other: _People) -> _People:
        pairs = ("numbers", "ages", "english", "lasting")
        return _People(*(np.concatenate([getattr(self, p), getattr(other, p)]) for p in pairs))


N_NORMALS = 1 + len(world.TOUCHPOINTS) + len(world.DRIVERS) + 1


def draw_bank(seed: int = SEED) -> Bank:
    """Return the six waves of the demo bank.

    Half of each cell (market x channel) comes back from the wave before, as far as there are so
    many. Weights carry each wave to the population of market by age, with a mean of one.
    """
    rng, moods = np.random.default_rng(seed), np.random.default_rng((seed, 1))
    codes = rng.permutation(900_000)[:8_000] + 100_000
    bank, writer, panel = Bank(), CommentWriter(), _Panel(rng)
    for wave in world.WAVES:
        rows: list[Row] = []
        bank.returning[wave] = 0
        for market in world.MARKETS:
            for channel, n in zip(world.CHANNELS, world.CELLS[wave][market], strict=True):
                people, n_returning = panel.people(market, channel, n)
                bank.returning[wave] += n_returning
                drawn = _rows(rng, people, codes, wave, market, channel)
                rows += [_angered(moods, row) for row in drawn]
        _weigh(rows)
        _plant(rng, bank, writer, wave, rows)
        bank.waves[wave] = _in_order(rng, wave, rows)
    return bank


class _Panel:
    """Those who answered last, by market and channel, and how many there have been."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._before: dict[tuple[str, str], _People] = {}
        self._drawn = 0

    def people(self, market: str, channel: str, n: int) -> tuple[_People, int]:
        """Return ``n`` people of a cell, and how many of them come back."""
        old = self._before.get((market, channel))
        n_old = 0 if old is None else min(len(old.numbers), n // 2)
        people = _new_people(self._rng, n - n_old, market, self._drawn)
        self._drawn += n - n_old
        if old is not None:
            people = old.some(self._rng, n_old).joined(people)
        self._before[market, channel] = people
        return people, n_old


def _new_people(rng: np.random.Generator, n: int, market: str, drawn: int) -> _People:
    return _People(
        numbers=np.arange(drawn, drawn + n),
        ages=rng.choice(len(world.AGES), size=n, p=world.ANSWERING_AGES),
        english=rng.random(n) < ENGLISH[market],
        lasting=rng.standard_normal((n, N_NORMALS)),
    )


def grades_and_noise(normals: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return standardised grades (persons x drivers) and the noise of satisfaction."""
    touchpoint = [world.TOUCHPOINTS.index(driver.touchpoint) for driver in world.DRIVERS]
    shared, own = 1 + len(world.TOUCHPOINTS), 1 + len(world.TOUCHPOINTS) + len(world.DRIVERS)
    unique = 1 - world.SHARED_BY_ALL - world.SHARED_IN_TOUCHPOINT
    grades = (
        np.sqrt(world.SHARED_BY_ALL) * normals[:, :1]
        + np.sqrt(world.SHARED_IN_TOUCHPOINT) * normals[:, 1:shared][:, touchpoint]
        + np.sqrt(unique) * normals[:, shared:own]
    )
    return grades, normals[:, own]


def scores_of(
    rng: np.random.Generator, normals: np.ndarray, means: np.ndarray, satisfaction: np.ndarray
) -> dict[str, np.ndarray]:
    """Return whole-number answers to every scale question, nothing missing.

    ``means`` are the drivers' mean grades and ``satisfaction`` each person's expected
    satisfaction, both in points.
    """
    grades, noise = grades_and_noise(normals)
    effects = np.array([driver.effect for driver in world.DRIVERS])
    person = satisfaction + world.GRADE_SD * grades @ effects + world.NOISE_SD * noise
    answers: dict[str, np.ndarray] = {}
    for item, shift in world.NKI_ITEMS.items():
        spread = world.NKI_ITEM_SD * rng.standard_normal(len(person))
        answers[item] = _on_scale(person + shift + spread, 1, 10)
    spread = world.RECOMMEND_SD * rng.standard_normal(len(person))
    answers["recommend"] = _on_scale(world.recommend_mean(person) + spread, 0, 10)
    for number, driver in enumerate(world.DRIVERS):
        grade = means[number] + world.GRADE_SD * grades[:, number]
        for item in driver.items:
            spread = world.ITEM_SD * rng.standard_normal(len(person))
            answers[item] = _on_scale(grade + spread, 1, 10)
    return answers


def _on_scale(points: np.ndarray, low: int, high: int) -> np.ndarray:
    return np.clip(np.rint(low + (high - low) * points / 100), low, high).astype(int)


def _rows(
    rng: np.random.Generator,
    people: _People,
    codes: np.ndarray,
    wave: str,
    market: str,
    channel: str,
) -> list[Row]:
    n = len(people.numbers)
    answers = _answers(rng, people, wave, market, channel)
    blank = rng.random((n, len(answers))) < BLANK
    seconds = np.rint(np.exp(rng.normal(5.6, 0.4, n))).astype(int)
    rows: list[Row] = []
    for i in range(n):
        row: Row = {
            "id": f"K{codes[people.numbers[i]]}",
            "duration": max(int(seconds[i]), 75),
            "market": market,
            "channel": channel,
            "age": world.AGES[people.ages[i]],
            "language": "en" if people.english[i] else "sv",
        }
        for j, (item, values) in enumerate(answers.items()):
            row[item] = "" if blank[i, j] else int(values[i])
        rows.append(row)
    return rows


def _angered(rng: np.random.Generator, row: Row) -> Row:
    """Return the row, for a few with a recommendation as low as it gets."""
    angry, score = rng.random() < world.ANGRY, int(rng.integers(3))
    return row | {"recommend": score} if angry else row


def _answers(
    rng: np.random.Generator, people: _People, wave: str, market: str, channel: str
) -> dict[str, np.ndarray]:
    """Return the codes of every scale question, with "don't know" and "not asked"."""
    n = len(people.numbers)
    lasting = np.sqrt(world.PANEL_CORRELATION) * people.lasting
    normals = lasting + np.sqrt(1 - world.PANEL_CORRELATION) * rng.standard_normal((n, N_NORMALS))
    by_age = [world.satisfaction_mean(wave, market, channel, age) for age in world.AGES]
    means = np.array([world.grade_mean(driver, wave) for driver in world.DRIVERS])
    answers = scores_of(rng, normals, means, np.array(by_age)[people.ages])
    for item in (*world.NKI_ITEMS, "recommend"):
        answers[item] = np.where(rng.random(n) < UNSURE, DONT_KNOW, answers[item])
    for driver in world.DRIVERS:
        unused = rng.random(n) < UNUSED[driver.touchpoint][channel]
        code = NOT_ASKED if driver.touchpoint == "branch" else DONT_KNOW
        for item in driver.items:
            answers[item] = np.where(unused, code, answers[item])
    return answers


def _weigh(rows: list[Row]) -> None:
    """Weigh each row to the population of its market and age; exact, so that ties round alike."""
    cells = [(str(row["market"]), str(row["age"])) for row in rows]
    markets = {market: Fraction(str(share)) for market, share in world.POPULATION_MARKETS.items()}
    shares = map(Fraction, map(str, world.POPULATION_AGES))
    ages = dict(zip(world.AGES, shares, strict=True))
    weights = {
        (market, age): markets[market] * ages[age] / n
        for (market, age), n in Counter(cells).items()
    }
    mean = sum(weights[cell] for cell in cells) / len(cells)
    for row, cell in zip(rows, cells, strict=True):
        row["w"] = f"{float(round(weights[cell] / mean, 4)):.4f}"


def _plant(
    rng: np.random.Generator, bank: Bank, writer: CommentWriter, wave: str, rows: list[Row]
) -> None:
    """Write comments, hide made-up personal data in some, and let a few answer without reading."""
    chosen = rng.choice(len(rows), size=STRAIGHT_LINERS + PERSONAL, replace=False).tolist()
    for index in chosen[:STRAIGHT_LINERS]:
        rows[index] |= dict.fromkeys(QUESTIONS, int(rng.integers(5, 9)))
        rows[index]["duration"] = int(rng.integers(28, 55))
        bank.straight_liners.append({"wave": wave, "id": rows[index]["id"]})
    told = rng.random(len(rows)) < COMMENTING
    personal = set(chosen[STRAIGHT_LINERS:])
    number = PERSONAL * world.WAVES.index(wave)
    for index, row in enumerate(rows):
        group, language = group_of(row["recommend"]), str(row["language"])
        comment: Comment | None = None
        if index in personal:
            comment, number = writer.personal(number, language)
        elif told[index]:
            comment = writer.write(rng, group, language)
        row["comment"] = "" if comment is None else comment.text
        if comment is not None:
            bank.planted.append(_planted(wave, row, group, comment))


def _planted(wave: str, row: Row, group: str, comment: Comment) -> Row:
    return {
        "wave": wave,
        "id": row["id"],
        "group": group,
        "themes": "|".join(comment.themes),
        "personal": comment.personal,
    }


def _in_order(rng: np.random.Generator, wave: str, rows: list[Row]) -> list[Row]:
    """Give each answer a time in the first four weeks of the month and sort by it."""
    year, month = map(int, wave.split("-"))
    start = dt.datetime(year, month, 1, 8, tzinfo=dt.UTC)
    seconds = np.sort(rng.integers(0, 27 * 86_400 + 12 * 3_600, len(rows)))
    order = rng.permutation(len(rows))
    ordered: list[Row] = []
    for second, index in zip(seconds, order, strict=True):
        moment = start + dt.timedelta(seconds=int(second))
        ordered.append(rows[index] | {"submitted": moment.strftime("%Y-%m-%d %H:%M")})
    return ordered
