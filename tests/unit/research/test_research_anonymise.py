"""`selfhelp-research anonymise`: the engine for any table."""

from __future__ import annotations

import csv
import json
import os
from math import log2
from pathlib import Path

import pytest

from selfhelp_survey.research import table_files
from selfhelp_survey.research.command_line import run

pytestmark = pytest.mark.once

ADULT = Path(__file__).parents[2] / "data" / "adult"
AGE = "18;18-24;*\n19;18-24;*\n60;60+;*\n61;60+;*\n"
REGION = "north;*\nsouth;*\n"
PEOPLE = "name,age,region,illness\n" + "".join(
    f"{name},{age},{region},{illness}\n"
    for name, age, region, illness in [
        ("Ann", 18, "north", "flu"), ("Ben", 19, "north", "cough"), ("Cid", 60, "south", "flu"),
        ("Dee", 61, "south", "flu"), ("Eve", 60, "north", "cough"),
    ]
)  # fmt: skip

LOSS = ((1 + 7 / 15) * 1.2) ** 0.5 - 1  # age: (3 - 5/4) / (5 - 5/4), region: (3 - 5/2) / (5 - 5/2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "levels").mkdir()
    (tmp_path / "levels" / "people_hierarchy_age.csv").write_text(AGE, encoding="utf-8")
    (tmp_path / "levels" / "people_hierarchy_region.csv").write_text(REGION, encoding="utf-8")
    return tmp_path


def anonymise(folder: Path, *more: str, quasi: str = "age,region") -> int:
    data, levels = str(folder / "people.csv"), str(folder / "levels")
    return run(["anonymise", "--data", data, "--hierarchies", levels, "--quasi", quasi, *more])


def answer(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, object]:
    assert anonymise(folder, "--json", *more) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def refusal(folder: Path, capsys: pytest.CaptureFixture[str], *more: str, code: int = 1) -> str:
    assert anonymise(folder, *more) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_anonymise__json__is_one_object_with_levels_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(folder, capsys, "--k", "2", "--suppression-limit", "0.2")
    assert found == {
        "solution": True, "levels": {"age": 1, "region": 0}, "loss": pytest.approx(LOSS), "suppressed": 1,
        "rows": 5,
    }  # fmt: skip


def test_anonymise__no_solution__is_an_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(folder, capsys, "--k", "6") == {"solution": False, "rows": 5}


def test_anonymise__nothing_asked__wants_five_rows_and_no_suppression(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(folder, capsys) == {
        "solution": True, "levels": {"age": 2, "region": 1}, "loss": pytest.approx(1.0), "suppressed": 0,
        "rows": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("measure", "loss"),
    [
        ("loss", LOSS),
        ("entropy", 2 + 2 * log2(3 / 2) + log2(3)),  # two young leaves told apart, and three old ones
        ("aecs", 5 / 3),  # two classes, and one for what is left out
        ("discernibility", 4 + 4 + 5),
    ],
)
def test_anonymise__each_measure__tells_its_loss(
    folder: Path, capsys: pytest.CaptureFixture[str], measure: str, loss: float
) -> None:
    found = answer(folder, capsys, "--k", "2", "--suppression-limit", "0.2", "--measure", measure)
    assert (found["loss"], found["suppressed"]) == (pytest.approx(loss), 1)


@pytest.mark.parametrize(
    ("options", "solved"),
    [
        (("--l", "2"), True),
        (("--l", "3"), False),
        (("--l", "1.95", "--l-kind", "entropy"), True),
        (("--l", "2", "--l-kind", "entropy"), False),
        (("--l", "1.95", "--l-kind", "entropy", "--estimator", "grassberger"), False),
        (("--l", "1.94", "--l-kind", "entropy", "--estimator", "grassberger"), True),
        (("--l", "2", "--l-kind", "recursive"), True),
        (("--l", "2", "--l-kind", "recursive", "--c", "1.5"), False),
        (("--l", "2", "--l-kind", "recursive", "--c", "1.6"), True),
    ],
)
def test_anonymise__each_kind_of_diversity__decides(
    folder: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], solved: bool
) -> None:
    found = answer(folder, capsys, "--sensitive", "illness", *options)  # one class: three with flu, two with a cough
    assert found["solution"] is solved


