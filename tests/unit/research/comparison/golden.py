"""What R says, as kept in tests/data/golden/comparison."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIRECTORY = Path(__file__).parents[3] / "data" / "golden" / "comparison"


def golden(name: str) -> dict[str, Any]:
    """The figures of this name."""
    held: dict[str, Any] = json.loads((DIRECTORY / "golden.json").read_text("utf-8"))[name]
    return held


def records() -> dict[str, NDArray[np.int64]]:
    """The columns of records.csv."""
    with (DIRECTORY / "records.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return dict(zip(header, np.array(rows, dtype=np.int64).T, strict=True))
