"""What a release's codebook says, as the comparison needs it: which variables, under which names, in which words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from selfhelp_survey.core.harmonised import HarmonisedCatalogue
from selfhelp_survey.core.questionnaire import QuestionType
from selfhelp_survey.core.text import Text
from selfhelp_survey.errors import StoreError
from selfhelp_survey.research.comparison.dataset import VariableWords

CODED = frozenset({QuestionType.SINGLE, QuestionType.SCALE, QuestionType.MULTIPLE, QuestionType.MATRIX})
OFFERED = frozenset({-2, -3})
Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class DescribedColumn:
    """A variable of a release: its name there, and its name and words in the comparison."""

    source: str
    name: str
    words: VariableWords


@dataclass(frozen=True, kw_only=True)
class DescribedRelease:
    """Whose answers a release holds. `columns` are the coded ones; `names` lead from every variable to its name."""

    sample: str
    instrument: str
    columns: tuple[DescribedColumn, ...]
    names: Mapping[str, str]


def described(codebook: Json, catalogue: HarmonisedCatalogue) -> DescribedRelease:
    """The release that this codebook describes. Raises StoreError where it names two variables alike."""
    variables = codebook["variables"]
    names = {variable["name"]: variable["harmonised"] or variable["name"] for variable in variables}
    if len(set(names.values())) < len(variables):
        raise StoreError(
            f"A release of {codebook['questionnaire']} calls two variables by one name: give one of them another "
            "harmonised name in the questionnaire, and release it in a new series."
        )
    return DescribedRelease(
        sample=str(codebook["sample"]), instrument=str(codebook["questionnaire"]), names=names,
        columns=tuple(
            DescribedColumn(source=held["name"], name=names[held["name"]], words=_words(held, catalogue))
            for held in variables if _is_coded(held)
        ),
    )  # fmt: skip


def _is_coded(variable: Json) -> bool:
    codes = [value["code"] for value in variable["values"]]
    return variable["type"] in CODED or (bool(codes) and all(isinstance(code, int) for code in codes))


def _words(variable: Json, catalogue: HarmonisedCatalogue) -> VariableWords:
    home = catalogue.home_of(variable["harmonised"] or "")
    question, item = variable["question"] or variable["label"], variable["item"]
    asked_alone = variable["harmonised"] or variable["name"]
    own = asked_alone if item is None else variable["question_name"] or asked_alone
    return VariableWords(
        label=Text.of(item or question), labels=dict(_labels(variable)), level=variable["level"] or 0,
        members=dict(_members(variable)) or None, question=home.name if home else own, question_label=Text.of(question),
        item=Text.of(item) if item else None, is_option=variable["type"] == QuestionType.MULTIPLE,
        universe=variable["universe"], offered=_offered(variable),
    )  # fmt: skip


def _labels(variable: Json) -> Iterator[tuple[int, Text]]:
    for value in (*variable["values"], *variable["missing"]):
        yield value["code"], Text.of(value["label"] or {"en": str(value["code"])})


def _members(variable: Json) -> Iterator[tuple[int, tuple[int, ...]]]:
    for value in variable["values"]:
        if "members" in value:
            yield value["code"], tuple(value["members"])


def _offered(variable: Json) -> frozenset[int]:
    return OFFERED & {code for meaning in variable["meanings"] for code in meaning["codes"]}