def test_anonymise__in_words__tells_loss_rows_and_levels(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert anonymise(folder, "--k", "2", "--suppression-limit", "0.2") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "loss 0.32665; 1 rows left out (at most 1 of 5 rows)."
    assert [line.split() for line in lines[3:]] == [["1", "2", "age"], ["0", "1", "region"]]


def test_anonymise__sensitive_without_l__warns_and_applies_k(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert anonymise(folder, "--json", "--sensitive", "illness") == 0
    captured = capsys.readouterr()
    assert "only k applies" in captured.err
    assert json.loads(captured.out)["solution"] is True


def test_anonymise__out__holds_generalised_rows_and_no_other_column(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "out.csv"
    more = ["--l", "1", "--sensitive", "illness", "--suppression-limit", "0.2", "--out", str(out)]
    answer(folder, capsys, "--k", "2", *more)
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["age", "region", "illness"]
    assert sorted(rows[1:]) == [
        ["18-24", "north", "cough"], ["18-24", "north", "flu"], ["60+", "south", "flu"], ["60+", "south", "flu"]
    ]  # fmt: skip
    assert out.stat().st_mode & 0o077 == 0


def test_anonymise__out_without_solution__refuses_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "out.csv"
    assert anonymise(folder, "--json", "--k", "6", "--out", str(out)) == 1
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"solution": False, "rows": 5}
    assert "no table was written" in captured.err
    assert sorted(path.name for path in folder.iterdir()) == ["levels", "people.csv"]


def test_anonymise__out_that_exists__is_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "people.csv").read_bytes()
    assert "already a file" in refusal(folder, capsys, "--out", str(folder / "people.csv"), code=2)
    assert (folder / "people.csv").read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffage;region\n18;north\n19;north\n",
        'region,"age"\n"north","18"\nnorth,19\n',
        "age\tregion\r\n18\tnorth\r\n19\tnorth\r\n\r\n",
        '"a;b",age,region\n"x;y",18,north\n"p\nq",19,north\n',
    ],
    ids=["semicolons and mark", "quoted", "tabs and empty last line", "semicolons inside quotes"],
)
def test_anonymise__tables_of_several_kinds__are_read(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    (folder / "people.csv").write_text(text, encoding="utf-8", newline="")
    assert answer(folder, capsys, "--k", "2") == {
        "solution": True, "levels": {"age": 1, "region": 0}, "loss": pytest.approx((4 / 3) ** 0.5 - 1), "suppressed": 0,
        "rows": 2,
    }  # fmt: skip


def test_anonymise__header_alone__loses_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "people.csv").write_text("age,region\n", encoding="utf-8")
    found = answer(folder, capsys)
    assert (found["loss"], found["suppressed"], found["rows"]) == (0.0, 0, 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("age,age,region\n", "line 1: the header names a column twice"),
        ("age,region\n18,north\n77,north\n", "line 3, column age: the hierarchy has no row"),
        ("age,region\n18,SECRET\n", "line 2, column region: the hierarchy has no row"),
        ("age,region\n18,north\n18\n", "line 3: 1 cells where the header has 2"),
        ("age,region\n18,north,SECRET\n", "line 2: 3 cells where the header has 2"),
        ("age,region\n\n18,north\n", "line 2: an empty line"),
        ('age,region\n18,"north\n', "line 2: a quote that does not close"),
    ],
)
def test_anonymise__faulty_table__is_refused_by_line_without_its_values(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    (folder / "people.csv").write_text(text, encoding="utf-8")
    told = refusal(folder, capsys)
    assert reason in told
    assert "people.csv" in told
    assert not any(value in told for value in ("SECRET", "77"))


def test_anonymise__not_utf_8__tells_the_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "people.csv").write_bytes(b"age,region\n18,north\n19,\xe4\n")
    assert "line 3: not UTF-8" in refusal(folder, capsys)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("18;*\n18;*\n", "line 2: the value of level 0 stands in an earlier line"),
        ("18;18-24;*\n19;*\n", "line 2: 2 levels where the first line has 3"),
        ("18;a;x;*\n19;a;y;*\n", "line 2: level 2 splits a category of level 1"),
    ],
)
def test_anonymise__faulty_hierarchy__is_refused_by_line(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    (folder / "levels" / "people_hierarchy_age.csv").write_text(text, encoding="utf-8")
    told = refusal(folder, capsys)
    assert reason in told
    assert "people_hierarchy_age.csv" in told


def test_anonymise__hierarchy_missing_or_twice__is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "levels" / "other_hierarchy_region.csv").write_text(REGION, encoding="utf-8")
    assert "are several files *_hierarchy_region.csv" in refusal(folder, capsys)
    assert "is no file *_hierarchy_name.csv" in refusal(folder, capsys, "--quasi", "name")


