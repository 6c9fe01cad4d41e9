"""Which people and predictors a model is of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from selfhelp_survey.core.harmonised import Comparability, HarmonisedCatalogue
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.comparison.dataset import Dataset, SampleRecords, VariableWords
from selfhelp_survey.research.comparison.modelling import Absence, Model, models, outcome_of
from selfhelp_survey.research.comparison.predictors import (
    LANGUAGE,
    OUTCOMES,
    SAMPLE,
    Block,
    Code,
    Coding,
    People,
    Predictor,
    coding_of,
)
from selfhelp_survey.research.comparison.statistics.logistic import Logistic, Reason, Refused
from tests.unit.research.comparison.three_samples import EXIT, NO_NEED, SIZES, WANT_HELP, three_samples

AGE = Predictor(column="age_group", block=Block.PREDISPOSING, groups=((1, 2), (3,), (4,), (5, 6)))
TWO_LEVELS = {1: (1, 2), 2: (3, 4), 3: (5, 6)}


def _words(codes: Iterable[int], members: Mapping[int, tuple[int, ...]] | None = None) -> VariableWords:
    labels = {code: Text.of({"en": str(code)}) for code in (*codes, -1)}
    return VariableWords(label=Text.of({"en": "Age"}), labels=labels, level=int(bool(members)), members=members)


def _people(codes: Sequence[int], words: VariableWords, languages: Sequence[str] = ()) -> People:
    told = np.array(languages or ["en"] * len(codes))
    columns = {"age_group": np.array(codes, dtype=np.int16), LANGUAGE: told, SAMPLE: np.array(["exit"] * len(codes))}
    return People(samples=("exit",), columns=columns, words={"age_group": words})


def _coded(codes: Sequence[int], words: VariableWords) -> tuple[tuple[tuple[Code, ...], ...], list[int]]:
    people = _people(codes, words)
    coding = coding_of(AGE, people)
    assert coding
    return coding.categories, coding.covariate(people).codes.tolist()


def test_coding__column_as_asked__is_the_groups_and_the_rest_is_missing() -> None:
    categories, codes = _coded([1, 2, 3, 4, 5, 6, -1, -7], _words(range(1, 7)))
    assert categories == ((1, 2), (3,), (4,), (5, 6))
    assert codes == [0, 0, 1, 2, 3, 3, -1, -1]


def test_coding__release_tells_less__joins_the_groups_that_it_does_not_tell_apart() -> None:
    categories, codes = _coded([1, 2, 3, -7], _words(TWO_LEVELS, TWO_LEVELS))
    assert categories == ((1,), (2,), (3,))
    assert codes == [0, 1, 2, -1]


def test_coding__release_has_the_groups_themselves__keeps_them() -> None:
    bands = {1: (1, 2), 2: (3,), 3: (4,), 4: (5, 6)}
    assert _coded([4, 1], _words(bands, bands)) == (((1,), (2,), (3,), (4,)), [3, 0])


def test_coding__release_cuts_across_the_groups__joins_all_that_hang_together() -> None:
    across = {1: (1, 2), 2: (3, 4), 3: (5, 6)}
    predictor = Predictor(column="age_group", block=Block.NEED, groups=((1,), (2, 3), (4,), (5,), (6,)))
    coding = coding_of(predictor, _people([1, 2, 3], _words(across, across)))
    assert coding
    assert coding.categories == ((1, 2), (3,))


def test_coding__a_code_of_no_group__is_missing() -> None:
    first = Predictor(column="age_group", block=Block.PREDISPOSING, groups=((3, 4), (1, 2)))
    people = _people([5, 3, 1], _words(range(1, 6)))
    coding = coding_of(first, people)
    assert coding
    assert coding.covariate(people).codes.tolist() == [-1, 0, 1]


def test_coding__release_tells_nothing_or_lacks_the_column__is_none() -> None:
    assert coding_of(AGE, _people([1, 1], _words([1], {1: (1, 2, 3, 4, 5, 6)}))) is None
    assert (
        coding_of(Predictor(column="gender", block=Block.NEED, groups=((1,), (2,))), _people([1], _words([1]))) is None
    )


def test_coding__languages__english_first_then_by_how_many_and_unknown_is_missing() -> None:
    people = _people([1] * 7, _words([1]), ["es", "fi", "es", "en", "sv", "fi", ""])
    coding = coding_of(Predictor(column=LANGUAGE, block=Block.ENABLING), people)
    assert coding
    assert coding.categories == (("en",), ("es",), ("fi",), ("sv",))
    assert coding.covariate(people).codes.tolist() == [1, 2, 1, 0, 3, 2, -1]


@pytest.mark.parametrize(
    ("number", "joined"), [(0, ((1, 2, 3), (4,), (5,))), (1, ((1, 2, 3), (4,), (5,))), (3, ((1, 2), (3,), (4, 5)))]
)
def test_merged__category__joins_the_one_before_it(number: int, joined: tuple[tuple[int, ...], ...]) -> None:
    coding = Coding(column="x", block=Block.NEED, categories=((1, 2), (3,), (4,), (5,)))
    found = coding.merged(number)
    assert found
    assert found.categories == joined


def test_merged__two_categories_are_left__is_none() -> None:
    assert Coding(column="x", block=Block.NEED, categories=((1,), (2,))).merged(1) is None


def test_outcome__codes_as_asked__are_yes_no_or_missing() -> None:
    people = replace(_people([1, 2, 3, 4, -1, -2, -6], _words(range(1, 5))), words={})
    people = replace(people, columns={**people.columns, "wish_to_stop": people.columns["age_group"]})
    assert outcome_of(OUTCOMES[0], people).tolist() == [0, 0, 1, 1, -1, -1, -1]


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return three_samples(np.random.default_rng(11), sizes={WANT_HELP: 6_000, NO_NEED: 3_000, EXIT: SIZES[EXIT]})


def _wish(dataset: Dataset) -> dict[tuple[str, ...], Model]:
    return {model.samples: model for model in models(dataset, threshold=10, outcomes=OUTCOMES[:1])}


def _absent(model: Model) -> dict[str, Absence]:
    return {gone.column: gone.absence for gone in model.left_out}


def test_models__three_samples__are_one_each_and_one_of_all(dataset: Dataset) -> None:
    found = _wish(dataset)
    assert [names for names in found if len(names) == 1] == [(WANT_HELP,), (NO_NEED,), (EXIT,)]
    (pooled,) = (model for model in found.values() if model.is_pooled)
    assert pooled.samples[:2] == (WANT_HELP, NO_NEED)


def test_models__small_sample__is_refused_for_its_few_events(dataset: Dataset) -> None:
    assert _wish(dataset)[EXIT,].result == Refused(reason=Reason.FEW_EVENTS)


def test_models__predictor_that_a_sample_does_not_ask__is_left_out_there_and_of_all(dataset: Dataset) -> None:
    found = _wish(dataset)
    assert _absent(found[NO_NEED,])["wellbeing"] is Absence.UNANSWERED
    assert "wellbeing" not in _absent(found[WANT_HELP,])
    (pooled,) = (model for model in found.values() if model.is_pooled)
    assert _absent(pooled)["wellbeing"] is Absence.NOT_CARRIED


def test_models__predictor_that_is_a_proxy_somewhere__is_left_out_of_all_but_not_there(dataset: Dataset) -> None:
    found = _wish(dataset)
    assert "barriers_where" in {coding.column for coding in found[NO_NEED,].codings}
    (pooled,) = (model for model in found.values() if model.is_pooled)
    assert _absent(pooled)["barriers_where"] is Absence.NOT_CARRIED


def test_models__outcome_is_a_proxy_in_one_sample__leaves_that_sample_out_of_all(dataset: Dataset) -> None:
    changed = replace(dataset, catalogue=_with_proxy(dataset.catalogue, "wish_to_stop", "no_need_for_help"))
    (pooled,) = (model for model in _wish(changed).values() if model.is_pooled)
    assert NO_NEED not in pooled.samples


def _with_proxy(catalogue: HarmonisedCatalogue, name: str, instrument: str) -> HarmonisedCatalogue:
    variable = catalogue.variable(name)
    carried = tuple(
        replace(each, comparability=Comparability.PROXY) if each.instrument == instrument else each
        for each in variable.instruments
    )
    variables = tuple(replace(each, instruments=carried) if each is variable else each for each in catalogue)
    return replace(catalogue, variables=variables)


def _with_column(dataset: Dataset, sample: str, column: str, codes: Mapping[int, int]) -> Dataset:
    """The dataset with these codes of one sample's column turned into others."""

    def changed(held: SampleRecords) -> SampleRecords:
        if held.sample != sample:
            return held
        turned = held.columns[column].copy()
        for code, other in codes.items():
            turned[held.columns[column] == code] = other
        return replace(held, columns={**held.columns, column: turned})

    return replace(dataset, samples=tuple(map(changed, dataset.samples)))


