"""Every rule of the linter: one table, from which the linter and its documentation speak."""

from dataclasses import dataclass
from enum import StrEnum

MOST_TEXTS = 2
"""Free texts a questionnaire may hold: each one is read by a person before release, and any may identify."""
MOST_PAGES = 16
"""Pages of the longest route, those of both parts together; the choice between the parts and the check not counted."""
MOST_PAGES_AT_LEAST = 8
"""Pages of the shortest route through both parts, counted alike; of a block that can be skipped, the first page."""
MOST_PAGES_OF_PART_ONE = 6
MOST_ROWS = 8


class Weight(StrEnum):
    """An error keeps a questionnaire from being imported and published; a warning asks the author to look again."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a code stands for, how heavy it weighs, and what an author does about it."""

    weight: Weight
    meaning: str
    fix: str


_E, _W = Weight.ERROR, Weight.WARNING
_TABLE = {
    "L102": (_E, f"more than {MOST_TEXTS} text questions", "Ask with values instead: every text is read by a person"),
    "L104": (_E, "a variable named like something identifying",
             "Leave the question out, or rename the variable if it asks something else"),
    "L105": (_E, "a question that seems to ask for something identifying",
             "Leave it out, or word it so that nothing identifying can be given"),
    "L106": (_E, "a variable, or its harmonised name, that is a reserved word of SPSS, Stata, R or SQL",
             "Rename it, for example with the number of the question before it"),
    "L107": (_E, "a required question on a page that admits nobody",
             "Do not require it: every other question can be left blank"),
    "L108": (_E, "a page that turns people away and is not the first",
             "Move its condition, and what it asks, to the first page"),
    "L109": (_E, "a question that decides who is admitted and can be left blank", "Make it required"),
    "L110": (_E, "a variable, or its harmonised name, of more than 32 characters once a code or row stands behind it",
             "Shorten the name it begins with: the code or row comes behind it"),
    "L111": (_E, "a harmonised name that two variables share, or a name that the column of another one's label bears",
             "Give one of them another name, or another harmonised name"),
    "L201": (_W, f"a route of more than {MOST_PAGES} pages", f"Keep the longest route to {MOST_PAGES} pages"),
    "L202": (_W, f"a matrix of more than {MOST_ROWS} rows", f"Keep to {MOST_ROWS} rows"),
    "L203": (_W, "a sentence that is too long to be read once", "Make two sentences of it, or leave words out"),
    "L204": (_W, "a question that seems to ask two things", "Ask one thing at a time"),
    "L205": (_W, f"more than {MOST_PAGES_OF_PART_ONE} pages in part one",
             f"Keep to {MOST_PAGES_OF_PART_ONE} pages; move what can wait to part 2"),
    "L206": (_W, f"no route through both parts of {MOST_PAGES_AT_LEAST} pages or fewer",
             "Ask fewer pages of everybody: give pages a condition, or leave them out"),
    "L207": (_W, "a text question without a hint",
             "Say in a hint that no names, places or sites belong into the text"),
    "L301": (_W, "a variable that can no longer be compared with the last published version",
             "Keep type, values and who is asked; or give the changed question a new name"),
    "L302": (_W, "a variable that the last published version has, and that is asked no more",
             "Ask it under the name it had, or let its series end"),
    "L303": (_W, "a variable that shares its harmonised name with another questionnaire, but not what it means",
             "Make both alike, or take the harmonised name away"),
    "L401": (_E, "a harmonised name that the catalogue does not know, in one of the surveys that it describes",
             "Take the harmonised name away, or write the variable into the catalogue"),
    "L402": (_E, "a harmonised question of another type, or with other codes or rows, than the catalogue says",
             "Ask as the catalogue says, or take the harmonised name away"),
    "L403": (_E, "a harmonised variable that the catalogue does not list for this one of its surveys",
             "Take the harmonised name away, or write into the catalogue how far it is asked"),
}  # fmt: skip

RULES = {code: Rule(weight=weight, meaning=meaning, fix=fix) for code, (weight, meaning, fix) in _TABLE.items()}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What the linter objects to: `where` is a key like `pages.about-you.questions.a2_age`, `language` "" for all."""

    code: str
    where: str
    message: str
    language: str = ""

    def __post_init__(self) -> None:
        if self.code not in RULES:
            raise KeyError(self.code)

    @property
    def weight(self) -> Weight:
        """How heavy it weighs."""
        return RULES[self.code].weight

    @property
    def fix(self) -> str:
        """The way out."""
        return RULES[self.code].fix

    def __str__(self) -> str:
        return f"{self.where}: {self.code} {self.message}. {self.fix}"
