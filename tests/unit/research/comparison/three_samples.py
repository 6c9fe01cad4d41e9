"""Three made-up samples of known truth: people who want help, people who do not, and people who leave the programme.

Shares are near those of published reports on these surveys (55 % wish to stop, 13.8 % sought help, 65 % were under 18
the first time, 28 % answer in Spanish); effects are made up. Whatever is missing is missing at random, so it shifts
nothing: 6 % leave an item blank, 3 % refuse it, 2 % are not sure where they can be, 4 % stop before the last questions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.codebook import Variable, codebook
from selfhelp_survey.core.questionnaire import QuestionType
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.comparison.dataset import Codes, Dataset, SampleRecords, VariableWords
from selfhelp_survey.research.comparison.predictors import PREDICTORS

Random = np.random.Generator
Floats = NDArray[np.float64]
WANT_HELP, NO_NEED, EXIT = "help_us_to_help_you", "no_need_for_help", "exit"
SIZES = {WANT_HELP: 30_000, NO_NEED: 4_000, EXIT: 105}
INSTRUMENTS = {WANT_HELP: "help_us_to_help_you", NO_NEED: "no_need_for_help", EXIT: "exit_survey"}
LANGUAGES = ("en", "es", "fi", "sv")
LANGUAGE_SHARES = (0.68, 0.28, 0.025, 0.015)
BLANK, REFUSED, NOT_SURE, STOPPED = 0.06, 0.03, 0.02, 0.04

MARGINALS: Mapping[str, tuple[float, ...]] = {
    "a1_reason": (0.85, 0.06, 0.05, 0.04),
    "age_group": (0.27, 0.22, 0.30, 0.13, 0.05, 0.03),
    "gender": (0.93, 0.04, 0.03),
    "world_region": (0.36, 0.24, 0.22, 0.03, 0.11, 0.04),
    "attempts_to_stop": (0.25, 0.15, 0.35, 0.25),
    "first_age": (0.30, 0.35, 0.22, 0.11, 0.02),
    "seen_help_message": (0.4, 0.6),
    "wellbeing": (0.15, 0.25, 0.3, 0.2, 0.1),
}
SHIFTED: Mapping[tuple[str, str], tuple[float, ...]] = {
    (NO_NEED, "attempts_to_stop"): (0.55, 0.15, 0.2, 0.1),
    (EXIT, "age_group"): (0.2, 0.28, 0.3, 0.14, 0.05, 0.03),
}
"""Where a sample is not like the others."""

ROUTED = {
    "help_received": ("help_sought", 1), "help_source": ("help_sought", 1), "moved_why": ("moved_to_anonymous", 1),
    "moved_learnt": ("moved_to_anonymous", 1), "seen_where": ("seen_help_message", 1),
    "seen_effect": ("seen_help_message", 1),
}  # fmt: skip
FOR_OTHERS = (2, 3, 4)
"""Why somebody is here, in the exit survey, whom the route leads past what is asked about oneself."""
NEVER_SEEN, AFTER_FIRST = 5, ("first_intent", "first_place", "places_since", "moved_to_anonymous")


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of the samples: the log odds of an outcome.

    `intercepts` hold, by outcome and sample, the log odds of somebody in every reference group of PREDICTORS; `effects`
    hold, by outcome and column, what each further group adds, in order, in the same way in every sample.
    """

    intercepts: Mapping[str, Mapping[str, float]]
    effects: Mapping[str, Mapping[str, tuple[float, ...]]] = field(default_factory=dict)


