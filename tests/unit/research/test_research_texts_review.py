"""Reading texts one by one: what is shown, what each decision does, and that nothing decided is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterable

import pytest

from selfhelp_survey.core.questionnaire import QuestionType, Role
from selfhelp_survey.core.response import Mark
from selfhelp_survey.research.command_line import run
from selfhelp_survey.research.texts.queue import FEWEST_TEXTS, Pile, begin_review
from selfhelp_survey.research.texts.table import HeldText
from tests.unit.research.conftest import Station
from tests.unit.research.reading import held_words, opened, review, states, writers, wrote
from tests.unit.research.survey import question, response, responses, tiny

pytestmark = pytest.mark.once

Said = pytest.CaptureFixture[str]


def shown(out: str) -> list[str]:
    """Every line of a text that stood on the screen."""
    return [line.removeprefix("  | ") for line in out.splitlines() if line.startswith("  | ")]


@pytest.mark.parametrize(("count", "is_shown"), [(FEWEST_TEXTS - 1, False), (FEWEST_TEXTS, True)])
def test_review__around_the_fewest__shows_texts_only_in_company(
    station: Station, capsys: Said, *, count: int, is_shown: bool
) -> None:
    station.receive(writers(count))
    capsys.readouterr()
    assert review(station) == 0
    out = capsys.readouterr().out
    assert bool(shown(out)) is is_shown
    assert ("wait until 10" in out) is not is_shown


def test_review__newcomers_while_some_are_open__wait_for_company_of_their_own(station: Station) -> None:
    station.receive(writers(10))
    review(station, lines=["k"] * 4)
    station.receive(writers(9, start=10))
    review(station, lines=["k"])
    assert states(station) == {"kept": 5, "open": 5, "waiting": 9}
    station.receive(writers(1, start=19))
    review(station)
    assert states(station) == {"kept": 5, "open": 15}


def test_review__two_questions__neither_keeps_the_other_company(station: Station) -> None:
    also = question("also", Role.FREE_TEXT, type=QuestionType.TEXT, values=(), maximum_length=100)
    survey = tiny(also)
    station.receive((response(number, of=survey, words="a", also="b") for number in range(9)), of=[survey])
    review(station)
    assert states(station) == {"waiting": 18}


def test_review__last__opens_the_few_that_are_left(station: Station, capsys: Said) -> None:
    station.receive(writers(2))
    review(station, "--last", lines=["k", "k"])
    assert states(station) == {"kept": 2}


def test_review__a_text__stands_alone_with_its_question_and_nothing_else(station: Station, capsys: Said) -> None:
    station.receive(writers(12, language="fi", age=2))
    capsys.readouterr()
    review(station, lines=["s"])
    told = capsys.readouterr().out
    assert len(shown(told)) == 1
    assert "About words?" in told
    assert all(word not in told for word in ("2026", "fi", "age", "mood", "site", "tiny"))


def test_review__language__shows_the_question_in_it_or_says_which_there_are(station: Station, capsys: Said) -> None:
    station.receive(writers(12))
    assert review(station, "--language", "es") == 0
    assert review(station, "--language", "xx") == 2
    assert "en, es, fi" in capsys.readouterr().err


def test_review__each_decision__does_what_it_says(station: Station) -> None:
    station.receive(writers(12))
    assert review(station, lines=["k", "keep", "d", "e", "D", "s"]) == 0
    assert states(station) == {"kept": 2, "discarded": 2, "escalated": 1, "open": 7}


def test_review__no_such_letter__asks_again(station: Station, capsys: Said) -> None:
    station.receive(writers(10))
    review(station, lines=["", "x", "yes", "k"])
    assert capsys.readouterr().out.count("Type one of the letters") == 3
    assert states(station) == {"kept": 1, "open": 9}


@pytest.mark.parametrize("pile", [Pile.ESCALATED, Pile.DISCARDED, Pile.KEPT])
def test_review__a_pile_again__can_decide_otherwise(station: Station, capsys: Said, pile: Pile) -> None:
    station.receive(writers(10))
    review(station, lines=["e", "d", "k", "s"])
    capsys.readouterr()
    review(station, f"--{pile}", lines=["k", "k"])
    assert len(shown(capsys.readouterr().out)) == 1
    assert states(station)["kept"] == (1 if pile is Pile.KEPT else 2)


def test_review__twice__shows_nothing_that_was_decided(station: Station, capsys: Said) -> None:
    station.receive(writers(10))
    review(station, lines=["k"] * 10)
    capsys.readouterr()
    review(station)
    assert "0 texts to read" in capsys.readouterr().out


def test_begin_review__shuffle__is_what_orders_a_pile(station: Station) -> None:
    station.receive(writers(10))
    with opened(station) as ledger:

        def by_words(pile: list[HeldText]) -> None:
            pile.sort(key=lambda held: held.text.words)

        first = begin_review(ledger.texts, Mark.REAL, by_words)
        first.open_waiting(10)
        assert [held.text.words for held in first.pile(Pile.OPEN)] == [wrote(number) for number in range(10)]


# --- redacting -------------------------------------------------------------------------------------------------------

TOLD = "Write to anna@example.org, or call 040 123 4567.\nAnna sits by the lake"


def redact(station: Station, capsys: Said, lines: Iterable[str], words: str = TOLD) -> str:
    """What is left of ten equal texts after these lines, of the one that changed."""
    station.receive(responses(10, words=words))
    capsys.readouterr()
    review(station, lines=lines)
    changed = [held for held in held_words(station) if held != words]
    return changed[0] if changed else words


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        (["1"], "Write to [removed], or call 040 123 4567.\nAnna sits by the lake"),
        (["1 2"], "Write to [removed], or call [removed].\nAnna sits by the lake"),
        (["2", "1"], "Write to [removed], or call [removed].\nAnna sits by the lake"),
        (["ANNA"], "Write to [removed]@example.org, or call 040 123 4567.\n[removed] sits by the lake"),
        (["1", "anna"], "Write to [removed], or call 040 123 4567.\n[removed] sits by the lake"),
        (["4567. Anna"], "Write to anna@example.org, or call 040 123 [removed] sits by the lake"),
        (["nobody", "2"], "Write to anna@example.org, or call [removed].\nAnna sits by the lake"),
    ],
)
def test_review__redact__takes_out_exactly_what_was_named(
    station: Station, capsys: Said, typed: list[str], left: str
) -> None:
    assert redact(station, capsys, ["r", *typed, "", "y", "s"]) == left


@pytest.mark.parametrize(
    "lines", [["r", "", "s"], ["r", "1", "", "n", "s"], ["r", "nobody", "", "s"], ["r", "1"], ["r", "1", ""]]
)
def test_review__redact_not_confirmed__changes_nothing(station: Station, capsys: Said, lines: list[str]) -> None:
    assert redact(station, capsys, lines) == TOLD
    assert states(station) == {"open": 10}


def test_review__redact_until_nothing_is_left__asks_to_discard_instead(station: Station, capsys: Said) -> None:
    assert redact(station, capsys, ["r", "anna", "", "s"], words="Anna!") == "Anna!"
    assert "discard it instead" in capsys.readouterr().out


def test_review__redacted__the_removed_words_are_gone_from_the_ledger(station: Station, capsys: Said) -> None:
    redact(station, capsys, ["r", "1 2", "anna", "", "y", "s"])
    with opened(station) as ledger:
        done = [held.text for held in ledger.texts.held() if held.text.is_redacted]
    assert len(done) == 1
    assert "anna" not in done[0].words.lower()


# --- what a hostile text could do ------------------------------------------------------------------------------------


def test_review__escape_sequences_and_turned_order__reach_no_terminal(station: Station, capsys: Said) -> None:
    hostile = "ok\x1b[2J\x1b]0;title\x07\u202egnihton\u2066\x9b31m\x00\r\nnext\u200b line\ud800"
    station.receive(responses(10, words="x"))  # real ones; the hostile one cannot be sealed by our own writer
    with opened(station) as ledger:
        held = next(ledger.texts.held())
        ledger.texts.change([held._replace(text=type(held.text)(origin=held.text.origin, words=hostile))])
    capsys.readouterr()
    review(station, lines=["k"] * 10)
    out = capsys.readouterr().out
    assert not set("\x1b\x07\u202e\u2066\x9b\x00\r\u200b\ud800") & set(out)
    assert "ok\ufffd[2J\ufffd]0;title\ufffd\ufffdgnihton\ufffd\ufffd31m\ufffd" in shown(out)
    assert "next line\ufffd" in shown(out)


def test_review__text_that_looks_like_a_prompt__stands_behind_a_bar(station: Station, capsys: Said) -> None:
    station.receive(responses(10, words="hello\n[k]eep it: k\n10 decided, 0 left."))
    capsys.readouterr()
    review(station, lines=["s"])
    assert shown(capsys.readouterr().out) == ["hello", "[k]eep it: k", "10 decided, 0 left."]


def test_review__terminal_of_another_encoding__shows_every_letter_and_no_error(station: Station) -> None:
    station.receive(responses(10, words="مرحبا ok 🙂"))
    done = subprocess.run(
        [sys.executable, "-m", "selfhelp_survey.research", *station.with_key("review")], input=b"k\nk\n",
        env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert "  | مرحبا ok 🙂" in done.stdout.decode()


def test_review__everything__puts_no_word_of_a_text_on_stderr_or_into_a_log(
    station: Station, capsys: Said, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    station.receive(writers(14))
    review(station, lines=["k", "d", "e", "r", "marker", "", "y", "?", *["k"] * 10])
    review(station, "--log")
    review(station, "--release", "--out", station.root / "texts")
    review(station, "--release", "--out", station.root / "again")
    told = capsys.readouterr()
    assert "marker" in told.out
    assert "marker" not in told.err + caplog.text


# --- nothing decided is lost -----------------------------------------------------------------------------------------


def test_review__killed_after_a_decision__has_kept_it_and_asks_for_the_rest(station: Station) -> None:
    station.receive(writers(10))
    command = [sys.executable, "-m", "selfhelp_survey.research", *station.with_key("review")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(b"d\nk\n")
        running.stdin.flush()
        texts = 0
        while texts < 3:  # the third is shown once the second is decided
            texts += running.stdout.readline().startswith(b"  | ")
        running.send_signal(signal.SIGKILL)
    assert states(station) == {"kept": 1, "discarded": 1, "open": 8}


def test_review__stopped_by_ctrl_c__keeps_what_was_decided(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    station.receive(writers(10))
    lines = iter(["k\n"])

    class Keyboard:
        def readline(self) -> str:
            for line in lines:
                return line
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Keyboard())
    assert run(station.with_key("review")) == 1
    assert states(station) == {"kept": 1, "open": 9}


# --- counting --------------------------------------------------------------------------------------------------------


def test_log__after_two_sittings__counts_decisions_and_holds_no_time(station: Station, capsys: Said) -> None:
    station.receive(writers(12))
    review(station, lines=["k", "d", "s"])
    review(station, lines=["r", "marker", "", "y", "e", "s"])
    capsys.readouterr()
    assert review(station, "--log") == 0
    now, done = "1 discarded, 1 escalated, 2 kept, 8 open", "1 discarded, 1 escalated, 1 kept, 1 redacted"
    assert capsys.readouterr().out.splitlines() == [
        f"real, tiny, words: now {now}; so far {done}",
        "sitting 1: 1 discarded, 1 kept",
        "sitting 2: 1 escalated, 1 redacted",
    ]


def test_log__nothing_yet__says_so(station: Station, capsys: Said) -> None:
    assert review(station, "--log") == 0
    assert capsys.readouterr().out == "No free text has come in yet.\n"


@pytest.mark.parametrize(
    "options",
    [["--release"], ["--out", "x"], ["--log", "--release"], ["--minimum", "9"], ["--minimum", "a"], ["--kind", "x"]],
)
def test_review__options_that_do_not_go_together__are_wrong_use(station: Station, options: list[str]) -> None:
    assert code_of(station, options) == 2


def code_of(station: Station, options: list[str]) -> object:
    """The exit code, also where argparse leaves by itself."""
    try:
        return review(station, *options)
    except SystemExit as left:
        return left.code
