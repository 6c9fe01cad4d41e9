"""Made-up exports of a sister survey, for the shipped example of a crosswalk plan."""

import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.research.crosswalk.plan import CrosswalkPlan
from selfhelp_survey.research.crosswalk.plan_reader import read_crosswalk

EXAMPLE = Path(__file__).resolve().parents[3] / "selfhelp_survey" / "research" / "crosswalks" / "example.yaml"
OWN_WORDS = "in my\nown words; nobody else's"
HEADER = (
    "Respondent", "Submitted", "Are you 18 or older?", "Do you agree to take part?", "Age", "Gender",
    "Would you like to stop?", "Have you looked for help?", "Did you get it?", "What would help - coded",
    "Where did you first see it?", "Which of these have you used?", "Hard: mood", "Hard: worry", "Hard: sleep",
    "What would help, in your own words",
)  # fmt: skip
PLACES = ("FindIt", "ChatterBox", "PicWall", "QuickNote", "ClipTube", "BoardTalk", "Somewhere else")
Rows = list[dict[str, str]]


def example_text() -> str:
    """The shipped example."""
    return EXAMPLE.read_text("utf-8")


def plan_of(text: str) -> CrosswalkPlan:
    """The plan in this text, for the shipped catalogue."""
    return read_crosswalk(text, shipped_catalogue(), source="plan.yaml")


def export(count: int, seed: int = 1) -> Rows:
    """So many rows of the English export, every tenth not of an adult."""
    draw = random.Random(seed)  # noqa: S311
    return [dict(zip(HEADER, _row(number, draw), strict=True)) for number in range(1, count + 1)]


def _row(number: int, draw: random.Random) -> Iterator[str]:
    sought = draw.choice(("Yes", "No", ""))
    yield from (str(number), f"{draw.randint(1, 28):02d}.05.2023 10:15", "No" if number % 10 == 0 else "Yes", "Yes")
    yield from (draw.choice(("18 to 24", "25 to 29", "30 to 39")), draw.choice(("Male", "Male", "Female")))
    yield draw.choice(("No", "A bit", "Mostly", "Yes", "Don't know", "I'd rather not say"))
    yield from (sought, draw.choice(("Yes", "Some", "No")) if sought == "Yes" else "")
    yield from (draw.choice(("11", "11 12", "20", "99", "")), draw.choice(PLACES), ",".join(draw.sample(PLACES, 2)))
    yield from (draw.choice("01"), draw.choice("01"), draw.choice(("1", "")), f"{OWN_WORDS} {number}")


def write_csv(path: Path, rows: Sequence[dict[str, str]], *, encoding: str = "utf-8", delimiter: str = ";") -> Path:
    """The rows as a CSV file."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, fieldnames=tuple(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_workbook(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]], *, sheet: str = "Datos") -> Path:
    """The rows as a workbook with one sheet."""
    book = openpyxl.Workbook(write_only=True)
    worksheet = book.create_sheet(sheet)
    for row in (header, *rows):
        worksheet.append(list(row))
    book.save(path)
    return path
