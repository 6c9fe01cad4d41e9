"""Crosswalk plans, read or refused whole; the questionnaire derived from one; exports that are not what they say."""

from datetime import datetime
from pathlib import Path

import pytest

from selfhelp_survey.authoring.shipped import shipped_catalogue
from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.answers import MissingCode
from selfhelp_survey.core.document import document_of, questionnaire_in
from selfhelp_survey.core.questionnaire import Question, Questionnaire, QuestionType, Role
from selfhelp_survey.core.validity import is_valid_answer
from selfhelp_survey.errors import QuestionnaireError, UsageError
from selfhelp_survey.research.crosswalk.errors import CrosswalkRefused
from selfhelp_survey.research.crosswalk.instrument import derived_questionnaire
from selfhelp_survey.research.crosswalk.meanings import meanings_of
from selfhelp_survey.research.crosswalk.plan import Layout
from selfhelp_survey.research.crosswalk.plan_reader import is_date_format
from selfhelp_survey.research.crosswalk.source_table import SourceRow, Wanted, read_table
from selfhelp_survey.research.errors import PlanError
from tests.unit.research.crosswalked import example_text, export, plan_of, write_csv, write_workbook
from tests.unit.research.planned import exit_survey
from tests.unit.research.survey import text, values

WRONG = [
    ("instrument: help_us_to_help_you", "instrument: help_us", "knows no instrument 'help_us'"),
    ("instrument: help_us_to_help_you", "instrument: exit_survey", "is this software's own survey"),
    ("sample: help_us_to_help_you", "sample: exit", "'sample' should be help_us_to_help_you, the sample of"),
    ("sample: help_us_to_help_you", "sample: help_us_to_help_you2", "'sample' should be help_us_to_help_you, the"),
    ('adult: {column: "Are you 18 or older?", values: ["Yes"]}', 'adult: {column: a, values: ["Yes", ""]}', "no yes"),
    ('values: ["2"]}\n', 'values: ["2", " "]}\n', "a blank cell is no yes"),
    ('format: "%d.%m.%Y %H:%M"', 'format: "%Y%Y%m"', "a date format with year and month"),
    ('format: "%d.%m.%Y %H:%M"', 'format: "%Y-%m %Q"', "a date format with year and month"),
    ("kind: synthetic", "kind: invented", "'kind' should be one of real, rehearsal, synthetic"),
    ("      gender:\n", "      shoe_size:\n", "does not give help_us_to_help_you the variable 'shoe_size'"),
    ('{"Male": 1, "Female": 2, "Other": 3}', '{"Male": 1, "Female": 2, "Other": 7}', "gender has no code 7"),
    ('{"Male": 1, "Female": 2, "Other": 3}', '{"Male": 1, "Don\'t know": 2}', "stands under values and under missing"),
    ('{"Male": 1, "Female": 2, "Other": 3}', "genders", "there is no list 'genders'"),
    ('{"Male": 1, "Female": 2, "Other": 3}', f'{{"{"w" * 201}": 1}}', "longer than 200 characters"),
    ('{"Male": 1, "Female": 2, "Other": 3}', '{"Male": 1, " Male": 1}', "stands twice"),
    ("      - world_region\n", "", "world_region is neither mapped nor not_asked"),
    ("      - world_region\n", "      - world_region\n      - gender\n", "gender is mapped and under not_asked"),
    ("relevant: ${help_sought} = 1 ", "relevant: ${wellbeing} = 1 ", "names what is not mapped here"),
    ("relevant: ${help_sought} = 1 ", "relevant: ${help_received} = 1 ", "leads in a circle"),
    ("blank: left_blank\n", "blank: not_asked\n", "who was not asked follows from 'relevant'"),
    ('    adult: {column: "Are you 18 or older?", values: ["Yes"]}\n', "", "'adult' is missing"),
    ('"the survey ends at once for whoever says to be under 18"', '""', "either every_row with its reason"),
    ('        delimiter: ","\n', '        delimiter: "e"\n', "without letters and digits"),
    ('        delimiter: ","\n', "", "'delimiter' is missing"),
    ('format: "%d.%m.%Y %H:%M"', 'format: "%d.%m."', "a date format with year and month"),
    ("quarter: 2023Q2", "quarter: 2023", "a quarter like 2023Q2"),
    ("language: es", "language: Spanish", "a language code like en"),
    ("language: es", "language: en", "stands twice in one language"),
    ("P9_3: 3}", "P9_4: 4}", "does not ask the same here"),
    ("        from: Gender\n", "        from: Gender\n        delimiter: ';'\n", "does not go with gender"),
    ("sample: help", "sample: &a help", "anchors (&)"),
    ("sample: help", "samples: help", "the key 'samples' is not known here"),
]


@pytest.mark.parametrize(("good", "bad", "told"), WRONG)
def test_crosswalk_plan__one_mistake__is_refused_with_its_line(good: str, bad: str, told: str) -> None:
    given = example_text()
    assert good in given
    with pytest.raises(PlanError) as caught:
        plan_of(given.replace(good, bad, 1))
    assert told in str(caught.value)
    assert all(problem.line for problem in caught.value.problems)


