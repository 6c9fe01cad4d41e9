"""Somebody who reads a finished report, knows the questionnaire, and wants to know what the report withholds.

Everything comes from the report's cells: counts, who answered, shares and what they are shares of, and merged
categories. Together with what the questionnaire tells (parts add up; whom the route leads past) they are one system of
sums. The true counts serve twice: they show that the system is true, and they are what the attacker is allowed to know
beyond the report: which cells are empty.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from selfhelp_survey.core.text import Text
from selfhelp_survey.privacy.intervals import CEILING, View, weak_places
from selfhelp_survey.privacy.margins import Margins
from selfhelp_survey.research.comparison.dataset import Dataset, SampleRecords
from selfhelp_survey.research.comparison.sections.writer import Writer
from selfhelp_survey.research.comparison.table import Report, State, Table
from selfhelp_survey.research.interval_bounds import solve
from tests.unit.research.comparison.three_samples import AFTER_FIRST, FOR_OTHERS, NEVER_SEEN, ROUTED

Name = tuple[str, ...]
Mask = NDArray[np.bool_]
ALL, VALID = "All", "Answered"


@dataclass
class Attack:
    """What one sample's part of a report tells: names of numbers, shown counts, sums, and cells without a count."""

    true: dict[Name, int] = field(default_factory=dict)
    shown: dict[Name, int] = field(default_factory=dict)
    hidden: set[Name] = field(default_factory=set)
    sums: set[tuple[Name, tuple[Name, ...]]] = field(default_factory=set)

    def weak(self, threshold: int) -> list[Name]:
        """The withheld cells that can be told to be small, or to within fewer than `threshold` counts."""
        empty = {name for name in self.hidden if self.true[name] == 0}
        people = self._weak(threshold, self.hidden - empty, knows_empty=True)
        return people + self._weak(threshold, empty, knows_empty=False)

    def is_true(self) -> bool:
        """Whether the sums hold, and what is shown is as counted: else the attack proves nothing."""
        adds_up = all(self.true[total] == sum(self.true[part] for part in parts) for total, parts in self.sums)
        return adds_up and all(self.true[name] == count for name, count in self.shown.items())

    def _weak(self, threshold: int, targets: set[Name], *, knows_empty: bool) -> list[Name]:
        names = list(self.true)
        places = {name: place for place, name in enumerate(names)}
        counts = np.array([self.true[name] for name in names])
        known = np.array([name in self.shown for name in names]) | ((counts == 0) & knows_empty)
        least = np.where(counts > 0, int(knows_empty), 0)
        sums = tuple((places[total], tuple(places[part] for part in parts)) for total, parts in sorted(self.sums))
        keys = tuple(frozenset({("number", place)}) for place in range(len(names)))
        view = View(
            margins=Margins(keys=keys, sums=sums, constants=frozenset()),
            lower=np.where(known, counts, least), upper=np.where(known, counts, CEILING),
        )  # fmt: skip
        return [names[place] for place in weak_places(view, threshold, solve) if names[place] in targets]


def attacks(report: Report, dataset: Dataset) -> Iterator[Attack]:
    """What the report tells of each sample of records."""
    writer = Writer(dataset=dataset, views=(), language="en", threshold=0)
    for held in dataset.samples:
        yield _Reader(report=report, held=held, writer=writer).attack()


