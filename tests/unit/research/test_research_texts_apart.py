"""Free texts lie apart from the responses they came in: nothing is lost on the way, and nothing ties the two."""

import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import replace

import pytest

from selfhelp_survey.core.document import content_hash, document_of
from selfhelp_survey.core.expression import Expression
from selfhelp_survey.core.questionnaire import Page, Questionnaire, QuestionType, Role
from selfhelp_survey.core.response import Mark, Response
from selfhelp_survey.research.errors import LedgerError
from selfhelp_survey.research.held_response import body_of, response_in
from selfhelp_survey.research.ledger import open_ledger
from selfhelp_survey.research.ledger_cipher import LedgerCipher, store_digest
from selfhelp_survey.research.ledger_file import APPLICATION_ID
from selfhelp_survey.sealing.envelope import seal_response
from tests.unit.research.conftest import Station
from tests.unit.research.reading import held_words, opened, raw, review, states, writers, wrote
from tests.unit.research.survey import question, response, responses, text, tiny

pytestmark = pytest.mark.once

OLD_SCHEMA = """
create table about (name text primary key, body blob not null);
create table questionnaire (id blob primary key, body blob not null);
create table series (id blob primary key, body blob not null);
create table release (id blob primary key, body blob not null);
create table response (id blob primary key, release blob, body blob);
create index response_release on response (release);
"""
MANY = 60
MOST_BY_CHANCE = 9
"""Guessing pairs of 60 hits once on average (the fixed points of a random permutation are about Poisson distributed
with mean 1): ten or more happen once in ten million times."""


def test_receive__texts_in_the_responses__are_all_kept_apart(station: Station) -> None:
    station.receive([*writers(12), *responses(5, start=100)])
    assert sorted(held_words(station)) == sorted(wrote(number) for number in range(12))


def test_receive__the_same_bundle_twice_and_an_overlapping_one__keeps_each_text_once(station: Station) -> None:
    path = station.bundle(writers(12))
    station.receive_file(path)
    path.with_suffix(".receipt").unlink()
    station.receive_file(path)
    station.receive(writers(15))
    assert sorted(held_words(station)) == sorted(wrote(number) for number in range(15))


def test_receive__two_who_wrote_the_same__keeps_both(station: Station) -> None:
    station.receive(responses(3, words="the same"))
    assert held_words(station) == ["the same"] * 3


@pytest.mark.parametrize(
    "answers", [{"use": 2}, {"words": None}, {"words": " \n "}, {"words": -2}],
    ids=["forbidden", "none", "blank", "declined"],
)  # fmt: skip
def test_receive__nothing_that_may_be_used__keeps_no_text(station: Station, answers: dict[str, object]) -> None:
    station.receive(writers(12, **answers))  # type: ignore[arg-type]
    assert held_words(station) == []
    assert review(station, "--last") == 0


def test_release__of_everybody__leaves_every_text_in_the_ledger(station: Station) -> None:
    station.receive(writers(20))
    assert station.release("out") == 0
    assert raw(station.ledger, "select count(body) from response") == [(0,)]
    assert len(held_words(station)) == 20


def test_release__after_texts_were_taken_out__has_every_other_answer(station: Station) -> None:
    station.receive(writers(20, mood=2))
    station.release("out")
    rows = station.rows("out")
    assert {row["mood"] for row in rows} == {"2"}
    assert "words" not in rows[0]


# --- the attacks -----------------------------------------------------------------------------------------------------


def hits(texts: Sequence[str], written: Sequence[str]) -> int:
    """How many pairs somebody gets right who lays two tables side by side in the order in which they are stored."""
    return sum(one == other for one, other in zip(texts, written, strict=True))


def in_stored_order(station: Station, order: str) -> list[str]:
    """What the responses' senders wrote, in an order that the file shows of the responses."""
    cipher = LedgerCipher(station.private)
    numbers = {cipher.response_id(store_digest(sent.id)): wrote(int(sent.id, 16)) for sent in writers(MANY)}
    found = raw(station.ledger, f"select id from response order by {order}")  # noqa: S608 - the test's own words
    return [numbers[row_id] for (row_id,) in found if isinstance(row_id, bytes)]


@pytest.mark.parametrize("order", ["rowid", "id", "rowid desc", "hex(body)"])
def test_texts__laid_beside_the_responses__pair_no_better_than_chance(station: Station, order: str) -> None:
    station.receive(writers(MANY))
    assert hits(held_words(station), in_stored_order(station, order)) <= MOST_BY_CHANCE