def test_models__category_nearly_nobody_has__is_joined_to_its_neighbour(dataset: Dataset) -> None:
    scarce = _with_column(dataset, WANT_HELP, "age_group", {5: 4, 6: 4})
    ages = {coding.column: coding.categories for coding in _wish(scarce)[WANT_HELP,].codings}["age_group"]
    assert ages == ((1, 2), (3,), (4, 5, 6))


def test_models__predictor_with_one_category_left__is_left_out(dataset: Dataset) -> None:
    men = _with_column(dataset, WANT_HELP, "gender", {2: 1, 3: 1})
    model = _wish(men)[WANT_HELP,]
    assert _absent(model) == {"gender": Absence.SMALL_CELL}
    assert isinstance(model.result, Logistic)


@pytest.mark.parametrize(("blank", "left_out"), [(0.42, False), (0.47, True)])  # nine in a hundred have a gap anyhow
def test_models__predictor_many_left_blank__is_left_out_if_under_half_answered(
    dataset: Dataset, blank: float, left_out: bool
) -> None:
    (held,) = (each for each in dataset.samples if each.sample == WANT_HELP)
    column = held.columns["first_age"].copy()
    column[: int(blank * held.size)] = -1
    changed = replace(held, columns={**held.columns, "first_age": column})
    model = _wish(replace(dataset, samples=(changed,)))[WANT_HELP,]
    assert (_absent(model) == {"first_age": Absence.UNANSWERED}) is left_out
    assert left_out or not model.left_out