@dataclass
class _Reader:
    """Reads what a report tells of one sample. A number is named by language, question and answer, two for a cross."""

    report: Report
    held: SampleRecords
    writer: Writer
    found: Attack = field(default_factory=Attack)

    def __post_init__(self) -> None:
        self.tables: Mapping[str, Table] = {table.name: table for each in self.report.sections for table in each.tables}
        self.sample = self.writer.sample(self.held.sample)
        self.masks = {(ALL,): np.ones(self.held.size, dtype=np.bool_)}
        self.questions = self._questions()

    def attack(self) -> Attack:
        self._languages()
        for question in self.questions:
            self._answers(question)
        self._crossed()
        self._routes()
        self._rest()
        return self.found

    def _questions(self) -> dict[str, list[str]]:
        questions: dict[str, list[str]] = {}
        for column, words in self.held.words.items():
            if column in self.held.columns:
                questions.setdefault(words.question, []).append(column)
        return questions

    def _cell(self, name: Name, count: object, mask: Mask) -> None:
        """One cell of the report: its count, or that there is none."""
        self.found.true[name] = int(mask.sum())
        if isinstance(count, int):
            self.found.shown[name] = count
        else:
            self.found.hidden.add(name)

    def _number(self, name: Name, mask: Mask) -> None:
        """A number that the report has no cell for."""
        self.found.true.setdefault(name, int(mask.sum()))

    def _rows(self, table: str, **where: str) -> Iterator[Mapping[str, object]]:
        held = self.tables.get(table)
        for row in held.rows if held else ():
            told = {column.key: cell.value for column, cell in zip(held.columns, row, strict=True)} if held else {}
            states = [cell.state for cell in row]
            if State.NOT_ASKED not in states and all(told[key] == value for key, value in where.items()):
                yield told

    def _languages(self) -> None:
        told = list(self._rows("languages", sample=self.sample))
        names = [str(row["language"]) for row in told if row["language"] != ALL]
        own = {self.writer.language_name(code): code for code in np.unique(self.held.language).tolist()}
        for row in told:
            name = str(row["language"])
            code = own.get(name)
            mask = (
                self.held.language == code
                if code
                else ~np.isin(self.held.language, [own[n] for n in names if n in own])
            )
            self.masks[(name,)] = self.masks[(ALL,)] if name == ALL else mask
            self._cell((name,), row["count"], self.masks[(name,)])
        if names:
            self.found.sums.add(((ALL,), tuple((name,) for name in names)))

    def _answers(self, question: str) -> None:
        columns = self.questions[question]
        self._add_up(set(self._answers_in(question, columns)))

    def _answers_in(self, question: str, columns: list[str]) -> Iterator[Name]:
        """The cells of a question's tables, and the sums within each language."""
        valid = self.held.columns[columns[0]] >= 0
        for (language,), part in list(self.masks.items()):
            rows = list(self._rows(f"frequencies_{question}", sample=self.sample, language=language))
            missing = list(self._rows(f"missing_{question}", sample=self.sample, language=language))
            if not rows or not missing:
                continue
            answered = (language, question, VALID)
            for row in rows:
                mask = part & self._mask(question, str(row["label"]))
                name = (language, question, str(row["label"]))
                self._cell(name, row["count"], mask)
                yield name
                if self.held.words[columns[0]].is_option:
                    self._number((*name, "no"), part & valid & ~mask)
                    self.found.sums.add((answered, (name, (*name, "no"))))
            if not self.held.words[columns[0]].is_option:
                self.found.sums.add((answered, tuple((language, question, str(row["label"])) for row in rows)))
            for row in missing:
                name = (language, question, str(row["label"]))
                self._cell(name, row["count"], part & self._mask(question, str(row["label"])))
                yield name
            self.found.sums.add(((language,), tuple((language, question, str(row["label"])) for row in missing)))

    def _add_up(self, names: set[Name]) -> None:
        """Languages add up to everybody."""
        languages = [language for (language,) in self.masks if language != ALL]
        for name in names:
            parts = tuple((language, *name[1:]) for language in languages)
            if name[0] == ALL and parts and all(part in self.found.true for part in parts):
                self.found.sums.add((name, parts))

    def _mask(self, question: str, label: str) -> Mask:
        columns = self.questions[question]
        column = self.held.columns[columns[0]]
        if label == VALID:
            return np.greater_equal(column, 0)
        for name in columns:
            words = self.held.words[name]
            if words.is_option and self._text(words.item or words.label) == label:
                return np.equal(self.held.columns[name], 1)
        codes = [code for code, text in self.held.words[columns[0]].labels.items() if self._text(text) == label]
        found: Mask = np.isin(column, codes)
        return found

    def _text(self, text: Text) -> str:
        return self.writer.text(text)

    def _crossed(self) -> None:
        """Tables that cross two answers: flows, effects by type of service, change by progress."""
        titles = {self.writer.variable(name): name for name in self.questions}
        for row in self._rows(f"pathways_{self.held.sample}"):
            one, two = titles[str(row["from_stage"])], titles[str(row["to_stage"])]
            if two != "moved_why":
                self._pair((one, str(row["from"])), (two, str(row["to"])), row)
        for row in self._rows(f"services_effect_{self.held.sample}"):
            self._pair(("seen_where", str(row["row"])), ("seen_effect", str(row["column"])), row)
        for column in ("k1_use", "k2_urges", "k3_insight", "f1_confidence"):
            for row in self._rows(f"change_by_progress_{column}", sample=self.sample):
                self._pair(("p1_progress", str(row["progress"])), (column, str(row["label"])), row)
        self._pairs_add_up()

    def _pair(self, one: Name, two: Name, row: Mapping[str, object]) -> None:
        mask = self._mask(*one) & self._mask(*two)
        self._cell((ALL, *one, *two), row["count"], mask)
        of = self._mask(*one) & self._mask(two[0], VALID)
        name = (ALL, *one, two[0], VALID)
        self._number(name, of)
        if isinstance(row["share"], float) and isinstance(row["count"], int) and row["count"]:
            self.found.shown[name] = round(row["count"] / row["share"])

    def _pairs_add_up(self) -> None:
        pairs = [name for name in self.found.true if len(name) == 5 and name[4] != VALID]
        for first in {name[:4] for name in pairs}:
            parts = tuple(sorted(name for name in pairs if name[:4] == first))
            total = (*first, VALID)
            if self.found.true[total] == sum(self.found.true[part] for part in parts):
                self.found.sums.add((total, parts))
            rest = (*first, "without")
            self._number(rest, self._mask(*first[1:3]) & ~self._mask(first[3], VALID))
            self.found.sums.add(((ALL, *first[1:3]), (total, rest)))
        for second in {(name[1], *name[3:]) for name in pairs}:
            parts = tuple(sorted(name for name in pairs if (name[1], *name[3:]) == second))
            whole = (ALL, *second[1:])
            others = (ALL, "others", *second)
            self.found.true[others] = self.found.true[whole] - sum(self.found.true[part] for part in parts)
            if second[0] != "seen_where":
                self.found.sums.add((whole, (*parts, others)))

    def _routes(self) -> None:
        """Whom the route leads past, as the questionnaire says."""
        past = "Not asked"
        for question, (gate, code) in ROUTED.items():
            label = self._text(self.held.words[gate].labels[code])
            self._equal(((ALL,), ((ALL, question, past), (ALL, gate, label))))
        for question in AFTER_FIRST:
            label = self._text(self.held.words["first_age"].labels[NEVER_SEEN])
            self._equal(((ALL, question, past), ((ALL, "first_age", label), *self._for_others())))
        for question, columns in self.questions.items():
            universe = self.held.words[columns[0]].universe
            asks_why = universe.startswith("${a1_reason}") and "a1_reason" in self.questions
            if asks_why and "and ${" not in universe.replace("and ${a1_reason}", ""):
                self._equal(((ALL, question, past), self._for_others()))

    def _for_others(self) -> tuple[Name, ...]:
        """Those who are here for somebody else, where the sample says why people are here."""
        if "a1_reason" not in self.questions:
            return ()
        labels = self.held.words["a1_reason"].labels
        return tuple((ALL, "a1_reason", self._text(labels[code])) for code in FOR_OTHERS)

    def _equal(self, held: tuple[Name, tuple[Name, ...]]) -> None:
        total, parts = held
        known = self.found.true
        if all(name in known for name in (total, *parts)) and known[total] == sum(known[part] for part in parts):
            self.found.sums.add(held)

    def _rest(self) -> None:
        """Cells that repeat others or put categories together: what they tell is added to the sums."""
        for name, table in self.tables.items():
            if name.startswith("differences_"):
                self._merged(name.removeprefix("differences_"), table)

    def _merged(self, question: str, table: Table) -> None:
        rows = list(self._rows(table.name, sample=self.sample))
        if rows and self.held.words[self.questions[question][0]].is_option:
            self._chosen_or_not(question, rows)
        elif rows:
            self._put_together(question, rows)

    def _chosen_or_not(self, question: str, rows: list[Mapping[str, object]]) -> None:
        for row in rows:
            item, answer = str(row["label"]).rsplit(": ", 1)
            name = (ALL, question, item) if answer == "Yes" else (ALL, question, item, "no")
            assert isinstance(row["count"], int)
            self.found.shown[name] = row["count"]

    def _put_together(self, question: str, rows: list[Mapping[str, object]]) -> None:
        told = [str(row["label"]) for row in rows]
        held = [name for name in self.found.true if name[:2] == (ALL, question) and len(name) == 3]
        missing = {str(row["label"]) for row in self._rows(f"missing_{question}", sample=self.sample, language=ALL)}
        others = tuple(name for name in held if name[2] not in told and name[2] not in missing)
        for row in rows:
            count = row["count"]
            assert isinstance(count, int)
            if row["label"] == "Other categories, together":
                merged = (ALL, question, "together")
                self.found.true[merged] = sum(self.found.true[name] for name in others)
                self.found.shown[merged] = count
                self.found.sums.add((merged, others))
            else:
                self.found.shown[(ALL, question, str(row["label"]))] = count
                self.found.hidden.discard((ALL, question, str(row["label"])))