def test_crosswalk_plan__several_mistakes__are_told_at_once() -> None:
    bad = example_text().replace("kind: synthetic", "kind: x").replace("quarter: 2023Q2", "quarter: soon")
    with pytest.raises(PlanError) as caught:
        plan_of(bad)
    assert len(caught.value.problems) == 2


def test_crosswalk_plan__too_large__is_refused() -> None:
    assert plan_of(example_text()).versions
    with pytest.raises(PlanError, match="larger than a plan can be"):
        plan_of(example_text() + "#" * 64 * 1024)


@pytest.mark.parametrize(
    "pattern", ["%d.%m.%Y %H:%M", "%Y-%m-%dT%H:%M:%S%z", "%B %Y", "%b %d, %Y %I:%M:%S %p", "%Y-%m-%d %H:%M:%S.%f"]
)
def test_date_format__that_writes_what_it_reads__is_good(pattern: str) -> None:
    assert is_date_format(pattern)


def labels_of(place: int) -> dict[tuple[str, str], str]:
    """For each value of a version of the example, by variable, the catalogue's label of what it becomes."""
    found: dict[tuple[str, str], str] = {}
    for variable in plan_of(example_text()).versions[place].variables:
        words = {value.code: value.label.in_language("en") for value in variable.target.values}
        for answer in variable.answers:
            found |= {(answer.name, text): words.get(code, str(code)) for text, code in answer.coding.items()}
    return found


def test_example__each_value__becomes_what_the_catalogue_calls_so() -> None:
    english, spanish = labels_of(0), labels_of(1)
    expected = {
        "help_received": {"Yes": "I got the help I needed", "No": "I got no help", "Some": "-8"},
        "help_sought": {"Yes": "Yes", "No": "No"},
        "gender": {"Male": "Man", "Female": "Woman"},
    }
    for name, values_of_it in expected.items():
        assert {text: english[name, text] for text in values_of_it} == values_of_it
    for name, texts in {"help_received": ("Yes", "Some", "No"), "help_sought": ("Yes", "No")}.items():
        told = [spanish[name, str(place)] for place, _text in enumerate(texts, start=1)]
        assert told == [english[name, text] for text in texts]


def test_meanings__of_the_example__name_each_value_with_its_label() -> None:
    told = "\n".join(meanings_of(plan_of(example_text()).versions[0]))
    assert "help_received, from 'Did you get it?':\n  'No' -> I got no help (1)\n  'Yes' -> I got the" in told
    assert "  a blank cell -> Left blank (-1)\n  'Some' -> Not codable (-8)" in told
    assert "  'ChatterBox', 'PicWall' -> " in told
    assert "  'Hard: mood' ticked -> " in told


def derived(given: str, place: int = 0) -> Questionnaire:
    plan = plan_of(given)
    return derived_questionnaire(plan, plan.versions[place], catalogue=shipped_catalogue(),
                                 reference=exit_survey().questionnaire)  # fmt: skip


def test_derived_questionnaire__exports_of_one_version__give_one_document() -> None:
    document = document_of(derived(example_text()))
    assert document_of(derived(example_text(), 1)) == document
    assert document_of(questionnaire_in(document)) == document
    assert document_of(derived(example_text().replace('version: "1"', 'version: "2"'))) != document


def test_derived_questionnaire__roles_and_levels__are_those_of_the_exit_survey() -> None:
    made = derived(example_text())
    homes = {
        question.harmonised: question for question in exit_survey().questionnaire.questions() if question.harmonised
    }
    assert all(question.role is homes[question.name].role for question in made.questions())
    assert {question.name for question in made.questions() if question.role is Role.QUASI_IDENTIFIER} == {
        "age_group", "gender",
    }  # fmt: skip
    levels = exit_survey().questionnaire.hierarchy("age").levels
    assert [[held.members for held in level] for level in made.hierarchy("age").levels] == [
        [held.members for held in level] for level in levels
    ]


def test_derived_questionnaire__option_nobody_was_offered__is_no_value() -> None:
    questions = {question.name: question for question in derived(example_text()).questions()}
    assert questions["difficulties"].codes == {1, 2, 3, -2, -3, -8}
    assert questions["first_place"].codes >= {1, 11}


def test_not_codable__listed_by_the_question__is_an_answer() -> None:
    single = Question(name="a", type=QuestionType.SINGLE, label=text("A"), values=values(1, -8))
    multiple = Question(name="a", type=QuestionType.MULTIPLE, label=text("A"), values=values(1, -8))
    assert is_valid_answer(single, -8)
    assert is_valid_answer(multiple, (-8,))
    assert not is_valid_answer(Question(name="a", type=QuestionType.SINGLE, label=text("A"), values=values(1)), -8)
    for code in set(MissingCode) - {MissingCode.PREFER_NOT_TO_SAY, MissingCode.NOT_SURE, MissingCode.NOT_CODABLE}:
        with pytest.raises(QuestionnaireError):
            Question(name="a", type=QuestionType.SINGLE, label=text("A"), values=values(1, int(code)))


