"""Answer a web host's challenge."""

from argparse import Namespace
from contextlib import suppress
from pathlib import Path

from selfhelp_survey.research.commands.arguments import Subcommands, add_key
from selfhelp_survey.research.commands.exit_codes import DONE
from selfhelp_survey.research.commands.opening import LONGEST_LINE, private_key
from selfhelp_survey.sealing.challenge import answer_challenge
from selfhelp_survey.sealing.errors import NotForThisKey
from selfhelp_survey.sealing.files import existing_file, new_file
from selfhelp_survey.sealing.keys import PrivateKey

MOST_CHALLENGES = 16  # as many as a response can have recipients


def add(subcommands: Subcommands) -> None:
    """What the command takes."""
    command = subcommands.add_parser(
        "prove-key", help="answer a web host's challenge",
        description="Open the challenge that `survey_keys --prove` or `--drill` wrote and sign the answer: it shows "
        "the web host that somebody holds the private key.",
    )  # fmt: skip
    command.add_argument("challenge", type=Path, metavar="CHALLENGE", help="a file with the challenge line")
    command.add_argument("--out", type=Path, required=True, metavar="ANSWER", help="where to write the answer")
    add_key(command)
    command.set_defaults(command=run)


def run(arguments: Namespace) -> int:
    """Answer a challenge."""
    private = private_key(arguments)
    with existing_file(arguments.challenge) as file:
        challenges = file.read(MOST_CHALLENGES * LONGEST_LINE).decode("ascii", "replace")
    answer = _answer_own(challenges.split(), private)
    with new_file(arguments.out) as file:
        file.write(answer.encode() + b"\n")
    print(f"Wrote {arguments.out}: take it back to the web host (`survey_keys --answer`).")
    return DONE


def _answer_own(challenges: list[str], private: PrivateKey) -> str:
    """The answer to the one challenge, of those a host made for all its keys, that was made for this key."""
    for challenge in challenges[:-1]:
        with suppress(NotForThisKey):
            return answer_challenge(challenge, private)
    return answer_challenge(challenges[-1] if challenges else "", private)
