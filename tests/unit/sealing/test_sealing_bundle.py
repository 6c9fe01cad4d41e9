import hashlib
import stat
import tracemalloc
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from selfhelp_survey.errors import SealingError
from selfhelp_survey.sealing.bundle import (
    LONGEST_LINE,
    BundleHeader,
    BundleRow,
    QuestionnaireDocument,
    check_bundle,
    read_bundle,
    write_bundle,
)

FINGERPRINT = " ".join(["0a1b"] * 16)
HEADER = BundleHeader(
    site="demo",
    questionnaires=(QuestionnaireDocument('{"title": "ä\\n"}'), QuestionnaireDocument("{}")),
    recipients=(FINGERPRINT,),
)
ROWS = tuple(BundleRow(uuid.UUID(int=number << 64), b"sealed %d" % number) for number in (1, 2, 30))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "site.bundle"
    write_bundle(path, HEADER, ROWS)
    return path


def refused(path: Path, sentence: str) -> None:
    with pytest.raises(SealingError, match=sentence):
        check_bundle(path)


def with_end(lines: list[bytes]) -> bytes:
    """The lines with a right end line: for damage that the digest alone would not find."""
    body = b"".join(lines)
    count = len(lines) - 1
    return body + b'{"end":{"count":%d,"sha256":"%s"}}\n' % (count, hashlib.sha256(body).hexdigest().encode())


def test_read_bundle__of_a_written_one__gives_header_and_rows_again_and_again(path: Path) -> None:
    bundle = read_bundle(path)
    assert bundle.header == HEADER
    assert tuple(bundle.rows()) == tuple(bundle.rows()) == ROWS


def test_check_bundle__of_a_written_one__counts_its_rows(path: Path) -> None:
    summary = check_bundle(path)
    assert (summary.header, summary.count) == (HEADER, 3)


def test_write_bundle__no_rows__is_a_bundle_with_none(tmp_path: Path) -> None:
    assert write_bundle(tmp_path / "b", HEADER, []) == 0
    assert check_bundle(tmp_path / "b").count == 0


def test_write_bundle__row_zero_and_empty_value__come_back(tmp_path: Path) -> None:
    """A strange row is for the reader to count as unreadable; it must not stop the others from leaving the host."""
    write_bundle(tmp_path / "b", HEADER, [(uuid.UUID(int=1), memoryview(b"")), (uuid.UUID(int=2), b"x")])
    assert [row.sealed for row in read_bundle(tmp_path / "b").rows()] == [b"", b"x"]


