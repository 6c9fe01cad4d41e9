"""A pilot: what a finished release of another series tells of the answers to expect.

Only released records serve. Whoever is in them can never be in the series that is planned, and everybody may look at
them, so a plan made from them tells nothing new of anybody. Responses that wait for a release never do: recoding that
follows from the data it protects can be turned against them.

Source: Wong, Fu, Wang and Pei 2007, Minimality attack in privacy preserving data publishing; Cohen 2022, Attacks on
deidentification's defenses (downcoding).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.codebook import Variable
from selfhelp_survey.core.questionnaire import PARTS, QuestionType, multiple_names
from selfhelp_survey.core.record import RecordValue
from selfhelp_survey.core.response import Channel
from selfhelp_survey.errors import ReleaseRefused
from selfhelp_survey.research.formats import responses_csv
from selfhelp_survey.research.planning.marginals import GOES_ON, Marginals
from selfhelp_survey.research.verify import VerifiedRelease, verify_release
from selfhelp_survey.research.versions import Version
from selfhelp_survey.sealing.keys import PublicKey

_NOT_ASKED, _NOT_REACHED = int(MissingCode.NOT_ASKED), int(MissingCode.NOT_REACHED)
_NO_ANSWERS = frozenset(map(int, (_NOT_ASKED, _NOT_REACHED, MissingCode.NOT_IN_VERSION, MissingCode.WITHHELD,
                                  MissingCode.NOT_CODABLE)))  # fmt: skip
_WHY = (
    "A pilot is the directory of a finished release of records. Never plan from responses that wait: recoding must be "
    "fixed before the data are seen, or it gives away what it hides (minimality and downcoding attacks)."
)
Columns = Mapping[str, Sequence[RecordValue]]
Shares = dict[RecordValue, float]


def read_pilot(directory: Path, version: Version, trusted: Sequence[PublicKey], *, series: str) -> Marginals:
    """The marginals that a finished release shows. Raises ReleaseRefused for anything else, VerificationError."""
    refuse_what_waits(directory)
    release = verify_release(directory, trusted)
    if not release.is_records:
        raise ReleaseRefused(f"{release.name} holds totals, which show no single answers. {_WHY}")
    plan = release.series.plan
    if plan.questionnaire != version.questionnaire.code:
        raise ReleaseRefused(f"{release.name} is of another questionnaire than {version.questionnaire.code}.")
    if plan.series == series:
        raise ReleaseRefused(f"{series} has begun, and a plan never changes: give the new series another name.")
    return pilot_marginals(release, version)


def refuse_what_waits(directory: Path) -> None:
    """Raises ReleaseRefused for a bundle, a ledger or any other single file: only a directory can be a release."""
    if not directory.is_dir():
        raise ReleaseRefused(f"{directory.name} is no directory. {_WHY}")


def pilot_marginals(release: VerifiedRelease, version: Version) -> Marginals:
    """The share of each answer among those who were asked, variable by variable.

    A category of a coarsened variable is spread evenly over its members; what is withheld stays undeclared.
    """
    levels = release.manifest["levels"]
    columns = _columns(release.directory / responses_csv.NAME)
    shares = {
        name: found for name, variable in version.variables.items()
        if name in columns and variable.type is not QuestionType.MULTIPLE
        and (found := _spread(columns[name], version, variable, level=levels.get(name, 0)))
    }  # fmt: skip
    ticked = dict(_ticked(columns, version))
    return Marginals(
        source=f"the pilot {release.name}", shares={**shares, **ticked}, goes_on=_goes_on(columns, version)
    )


def _columns(path: Path) -> dict[str, list[RecordValue]]:
    header = responses_csv.read_header(path)
    columns: dict[str, list[RecordValue]] = {name: [] for name in header}
    for row in responses_csv.read_rows(path):
        for name, cell in zip(header, row, strict=True):
            columns[name].append(responses_csv.as_written(cell))
    return columns


def _spread(values: Iterable[RecordValue], version: Version, variable: Variable, *, level: int) -> Shares:
    """The shares of the values as asked; none where nobody has one that tells anything."""
    members, known = _members(version, variable, level), _known(version, variable)
    spread: dict[RecordValue, float] = {}
    for value, count in Counter(value for value in values if value not in _NO_ANSWERS).items():
        leaves = members.get(value, (value,))
        for leaf in leaves:
            spread[leaf] = spread.get(leaf, 0.0) + count / len(leaves)
    is_number = variable.type is QuestionType.NUMBER
    return _fractions({value: count for value, count in spread.items() if is_number or value in known})


def _members(version: Version, variable: Variable, level: int) -> dict[RecordValue, tuple[RecordValue, ...]]:
    """The values behind each category of a level; none at level 0, where there is nothing behind."""
    hierarchy = version.hierarchy(variable.name)
    if not level or hierarchy is None or level >= hierarchy.top:
        return {}
    categories = hierarchy.levels[level - 1]
    named = {member for category in categories for member in category.members}
    rest = tuple(value for value in _known(version, variable) if value not in named and not _is_missing(value))
    return {category.code: (rest if category.rest else category.members) or (category.code,) for category in categories}


def _known(version: Version, variable: Variable) -> tuple[RecordValue, ...]:
    """The values that marginals can tell of; none for the quarter and what else the software notes."""
    if variable.name == "language":
        return version.questionnaire.languages
    if variable.name == "channel":
        return tuple(channel.value for channel in Channel)
    if variable.question_name is None:
        return ()
    return (*(value.code for value in variable.values), int(MissingCode.LEFT_BLANK))


def _is_missing(value: RecordValue) -> bool:
    return isinstance(value, int) and value < 0


def _fractions(counts: Mapping[RecordValue, float]) -> Shares:
    total = sum(counts.values())
    return {value: count / total for value, count in counts.items()} if total else {}


def _ticked(columns: Columns, version: Version) -> Iterator[tuple[str, Shares]]:
    """For each multiple question whose columns are all there, the share that ticked each value."""
    for question in version.questionnaire.questions():
        names = multiple_names(question)
        if names and columns.keys() >= set(names.values()):
            rows = list(zip(*(columns[name] for name in names.values()), strict=True))
            asked = [row for row in rows if row[0] not in _NO_ANSWERS]
            if asked:
                yield question.name, _ticks(asked, tuple(names))


def _ticks(rows: Sequence[Sequence[RecordValue]], codes: Sequence[int]) -> Shares:
    """The share that ticked each code, and of each kind of no answer; -1 always, so that nothing is put on top."""
    missing = Counter(row[0] for row in rows if _is_missing(row[0]))
    ticks: Shares = {code: sum(row[place] == 1 for row in rows) / len(rows) for place, code in enumerate(codes)}
    return {**ticks, -1: 0.0, **{code: count / len(rows) for code, count in missing.items()}}


def _goes_on(columns: Columns, version: Version) -> float:
    """The share of the records that reach into part two; as usual where no column tells."""
    pages = [page.name for page in version.questionnaire.pages if page.part == PARTS[-1]]
    later = [
        name for name, variable in version.variables.items() if name in columns and _page(version, variable) in pages
    ]
    rows = list(zip(*(columns[name] for name in later), strict=True))
    if not rows:
        return GOES_ON
    return sum(any(value not in _NO_ANSWERS for value in row) for row in rows) / len(rows)


def _page(version: Version, variable: Variable) -> str:
    pages = version.questionnaire.pages
    names = (page.name for page in pages for question in page.questions if question.name == variable.question_name)
    return next(names, "")
