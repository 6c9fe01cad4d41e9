"""One site hosts the exit survey and the drafts of its sister surveys: each is answered by itself."""

from __future__ import annotations

from typing import Any

import pytest

from selfhelp_survey.questionnaire_files import read_questionnaire_file
from tests.django.survey_site import Respondent, open_survey, received
from tests.unit.docs.pages import ROOT

pytestmark = pytest.mark.django_db
SURVEYS = {"end": "exit_survey", "demo-b": "help_us_to_help_you", "demo-c": "no_need_for_help"}
WAYS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "end": (("start", {"a1_reason": 1}), ("about", {"a2_age": 2}), ("using", {})),
    "demo-b": (("about", {"a2_age": 2}), ("wish", {"h1_wish": 4, "h3_sought": 1, "q1_use": 1})),
    "demo-c": (("about", {"a2_age": 2}), ("wish", {"h1_wish": 1, "h3_sought": 2}), ("use", {})),
}
"""The pages behind consent, with what is answered on each; what is not answered is left blank."""


def test_three_surveys__on_one_site__are_walked_by_themselves_and_drafts_say_so() -> None:
    for entry, name in SURVEYS.items():
        path = ROOT / "selfhelp_survey" / "questionnaires" / f"{name}.yaml"
        open_survey(read_questionnaire_file(path).questionnaire, entry=entry)
    for entry, way in WAYS.items():
        respondent = Respondent(entry=entry)
        assert ("Draft. Nobody has signed" in respondent.see().content.decode()) is (entry != "end")
        respondent.send("consent", c1_adult=1, c2_consent=1)
        for step, answers in way:
            assert f'name="{next(iter(answers), "t")}"' in respondent.see(step).content.decode()
            assert respondent.send(step, **answers).status_code == 303


@pytest.mark.parametrize(("sought", "asked", "not_asked"), [(1, "found", "first"), (2, "reasons", "found")])
def test_sister_survey__part_two__follows_the_answers(sought: int, asked: str, not_asked: str) -> None:
    path = ROOT / "selfhelp_survey" / "questionnaires" / "no_need_for_help.yaml"
    open_survey(read_questionnaire_file(path).questionnaire, entry="demo-c")
    respondent = Respondent(entry="demo-c")
    respondent.send("consent", c1_adult=1, c2_consent=1)
    respondent.send("about")
    respondent.send("wish", h3_sought=sought)
    respondent.send("use")
    assert f"/{asked}/" in respondent.send("more", go="on").headers["Location"]
    assert respondent.see(not_asked).status_code == 303
    assert received() == []