def test_anonymise__files_that_are_not_there__are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no directory" in refusal(folder, capsys, "--hierarchies", str(folder / "nowhere"))
    assert "nothing.csv cannot be read" in refusal(folder, capsys, "--data", str(folder / "nothing.csv"))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--quasi", "age,"), "--quasi names"),
        (("--quasi", "age,age"), "each once"),
        (("--sensitive", "wealth", "--l", "2"), "no column wealth"),
        (("--sensitive", "age", "--l", "2"), "--sensitive names a column that is generalised"),
        (("--l", "2"), "--l needs --sensitive"),
        (("--sensitive", "illness", "--l", "0"), "at least 1"),
        (("--sensitive", "illness", "--l", "1.5"), "whole number"),
        (("--sensitive", "illness", "--l", "nan", "--l-kind", "entropy"), "from 1 up"),
        (("--sensitive", "illness", "--l", "nan"), "whole number"),
        (("--sensitive", "illness", "--l", "2", "--l-kind", "recursive", "--c", "0"), "c above 0"),
        (("--sensitive", "illness", "--l", "2", "--c", "2"), "--c means nothing for distinct"),
        (("--estimator", "shannon"), "--estimator means nothing without --l"),
        (("--k", "0"), "at least 1"),
        (("--suppression-limit", "1.01"), "0 to 1"),
        (("--suppression-limit", "-0.01"), "0 to 1"),
        (("--suppression-limit", "nan"), "0 to 1"),
    ],
)
def test_anonymise__options_that_do_not_fit__are_wrong_use(
    folder: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], reason: str
) -> None:
    assert reason in refusal(folder, capsys, *options, code=2)


def test_anonymise__too_many_combinations__is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "MOST_COMBINATIONS", 4)
    assert "line 6: more than 4 distinct combinations" in refusal(folder, capsys)
    monkeypatch.setattr(table_files, "MOST_COMBINATIONS", 5)
    assert anonymise(folder) == 0


def test_anonymise__cell_of_any_size__is_refused_not_loaded(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "people.csv").write_text("age,region\n18,north\n19," + "x" * 200_000 + "\n", encoding="utf-8")
    assert "a cell of more than 131,072 characters" in refusal(folder, capsys)


def test_anonymise__adult__loses_what_arx_loses(capsys: pytest.CaptureFixture[str]) -> None:
    names = "sex,age,race,marital-status,education,native-country,workclass,salary-class"
    arguments = ["anonymise", "--data", str(ADULT / "adult.csv"), "--hierarchies", str(ADULT), "--quasi", names]
    more = ["--sensitive", "occupation", "--k", "1", "--l", "5", "--l-kind", "entropy", "--measure", "entropy"]
    assert run([*arguments, *more, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["loss"] == pytest.approx(324620.5269918692, rel=1e-12)


def test_anonymise__help__teaches_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        run(["anonymise", "--help"])
    assert ended.value.code == 0
    assert "people_hierarchy_age.csv" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["distinct", "entropy", "recursive"])
def test_anonymise__kind_of_diversity_without_l__is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    assert "--l-kind means nothing without --l" in refusal(folder, capsys, "--l-kind", kind, code=2)


@pytest.mark.parametrize("place", ["people.csv", "levels/people_hierarchy_age.csv"])
def test_anonymise__named_pipe_instead_of_a_file__is_refused_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    (folder / place).unlink()
    os.mkfifo(folder / place)
    assert f"{Path(place).name} is not a file" in refusal(folder, capsys)
