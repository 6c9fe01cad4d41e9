"""What each value of a plan becomes, in the catalogue's words: for its author to read before anybody is taken."""

from collections.abc import Iterator

from selfhelp_survey.authoring.problems import quoted
from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.research.crosswalk.plan import MappedAnswer, MappedVariable, SurveyVersion, TickedColumns
from selfhelp_survey.research.formats.wordings import MISSING


def meanings_of(version: SurveyVersion) -> Iterator[str]:
    """A line for each answer, and under it one for each code, like `'Yes' -> I got the help I needed (4)`.

    The values are those that the plan names; of the export nothing is looked at.
    """
    for variable in version.variables:
        labels = _labels(variable)
        for answer in variable.answers:
            yield f"{answer.name}, from {', '.join(map(quoted, answer.source.columns))}:"
            for code, told in _by_code(answer):
                yield f"  {', '.join(told)} -> {labels[code]} ({code})"


def _labels(variable: MappedVariable) -> dict[int, str]:
    """What each code stands for, in English where there is any."""
    labels = {int(code): words["en"] for code, words in MISSING.items()}
    for value in variable.target.values:
        words = dict(value.label.translations)
        labels[value.code] = words.get("en") or next(iter(words.values()), "")
    return labels


def _by_code(answer: MappedAnswer) -> Iterator[tuple[int, list[str]]]:
    """Each code with what becomes it: columns that are ticked, values, and the blank cell last."""
    found: dict[int, list[str]] = {}
    ticked = answer.source.codes if isinstance(answer.source, TickedColumns) else {}
    for column, code in ticked.items():
        found.setdefault(code, []).append(f"{quoted(column)} ticked")
    for text, code in answer.coding.items():
        if text:
            found.setdefault(code, []).append(quoted(text))
    found.setdefault(answer.coding.get("", int(MissingCode.LEFT_BLANK)), []).append("a blank cell")
    yield from sorted(found.items(), key=lambda each: (each[0] < 0, abs(each[0])))
