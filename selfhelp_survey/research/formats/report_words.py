"""What the report says in words: what others could learn, who is missing, and what k-anonymity does not promise."""

from collections.abc import Iterator
from typing import Any

from selfhelp_survey.research.representation import FEWEST_TOLD

Json = dict[str, Any]


def neighbour(report: Json) -> Iterator[str]:
    """What somebody could learn who knows the person, and knows that the person is in this release."""
    sizes, risk = report["risk"]["class_sizes"], report["risk"]["prosecutor"]
    yield (
        f"Somebody who knows {_known(report)} of a person, and knows that the person is in this release, finds "
        f"{sizes['smallest']} records or more that fit. A guess is right once in {sizes['smallest']} times at most "
        f"({percent(risk['highest'])}), and {percent(risk['average'])} of the time on average."
    )
    told = [item for item in report["disclosure"] if item["certain"]]
    if told:
        names = ", ".join(item["name"] for item in told)
        yield (
            f"That is not all: where everybody who looks alike gave the same answer, who finds them knows it without "
            f"guessing. That is so for {names}. The table of sensitive variables says for how many records."
        )
    else:
        yield "For no sensitive variable did everybody who looks alike give the same answer."


def journalist(report: Json) -> Iterator[str]:
    """What somebody could learn who picks out a record and looks for its person."""
    risk = report["risk"]["journalist"]
    yield (
        "Somebody who does not know in which release of this series a person is, or whether the person answered at "
        f"all, has at least {round(1 / risk['highest']) if risk['highest'] else 0} records to choose from in the "
        f"whole series so far: a guess is right {percent(risk['highest'])} of the time at most, "
        f"{percent(risk['average'])} on average. Nobody outside knows who answered, so the real risk is lower; how "
        "much lower cannot be counted, because nobody knows everybody who could have answered."
    )
    yield (
        "Somebody who claims a person for every record would be right for "
        f"{percent(report['risk']['marketer']['average'])} of them."
    )


def project(report: Json) -> Iterator[str]:
    """What the people who hold the research key could learn."""
    yield (
        "Whoever holds the research key and its passphrase can open the responses that wait on the workstation, as "
        "they were given. There is no name, address, account or time in them. The responses of this release have "
        "been emptied there, so that nobody can go from a record back to its response. A bundle or a backup of the "
        "ledger from before could still be opened and laid beside these records: delete them as the plan for the data "
        "says."
    )
    if report["held_back"]:
        yield f"About {report['held_back']} usable responses wait, and are as readable there as the day they came in."


def missing_people(report: Json) -> Iterator[str]:
    """Who was held back, and how that may bias what remains."""
    held = report["held_back"]
    if not held:
        yield "Nobody, or hardly anybody, is held back: the release hardly differs from all usable responses."
        return
    share = held / (held + report["rows"])
    alike = ", or they gave too much the same answers as those who do" if report["diversity"] else ""
    yield (
        f"About {held} usable responses are held back, {percent(share)} of this batch: too few others look like "
        f"them{alike}. So people in rare combinations are missing, and small groups look smaller than they are."
    )
    told = report["representation"]
    if told is None:
        yield f"Fewer than about {FEWEST_TOLD} are too few who look alike, so nothing more is said about them."
        return
    yield (
        "What follows is of those who are too few, at the level of this release, with every group of fewer than about "
        f"{FEWEST_TOLD} left out."
    )
    for variable in told:
        yield from _of_variable(variable)
    yield "Do not take a difference between releases for a change over time before you have compared these shares."


def _of_variable(variable: Json) -> Iterator[str]:
    """A sentence where the release differs, or where ten or more of one code wait."""
    waiting = ", ".join(str(code) for code in variable["waiting"])
    ending = f" About {FEWEST_TOLD} or more of those with the code {waiting} wait." if waiting else ""
    yield (
        f"{variable['name']}: about {percent(variable['distance'])} of the records would have to change category to "
        f"look like all usable responses.{ending}"
    )


def _known(report: Json) -> str:
    told = [f"the answer to \u201c{report['labels'][name]}\u201d ({name})" for name in report["levels"]]
    if not told:
        return "nothing but that they answered"
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def percent(share: float) -> str:
    """A share from 0 to 1 in whole per cent, for people."""
    return "less than 1 %" if 0 < share < 0.01 else f"{round(share * 100)} %"
