"""Workbooks as an author, or another tool, would make them: plain tables, written with openpyxl directly."""

from __future__ import annotations

import io
from typing import Any

import openpyxl

from selfhelp_survey.authoring.problems import Problem, ProblemsFound
from selfhelp_survey.authoring.xlsform.reader import read_workbook

Tables = dict[str, str]


def workbook(tables: Tables) -> bytes:
    """A workbook of these sheets: cells between bars, the header first; digits alone are a number."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in tables.items():
        sheet = book.create_sheet(name)
        for line in table.strip().splitlines():
            sheet.append([_content(cell) for cell in line.strip().strip("|").split("|")])
    return saved(book)


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _content(cell: str) -> str | int | None:
    word = cell.strip()
    return int(word) if word.lstrip("-").isdigit() else word.replace("\\n", "\n") or None


def problems_in(tables: Tables) -> tuple[Problem, ...]:
    """The problems of a workbook that is refused."""
    try:
        read_workbook(workbook(tables), source="made.xlsx")
    except ProblemsFound as found:
        return found.problems
    return ()