def test_texts__in_a_table_as_one_would_write_it__pair_every_time(station: Station) -> None:
    station.receive(writers(MANY))
    received = in_stored_order(station, "rowid")
    connection = sqlite3.connect(":memory:")
    connection.execute("create table text (id blob primary key, body text)")
    connection.executemany("insert into text values (?, ?)", [(secrets.token_bytes(16), words) for words in received])
    naive = [words for (words,) in connection.execute("select body from text")]
    connection.close()
    assert hits(naive, received) == MANY


def test_texts__table__has_an_id_and_a_body_and_no_rowid(station: Station) -> None:
    assert [row[1] for row in raw(station.ledger, "pragma table_info(text)")] == ["id", "body"]
    with pytest.raises(sqlite3.OperationalError, match="rowid"):
        raw(station.ledger, "select rowid from text")


def test_texts__two_copies_of_the_ledger_without_the_key__do_not_show_which_came_between(station: Station) -> None:
    station.receive(writers(12))
    before = raw(station.ledger, "select id from text union all select body from text")
    station.receive(writers(1, start=12))
    after = raw(station.ledger, "select id from text union all select body from text")
    assert (len(before), len(after)) == (24, 26)
    assert set(before).isdisjoint(after)


def test_responses__whose_text_was_taken_out__do_not_hold_it_and_are_as_long_as_before(station: Station) -> None:
    station.receive([*writers(5), *responses(5, start=100)])
    lengths = raw(station.ledger, "select length(body) from response")
    assert len(set(lengths)) == 1
    with opened(station) as ledger:
        held = [response_in(row.envelope, station.private) for row in ledger.pending()]
    assert [sent.answers.get("words") for sent in held] == [None] * 10
    assert all(sent.answers["use"] == 1 for sent in held)


def test_texts__of_any_length_up_to_the_questionnaires__are_sealed_at_one_length(station: Station) -> None:
    station.receive([response(1, words="x"), response(2, words="é" * 100)])
    assert len(set(raw(station.ledger, "select length(body) from text"))) == 1


def test_ledger__file__shows_no_word_and_no_state(station: Station) -> None:
    station.receive(writers(12))
    review(station, lines=["k", "d", "e"])
    data = station.ledger.read_bytes()
    assert all(word not in data for word in (b"marker", b"kept", b"escalated", b"words"))


# --- where a condition asks for the text -----------------------------------------------------------------------------


def asking_for_the_text() -> Questionnaire:
    """The tiny survey, and a page that only those see who wrote something."""
    more = question("more", Role.INSENSITIVE, type=QuestionType.SINGLE)
    first = tiny()
    page = Page(name="then", title=text("Then"), questions=(more,), relevance=Expression("${words} != ''"))
    return replace(first, pages=(*first.pages, page))


def test_receive__condition_on_the_text__keeps_the_response_whole_so_that_no_answer_goes(station: Station) -> None:
    survey = asking_for_the_text()
    sent = [replace(one, sent=("all", "then")) for one in
            (response(number, of=survey, words=wrote(number), more=2) for number in range(20))]  # fmt: skip
    station.receive(sent, of=[survey])
    assert len(held_words(station)) == 20
    assert station.release("out") == 0
    assert {row["more"] for row in station.rows("out")} == {"2"}


@pytest.mark.parametrize("forged", [{"words": "a\ud800"}, {"words": "a", "later": "\ud800"}])
def test_receive__half_characters_in_a_forged_response__harm_nobody_elses(
    station: Station, forged: dict[str, object]
) -> None:
    later = question("later", Role.FREE_TEXT, type=QuestionType.TEXT, values=(), maximum_length=100)
    survey = replace(tiny(), pages=(*tiny().pages, Page(name="then", title=text("Then"), questions=(later,))))
    plain = json.loads(response(99, of=survey).to_json())
    plain["answers"] |= forged
    hostile = seal_response(json.dumps(plain).encode(), [station.private.public])
    others = [response(number, of=survey, words=wrote(number)) for number in range(20)]
    assert station.receive([*others, hostile], of=[survey]) == 0
    assert len(held_words(station)) == 21
    assert review(station, lines=["k"] * 21) == 0
    assert review(station, "--release", "--out", station.root / "texts") == 0
    assert station.release("out") == 0


def test_body_of__what_is_left__opens_again(station: Station) -> None:
    left = response(1)
    body = body_of(left, instead_of=seal_response(left.to_json(), [station.private.public]))
    assert response_in(body, station.private) == left


# --- ledgers from before ---------------------------------------------------------------------------------------------