def test_write_bundle__on_disk__is_private_and_alone(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [held.name for held in path.parent.iterdir()] == ["site.bundle"]


def test_write_bundle__first_line__states_digest_of_each_questionnaire(path: Path) -> None:
    digest = hashlib.sha256('{"title": "ä\\n"}'.encode()).hexdigest().encode()
    assert digest in path.read_bytes().splitlines()[0]


def test_write_bundle__file_there__is_refused_and_left_alone(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(SealingError, match="nothing is overwritten"):
        write_bundle(path, HEADER, [])
    assert path.read_bytes() == before


def test_write_bundle__rows_fail_half_way__leaves_nothing_behind(tmp_path: Path) -> None:
    def rows() -> Iterator[BundleRow]:
        yield ROWS[0]
        raise LookupError("the database went away")

    with pytest.raises(LookupError, match="went away"):
        write_bundle(tmp_path / "b", HEADER, rows())
    assert not list(tmp_path.iterdir())


def test_write_bundle__file_appears_meanwhile__is_not_overwritten(tmp_path: Path) -> None:
    def rows() -> Iterator[BundleRow]:
        yield ROWS[0]
        (tmp_path / "b").write_text("somebody else's")

    with pytest.raises(SealingError, match="nothing is overwritten"):
        write_bundle(tmp_path / "b", HEADER, rows())
    assert (tmp_path / "b").read_text() == "somebody else's"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("rows", [ROWS[::-1], (ROWS[0], ROWS[0])])
def test_write_bundle__rows_not_ascending__are_refused(tmp_path: Path, rows: tuple[BundleRow, ...]) -> None:
    with pytest.raises(SealingError, match="sort them by id"):
        write_bundle(tmp_path / "b", HEADER, rows)
    assert not list(tmp_path.iterdir())


def test_write_bundle__value_longer_than_any_envelope__is_refused(tmp_path: Path) -> None:
    with pytest.raises(SealingError, match="holds no sealed response"):
        write_bundle(tmp_path / "b", HEADER, [(ROWS[0].row, bytes(LONGEST_LINE))])


def test_write_bundle__largest_envelope__fits(tmp_path: Path) -> None:
    largest = bytes(6 + 16 * 88 + 12 + 65536 + 16)
    write_bundle(tmp_path / "b", HEADER, [(ROWS[0].row, largest)])
    assert next(read_bundle(tmp_path / "b").rows()).sealed == largest


def test_check_bundle__cut_after_any_line__is_refused(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    for kept in range(1, len(lines)):
        path.write_bytes(b"".join(lines[:kept]))
        refused(path, r"site\.bundle is cut short: copy the whole bundle again")


def test_check_bundle__cut_anywhere__is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        refused(path, "cut short|not a bundle")


def test_check_bundle__any_one_byte_flipped__is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(SealingError):
            check_bundle(path)


def test_check_bundle__any_line_taken_out_or_doubled__is_refused(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    for place in range(1, len(lines)):
        for times in (0, 2):
            path.write_bytes(b"".join(lines[:place] + lines[place : place + 1] * times + lines[place + 1 :]))
            with pytest.raises(SealingError):
                check_bundle(path)


@pytest.mark.parametrize(
    "end", [b'{"end":{"count":2,', b'{"end":{"count":4,', b'{"end": {"count":3,', b'{"end":{"count":03,']
)
def test_check_bundle__end_line_edited__is_refused(path: Path, end: bytes) -> None:
    path.write_bytes(path.read_bytes().replace(b'{"end":{"count":3,', end))
    refused(path, "was changed after it was written")


def test_check_bundle__something_after_the_end__is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")
    refused(path, "was changed")


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"{}\n",
        b'{"row":"00000000000000030000000000000000"}\n',
        b'{"row":"00000000000000030000000000000000","sealed":"QQ"}\n',
        b'{"row":"00000000000000030000000000000000","sealed":"QR=="}\n',
        b'{"row":"00000000000000030000000000000000","sealed":"Q==="}\n',
        b'{"row":"00000000000000030000000000000000","sealed":"QQ==","more":1}\n',
        b'{"row": "00000000000000030000000000000000","sealed":"QQ=="}\n',
        b'{"row":"0000000000000003000000000000000A","sealed":"QQ=="}\n',
        b'{"row":"00000000000000020000000000000000","sealed":"QQ=="}\n',  # there already
        b'{"row":"00000000000000010000000000000001","sealed":"QQ=="}\n',  # out of order
    ],
)
def test_check_bundle__strange_row_under_a_right_digest__is_refused(path: Path, line: bytes) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(with_end([*lines[:3], line]))
    refused(path, "was changed")


def test_with_end__of_untouched_lines__is_the_bundle(path: Path) -> None:
    assert with_end(path.read_bytes().splitlines(keepends=True)[:-1]) == path.read_bytes()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"site":"demo"', b'"site":""'),
        (b'"site":"demo"', b'"site":5'),
        (b'"site":"demo"', b'"site":"demo","more":1'),
        (b'"site":"demo"', b'"site":"demo","site":"demo"'),
        (b'"site":"demo"', b'"site": "demo"'),
        (b'"text":"{}"', b'"text":"[]"'),
        (b'"text":"{}"', b'"text":5'),
        (b'"text":"{}"', b'"text":"\\ud800"'),
        (b'"recipients":["', b'"recipients":[5,"'),
        (b'"questionnaires":[', b'"questionnaires":[[],'),
        (b'"text":"{}"', b'"tixt":"{}"'),
        (b'"0a1b ', b'"0a1g '),
        (b'"0a1b ', b'"0A1B '),
    ],
)
def test_check_bundle__strange_header_under_a_right_digest__is_refused(path: Path, old: bytes, new: bytes) -> None:
    lines = path.read_bytes().splitlines(keepends=True)[:-1]
    assert old in lines[0]
    path.write_bytes(with_end([lines[0].replace(old, new), *lines[1:]]))
    refused(path, "was changed")


def test_check_bundle__newer_format__says_to_update(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"shs-bundle/1", b"shs-bundle/2"))
    refused(path, "newer version: update")


@pytest.mark.parametrize("data", [b"", b"\n", b"PK\3\4", b"{}\n", b"\0" * 10000, b'{"format":"shs-receipt/1"}\n'])
def test_check_bundle__not_a_bundle__says_so(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "photo.jpg").write_bytes(data)
    refused(tmp_path / "photo.jpg", r"photo\.jpg is not a bundle: choose the file that `survey_bundle` wrote")


def test_check_bundle__no_file__is_one_sentence(tmp_path: Path) -> None:
    refused(tmp_path / "absent", "The file absent was not read: No such file")


def test_check_bundle__folder__is_one_sentence(tmp_path: Path) -> None:
    refused(tmp_path, "was not read: Is a directory")


def test_check_bundle__line_without_end__is_refused_before_it_is_read_whole(path: Path) -> None:
    header = path.read_bytes().splitlines(keepends=True)[0]
    path.write_bytes(header + b"x" * 20_000_000)
    tracemalloc.start()
    refused(path, "line longer than a bundle can have")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize(("length", "sentence"), [(LONGEST_LINE, "was changed"), (LONGEST_LINE + 1, "longer than")])
def test_check_bundle__line_around_the_longest__is_told_apart(path: Path, length: int, sentence: str) -> None:
    header = path.read_bytes().splitlines(keepends=True)[0]
    path.write_bytes(header + b"x" * (length - 1) + b"\n")
    refused(path, sentence)


def test_write_and_check__ten_times_the_rows__take_no_more_memory(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        rows = ((uuid.UUID(int=number), bytes(4306)) for number in range(1, count + 1))
        tracemalloc.start()
        write_bundle(tmp_path / str(count), HEADER, rows)
        assert check_bundle(tmp_path / str(count)).count == count
        high = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return high

    peak(20)  # whatever is loaded once
    assert peak(1000) < 1.5 * peak(100)


def test_bundle_header__fingerprint_as_typed__is_kept_in_the_one_spelling() -> None:
    header = BundleHeader(site="demo", questionnaires=(), recipients=("0A1B" * 16,))
    assert header.recipients == (FINGERPRINT,)


def test_bundle_header__no_site__is_refused() -> None:
    with pytest.raises(SealingError, match="site"):
        BundleHeader(site="", questionnaires=(), recipients=())