KNOWN = Truth(
    intercepts={
        "wish_to_stop": {WANT_HELP: -0.78, NO_NEED: -1.8, EXIT: 0.2},
        "help_sought": {WANT_HELP: -3.0, NO_NEED: -4.0, EXIT: -2.2},
    },
    effects={
        "wish_to_stop": {"age_group": (0.2, 0.3, 0.1), "wellbeing": (0.1, 0.5), "attempts_to_stop": (0.6, 1.2),
                         "difficulties_01": (0.4,), "language": (-0.3, 0.0, 0.0)},
        "help_sought": {"seen_help_message": (0.7,), "barriers_where": (-0.4,), "wellbeing": (0.2, 0.4),
                        "difficulties_02": (0.5,), "attempts_to_stop": (0.4, 0.9), "first_age": (0.1, 0.3)},
    },
)  # fmt: skip
NOTHING = Truth(
    intercepts={
        "wish_to_stop": {WANT_HELP: 0.2, NO_NEED: 0.2, EXIT: 0.2},
        "help_sought": {WANT_HELP: -1.8, NO_NEED: -1.8, EXIT: -1.8},
    }
)
"""Every sample alike, and no predictor does anything."""


def three_samples(random: Random, *, sizes: Mapping[str, int] = SIZES, truth: Truth = KNOWN) -> Dataset:
    """The three samples as the comparison reads them; a sample of no size is left out."""
    samples = [_sample(name, size, random, truth) for name, size in sizes.items() if size]
    return Dataset(catalogue=shipped_catalogue(), samples=tuple(samples))


def _sample(name: str, size: int, random: Random, truth: Truth) -> SampleRecords:
    language = random.choice(LANGUAGES, size, p=LANGUAGE_SHARES)
    words = {key: held for key, held in _words().items() if name == EXIT or key in _harmonised()}
    columns = {key: _drawn(key, name, size, random) for key in words}
    _with_exclusive(columns)
    for outcome in ("wish_to_stop", "help_sought"):
        logit = truth.intercepts[outcome][name] + _added(columns, language, truth.effects.get(outcome, {}))
        columns[outcome] = _answers(outcome, random.random(size) < 1 / (1 + np.exp(-logit)), random)
    _with_gaps(columns, random)
    for key in columns:
        home = shipped_catalogue().home_of(key)
        if home and home.carried_by(INSTRUMENTS[name]) is None:
            columns[key] = np.full(size, -6, dtype=np.int16)
    quarters = random.choice(["2026-Q1", "2026-Q2"], size)
    return SampleRecords(
        sample=name, instrument=INSTRUMENTS[name], columns=columns, words=words, language=language, quarter=quarters,
        releases=(f"{name}-2026-Q2",), k=5, held_back=10 * round(size / 1000),
    )  # fmt: skip


def _drawn(key: str, sample: str, size: int, random: Random) -> Codes:
    variable = _variables()[key]
    if variable.type is QuestionType.MULTIPLE:
        return (random.random(size) < 0.15 + 0.3 / (1 + int(key[-2:]))).astype(np.int16)
    codes = [value.code for value in variable.values if value.code >= 0]
    shares = SHIFTED.get((sample, key), MARGINALS.get(key, tuple(1 / (2 + place) for place in range(len(codes)))))
    return random.choice(codes, size, p=np.array(shares) / sum(shares)).astype(np.int16)


def _with_exclusive(columns: dict[str, Codes]) -> None:
    """An answer that excludes the others is that of everybody who gave no other."""
    for variable in shipped_catalogue():
        alone = [value.code for value in variable.values if value.exclusive]
        if variable.type is QuestionType.MULTIPLE and alone:
            last, others = variable.columns[-1], np.stack([columns[name] for name in variable.columns[:-1]])
            columns[last] = (others.sum(axis=0) == 0).astype(np.int16)


def _added(
    columns: Mapping[str, Codes], language: NDArray[np.str_], effects: Mapping[str, tuple[float, ...]]
) -> Floats:
    added = np.zeros(len(language))
    for predictor in PREDICTORS:
        if predictor.column in effects:
            column = language if predictor.column == "language" else columns[predictor.column]
            groups: tuple[tuple[int | str, ...], ...] = predictor.groups or tuple((code,) for code in LANGUAGES)
            for group, effect in zip(groups[1:], effects[predictor.column], strict=True):
                added += effect * np.isin(column, group)
    return added


def _answers(outcome: str, happens: NDArray[np.bool_], random: Random) -> Codes:
    yes, no = ((3, 4), (1, 2)) if outcome == "wish_to_stop" else ((1, 1), (2, 3))
    return np.where(happens, random.choice(yes, len(happens)), random.choice(no, len(happens))).astype(np.int16)


