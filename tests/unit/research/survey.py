"""A tiny survey, its responses, and real bundles of them, for the tests of the workstation."""

import secrets
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import (
    Category,
    GeneralisationHierarchy,
    Page,
    Question,
    Questionnaire,
    QuestionType,
    Role,
    Value,
)
from selfhelp_survey.core.response import Channel, Mark, Response
from selfhelp_survey.core.text import Text
from selfhelp_survey.research.ledger import create_ledger
from selfhelp_survey.research.ledger_file import ledger_path
from selfhelp_survey.sealing.bundle import BundleHeader, QuestionnaireDocument, write_bundle
from selfhelp_survey.sealing.envelope import seal_response
from selfhelp_survey.sealing.key_file import Cost, save_private_key
from selfhelp_survey.sealing.keys import PrivateKey, PublicKey, generate_private_key

PASSPHRASE = "five words are long enough"
CHEAP = Cost(memory=64, passes=1)
LANGUAGES = ("en", "es", "fi")

TOTALS = "series: t\nquestionnaire: tiny\nkind: real\noutput: totals\n"
PLAN = """\
series: tiny
questionnaire: tiny
kind: real
output: records
variables: all
quasi_identifiers: {age: 1, language: 1}
k: 3
minimum_size: 10
minimum_new: 10
"""


def text(word: str) -> Text:
    """The same word in every language of the tiny survey."""
    return Text.of(dict.fromkeys(LANGUAGES, word))


def values(*codes: int) -> tuple[Value, ...]:
    """Values that are labelled by their codes."""
    return tuple(Value(code=code, label=text(f"value {code}")) for code in codes)


def question(name: str, role: Role, **more: object) -> Question:
    """A single-choice question with values 1 to 3 and "prefer not to say", unless told otherwise."""
    label = text(f"About {name}?")
    given: dict[str, object] = {"type": QuestionType.SINGLE, "values": values(1, 2, 3, -2), "label": label}
    return Question(name=name, role=role, **{**given, **more})  # type: ignore[arg-type]


def tiny(*extra: Question) -> Questionnaire:
    """Age (1-3; level 1: young 1, old 2), a sensitive item, a multiple one, a free text, and whether it may be used."""
    ages = (
        Category(code=1, label=text("young"), members=(1,)),
        Category(code=2, label=text("old"), members=(2, 3)),
    )
    tongues = (Category(code="en", label=text("English"), members=("en",)),
               Category(code="other", label=text("another"), rest=True))  # fmt: skip
    questions = (
        question("age", Role.QUASI_IDENTIFIER, hierarchy="age"),
        question("mood", Role.SENSITIVE),
        question("needs", Role.INSENSITIVE, type=QuestionType.MULTIPLE),
        question("words", Role.FREE_TEXT, type=QuestionType.TEXT, values=(), maximum_length=100),
        question("use", Role.CONTROL),
        *extra,
    )
    hierarchies = (
        GeneralisationHierarchy(name="age", levels=(ages,)),
        GeneralisationHierarchy(name="language", levels=(tongues,)),
    )  # fmt: skip
    return Questionnaire(
        code="tiny", title=text("Tiny"), languages=LANGUAGES,
        pages=(Page(name="all", title=text("All"), questions=questions),),
        hierarchies=hierarchies, usable=Expression("${use} != 2"),
    )  # fmt: skip


def response(number: int, *, of: Questionnaire | None = None, mark: Mark = Mark.REAL, **answers: object) -> Response:
    """The response with this number as its id; age 1 and mood 1 unless told otherwise, `language` too."""
    given: dict[str, Any] = {"age": 1, "mood": 1 + number % 3, "use": 1, **answers}
    language = str(given.pop("language", "en"))
    return Response(
        id=f"{number:032x}", mark=mark, questionnaire="tiny", version_hash=content_hash(document_of(of or tiny())),
        language=language, entry="site", channel=Channel.CLEAR, quarter="2026Q4", sent=("all",),
        answers={name: value for name, value in given.items() if value is not None},
    )  # fmt: skip


def responses(count: int, *, start: int = 0, **answers: object) -> list[Response]:
    """So many responses that differ only in number and mood."""
    return [response(number, **answers) for number in range(start, start + count)]  # type: ignore[arg-type]


def bundle(
    path: Path, held: Iterable[Response | bytes], recipients: Sequence[PublicKey], of: Sequence[Questionnaire] = ()
) -> Path:
    """A real bundle of these responses, each sealed afresh; bytes stand in a row as they are."""
    documents = tuple(QuestionnaireDocument(document_of(version)) for version in (of or (tiny(),)))
    header = BundleHeader(
        site="here", questionnaires=documents, recipients=tuple(key.fingerprint for key in recipients)
    )
    rows = ((uuid.UUID(bytes=secrets.token_bytes(16)), _sealed(one, recipients)) for one in held)
    write_bundle(path, header, sorted(rows, key=lambda row: row[0]))
    return path


def _sealed(held: Response | bytes, recipients: Sequence[PublicKey]) -> bytes:
    return held if isinstance(held, bytes) else seal_response(held.to_json(), recipients)


def new_workstation(directory: Path) -> tuple[Path, PrivateKey]:
    """A key file with its ledger and passphrase file, and the key itself."""
    directory.mkdir(exist_ok=True)
    private = generate_private_key()
    path = directory / "research-key.json"
    save_private_key(private, path, passphrase=PASSPHRASE, cost=CHEAP)
    create_ledger(ledger_path(path), private)
    (directory / "passphrase").write_text(PASSPHRASE + "\n")
    return path, private
