"""Telling the sister questionnaires that come with the package as drafts, by their code and by their own words.

What is theirs alone are the titles, introductions and consent texts that the exit survey does not share: questions come
from modules, which anybody may include, and say nothing. A copy under another code, or without its mark, so stays the
draft that it is. Who words it anew has written another questionnaire, and stands by that.
"""

from functools import cache
from importlib.resources import files

from selfhelp_survey.authoring.yaml_reader import read_questionnaire
from selfhelp_survey.core.questionnaire import Questionnaire
from selfhelp_survey.core.wordings import wordings_of

DRAFTS = ("help_us_to_help_you", "no_need_for_help")
"""The codes, and the names of the files, of the questionnaires that come as drafts."""
EXIT_SURVEY = "exit_survey"
MOST = 0.5
"""From this share on, of all own texts of the copy or of the draft, the words are those of the draft. Our choice."""
FEWEST_SHARED = 3
"""Fewer texts in common, such as a title of two words, may be chance. Our choice."""
_Words = frozenset[tuple[str, str]]
"""A language, and the letters and digits of a text in it."""


def shipped_draft_like(questionnaire: Questionnaire) -> str:
    """The code of the shipped draft that this questionnaire is a copy of, the nearest one; "" where there is none.

    Compared language by language: leaving one out, or adding another, changes nothing.
    """
    own = _own_words(questionnaire)
    shares = {code: _share(own, _words_of_draft(code)) for code in DRAFTS}
    nearest = max(DRAFTS, key=lambda code: shares[code])
    return nearest if shares[nearest] >= MOST else ""


def _share(copy: _Words, draft: _Words) -> float:
    """How much of the copy or of the draft is the other's, whichever is more, in the language where it is most."""
    return max(_share_in(language, copy, draft) for language in {language for language, _ in draft})


def _share_in(language: str, copy: _Words, draft: _Words) -> float:
    told, proposed = ({each for each in words if each[0] == language} for words in (copy, draft))
    shared = len(told & proposed)
    return shared / min(len(told), len(proposed)) if shared >= FEWEST_SHARED else 0.0


def _own_words(questionnaire: Questionnaire) -> _Words:
    """The titles, introductions and consent texts, without those of the exit survey."""
    return _frame(questionnaire) - _frame(_shipped(EXIT_SURVEY))


@cache
def _words_of_draft(code: str) -> _Words:
    return _own_words(_shipped(code))


def _frame(questionnaire: Questionnaire) -> _Words:
    texts = {key: text for key, text in wordings_of(questionnaire).items()
             if not key.startswith("hierarchies.") and ".questions." not in key}  # fmt: skip
    return frozenset((language, _letters(words)) for text in texts.values() for language, words in text.translations)


def _letters(words: str) -> str:
    return "".join(each for each in words.casefold() if each.isalnum())


@cache
def _shipped(code: str) -> Questionnaire:
    name = f"{code}.yaml"
    file = files("selfhelp_survey") / "questionnaires" / name
    return read_questionnaire(file.read_text(encoding="utf-8"), source=name)
