"""What is said on the terminal where a release tells what whole classes answered."""

import json
from pathlib import Path

from selfhelp_survey.research.formats import report

NAMED = 3  # the report names all


def alike(directory: Path) -> str:
    """A warning to print behind what was made, on a line of its own; "" where no class gave one and the same answer."""
    told = json.loads((directory / report.JSON_NAME).read_text(encoding="utf-8"))
    names = [item["name"] for item in told.get("disclosure", ()) if item["certain"]]
    if not names:
        return ""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return (
        f"\nRead {report.HTML_NAME} before you hand it on: somewhere everybody who looks alike gave the same answer to "
        f"{', '.join(names[:NAMED])}{more}. A variable can be taken back with `edition --erratum`."
    )