def old_ledger(station: Station, held: Sequence[Response], *, released: int = 0) -> None:
    """Put a ledger as the version before wrote it in place, with these responses; the first so many are released."""
    cipher = LedgerCipher(station.private)
    station.ledger.unlink()
    connection = sqlite3.connect(station.ledger)
    connection.executescript(f"{OLD_SCHEMA}; pragma application_id = {APPLICATION_ID}; pragma user_version = 2")
    document = document_of(tiny())
    named = {"seed": secrets.token_bytes(32), "tally": json.dumps([len(held), released, 0]).encode()}
    for name, body in named.items():
        connection.execute("insert into about values (?, ?)", (name, cipher.seal("about", name.encode(), body)))
    row_id = cipher.row_id("questionnaire", content_hash(document))
    connection.execute(
        "insert into questionnaire values (?, ?)", (row_id, cipher.seal("questionnaire", row_id, document.encode()))
    )
    for number, sent in enumerate(held):
        row_id = cipher.response_id(store_digest(sent.id))
        envelope = seal_response(sent.to_json(), [station.private.public])
        kept = None if number < released else cipher.seal("response", row_id, envelope)
        release = cipher.row_id("release", "tiny/1") if number < released else None
        connection.execute("insert into response values (?, ?, ?)", (row_id, release, kept))
    connection.commit()
    connection.close()


def test_old_ledger__any_command__takes_the_texts_of_what_is_held_out_once(station: Station) -> None:
    old_ledger(station, writers(30), released=5)
    assert review(station, "--log") == 0
    assert sorted(held_words(station)) == sorted(wrote(number) for number in range(5, 30))
    assert review(station, "--log") == 0
    assert station.receive(writers(31)) == 0
    assert len(held_words(station)) == 26
    with opened(station) as ledger:
        held = [response_in(row.envelope, station.private) for row in ledger.pending()]
    assert not any("words" in sent.answers for sent in held)


def test_old_ledger__first_command_is_a_release__loses_no_text(station: Station) -> None:
    old_ledger(station, writers(20))
    assert station.release("out") == 0
    assert len(station.rows("out")) == 20
    assert len(held_words(station)) == 20


def test_old_ledger__opened_by_code_that_does_not_take_texts_out__refuses_to_drop_responses(station: Station) -> None:
    old_ledger(station, writers(20))
    with (
        open_ledger(station.ledger, station.private) as ledger,
        pytest.raises(LedgerError, match="not taken out yet"),
    ):
        ledger.end_series("tiny", dropped=[row.id for row in ledger.pending()])
    assert raw(station.ledger, "select count(body) from response") == [(20,)]


def test_old_ledger__that_lost_a_response__is_refused_as_before(station: Station) -> None:
    old_ledger(station, writers(20))
    connection = sqlite3.connect(station.ledger)
    connection.execute("delete from response where rowid = 3")
    connection.commit()
    connection.close()
    assert review(station, "--log") == 1


# --- whole or not at all ---------------------------------------------------------------------------------------------


def test_ledger__text_taken_out_behind_its_back__is_refused(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    station.receive(writers(12))
    connection = sqlite3.connect(station.ledger)
    connection.execute("delete from text where id = (select min(id) from text)")
    connection.commit()
    connection.close()
    capsys.readouterr()
    assert review(station) == 1
    assert "lost entries" in capsys.readouterr().err


def test_ledger__bodies_of_two_texts_swapped__is_refused(station: Station) -> None:
    station.receive(writers(2))
    connection = sqlite3.connect(station.ledger)
    connection.execute("update text set body = (select body from text as other where other.id != text.id)")
    connection.commit()
    connection.close()
    assert review(station) == 1


def test_receive__failing_in_the_middle__keeps_no_text_and_no_response(station: Station) -> None:
    station.receive(writers(3))
    with opened(station) as ledger:

        def broken() -> object:
            row = next(ledger.pending())
            yield row._replace(id=secrets.token_bytes(32), texts=tuple(held.text for held in ledger.texts.held()))
            raise OSError("the disk is full")

        with pytest.raises(OSError, match="full"):
            ledger.receive((), broken())  # type: ignore[arg-type]
        assert ledger.count == 3
    assert len(held_words(station)) == 3


def test_receive__rehearsals_and_real_ones__are_read_apart(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    station.receive([*writers(10), *writers(12, start=20, mark=Mark.REHEARSAL)])
    capsys.readouterr()
    assert review(station, "--kind", "rehearsal") == 0
    assert "12 texts to read" in capsys.readouterr().out
    assert states(station) == {"waiting": 10, "open": 12}
