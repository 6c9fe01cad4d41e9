"""`models.r`: a script of R, base R alone, that fits the models of the report again from the released records.

It is given the directories of the releases, and prints what the report shows. What it knows of the report is how each
category of each predictor was made of codes; the people come from the releases.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files

from selfhelp_survey.research.comparison.dataset import Dataset, ReleasedColumn, SampleRecords
from selfhelp_survey.research.comparison.modelling import Model
from selfhelp_survey.research.comparison.predictors import LANGUAGE, SAMPLE, Coding, members_of
from selfhelp_survey.research.comparison.statistics.logistic import Logistic
from selfhelp_survey.research.formats.r_script import quoted

NAME = "models.r"


def models_script(dataset: Dataset, found: Iterable[Model]) -> str:
    """The script for these models of this dataset; one that says so where none could be fitted."""
    fitted = [model for model in found if isinstance(model.result, Logistic)]
    samples = [held for held in dataset.samples if any(held.sample in model.samples for model in fitted)]
    opening = files("selfhelp_survey.research.comparison.writing").joinpath(NAME).read_text(encoding="ascii")
    parts = (*_columns(samples, fitted), *map(_model, fitted))
    return opening + "\n" + "\n".join(parts) + ("\n" if parts else 'cat("The report fits no model.\\n")\n')


def name_of(model: Model) -> str:
    """How the table of a model is called."""
    return f"model_{model.outcome.column}_{'all' if model.is_pooled else model.samples[0]}"


def _columns(samples: Iterable[SampleRecords], fitted: Sequence[Model]) -> Iterator[str]:
    """How each sample's releases hold the columns that models need."""
    needed = dict.fromkeys(name for model in fitted for name in _needed(model))
    for held in samples:
        for name in needed:
            for source in held.sources.get(name, ()):
                yield _column(held, name, source)


def _needed(model: Model) -> Iterator[str]:
    yield model.outcome.column
    yield from (coding.column for coding in model.codings if coding.column not in (SAMPLE, LANGUAGE))


def _column(held: SampleRecords, name: str, source: ReleasedColumn) -> str:
    codes = _recoding(held, name, source)
    was, now = _numbers(codes), _numbers(codes.values())
    return f"know({quoted(held.sample)}, {quoted(name)}, {quoted(source.name)}, {source.level}, {was}, {now})"


def _recoding(held: SampleRecords, name: str, source: ReleasedColumn) -> Mapping[int, int]:
    """The code in the report for each code of a release; codes that the report tells of no one are left out."""
    told = {code: frozenset(asked) for code, asked in members_of(held.words[name]).items()}
    places = ((code, [at for at, asked_at in told.items() if asked_at.issuperset(asked)])
              for code, asked in source.members)  # fmt: skip
    return {code: at[0] for code, at in places if at}


def _model(model: Model) -> str:
    calls = ",\n  ".join([
        quoted(name_of(model)), _texts(model.samples), quoted(model.outcome.column),
        _texts(map(str, model.outcome.yes)), _texts(map(str, model.outcome.no)), *map(_coding, model.codings),
    ])  # fmt: skip
    return f"refit({calls})"


def _coding(coding: Coding) -> str:
    categories = ", ".join(_texts(map(str, codes)) for codes in coding.categories)
    return f"list({quoted(coding.column)}, {categories})"


def _texts(texts: Iterable[str]) -> str:
    return "c(" + ", ".join(map(quoted, texts)) + ")"


def _numbers(codes: Iterable[int]) -> str:
    return _texts(map(str, codes)) if codes else "character(0)"
