"""`totals.csv`: a fixed set of tables, one line a cell, its count rounded to 5, or -7 where it is withheld."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from selfhelp_survey.privacy.tables import TotalCell
from selfhelp_survey.research.errors import VerificationError
from selfhelp_survey.research.formats.cells import refuse_all_but_codes

NAME = "totals.csv"
COLUMNS = ("table", "cell", "count")


def write_cells(file: TextIO, cells: Iterable[TotalCell]) -> int:
    """The number of lines written under the header. A cell is a JSON object of variable and value.

    Raises ReleaseRefused rather than write a text that could run in a spreadsheet.
    """
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for held in cells:
        refuse_all_but_codes([*held.table.split(" x "), *(part for pair in held.cell for part in pair)])
        writer.writerow((held.table, json.dumps(dict(held.cell), separators=(",", ":")), held.count))
        count += 1
    return count


def read_cells(path: Path) -> Iterator[TotalCell]:
    """The cells in a file. Raises VerificationError where it is not one that was written here."""
    with path.open(encoding="utf-8", newline="") as file:
        try:
            reader = csv.reader(file, strict=True)
            if tuple(next(reader, ())) != COLUMNS:
                raise ValueError
            for table, cell, count in reader:
                yield TotalCell(table=table, cell=tuple(json.loads(cell).items()), count=int(count))
        except (ValueError, csv.Error, AttributeError):
            raise VerificationError(f"{path.name} is not the table that was written: fetch the original.") from None
