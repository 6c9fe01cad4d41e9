"""The section on what goes with the wish to stop and with seeking help: tables of odds ratios, and forest plots."""

from collections.abc import Iterable
from dataclasses import dataclass

from selfhelp_survey.core.text import Text
from selfhelp_survey.research.comparison.dataset import Dataset, VariableWords
from selfhelp_survey.research.comparison.modelling import Model, models
from selfhelp_survey.research.comparison.predictors import LANGUAGE, SAMPLE, Code, Coding
from selfhelp_survey.research.comparison.sections.model_words import WORDS
from selfhelp_survey.research.comparison.statistics.logistic import Logistic
from selfhelp_survey.research.comparison.table import Cell, Chart, ChartKind, Column, Format, Section, State, Table

BASE = 5
"""What counts of people in a model are rounded to: exact ones would add equations to the tables of the report."""
_REFUSED = Cell(value=None, state=State.REFUSED)


def help_seeking_models(dataset: Dataset, *, language: str, threshold: int) -> Section:
    """The models of every outcome in every sample and in all together, or why there is none.

    `threshold`: no category of a predictor shares fewer people with an outcome.
    """
    found, writer = models(dataset, threshold=threshold), _Writer(dataset=dataset, language=language)
    results = [(model, model.result) for model in found if isinstance(model.result, Logistic)]
    fitted = [model for model, _ in results]
    effects = [writer.effects(model, result) for model, result in results]
    tables = (writer.overview(found), *effects, *([writer.blocks(fitted)] if fitted else []))
    return Section(
        name="help_seeking_models", title=writer.say("title"), tables=tables if found else (),
        charts=tuple(map(writer.forest, fitted)), notes=tuple(writer.notes(found)),
    )  # fmt: skip