def test_models__samples_released_at_different_levels__leave_the_predictor_out_of_all(dataset: Dataset) -> None:
    coarse = _with_column(dataset, NO_NEED, "age_group", {2: 1, 3: 2, 4: 2, 5: 3, 6: 3})
    samples = tuple(
        replace(held, words={**held.words, "age_group": _words(TWO_LEVELS, TWO_LEVELS)})
        if held.sample == NO_NEED
        else held
        for held in coarse.samples
    )
    found = _wish(replace(coarse, samples=samples))
    (pooled,) = (model for model in found.values() if model.is_pooled)
    assert _absent(pooled)["age_group"] is Absence.NOT_CARRIED
    assert "age_group" in {coding.column for coding in found[NO_NEED,].codings}


def test_models__sample_in_which_everybody_wishes_to_stop__leaves_the_pooled_model(dataset: Dataset) -> None:
    certain = _with_column(dataset, NO_NEED, "wish_to_stop", {1: 3, 2: 4})
    (pooled,) = (model for model in _wish(certain).values() if model.is_pooled)
    assert NO_NEED not in pooled.samples


def test_models__only_one_of_two_samples_can_be_pooled__is_refused() -> None:
    two = three_samples(np.random.default_rng(12), sizes={WANT_HELP: 1_500, NO_NEED: 1_000})
    certain = _with_column(two, NO_NEED, "wish_to_stop", {1: 3, 2: 4})
    (pooled,) = (model for model in _wish(certain).values() if model.is_pooled)
    assert pooled.result == Refused(reason=Reason.SMALL_CELL, covariate=SAMPLE)


def test_models__every_cell_that_was_fitted__has_as_many_people_as_the_threshold(dataset: Dataset) -> None:
    threshold, checked = 25, 0
    for model in models(dataset, threshold=threshold):
        held = [each for each in dataset.samples if each.sample in model.samples]
        if not isinstance(model.result, Logistic):
            continue
        columns = [coding.column for coding in model.codings if coding.column not in (SAMPLE, LANGUAGE)]
        people = People.of(held, [model.outcome.column, *columns])
        answers = outcome_of(model.outcome, people)
        codes = [coding.covariate(people).codes for coding in model.codings]
        whole = (answers >= 0) & np.all([each >= 0 for each in codes], axis=0)
        assert whole.sum() == model.result.cases
        for each, coding in zip(codes, model.codings, strict=True):
            for category in range(len(coding.categories)):
                for answer in (0, 1):
                    assert (whole & (each == category) & (answers == answer)).sum() >= threshold
                    checked += 1
    assert checked > 100


def test_models__no_sample_has_the_outcome__are_none(dataset: Dataset) -> None:
    bare = _with_column(dataset, EXIT, "wish_to_stop", {1: -6, 2: -6, 3: -6, 4: -6})
    assert _wish(replace(bare, samples=tuple(each for each in bare.samples if each.sample == EXIT))) == {}
