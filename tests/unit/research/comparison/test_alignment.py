"""Categories that all samples can tell apart."""

from collections.abc import Mapping

from selfhelp_survey.core.text import Text
from selfhelp_survey.research.comparison.alignment import common_categories
from selfhelp_survey.research.comparison.dataset import VariableWords


def _words(labels: Mapping[int, str], members: Mapping[int, tuple[int, ...]] | None = None) -> VariableWords:
    told = {code: Text.of({"en": label}) for code, label in {**labels, -1: "No answer"}.items()}
    return VariableWords(label=Text.of({"en": "Age"}), labels=told, members=members, level=int(members is not None))


FINE = _words({1: "18-24", 2: "25-29", 3: "30-39", 4: "40-49"})
COARSE = _words({1: "18-29", 3: "30 or older"}, {1: (1, 2), 3: (3, 4)})
ACROSS = _words({1: "18-24", 2: "25-39", 4: "40-49"}, {1: (1,), 2: (2, 3), 4: (4,)})


def _labels(*held: VariableWords) -> list[list[str]]:
    return [[label.in_language("en") for label in category.labels] for category in common_categories(held)]


def test_common_categories__same_level__are_those_of_the_releases() -> None:
    assert _labels(FINE, FINE) == [["18-24"], ["25-29"], ["30-39"], ["40-49"]]
    assert common_categories([FINE, FINE])[0].codes == ((1,), (1,))


def test_common_categories__coarser_release__makes_the_categories_for_all() -> None:
    assert _labels(FINE, COARSE) == [["18-29"], ["30 or older"]]
    assert [category.codes for category in common_categories([FINE, COARSE])] == [((1, 2), (1,)), ((3, 4), (3,))]


def test_common_categories__releases_that_cut_across_each_other__are_put_together_until_they_do_not() -> None:
    assert [category.codes for category in common_categories([COARSE, ACROSS])] == [((1, 3), (1, 2, 4))]
    assert _labels(COARSE, ACROSS) == [["18-29", "30 or older"]]


def test_common_categories__answer_that_only_one_release_has__has_no_code_in_the_other() -> None:
    shorter = _words({1: "18-24", 2: "25-29"})
    assert [category.codes for category in common_categories([FINE, shorter])][2:] == [((3,), ()), ((4,), ())]