def rounded(people: int) -> int:
    """A count of people, to the nearest multiple of `BASE`."""
    return (people + BASE // 2) // BASE * BASE


def three_digits(figure: float) -> float:
    """A figure with three significant digits."""
    return float(f"{figure:.3g}")


@dataclass(frozen=True, kw_only=True, eq=False)
class _Writer:
    """Models as tables in one language."""

    dataset: Dataset
    language: str

    def say(self, key: str, **words: str | int) -> str:
        return WORDS[key][self.language].format(**words)

    def overview(self, found: Iterable[Model]) -> Table:
        return Table(
            name="models", caption=self.say("models.caption"),
            columns=self._columns(outcome=Format.LABEL, sample=Format.LABEL, people=Format.COUNT, events=Format.COUNT,
                                  parameters=Format.COUNT),
            rows=tuple((*self._named(model), *_sizes(model)) for model in found), notes=tuple(self._refusals(found)),
        )  # fmt: skip

    def _refusals(self, found: Iterable[Model]) -> Iterable[str]:
        for model in found:
            if not isinstance(model.result, Logistic):
                reason = self.say(f"reason.{model.result.reason.value}")
                yield self.say("refused", outcome=self._outcome(model), sample=self._samples(model), reason=reason)

    def effects(self, model: Model, result: Logistic) -> Table:
        caption = self.say(
            "model.caption", outcome=self._outcome(model), sample=self._samples(model),
            people=rounded(result.cases), events=rounded(result.events),
        )  # fmt: skip
        return Table(
            name=_name(model), caption=caption, rows=tuple(self._effect_rows(model, result)),
            columns=self._columns(block=Format.LABEL, label=Format.LABEL, odds_ratio=Format.NUMBER, low=Format.NUMBER,
                                  high=Format.NUMBER, p_value=Format.P_VALUE),
            notes=tuple(self._absences(model)),
        )  # fmt: skip

    def _effect_rows(self, model: Model, result: Logistic) -> Iterable[tuple[Cell, ...]]:
        codings = {coding.column: coding for coding in model.codings}
        for effect in result.effects:
            coding = codings[effect.covariate]
            figures = (effect.odds_ratio, effect.low, effect.high, effect.p)
            words = (self.say(f"block.{coding.block.value}"), self._compared(coding, effect.category, model))
            yield (*(Cell(value=word) for word in words), *(Cell(value=three_digits(figure)) for figure in figures))

    def _absences(self, model: Model) -> Iterable[str]:
        for absence in dict.fromkeys(gone.absence for gone in model.left_out):
            names = [self._variable(gone.column) for gone in model.left_out if gone.absence is absence]
            yield self.say(f"absence.{absence.value}", names="; ".join(names))

    def blocks(self, fitted: Iterable[Model]) -> Table:
        rows = []
        for model in fitted:
            for test in model.blocks:
                figures = (
                    three_digits(test.finding.statistic or 0.0),
                    test.finding.freedom,
                    three_digits(test.finding.p),
                )
                block = Cell(value=self.say(f"block.{test.block.value}"))
                rows.append((*self._named(model), block, *(Cell(value=figure) for figure in figures)))
        return Table(
            name="model_blocks", caption=self.say("blocks.caption"), rows=tuple(rows),
            columns=self._columns(outcome=Format.LABEL, sample=Format.LABEL, block=Format.LABEL,
                                  chi_square=Format.NUMBER, freedom=Format.COUNT, p_value=Format.P_VALUE),
        )  # fmt: skip

    def forest(self, model: Model) -> Chart:
        title = self.say("chart.title", outcome=self._outcome(model), sample=self._samples(model))
        return Chart(kind=ChartKind.FOREST, title=title, description=self.say("chart.description"), table=_name(model))

    def notes(self, found: Iterable[Model]) -> Iterable[str]:
        if not found:
            yield self.say("note.none")
        else:
            yield from (self.say(f"note.{name}") for name in ("association", "predictors", "cases"))
        if any(model.is_pooled and self._times_differ(model) for model in found):
            yield self.say("note.pooled")
        totals = dict.fromkeys(held.sample for held in self.dataset.totals)
        if totals:
            yield self.say("note.totals", samples=", ".join(map(self._sample, totals)))

    def _times_differ(self, model: Model) -> bool:
        home = self.dataset.catalogue.home_of(model.outcome.column)
        instruments = {held.instrument for held in self.dataset.samples if held.sample in model.samples}
        carried = [home.carried_by(instrument) for instrument in instruments] if home else []
        return len({each.time_reference for each in carried if each}) > 1

    def _columns(self, **formats: Format) -> tuple[Column, ...]:
        return tuple(Column(key=key, heading=self.say(f"column.{key}"), format=held) for key, held in formats.items())

    def _named(self, model: Model) -> tuple[Cell, Cell]:
        return Cell(value=self._outcome(model)), Cell(value=self._samples(model))

    def _outcome(self, model: Model) -> str:
        return self.say(f"outcome.{model.outcome.column}")

    def _samples(self, model: Model) -> str:
        names = ", ".join(map(self._sample, model.samples))
        return self.say("pooled", samples=names) if model.is_pooled else names

    def _sample(self, name: str) -> str:
        return WORDS[f"sample.{name}"][self.language] if f"sample.{name}" in WORDS else name

    def _compared(self, coding: Coding, category: int, model: Model) -> str:
        return self.say(
            "compared", variable=self._variable(coding.column),
            category=self._category(coding, category, model), reference=self._category(coding, 0, model),
        )  # fmt: skip

    def _variable(self, column: str) -> str:
        if column in (SAMPLE, LANGUAGE):
            return self.say(f"variable.{column}")
        home = self.dataset.catalogue.home_of(column)
        held = self._words(column, None)
        label = home.label if home else held.label if held else None
        parts = [label, held.item if held and held.item != label else None]
        return ": ".join(self._text(part) for part in parts if part) or column

    def _category(self, coding: Coding, category: int, model: Model) -> str:
        codes = coding.categories[category]
        if coding.column == SAMPLE:
            return self._sample(str(codes[0]))
        if coding.column == LANGUAGE:
            return self._language(codes)
        held = self._words(coding.column, model)
        labels = {code: self._text(label) for code, label in held.labels.items()} if held else {}
        return " / ".join(labels.get(int(code), str(code)) for code in codes)

    def _language(self, codes: tuple[Code, ...]) -> str:
        key = f"language.{codes[0]}" if len(codes) == 1 else "language.other"
        return self.say(key) if key in WORDS else str(codes[0])

    def _words(self, column: str, model: Model | None) -> VariableWords | None:
        held = [each for each in self.dataset.samples if model is None or each.sample in model.samples]
        return next((each.words[column] for each in held if column in each.words), None)

    def _text(self, text: Text) -> str:
        known = self.language if self.language in text.languages else min(text.languages)
        return text.in_language(known)


def _name(model: Model) -> str:
    return f"model_{model.outcome.column}_{'all' if model.is_pooled else model.samples[0]}"


def _sizes(model: Model) -> tuple[Cell, ...]:
    if not isinstance(model.result, Logistic):
        return (_REFUSED,) * 3
    sizes = (rounded(model.result.cases), rounded(model.result.events), len(model.result.effects))
    return tuple(Cell(value=size) for size in sizes)
