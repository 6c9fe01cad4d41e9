"""Writes records.csv: 600 made-up people. Run once; the golden numbers are those of the file that is there."""

import csv
from pathlib import Path

import numpy as np

COLUMNS = ("sample", "sought", "age", "gender", "mood", "wellbeing")
SIZES = (400, 170, 30)


def main() -> None:
    """Writes the file beside this one."""
    random = np.random.default_rng(1927)
    sample = np.repeat([1, 2, 3], SIZES)
    people = len(sample)
    age = random.choice([1, 2, 3, 4], people, p=[0.5, 0.3, 0.14, 0.06])
    gender = random.choice([1, 2], people, p=[0.85, 0.15])
    mood = random.binomial(1, 0.35 + 0.1 * (sample == 1))
    wellbeing = 1 + random.binomial(4, np.array([0.0, 0.45, 0.55, 0.5])[sample])
    logit = -1.6 + 0.9 * mood + 0.4 * (age == 2) - 0.5 * (age == 4) + 0.3 * (gender == 2)
    sought = random.binomial(1, 1 / (1 + np.exp(-logit)))
    with Path(__file__).with_name("records.csv").open("w", encoding="utf-8", newline="") as file:
        rows = zip(*(part.tolist() for part in (sample, sought, age, gender, mood, wellbeing)), strict=True)
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])


if __name__ == "__main__":
    main()