def test_not_codable__in_a_questionnaire_file__is_refused() -> None:
    given = """
        questionnaire: tiny
        languages: [en]
        title: {en: Tiny}
        pages:
          - page: one
            part: 1
            title: {en: One}
            questions:
              - {name: a, type: single, role: sensitive, label: {en: A}, values: [{code: -8, label: {en: No}}]}
        """
    with pytest.raises(QuestionnaireError, match="the code -8 is reserved"):
        read_questionnaire(given, source="tiny.yaml")


COLUMNS = ("Respondent", "Gender", "Submitted")


def rows_of(path: Path, layout: Layout | None = None) -> list[SourceRow]:
    wanted = Wanted(columns=COLUMNS, dates=frozenset({"Submitted"}))
    return list(read_table(path, layout or Layout(), wanted))


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize(
    ("encoding", "named"), [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("cp1252", "cp1252")]
)
def test_csv__encodings_and_delimiters__give_the_same_rows(
    tmp_path: Path, encoding: str, named: str, delimiter: str
) -> None:
    rows = [{name: row[name] for name in COLUMNS} | {"Gender": "Mañana"} for row in export(3)]
    path = write_csv(tmp_path / "e.csv", rows, encoding=encoding, delimiter=delimiter)
    found = rows_of(path, Layout(encoding=named))
    assert [row.number for row in found] == [2, 3, 4]
    assert found[2].cells == {"Respondent": "3", "Gender": "Mañana", "Submitted": rows[2]["Submitted"]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Respondent;Gender;Submitted\n1;\xf1;x\n", "is not written in utf-8"),
        (b"Respondent;Gender,Submitted\n", "does not show what stands between"),
        (b"Respondent\n", "does not show what stands between"),
        (b"Respondent;Gender;Submitted\n1;secret\n", "row 2 has 2 columns and the header 3"),
        (b'Respondent;Gender;Submitted\n1;x;y\n1;"secret;y\n', "row 3 cannot be read"),
        (b"Respondent;Gender;Gender;Submitted\n", "the column 'Gender' stands twice"),
        (b"Respondent;Sex\n", "there is no column 'Gender'"),
        (b"", "does not show what stands between"),
    ],
)
def test_csv__not_what_it_should_be__is_refused_without_quoting_a_cell(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "e.csv"
    path.write_bytes(content)
    with pytest.raises(CrosswalkRefused) as caught:
        rows_of(path)
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


def test_csv__quote_that_never_closes_in_the_header__is_refused_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text('Respondent;"Gender;Submitted\n' + "1;2;3\n" * 170_000, encoding="utf-8")
    with pytest.raises(CrosswalkRefused, match="its first row does not end within 1,000,000 characters"):
        rows_of(path)
    path.write_text('Respondent;"Gen\nder\n";Submitted;Gender\n1;2;3;4\n', encoding="utf-8")
    assert [row.cells["Gender"] for row in rows_of(path)] == ["4"]


def test_workbook__cells_of_every_kind__are_read_as_shown(tmp_path: Path) -> None:
    moment = datetime(2023, 5, 1, 12)
    path = write_workbook(tmp_path / "e.xlsx", COLUMNS, [[7.0, True, moment], [], [" 8", None, "x"]])
    assert [(row.number, dict(row.cells)) for row in rows_of(path)] == [
        (2, {"Respondent": "7", "Gender": "true", "Submitted": moment}),
        (4, {"Respondent": "8", "Gender": "", "Submitted": "x"}),
    ]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("=1+1", "column B holds a formula"),
        (datetime(2023, 1, 3), "column B holds a date, such as a program makes of 1-3"),
    ],
)
def test_workbook__formula_or_date_for_an_answer__is_refused_with_its_place(
    tmp_path: Path, cell: object, told: str
) -> None:
    path = write_workbook(tmp_path / "e.xlsx", COLUMNS, [[1, "a", "b"], [2, cell, "b"]])
    with pytest.raises(CrosswalkRefused, match="sheet 'Datos', row 3") as caught:
        rows_of(path)
    assert told in str(caught.value)


@pytest.mark.parametrize(("last", "is_read"), [(3, True), (2, False)])
def test_workbook__rows_after_the_last_of_a_sheet__are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int, is_read: bool
) -> None:
    monkeypatch.setattr("selfhelp_survey.research.crosswalk.source_workbook.LAST_ROW", last)
    path = write_workbook(tmp_path / "e.xlsx", COLUMNS, [[1, "a", "b"], [2, "a", "b"]])
    if is_read:
        assert len(rows_of(path)) == 2
        return
    with pytest.raises(CrosswalkRefused, match="goes on after row 2"):
        rows_of(path)


def test_workbook__damaged_or_another_sheet_or_kind__is_refused(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "e.xlsx", COLUMNS, [])
    with pytest.raises(CrosswalkRefused, match="has the sheets 'Datos'"):
        rows_of(path, Layout(sheet="Data"))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(CrosswalkRefused, match="damaged"):
        rows_of(path)
    with pytest.raises(UsageError, match=r"\.csv or \.xlsx"):
        rows_of(tmp_path / "e.sav")
