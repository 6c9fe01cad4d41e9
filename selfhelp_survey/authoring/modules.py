"""Questions that questionnaires share: modules that come with the package, and `include:`, which puts one in place.

A module is named by one of a few closed words, never by a path, so no file can ask for another. What an include brings
reads as if it stood in the including file: every problem with it is told at the line of the include.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from selfhelp_survey.authoring.problems import did_you_mean, quoted
from selfhelp_survey.authoring.section import LANGUAGE, Findings
from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.authoring.source_tree import Node, Place, Scalar, Sequence, source_tree

MODULES = ("background", "help_seeking", "pathways", "services", "wellbeing")
"""The modules there are; docs/reference/questionnaire-file.md lists what each holds."""
MOST_INCLUDES = 200
"""Includes in one file: far more than there are questions in all modules, and few enough to expand at once."""
FIXED = ("type",)
"""What is not written beside an include: with another type it would be another question."""
_INCLUDE = "include"
_TEXTS = frozenset({"label", "hint"})


@cache
def module_questions(module: str) -> Mapping[str, MappingNode]:
    """The questions of a module by their names, the lists they name written out. Raises KeyError for another word."""
    if module not in MODULES:
        raise KeyError(module)
    name = f"{module}.yaml"
    file = files("selfhelp_survey") / "questionnaires" / "modules" / name
    root, _ = source_tree(file.read_text(encoding="utf-8"), source=name)
    lists = _child(root, "lists")
    questions = _child(root, "questions")
    found = {}
    for question in questions.items if isinstance(questions, Sequence) else ():
        named, values = _child(question, "name"), _child(question, "values")
        if isinstance(question, MappingNode) and isinstance(named, Scalar):
            listed = _child(lists, values.value) if isinstance(values, Scalar) else values
            entries = {**question.entries, **({"values": listed} if listed else {})}
            found[named.value] = MappingNode(question.place, entries, question.keys)
    return found


def _child(node: Node | None, key: str) -> Node | None:
    return node.entries.get(key) if isinstance(node, MappingNode) else None


def with_includes(root: Node, findings: Findings) -> Node:
    """The same tree, each include of a page replaced by the question it names; what cannot be one is noted.

    Only questions can be included. A key beside the include takes the place of the module's; a key with nothing behind
    it takes the module's away.
    """
    pages = _child(root, "pages")
    if not isinstance(root, MappingNode) or not isinstance(pages, Sequence):
        return root
    expansion = _Expansion(findings, languages=_languages(root))
    replaced = Sequence(pages.place, [expansion.page(page) for page in pages.items])
    return MappingNode(root.place, {**root.entries, "pages": replaced}, root.keys)


def _languages(root: MappingNode) -> frozenset[str]:
    listed = root.entries.get("languages")
    items = listed.items if isinstance(listed, Sequence) else ()
    return frozenset(node.value for node in items if isinstance(node, Scalar))


class _Expansion:
    """Puts questions in place of includes; counts them, for a file may not grow without end."""

    def __init__(self, findings: Findings, *, languages: frozenset[str]) -> None:
        self._findings = findings
        self._languages = languages
        self._count = 0

    def page(self, page: Node) -> Node:
        questions = _child(page, "questions")
        if not isinstance(page, MappingNode) or not isinstance(questions, Sequence):
            return page
        expanded = (self._question(each) for each in questions.items)
        kept = Sequence(questions.place, [each for each in expanded if each is not None])
        return MappingNode(page.place, {**page.entries, "questions": kept}, page.keys)

    def _question(self, written: Node) -> Node | None:
        """The node itself where it includes nothing, None where it includes what there is not."""
        if not isinstance(written, MappingNode) or _INCLUDE not in written.entries:
            return written
        node, place = written.entries[_INCLUDE], written.keys[_INCLUDE]
        self._count += 1
        if self._count > MOST_INCLUDES:
            if self._count == MOST_INCLUDES + 1:
                self._findings.error("Q105", place, f"the file holds more than {MOST_INCLUDES} includes",
                                     fix="Include each question once")  # fmt: skip
            return None
        question = self._named(node, place)
        return None if question is None else self._merged(question, written, place)

    def _named(self, node: Node, place: Place) -> MappingNode | None:
        module, dot, name = (node.value if isinstance(node, Scalar) else "").partition(".")
        if not dot or not name:
            self._findings.error("Q112", place, "'include' should name a module and a question of it",
                                 fix="Write it like 'include: pathways.w3_first_place'")  # fmt: skip
        elif module not in MODULES:
            self._findings.error("Q181", place, f"there is no module {quoted(module)}",
                                 fix=did_you_mean(module, MODULES))  # fmt: skip
        elif name not in module_questions(module):
            fix = did_you_mean(name, module_questions(module))
            self._findings.error("Q181", place, f"the module {module} has no question {quoted(name)}", fix=fix)
        else:
            return module_questions(module)[name]
        return None

    def _merged(self, question: MappingNode, written: MappingNode, place: Place) -> MappingNode:
        for key in FIXED:
            if key in written.entries:
                self._findings.error("Q182", written.keys[key], f"{quoted(key)} is the module's own",
                                     fix="Leave it out, or write the question without 'include'")  # fmt: skip
        beside = {key: node for key, node in written.entries.items() if key not in (_INCLUDE, *FIXED)}
        brought = {key: self._copy(node, place, key) for key, node in question.entries.items() if key not in beside}
        keys = {**dict.fromkeys(brought, place), **{key: written.keys[key] for key in beside}}
        return MappingNode(place, {**brought, **beside}, keys)

    def _copy(self, node: Node, place: Place, key: str = "") -> Node:
        """The same at another place; of texts, only the languages that the questionnaire has."""
        if isinstance(node, Scalar):
            return Scalar(node.value, place, is_plain=node.is_plain)
        if isinstance(node, Sequence):
            return Sequence(place, [self._copy(item, place) for item in node.items])
        wanted = {name: each for name, each in node.entries.items() if key not in _TEXTS or self._is_read(name)}
        copied = {name: self._copy(each, place, name) for name, each in wanted.items()}
        return MappingNode(place, copied, dict.fromkeys(copied, place))

    def _is_read(self, language: str) -> bool:
        return language in self._languages or LANGUAGE.fullmatch(language) is None
