"""Protected totals as the counts of a sample."""

from collections.abc import Mapping

from selfhelp_survey.core.text import Text
from selfhelp_survey.privacy.tables import EVERYBODY
from selfhelp_survey.research.comparison.dataset import ProtectedTable, VariableWords
from selfhelp_survey.research.comparison.totals_counts import counts_of_totals

Cells = Mapping[tuple[int | str, ...], int | None]


def _table(columns: tuple[str, ...], counts: Cells, *, rounded: bool = False) -> ProtectedTable:
    words = {name: VariableWords(label=Text.of({"en": name}), labels={}) for name in columns}
    return ProtectedTable(
        sample="exit", instrument="exit_survey", columns=columns, counts=counts, rounded=rounded, words=words
    )


WHOLE: Mapping[tuple[int | str, ...], int | None] = {(1,): 40, (2,): 20, (-1,): 10, (EVERYBODY,): 70}


def test_counts_of_totals__cells__are_shown_as_they_are() -> None:
    counts = counts_of_totals([_table(("gender",), WHOLE)])
    assert (counts.size, counts.count(("gender", 1)), counts.count(("gender", -1))) == (70, 40, 10)
    assert not counts.knows(("gender", 3))
    assert counts.is_rounded is False


def test_counts_of_totals__who_answered__is_what_the_answers_add_up_to() -> None:
    assert counts_of_totals([_table(("gender",), WHOLE)]).valid("gender") == 60


def test_counts_of_totals__withheld_answer__leaves_everybody_less_the_missing() -> None:
    counts = counts_of_totals([_table(("gender",), {**WHOLE, (1,): None, (2,): None})])
    assert (counts.count(("gender", 1)), counts.valid("gender")) == (None, 60)


def test_counts_of_totals__withheld_on_both_sides__withholds_who_answered() -> None:
    counts = counts_of_totals([_table(("gender",), {**WHOLE, (1,): None, (-1,): None})])
    assert counts.valid("gender") is None


def test_counts_of_totals__by_language__are_counts_of_a_language() -> None:
    cells: Cells = {
        ("en", 1): 30, ("en", -1): 5, ("en", EVERYBODY): 35, ("es", 1): 20, ("es", -1): 15, ("es", EVERYBODY): 35,
        (EVERYBODY, 1): 50, (EVERYBODY, -1): 20, (EVERYBODY, EVERYBODY): 70,
    }  # fmt: skip
    counts = counts_of_totals([_table(("language", "wish"), cells, rounded=True)])
    assert counts.languages == ("en", "es")
    assert (counts.count(("wish", 1), ("language", "en")), counts.valid("wish", ("language", "es"))) == (30, 20)
    assert counts.valid("wish") == 50
    assert counts.is_rounded


def test_counts_of_totals__without_a_table_of_everybody__has_no_size() -> None:
    cells: Cells = {(1,): 40, (2,): 20}
    assert counts_of_totals([_table(("gender",), cells)]).size is None
