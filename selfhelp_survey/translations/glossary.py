"""The words agreed on for each language, and texts that use others.

A term stands in a text's source by one of its forms there; then one of its forms in the other language has to stand in
the translation. A form is matched as whole words, whatever their case; `*` stands for any letters, for languages that
bend their words.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from selfhelp_survey.authoring.problems import ProblemsFound
from selfhelp_survey.authoring.section import LANGUAGE, Findings, Section
from selfhelp_survey.authoring.source_tree import MAXIMUM_BYTES, Node, Scalar, Sequence, source_tree
from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.errors import UsageError
from selfhelp_survey.translations.units import TranslationUnit

SHIPPED = "glossary.yaml"
TERM_KEYS = ("term", "why", "say", "avoid")
MOST_STARS = 3
"""In one form: with more, looking for it in a long text could take for ever."""
_STARS = re.compile(r"\*+")
Forms = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class Term:
    """One thing and its words: by language those that may be said, the agreed one first, and those to avoid."""

    name: str
    why: str
    say: Forms
    avoid: Forms


@dataclass(frozen=True, kw_only=True)
class Glossary:
    """All terms."""

    terms: tuple[Term, ...]

    def findings(self, unit: TranslationUnit, language: str) -> Iterator[str]:
        """What a reader should look at again in this text; nothing where it is missing."""
        for term in self.terms if unit.target else ():
            for form in term.avoid.get(language, ()):
                if found := _pattern(form).search(unit.target):
                    yield f"'{found[0]}' is to be avoided{_instead(term, language)}"
            if language != unit.source_language and _is_lost(term, unit, language):
                yield f"'{term.name}' is not called {' or '.join(_plain(form) for form in term.say[language][:2])}"


def _is_lost(term: Term, unit: TranslationUnit, language: str) -> bool:
    wanted = term.say.get(language, ())
    is_meant = any(_pattern(form).search(unit.source) for form in term.say.get(unit.source_language, ()))
    return is_meant and bool(wanted) and not any(_pattern(form).search(unit.target) for form in wanted)


def _instead(term: Term, language: str) -> str:
    agreed = term.say.get(language, ())
    return f": say '{_plain(agreed[0])}'" if agreed else ""


def _plain(form: str) -> str:
    return form.replace("*", "…")


@lru_cache(maxsize=1024)
def _pattern(form: str) -> re.Pattern[str]:
    words = re.sub(r"(?:\\\*)+", r"\\w*", re.escape(form))
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


def shipped_glossary() -> Glossary:
    """The terms of the shipped survey and of the interface."""
    file = resources.files("selfhelp_survey") / "questionnaires" / SHIPPED
    return read_glossary(file.read_text("utf-8"), source=SHIPPED)


def glossary_of(path: Path | None) -> Glossary:
    """The shipped terms and a site's own, which replace those of the same name. Raises ProblemsFound, UsageError."""
    shipped = shipped_glossary()
    if path is None:
        return shipped
    try:
        with path.open("rb") as file:
            text = file.read(MAXIMUM_BYTES + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path.name}: this is not UTF-8 text; save the file as UTF-8") from None
    own = read_glossary(text, source=path.name).terms
    names = {term.name for term in own}
    return Glossary(terms=(*(term for term in shipped.terms if term.name not in names), *own))


def read_glossary(text: str, *, source: str) -> Glossary:
    """The terms in a YAML text. Raises ProblemsFound with all problems, UsageError for an empty one."""
    if not text.strip():
        raise UsageError(f"{source}: the glossary is empty; begin with 'terms:', or leave --glossary out")
    root, problems = source_tree(text, source=source)
    findings = Findings(problems)
    terms: list[Term] = []
    if isinstance(root, MappingNode):
        top = Section(root, findings, keys=("terms",))
        terms = [_term(section) for section in top.sections("terms", keys=TERM_KEYS)]
    else:
        findings.error("Q112", root.place, "the file should be a mapping", fix="Begin with 'terms:'")
    if findings.has_errors:
        raise ProblemsFound(findings.problems, source=source)
    return Glossary(terms=tuple(terms))


def _term(section: Section) -> Term:
    section.demand("term", fix="Write 'term: the material'")
    return Term(name=section.word("term"), why=section.word("why"), say=_forms(section, "say"),
                avoid=_forms(section, "avoid"))  # fmt: skip


def _forms(section: Section, key: str) -> Forms:
    found = {}
    for language, node in section.entries(key).items():
        if LANGUAGE.fullmatch(language) is None:
            section.wrong(key, wanted="languages with a list of words each, like {en: [the material]}")
        found[language] = tuple(_words(node, section, key))
    return found


def _words(node: Node, section: Section, key: str) -> Iterator[str]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar) and item.value.strip("* ") and len(_STARS.findall(item.value)) <= MOST_STARS:
            yield item.value.strip()
        else:
            section.wrong(key, wanted=f"words with at most {MOST_STARS} stars each, like [materiaal*]")
