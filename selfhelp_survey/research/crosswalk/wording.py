"""What a crosswalk says. Of what stands in cells only the values that `Tally.shown` lets out."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from selfhelp_survey.authoring.problems import quoted
from selfhelp_survey.privacy.tables import round_to_base

if TYPE_CHECKING:
    from selfhelp_survey.research.crosswalk.tally import Tally


def unmapped_report(tally: "Tally", name: str) -> str:
    """Everything that could not be mapped, and what to do. Rare values are only counted."""
    lines = [f"{name} was not taken, because the plan does not say what all of it means:", *_lines(tally)]
    if tally.is_unusable:
        lines.append("Correct `language` and `quarter` in the plan: no row can do without them.")
    if tally.has_unmapped:
        lines.append("Add them to the plan; or, once you have looked at them, accept them as not codable (-8) with "
                     "--not-codable. --show-rare FILE writes the rare ones into a file of your own.")  # fmt: skip
    return "\n".join(lines)


def accepted_report(tally: "Tally") -> str:
    """What was taken as not codable; "" where everything was mapped."""
    return "\n".join(["Taken as not codable (-8), or as not asked (-4):", *_lines(tally)]) if tally.has_unmapped else ""


def _lines(tally: "Tally") -> Iterator[str]:
    for shown in tally.shown():
        yield f"  column {quoted(shown.column)}: {quoted(shown.value)}, in {shown.rows} rows"
    rows, different = Counter[str](), Counter[str]()
    for rare in tally.rare():
        rows[rare.column] += rare.rows
        different[rare.column] += 1
    for column, count in rows.items():
        yield f"  column {quoted(column)}: {different[column]} rarer values, in {count} rows"
    for (variable, conflict), count in tally.conflicts.items():
        yield f"  {variable}: in {count} rows it {conflict}"
    for column, (count, first) in tally.unplaced.items():
        yield f"  column {quoted(column)}: {count} rows have no language or quarter there, first row {first}"


def counts_line(*, new: int, known: int, not_usable: int) -> str:
    """What became of the rows. Whoever is no adult who agreed is only counted, rounded to 5."""
    return (f"{new} new, {known} taken before; about {round_to_base(not_usable)} rows are not usable and were not "
            "taken.")  # fmt: skip


def would_be_taken(*, usable: int, not_usable: int) -> str:
    """What an import would do."""
    return (f"{usable} rows would be taken, less those that were taken before; about {round_to_base(not_usable)} rows "
            "are not usable.")  # fmt: skip


def free_text(column: str, row: int) -> str:
    """That a column is not one of closed answers."""
    return (f"The column {quoted(column)} looks like free text (row {row}), which is never mapped: have it coded, and "
            "map the column that holds the coder's codes.")  # fmt: skip


def nobody(name: str) -> str:
    """That no row is usable."""
    return (f"{name}: no row is that of an adult who agreed. Compare `adult`, `consent` and `complete` in the plan "
            "with what stands in these columns.")  # fmt: skip


def bad_row_id(name: str, column: str, row: int, before: int) -> str:
    """That a row cannot be told from another by its id."""
    if before == row:
        return f"{name}, row {row}: the column {quoted(column)} is blank; every row needs an id of its own."
    return f"{name}: rows {before} and {row} have the same id in {quoted(column)}; keep one of them."


def other_file(name: str) -> str:
    """That another file of this version was taken, and rows cannot be told apart."""
    return (f"Another file of this version was taken before. Without `row_id` nobody can tell whether {name} holds "
            "the same rows again: people would count twice. If it holds none, say so with --further.")  # fmt: skip
