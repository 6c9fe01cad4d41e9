"""Model respondents: people who could have answered the real questionnaire, and nobody else."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from selfhelp_survey.core.answers import AnswerValue
from selfhelp_survey.core.flow import Progress, may_send
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.response import Response
from selfhelp_survey.errors import UsageError
from selfhelp_survey.privacy.table import Table
from selfhelp_survey.research.planning.marginals import Marginals
from selfhelp_survey.research.planning.sample import Model
from tests.unit.research.planned import EVEN, exit_marginals, exit_survey, version_of
from tests.unit.research.survey import tiny

pytestmark = pytest.mark.once

NAMES = ("a1_reason", "a2_age", "h3_sought", "h4_received", "t1_seen", "w6_why_01")


def respondents(model: Model, size: int, *, seed: int = 1, names: tuple[str, ...] = NAMES) -> Table:
    """A table of model respondents."""
    return model.respondents(names, size, random=np.random.default_rng(seed), tell=lambda _count: None)


def exit_model(**more: object) -> Model:
    """The exit survey with its shipped marginals, some of them replaced."""
    return Model(version=exit_survey(), marginals=replace(exit_marginals(), **more))  # type: ignore[arg-type]


def progress_of(questionnaire: Questionnaire, response: Response) -> Progress:
    """What somebody must have done to send this response."""
    pages: dict[str, dict[str, AnswerValue]] = {}
    for name, answer in response.answers.items():
        pages.setdefault(questionnaire.home_of(name)[0].name, {})[name] = answer
    later = {page.name for page in questionnaire.pages if page.part > 1}
    return Progress(
        answers=pages, sent=frozenset(response.sent), goes_on=bool(later & set(response.sent)), finishes=True
    )  # fmt: skip


def test_responses__of_the_exit_survey__could_each_have_been_sent() -> None:
    questionnaire = exit_survey().questionnaire
    made = list(exit_model(stops=0.1).responses(150, np.random.default_rng(3)))
    assert len(made) > 100
    assert all(may_send(questionnaire, progress_of(questionnaire, response)) for response in made)
    assert len({response.sent for response in made}) > 10


def test_respondents__routed_past__read_not_asked() -> None:
    rows = list(
        zip(*(column.values() for column in respondents(exit_model(goes_on=1, stops=0), 200).columns), strict=True)
    )
    for reason, age, sought, received, _seen, _why in rows:
        assert (age == -4) == (reason in (2, 3, 4))
        assert (received == -4) == (sought != 1)
        assert -5 not in (age, sought, received)


def test_respondents__nobody_goes_on__read_not_reached_in_part_two() -> None:
    table = respondents(exit_model(goes_on=0, stops=0), 100)
    assert set(table.column("t1_seen").values()) == {-5}
    assert set(table.column("w6_why_01").values()) <= {-4, -5}
    assert -5 not in table.column("h3_sought").values()


def test_respondents__declared_shares__come_out() -> None:
    counts = Counter(respondents(exit_model(stops=0), 250, names=("language",)).column("language").values())
    assert 0.54 < counts["en"] / 250 < 0.78  # 66 %, four standard errors
    assert 0.0 < counts["fi"] / 250 < 0.12


def test_respondents__same_seed__same_table_and_another_seed_another() -> None:
    first, again, other = (respondents(exit_model(), 60, seed=seed) for seed in (1, 1, 2))
    rows = [[column.values() for column in table.columns] for table in (first, again, other)]
    assert rows[0] == rows[1]
    assert rows[0] != rows[2]


def test_respondents__who_may_not_be_used__are_left_out() -> None:
    marginals = Marginals(source="m", shares={"use": {1: 0.5, 2: 0.5, -2: 0.0}})
    table = respondents(Model(version=version_of(tiny()), marginals=marginals), 50, names=("use",))
    assert set(table.column("use").values()) == {1}


def test_respondents__nobody_may_be_used__is_said() -> None:
    marginals = Marginals(source="m", shares={"use": {2: 1.0, -2: 0.0}})
    with pytest.raises(UsageError, match="hardly any response"):
        respondents(Model(version=version_of(tiny()), marginals=marginals), 5, names=("use",))


def test_respondents__multiple_question__has_one_kind_of_no_answer_or_a_tick() -> None:
    table = respondents(
        Model(version=version_of(tiny()), marginals=EVEN), 200, names=("needs_01", "needs_02", "needs_03")
    )
    patterns = set(zip(*(column.values() for column in table.columns), strict=True))
    assert {(-1, -1, -1), (-2, -2, -2), (1, 0, 0)} <= patterns
    assert (0, 0, 0) not in patterns
    assert all(len(set(pattern)) == 1 or min(pattern) == 0 for pattern in patterns)
