"""What a crosswalk says. Of what stands in cells only the values that `Tally.shown` lets out."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from selfhelp_survey.authoring.problems import quoted
from selfhelp_survey.privacy.tables import round_to_base

if TYPE_CHECKING:
    from selfhelp_survey.research.crosswalk.tally import Tally

FEWEST = 10
"""From here on a message says how many rows. Source: the smallest count that a table shows, see `tally.SHOWN_FROM`."""
_WITH_BACKUP = "with the backup of the ledger from before it was taken"


def few(count: int) -> str:
    """The count, where it is none or not small."""
    return str(count) if count == 0 or count >= FEWEST else f"fewer than {FEWEST}"


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
    rows = Counter[str]()
    for rare in tally.rare():
        rows[rare.column] += rare.rows
    for column, count in rows.items():
        yield f"  column {quoted(column)}: rarer values, {few(count)} times"
    for (variable, conflict), count in tally.conflicts.items():
        yield f"  {variable}: in {few(count)} rows it {conflict}"
    for column, (count, first) in tally.unplaced.items():
        rows_lost = f"{few(count)} rows have no language there, or no quarter up to now"
        yield f"  column {quoted(column)}: {rows_lost}; first row {first}"


def counts_line(*, new: int, known: int, not_usable: int) -> str:
    """What became of the rows. Whoever is no adult who agreed is only counted, rounded to 5."""
    return (f"{few(new)} new, {few(known)} taken before; about {round_to_base(not_usable)} rows are not usable and "
            "were not taken.")  # fmt: skip


def would_be_taken(*, usable: int, not_usable: int) -> str:
    """What an import would do."""
    return (f"{few(usable)} rows would be taken, less those that were taken before; about "
            f"{round_to_base(not_usable)} rows are not usable.")  # fmt: skip


def free_text(column: str, row: int) -> str:
    """That a column is not one of closed answers."""
    return (f"The column {quoted(column)} looks like free text (row {row}), which is never mapped: have it coded, and "
            "map the column that holds the coder's codes.")  # fmt: skip


def nobody(name: str) -> str:
    """That no row is usable."""
    return (f"{name}: no row is that of an adult who agreed. Compare `adult`, `consent` and `complete` in the plan "
            "with what stands in these columns.")  # fmt: skip


def still_to_come(quarter: str) -> str:
    """That the plan names a quarter that has not begun."""
    return f"The quarter {quarter} has not begun yet: correct `quarter` in the plan, or the clock of this computer."


def bad_row_id(name: str, column: str, row: int, before: int) -> str:
    """That a row cannot be told from another by its id."""
    if before == row:
        return f"{name}, row {row}: the column {quoted(column)} is blank; every row needs an id of its own."
    return f"{name}: rows {before} and {row} have the same id in {quoted(column)}; keep one of them."


def other_file(name: str) -> str:
    """That another file of this instrument was taken, and rows cannot be told apart."""
    return (f"Another file of this instrument was taken before. Without `row_id` nobody can tell whether {name} holds "
            "the same rows again: people would count twice. If it holds none, say so with --further.")  # fmt: skip


def other_column(column: str) -> str:
    """That the row ids of an instrument stood in other columns before."""
    return (f"No export of this instrument had its row ids in {quoted(column)} before. Where others of them are in it, "
            "people who were taken would count twice. If the ids are the same, or the people others, say so with "
            "--further.")  # fmt: skip


def other_way(instrument: str, *, had_ids: bool) -> str:
    """That rows of an instrument were told apart in another way before."""
    before, now = ("by row ids", "without `row_id`") if had_ids else ("without `row_id`", "by row ids")
    return (f"{instrument} was taken {before} before and cannot be taken {now}: people would count twice. Go back to "
            f"that, or begin again {_WITH_BACKUP}.")  # fmt: skip


def taken_otherwise(name: str, rows: int = 0) -> str:
    """That a file, or so many rows of it, were taken when the plan said something else of them."""
    which = f"{few(rows)} of its rows were" if rows else "the file was"
    return (f"{name}: {which} taken before, when the plan said something else: the kind, version, language or quarter, "
            "the column of the row ids, or what a value stands for. Taken rows never change. Go back to that plan, "
            f"leave these rows out of the export, or begin again {_WITH_BACKUP}. If other people only have the same "
            "row ids, put a word before every id in the export, like es-1.")  # fmt: skip