def _with_gaps(columns: dict[str, Codes], random: Random) -> None:
    """Blank, refused, not sure, routed past and not reached; the columns of a multiple question have one together."""
    size = len(columns["age_group"])
    stopped, drawn = random.random(size) < STOPPED, {}
    true, late = dict(columns), _after_the_stop(columns)
    for key in columns:
        question = _asked_as(key)
        if question not in drawn:
            drawn[question] = random.random(size)
        gap, offered = drawn[question], _words()[key].offered
        codes = np.where(gap < BLANK, -1, np.where(gap < BLANK + REFUSED, -2, true[key]))
        if -3 in offered:
            codes = np.where(gap > 1 - NOT_SURE, -3, codes)
        codes = np.where(stopped & (key in late), -5, codes)
        columns[key] = codes.astype(np.int16)
    _route(columns)


def _asked_as(key: str) -> str:
    """What is answered at once with this column: a multiple question, else the column alone."""
    return _words()[key].question if _words()[key].is_option else key


def _after_the_stop(columns: Iterable[str]) -> frozenset[str]:
    """The columns of the questions that begin in the last fifth: nobody stops within a question."""
    questions = [_words()[key].question for key in columns]
    first = {question: place for place, question in reversed(list(enumerate(questions)))}
    late = {question for question, place in first.items() if place > 0.8 * len(questions)}
    return frozenset(key for key, question in zip(columns, questions, strict=True) if question in late)


def _route(columns: dict[str, Codes]) -> None:
    if "a1_reason" in columns:
        past = np.isin(columns["a1_reason"], FOR_OTHERS)
        for key, column in columns.items():
            if _words()[key].universe.startswith("${a1_reason}"):
                column[past] = -4
    never = columns["first_age"] == NEVER_SEEN
    for name in AFTER_FIRST:
        for key in shipped_catalogue().variable(name).columns:
            columns[key][never] = -4
    for name, (gate, code) in ROUTED.items():
        for key in shipped_catalogue().variable(name).columns:
            columns[key][columns[gate] != code] = -4


@cache
def _variables() -> Mapping[str, Variable]:
    """The columns of the exit survey by harmonised name, or their own; texts and what the software notes left out."""
    source = (files("selfhelp_survey") / "questionnaires" / "exit_survey.yaml").read_text(encoding="utf-8")
    held = codebook(read_questionnaire(source, source="exit_survey.yaml"))
    kept = (QuestionType.SINGLE, QuestionType.SCALE, QuestionType.MULTIPLE, QuestionType.MATRIX)
    return {each.harmonised or each.name: each for each in held if each.type in kept and each.role.value != "control"}


@cache
def _harmonised() -> frozenset[str]:
    return frozenset(key for key, each in _variables().items() if each.harmonised)


@cache
def _words() -> Mapping[str, VariableWords]:
    return {key: _words_of(key, each) for key, each in _variables().items()}


MISSING = {
    -1: "No answer", -2: "I prefer not to say", -3: "I am not sure", -4: "Not asked", -5: "Not reached",
    -6: "Not in this version", -7: "Withheld", -8: "Not codable",
}  # fmt: skip


def _words_of(key: str, variable: Variable) -> VariableWords:
    assert variable.label
    is_option = variable.type is QuestionType.MULTIPLE
    substantive = {value.code: value.label for value in variable.values if value.code >= 0}
    if is_option:
        substantive = {0: Text.of({"en": "No", "es": "No"}), 1: Text.of({"en": "Yes", "es": "Sí"})}
    chosen = frozenset(value.code for value in variable.values if value.code < 0) or frozenset({-2})
    home = shipped_catalogue().home_of(key)
    return VariableWords(
        label=variable.item or variable.label,
        labels={**substantive, **{code: Text.of({"en": word, "es": word}) for code, word in MISSING.items()}},
        question=home.name if home else variable.question_name or key, question_label=variable.label,
        item=variable.item, is_option=is_option, universe=variable.universe, offered=chosen,
    )  # fmt: skip
