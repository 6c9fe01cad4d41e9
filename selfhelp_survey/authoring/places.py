"""Where each part of a questionnaire stands in its file, under the keys that its texts have (`core.wordings`)."""

from collections.abc import Iterator, Mapping

from selfhelp_survey.authoring.source_tree import Mapping as MappingNode
from selfhelp_survey.authoring.source_tree import Node, Place, Scalar, Sequence

Places = Mapping[tuple[str, str], Place]
"""The place of a key and a language; with the language "", of the key as a whole."""
Placed = Iterator[tuple[tuple[str, str], Place]]


def places_in(root: MappingNode) -> Places:
    """The places of pages, questions, rows, values and hierarchies, and of each text in each language."""
    return dict(_whole(root))


def place_of(places: Places, key: str, language: str = "") -> Place:
    """Where this stands; of what is not in the file itself, where that stands which it belongs to."""
    while key:
        found = places.get((key, language)) or places.get((key, ""))
        if found is not None:
            return found
        key = key.rpartition(".")[0]
    return places[("", "")]


def _whole(root: MappingNode) -> Placed:
    yield ("", ""), root.place
    yield from _text("title", root.entries.get("title"))
    pages = root.entries.get("pages")
    if pages is not None:
        yield ("pages", ""), pages.place
    for page in _mappings(pages):
        yield from _page(page, f"pages.{_word(page, 'page')}", root.entries.get("lists"))
    hierarchies = root.entries.get("hierarchies")
    for name, levels in hierarchies.entries.items() if isinstance(hierarchies, MappingNode) else ():
        yield from _hierarchy(levels, f"hierarchies.{name}")


def _page(page: MappingNode, key: str, lists: Node | None) -> Placed:
    yield (key, ""), page.place
    for name in ("title", "intro"):
        yield from _text(f"{key}.{name}", page.entries.get(name))
    for kind in ("facts", "details"):
        for number, passage in enumerate(_mappings(page.entries.get(kind)), start=1):
            for part in ("heading", "text"):
                yield from _text(f"{key}.{kind}.{number}.{part}", passage.entries.get(part))
    for question in _mappings(page.entries.get("questions")):
        yield from _question(question, f"{key}.questions.{_word(question, 'name')}", lists)


def _question(question: MappingNode, key: str, lists: Node | None) -> Placed:
    yield (key, ""), question.place
    for name in ("label", "hint"):
        yield from _text(f"{key}.{name}", question.entries.get(name))
    for row in _mappings(question.entries.get("rows")):
        yield from _text(f"{key}.rows.{_word(row, 'name')}", row.entries.get("label"))
    values = question.entries.get("values")
    if isinstance(values, Scalar) and isinstance(lists, MappingNode):
        values = lists.entries.get(values.value)
    for value in _mappings(values):
        yield from _text(f"{key}.values.{_word(value, 'code')}", value.entries.get("label"))


def _hierarchy(levels: Node, key: str) -> Placed:
    yield (key, ""), levels.place
    for number, level in enumerate(levels.items if isinstance(levels, Sequence) else (), start=1):
        for category in _mappings(level):
            yield from _text(f"{key}.{number}.{_word(category, 'code')}", category.entries.get("label"))


def _text(key: str, node: Node | None) -> Placed:
    if not isinstance(node, MappingNode):
        return
    yield (key, ""), node.place
    for language, wording in node.entries.items():
        yield (key, language), wording.place


def _mappings(node: Node | None) -> Iterator[MappingNode]:
    items = node.items if isinstance(node, Sequence) else ()
    return (item for item in items if isinstance(item, MappingNode))


def _word(mapping: MappingNode, key: str) -> str:
    node = mapping.entries.get(key)
    return node.value if isinstance(node, Scalar) else ""
